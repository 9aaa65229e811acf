//! Whole releases, and what becomes of each of their directories.

mod doubts;
mod hosts;

use super::*;
use crate::config::Rule;

/// A release and its hosts. Paths that end in `/` are directories, in `@` links.
#[derive(Default)]
struct Case<'c> {
    shared: Shared,
    release: &'c [&'c str],
    recorded: &'c [&'c str],
    found: &'c [&'c str],
    written: &'c [&'c str],
}

impl Case<'_> {
    fn choose(&self) -> Choice {
        let entry = |path: &&'_ str| match path.strip_suffix('@') {
            Some(link) => (link.to_owned(), Entry::Link),
            None if path.ends_with('/') => (path.trim_end_matches('/').to_owned(), Entry::Dir),
            None => ((*path).to_owned(), Entry::File),
        };
        let release: Tree = self.release.iter().map(entry).collect();
        let recorded = self.recorded.iter().map(entry).map(|(path, entry)| match entry {
            Entry::Dir => (path, Kind::Dir),
            Entry::File | Entry::Link => (path, Kind::File),
        });
        let set = |list: &[&str]| list.iter().map(|path| (*path).to_owned()).collect();
        choose(&Situation {
            shared: &self.shared,
            frameworks: &Framework::detect(&release, None, None),
            release: &release,
            recorded: &recorded.collect(),
            found: &set(self.found),
            written: &set(self.written),
        })
    }
}

/// One line a decision: `+` linked, `/` inside one that is, `-` not shared.
fn lines(choice: &Choice) -> Vec<String> {
    let line = |decision: &Decision| {
        let mark = match (&decision.within, decision.shared) {
            (Some(_), _) => '/',
            (None, true) => '+',
            (None, false) => '-',
        };
        format!("{mark} {}: {}", decision.path, decision.reason)
    };
    choice.decisions.iter().map(line).collect()
}

fn paths(list: &[&str]) -> Vec<String> {
    list.iter().map(|path| (*path).to_owned()).collect()
}

/// What the recipe for Laravel says.
fn laravel() -> Shared {
    let file = |key| (key, "recipe laravel".to_owned());
    Shared {
        files: paths(&[".env"]),
        dirs: paths(&["storage", "public/.well-known"]),
        tree: paths(&["storage/logs", "storage/app/public"]),
        written_in: [file("files"), file("dirs")].into(),
        ..Shared::default()
    }
}

const SHOP: [&str; 14] = [
    "artisan",
    "app/Exports/OrderExport.php",
    "public/index.php",
    "public/build/app.js",
    "public/images/uploads/a.png",
    "public/media-icons/a.svg",
    "public/shop/css/app.css",
    "public/shop/userUploads/.gitkeep",
    "public/templates/",
    "public/uploads/files/a.png",
    "public/app@",
    "public/media@",
    "storage/logs/.gitignore",
    "uploads/a.png",
];

#[test]
fn public_directories_are_chosen_by_their_names() {
    let choice = Case { shared: laravel(), release: &SHOP, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "+ .env: the recipe laravel shares it",
            "+ public/.well-known: the recipe laravel shares it",
            "- public/build: \"build\" is an application asset",
            "- public/images: \"images\" is an application asset",
            "- public/media: the release ships a link there",
            "- public/media-icons: \"icons\" is an application asset",
            "- public/shop: in doubt it is code",
            "- public/shop/css: \"css\" is an application asset",
            "+ public/shop/userUploads: its name says \"uploads\"",
            "- public/templates: \"templates\" is an application asset",
            "+ public/uploads: its name says \"uploads\"",
            "+ storage: the recipe laravel shares it",
        ]
    );
    assert_eq!(choice.tree, ["storage/app/public", "storage/logs"]);
    assert_eq!(choice.files().collect::<Vec<_>>(), [".env"]);
    assert_eq!((choice.warnings, choice.conflicts), (Vec::new(), Vec::new()));
}

