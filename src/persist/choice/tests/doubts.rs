//! What a person is warned of, or asked to decide.

use super::*;

#[test]
fn a_directory_with_programs_in_it_is_code_and_a_person_is_told() {
    let release =
        ["public/files/Upload.PHP", "public/files/user/uploads/index.php", "public/media/index.php"];
    let choice = Case { release: &release, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "- public/files: the release ships code in it: public/files/Upload.PHP",
            "- public/files/user: in doubt it is code",
            "+ public/files/user/uploads: its name says \"uploads\"",
            "+ public/media: its name says \"media\"",
        ]
    );
    assert_eq!(
        choice.warnings,
        [
            "public/files is named like data, but the release ships code in it (public/files/Upload.PHP), so it is not \
         shared; write `also: [public/files]` or `never: [public/files]` below `shared`",
        ]
    );
}

#[test]
fn names_that_only_differ_in_case_are_pointed_out() {
    let release = ["public/Uploads/a", "public/uploads/b", "public/Shop/a", "public/shop/b"];
    let choice = Case { release: &release, ..Case::default() }.choose();
    assert_eq!(choice.warnings, ["public/Uploads (shared) and public/uploads (shared) differ only in case"]);
}

#[test]
fn a_listed_name_in_the_wrong_case_is_pointed_out() {
    let shared = Shared { dirs: paths(&["Storage", "Public/docs/uploads", "data"]), ..Shared::default() };
    let choice =
        Case { shared, release: &["storage/a", "public/index.php", "app/a"], ..Case::default() }.choose();
    assert_eq!(
        choice.warnings,
        ["Public and public differ only in case", "Storage (shared) and storage differ only in case",]
    );
}

#[test]
fn what_cannot_be_linked_is_refused_with_the_way_out() {
    let shared = Shared {
        dirs: paths(&["public/uploads", "public/media/user", "public", "public/files"]),
        files: paths(&["conf"]),
        never: paths(&["public/files/cache", "public/qr/logo"]),
        ..Shared::default()
    };
    let release = ["public/uploads", "public/media@", "conf/a", "public/qr/logo/a.png"];
    let choice = Case { shared, release: &release, recorded: &["public/shop/"], ..Case::default() }.choose();
    let texts: Vec<String> = choice.conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "`conf` is shared as a file (deploy.yml shares it (files)), but the release ships a directory there: rename \
         it in the repository, or write `shared: { never: [conf] }`",
            "`public/uploads` is shared as a directory (deploy.yml shares it (dirs)), but the release ships a file \
         there: rename it in the repository, or write `shared: { never: [public/uploads] }`",
            "`public/media/user` is shared (deploy.yml shares it (dirs)), but the release ships a link at \
         `public/media`: rename it in the repository, or write `shared: { never: [public/media/user] }`",
            "`public` is what the web server serves, code included: shared, no later release would change it; share \
         directories in it, or write `rule: all-public`",
            "`public/files/cache` cannot be left out: `public/files`, which it lies in, is shared as a whole (deploy.yml \
         shares it (dirs)); write `never: [public/files]` and list under `also` what is data in it, or take \
         `public/files/cache` from `never`",
            "`public/qr/logo` cannot be left out: `public/qr`, which it lies in, is shared as a whole (its name says \
         \"qr\"); write `never: [public/qr]` and list under `also` what is data in it, or take `public/qr/logo` \
         from `never`",
        ]
    );
}
