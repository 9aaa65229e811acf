//! What can be wrong with the data of an application, and what becomes of it.

use std::fs;
use std::os::unix::fs::symlink;

use super::application::{Application, BEFORE, LIVE, UPLOADS, in_every_shell};

/// Repairs an application that is wrong, in all shells: the check finds it, looking changes nothing,
/// no content is lost, afterwards all is well, and a second repair does nothing.
#[track_caller]
fn is_repaired(
    spoil: impl Fn(&Application),
    options: &[&str],
    findings: &[&str],
    expect: impl Fn(&Application),
) {
    for application in in_every_shell() {
        spoil(&application);
        let (before, contents) = (application.tree(), application.contents());
        let check = application.check();
        assert_eq!((check.exit, check.findings()), (1, findings.to_vec()), "{}", check.text);
        let shown = application.recover(options);
        assert_eq!(shown.exit, 1, "{}", shown.text);
        assert!(shown.text.contains("Nothing was changed."), "{}", shown.text);
        assert_eq!(application.tree(), before, "looking changed something");

        let with_yes = [options, &["--yes"]].concat();
        let repaired = application.recover(&with_yes);
        assert_eq!(repaired.exit, 0, "{}", repaired.text);
        let after = application.contents();
        let lost: Vec<_> = contents.difference(&after).collect();
        assert_eq!(lost, Vec::<&String>::new());
        expect(&application);
        let check = application.check();
        assert_eq!((check.exit, check.findings()), (0, vec![]), "{}", check.text);

        let after = application.tree();
        let again = application.recover(&with_yes);
        assert_eq!(again.exit, 0, "{}", again.text);
        assert!(again.text.contains("There is nothing to recover."), "{}", again.text);
        assert_eq!(application.tree(), after, "a second repair changed something");
    }
}

fn nothing_more(_: &Application) {}

fn read(application: &Application, path: &str) -> String {
    fs::read_to_string(application.path(path)).unwrap()
}

/// Returns the only directory that a recovery has made in `backups/`.
fn kept(application: &Application) -> String {
    let mut names = fs::read_dir(application.path("backups")).unwrap();
    let name = names.next().unwrap().unwrap().file_name().into_string().unwrap();
    assert!(names.next().is_none());
    format!("backups/{name}")
}

#[test]
fn a_healthy_application_is_told_to_be_so_and_is_left_as_it_is() {
    for application in in_every_shell() {
        let before = application.tree();
        let check = application.check();
        assert_eq!(
            (check.exit, check.text.as_str()),
            (
                0,
                "APP\n\n  ok    current leads to releases/20260102030405\n\
                 \x20 ok    storage is in shared/, and the live release reaches it there\n\
                 \x20 ok    public/user's \"uploads\" is in shared/, and the live release reaches it there\n\
                 \x20 ok    -media is in shared/, and the live release reaches it there\n\
                 \x20 ok    .env is in shared/, and the live release reaches it there\n\
                 \x20 ok    no file is open to everyone\n\
                 \x20 ok    at least 500 MB are free\n\nAll is well.\n"
            )
        );
        let recovery = application.recover(&["--yes"]);
        assert_eq!((recovery.exit, recovery.findings()), (0, vec![]));
        assert_eq!(application.tree(), before);
    }
}

#[test]
fn broken_missing_and_strange_links_are_made_again() {
    is_repaired(
        |application| {
            application.unlink("storage");
            symlink("/nowhere", application.path("current/storage")).unwrap();
            application.unlink(UPLOADS);
            application.unlink("-media");
            symlink("../../shared/storage", application.path("current/-media")).unwrap();
        },
        &[],
        &[
            "FAIL  storage in the live release is a link to /nowhere, which is not there",
            "FAIL  public/user's \"uploads\" is missing in the live release",
            "FAIL  -media in the live release is a link to ../../shared/storage instead of shared/-media",
        ],
        |application| {
            let link = fs::read_link(application.path("current").join(UPLOADS)).unwrap();
            assert_eq!(link.to_str().unwrap(), format!("../../../shared/{UPLOADS}"));
        },
    );
}

#[test]
fn a_directory_in_place_of_a_link_is_merged_into_shared_and_kept() {
    is_repaired(
        |application| {
            application.unlink(UPLOADS);
            for (file, text) in
                [("one", "another one\n"), ("two", "two\n"), ("a b/it's -three\nfour", "three\n")]
            {
                application.write(&format!("releases/{LIVE}/{UPLOADS}/{file}"), text);
            }
            application.mode(&format!("releases/{LIVE}/{UPLOADS}/a b"), 0o700);
            application.mode(&format!("releases/{LIVE}/{UPLOADS}/two"), 0o640);
            symlink("two", application.path(&format!("releases/{LIVE}/{UPLOADS}/a link"))).unwrap();
        },
        &[],
        &[
            "FAIL  public/user's \"uploads\" in the live release is a directory of its own; files in it, which belong in shared/: 5",
        ],
        |application| {
            let shared = |file: &str| read(application, &format!("shared/{UPLOADS}/{file}"));
            assert_eq!(
                ["one", "two", "a link", "a b/it's -three\nfour"].map(shared),
                ["one\n", "two\n", "two\n", "three\n"]
            );
            assert_eq!(read(application, &format!("{}/{UPLOADS}/one", kept(application))), "another one\n");
        },
    );
}