#[test]
fn all_that_is_public_and_no_code_can_be_shared() {
    let shared = Shared { rule: Rule::AllPublic, never: paths(&["public/fixed"]), ..Shared::default() };
    let release = [
        "artisan",
        "public/.htaccess",
        "public/brochures/index.html",
        "public/brochures/2024/a.pdf",
        "public/favicon.ico",
        "public/fixed/a.pdf",
        "public/img/a.png",
        "public/index.php",
        "public/shop/css/app.css",
        "public/shop/pages/a.html",
        "public/sitemap.xml",
        "public/here@",
    ];
    let choice = Case { shared, release: &release, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "- public/.htaccess: in doubt it is code",
            "+ public/brochures: all that is public is shared",
            "- public/favicon.ico: in doubt it is code",
            "- public/fixed: deploy.yml never shares it",
            "- public/here: the release ships a link there",
            "- public/img: \"img\" is an application asset",
            "- public/index.php: in doubt it is code",
            "- public/shop: the release ships code in it: public/shop/css",
            "- public/shop/css: \"css\" is an application asset",
            "+ public/shop/pages: all that is public is shared",
            "+ public/sitemap.xml: all that is public is shared",
            "+ storage: Laravel keeps data there",
        ]
    );
}

#[test]
fn wordpress_keeps_its_uploads_and_none_of_its_code_under_any_rule() {
    let release = [
        "index.php",
        "wp-admin/export/a.txt",
        "wp-content/cache/media/a",
        "wp-content/gallery/a.jpg",
        "wp-content/plugins/backup/backup.php",
        "wp-content/upgrade-temp-backup/",
        "wp-config.php",
    ];
    let all = |rule| {
        lines(
            &Case { shared: Shared { rule, ..Shared::default() }, release: &release, ..Case::default() }
                .choose(),
        )
    };
    let mut expected = vec![
        "- wp-admin: each release has its own (WordPress)",
        "- wp-content: in doubt it is code",
        "- wp-content/cache: each release has its own (WordPress)",
        "- wp-content/gallery: in doubt it is code",
        "- wp-content/plugins: each release has its own (WordPress)",
        "- wp-content/upgrade-temp-backup: each release has its own (WordPress)",
        "+ wp-content/uploads: WordPress keeps data there",
    ];
    assert_eq!(all(Rule::Patterns), expected);
    expected[1] = "- wp-content: the release ships code in it: wp-content/cache";
    expected[3] = "+ wp-content/gallery: all that is public is shared";
    assert_eq!(all(Rule::AllPublic), expected);
}

#[test]
fn what_is_listed_outweighs_the_rule_and_the_closest_list_decides() {
    let shared = Shared {
        also: paths(&["public/images/uploads/", "public/media/user", "public/logo.png"]),
        never: paths(&["storage", "public/uploads", "public/media"]),
        ..laravel()
    };
    let release = ["artisan", "public/logo.png", "public/uploads/files/a.png", "public/media/files/a"];
    let choice = Case { shared, release: &release, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "+ .env: the recipe laravel shares it",
            "+ public/.well-known: the recipe laravel shares it",
            "+ public/images/uploads: deploy.yml shares it (also)",
            "+ public/logo.png: deploy.yml shares it (also)",
            "- public/media: deploy.yml never shares it",
            "+ public/media/user: deploy.yml shares it (also)",
            "- public/uploads: deploy.yml never shares it",
            "- storage: deploy.yml never shares it",
        ]
    );
    assert_eq!(choice.files().collect::<Vec<_>>(), [".env", "public/logo.png"]);
    assert_eq!(choice.tree, Vec::<String>::new());
}

#[test]
fn of_paths_inside_each_other_the_outermost_is_linked() {
    let shared = Shared { also: paths(&["public/uploads/brochures/2024"]), ..Shared::default() };
    let recorded = ["public/uploads/brochures/", "public/uploads/logo.png"];
    let choice =
        Case { shared, release: &["public/uploads/"], recorded: &recorded, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "+ public/uploads: its name says \"uploads\"",
            "/ public/uploads/brochures: shared before",
            "/ public/uploads/brochures/2024: deploy.yml shares it (also)",
            "/ public/uploads/logo.png: shared before",
        ]
    );
    assert_eq!(choice.dirs().collect::<Vec<_>>(), ["public/uploads"]);
    assert_eq!(choice.tree, ["public/uploads/brochures", "public/uploads/brochures/2024"]);
}
