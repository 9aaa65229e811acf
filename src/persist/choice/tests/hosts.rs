//! What hosts have, from earlier deploys or from whoever was there before.

use super::*;

#[test]
fn what_was_shared_stays_shared_until_a_person_says_otherwise() {
    let recorded = ["public/images/", "public/terms.pdf", "public/sliders/", "data/shop.db", "../etc/"];
    let shared = Shared { never: paths(&["public/sliders"]), ..Shared::default() };
    let release = ["public/images/a.png", "public/sliders/a.png", "public/index.php"];
    let choice = Case { shared, release: &release, recorded: &recorded, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "+ data/shop.db: shared before",
            "+ public/images: shared before",
            "- public/sliders: deploy.yml never shares it",
            "+ public/terms.pdf: shared before",
        ]
    );
    assert_eq!(
        choice.warnings,
        [
            "../etc is recorded as shared, but is no path of a release",
            "public/sliders was shared before and is not linked any more: deploy.yml never shares it; \
         its data stays in shared/public/sliders",
        ]
    );
}

#[test]
fn what_was_shared_before_keeps_the_reason_that_it_was_shared_for() {
    let recorded = ["public/avatars/", "public/invoices/", "public/slides/", "exports/"];
    let release = ["public/avatars/a.png", "public/index.php"];
    let choice = Case { release: &release, recorded: &recorded, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "+ exports: shared before",
            "+ public/avatars: its name says \"avatars\"",
            "+ public/invoices: its name says \"invoices\"",
            "+ public/slides: shared before",
        ]
    );
}

const FOUND: [&str; 14] = [
    "bootstrap/cache",
    "lang",
    "public",
    "public/assets",
    "public/assets/logos",
    "public/build",
    "public/build/chunks",
    "public/documents",
    "public/landing",
    "public/sliders",
    "public/sliders/2024",
    "storage",
    "storage/logs",
    "vendor",
];

fn with_found() -> Choice {
    let release = ["artisan", "public/assets/app.js", "public/documents/a.pdf", "public/landing/a.html"];
    Case { shared: laravel(), release: &release, found: &FOUND, ..Case::default() }.choose()
}

#[test]
fn what_hosts_have_is_linked_where_it_hides_no_code() {
    let expected = [
        "+ .env: the recipe laravel shares it",
        "- bootstrap/cache: each release has its own (Laravel)",
        "+ lang: found in shared/",
        "+ public/.well-known: the recipe laravel shares it",
        "- public/assets: \"assets\" is an application asset",
        "+ public/assets/logos: found in shared/",
        "- public/build: \"build\" is an application asset",
        "- public/build/chunks: \"build\" is an application asset",
        "+ public/documents: its name says \"documents\"",
        "- public/landing: in doubt it is code",
        "+ public/sliders: found in shared/",
        "+ storage: the recipe laravel shares it",
        "- vendor: each release has its own (Laravel)",
    ];
    assert_eq!(lines(&with_found()), expected);
}

#[test]
fn what_hosts_have_and_no_release_reaches_is_told() {
    let expected = [
        "shared/bootstrap/cache is on a host, but is not linked: each release has its own (Laravel)",
        "shared/public/build/chunks is on a host, but is not linked: \"build\" is an application asset; \
         if the application needs it, write `also: [public/build/chunks]` below `shared`",
        "shared/public/landing is on a host, but is not linked: in doubt it is code; \
         if the application needs it, write `also: [public/landing]` below `shared`",
        "shared/vendor is on a host, but is not linked: each release has its own (Laravel)",
    ];
    assert_eq!(with_found().warnings, expected);
}

#[test]
fn the_directory_around_what_is_shared_is_not_shared_for_being_there() {
    let found = ["var", "var/cache", "var/log"];
    let shared = Shared { dirs: paths(&["var/log"]), ..Shared::default() };
    let choice =
        Case { shared, release: &["bin/console", "symfony.lock"], found: &found, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice),
        [
            "- var/cache: each release has its own (Symfony)",
            "+ var/log: deploy.yml shares it (dirs)",
            "+ var/sessions: Symfony keeps data there",
        ]
    );
}

#[test]
fn what_the_application_wrote_is_judged_as_if_the_release_had_shipped_it() {
    let written = [
        "public/brochures/2024",
        "public/userFiles/1/2",
        "public/assets/files",
        "app/Reports",
        "public/media/x",
    ];
    let release = ["artisan", "public/assets/app.js", "public/media@"];
    let choice = Case { shared: laravel(), release: &release, written: &written, ..Case::default() }.choose();
    assert_eq!(
        lines(&choice)[2..],
        [
            "- public/assets: \"assets\" is an application asset",
            "- public/brochures: in doubt it is code",
            "- public/brochures/2024: in doubt it is code",
            "- public/media: the release ships a link there",
            "+ public/userFiles: its name says \"files\"",
            "+ storage: the recipe laravel shares it",
        ]
    );
}