#[test]
fn shared_paths_that_are_gone_are_made_of_what_the_live_release_has() {
    is_repaired(
        |application| {
            fs::remove_dir_all(application.path("shared/storage")).unwrap();
            application.unlink("storage");
            application.write(&format!("releases/{LIVE}/storage/logs/app.log"), "a log\n");
            fs::remove_dir(application.path("shared/-media")).unwrap();
            fs::remove_file(application.path("shared/.env")).unwrap();
            application.unlink(".env");
            application.write(&format!("releases/{LIVE}/.env"), "KEY=2\n");
            application.mode(&format!("releases/{LIVE}/.env"), 0o600);
        },
        &[],
        &[
            "FAIL  storage is missing in shared/",
            "FAIL  storage in the live release is a directory of its own; files in it, which belong in shared/: 1",
            "FAIL  -media is missing in shared/",
            "FAIL  -media in the live release is a link to ../../shared/-media, which is not there",
            "FAIL  .env is missing in shared/",
            "FAIL  .env in the live release is a file of its own, and shared/ has another",
        ],
        |application| {
            assert_eq!(read(application, "shared/storage/logs/app.log"), "a log\n");
            assert_eq!(read(application, "shared/.env"), "KEY=2\n");
        },
    );
}

#[test]
fn current_goes_back_to_the_release_that_was_live_last_and_is_whole() {
    let gone = "FAIL  there is no current: no release is live";
    let remove = |application: &Application| fs::remove_file(application.path("current")).unwrap();
    let leads_to = |application: &Application, id: &str| {
        assert_eq!(
            fs::read_link(application.path("current")).unwrap().to_str().unwrap(),
            format!("releases/{id}")
        );
    };
    is_repaired(remove, &[], &[gone], |application| leads_to(application, LIVE));
    is_repaired(
        |application| fs::remove_dir_all(application.path(&format!("releases/{LIVE}"))).unwrap(),
        &[],
        &["FAIL  current leads to releases/20260102030405, which is no whole release: the site is down"],
        |application| leads_to(application, BEFORE),
    );
    is_repaired(
        |application| {
            remove(application);
            application.unlink("storage");
        },
        &[],
        &[gone],
        |application| leads_to(application, LIVE),
    );
}

#[test]
fn rights_of_everyone_are_taken_away_only_when_asked_for() {
    let open = |application: &Application| {
        application.mode("shared/storage/app/photo.jpg", 0o646);
        application.mode("shared/.env", 0o604);
    };
    is_repaired(
        open,
        &["--fix-modes"],
        &[
            "FAIL  shared/.env can be read by everyone: chmod 600",
            "FAIL  files that everyone can write: 1, such as shared/storage/app/photo.jpg",
        ],
        nothing_more,
    );
    for application in in_every_shell() {
        open(&application);
        let before = application.tree();
        let recovery = application.recover(&["--yes"]);
        assert_eq!(recovery.exit, 0, "{}", recovery.text);
        assert_eq!(application.tree(), before);
    }
}

#[test]
fn what_nobody_can_decide_is_left_alone_and_told() {
    for application in in_every_shell() {
        application.unlink(".env");
        application.write(&format!("releases/{LIVE}/.env"), "KEY=written by an installer\n");
        application.unlink("storage");
        application.write(&format!("releases/{LIVE}/storage"), "a file\n");
        fs::remove_dir(application.path("shared/-media")).unwrap();
        application.write("shared/-media", "a file\n");
        fs::create_dir(application.path("releases/20260109000000.partial")).unwrap();
        let config = read(&application, "shared/.persistence-config");
        application.write("shared/.persistence-config", &format!("{config}dir ../outside\ndir /etc\n"));
        let before = application.tree();
        let recovery = application.recover(&["--yes"]);
        assert_eq!(recovery.exit, 1);
        assert_eq!(
            recovery.findings(),
            [
                "FAIL   storage in the live release is not what shared/storage is: keep the right one of the two as shared/storage, and move the other away",
                "FAIL   shared/-media is no dir: look what it is, and move it away",
                "FAIL   .env in the live release is not what shared/.env is: keep the right one of the two as shared/.env, and move the other away",
                "FAIL   ../outside in .persistence-config is no path inside of the application",
                "FAIL   /etc in .persistence-config is no path inside of the application",
                "!      releases/20260109000000.partial was left by a run that died; the next deploy removes it",
            ]
        );
        assert_eq!(application.tree(), before);
        assert_eq!(application.check().exit, 1);
    }
}

#[test]
fn a_copy_that_fails_leaves_everything_where_it_is() {
    // BusyBox's shell runs its own cp, whatever the path says.
    for application in in_every_shell().into_iter().take(2) {
        application.unlink(UPLOADS);
        application.write(&format!("releases/{LIVE}/{UPLOADS}/two"), "two\n");
        application.break_program("cp");
        let before = application.tree();
        let recovery = application.recover(&["--yes"]);
        assert_eq!(
            (recovery.exit, recovery.findings()),
            (
                1,
                vec![
                    "FAIL   could not merge the directory public/user's \"uploads\" into shared/, move it to backups/, and put a link in its place: not all files could be copied into shared/"
                ]
            )
        );
        assert_eq!(application.tree(), before);
    }
}

#[test]
fn an_application_that_does_not_start_is_told_with_its_last_words() {
    if crate::part::program("php").is_none() {
        return;
    }
    for application in in_every_shell().into_iter().take(2) {
        let artisan = format!("releases/{LIVE}/artisan");
        application.write(&artisan, "<?php echo \"Laravel 12.0\\n\";\n");
        let check = application.check();
        assert_eq!((check.exit, check.findings()), (0, vec![]), "{}", check.text);
        assert!(check.text.contains(": Laravel 12.0\n"), "{}", check.text);
        application.write(&artisan, "<?php echo \"no key\\n\"; exit(1);\n");
        assert_eq!(application.check().findings(), ["FAIL  the application does not start: no key"]);
    }
}
