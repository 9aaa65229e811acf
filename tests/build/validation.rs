//! What was built is looked at before any host hears of it.

use super::Shop;
use crate::harness::Tree;
use crate::part::program;

/// As much of Laravel as the look at a release needs. It writes as Laravel does when it starts.
const LARAVEL: [(&str, &str); 6] = [
    (
        "artisan",
        "<?php require __DIR__ . '/vendor/autoload.php'; require 'bootstrap/app.php'; echo \"Laravel 11\\n\";",
    ),
    ("bootstrap/app.php", "<?php file_put_contents(__DIR__ . '/cache/services.php', '<?php');"),
    ("bootstrap/cache/.gitignore", "*\n"),
    ("public/index.php", "<?php\n"),
    ("vendor/autoload.php", "<?php\n"),
    ("composer.json", "{}"),
];

fn settings() -> String {
    let off = [
        "storage-link",
        "package-discover",
        "config-cache",
        "event-cache",
        "route-cache",
        "view-cache",
        "migrate",
        "queue-restart",
    ];
    let off: String = off.iter().map(|step| format!("  {step}: false\n")).collect();
    format!(
        "recipe: laravel\nvars: {{ php: '' }}\nshared: {{ files: [], dirs: [], tree: [] }}\nsteps:\n{off}"
    )
}

/// Returns an application with these files changed; no text: it is not there.
fn laravel(changed: &[(&str, Option<&str>)]) -> Shop {
    let files: Vec<_> =
        LARAVEL.into_iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name)).collect();
    let shop = Shop::new("", &files);
    shop.lab.configure(&format!("source: {{ git: ., ref: main }}\n{}", settings()));
    for (name, text) in changed {
        if let Some(text) = text {
            shop.write(name, text);
        }
    }
    shop.git(&["add", "-A", "-f", "--", ":!site", ":!deploy.yml"]);
    shop.git(&["commit", "-q", "-m", "a version"]);
    shop
}

/// Deploys, which must fail in the look at the release; returns what it said.
#[track_caller]
fn refused(shop: &Shop) -> Vec<String> {
    let outcome = shop.lab.run(&["run", "test"]).exits(1);
    assert_eq!(outcome.finished().failed[0].reason, "exit code 1");
    assert_eq!(shop.lab.hosts[0].releases(), [""; 0]);
    outcome.output("validate", None)
}

#[test]
fn an_application_is_started_without_a_trace_in_the_release() {
    if program("php").is_none() {
        return;
    }
    let shop = laravel(&[]);
    let outcome = shop.deploy();
    assert_eq!(
        outcome.output("validate", None),
        ["Laravel 11", "what must be there is there, and the application starts"]
    );
    assert!(!shop.has("bootstrap/cache/services.php"));
    let release = format!("{:?}", Tree::of(&shop.lab.hosts[0].app("current").canonicalize().unwrap(), &[]));
    assert!(!release.contains("services.php") && !release.contains(".env"), "{release}");
}

#[test]
fn a_release_without_what_its_framework_needs_is_refused() {
    let shop = laravel(&[("public/index.php", None), ("public/hot", Some("http://localhost:5173"))]);
    assert_eq!(
        refused(&shop),
        [
            "public/index.php is missing: the application cannot run without it",
            "public/hot is there: it makes the site load its scripts from a development server; delete it \
             (git rm --cached public/hot)",
        ]
    );
}

#[test]
fn an_application_that_does_not_start_is_refused_with_its_own_words() {
    if program("php").is_none() {
        return;
    }
    let broken =
        laravel(&[("bootstrap/app.php", Some("<?php fwrite(STDERR, \"no such provider\\n\"); exit(1);"))]);
    assert_eq!(refused(&broken), ["no such provider", "the application does not start: see above"]);
    let database = laravel(&[(
        "bootstrap/app.php",
        Some("<?php echo \"SQLSTATE[HY000] no such table: settings\\n\"; exit(1);"),
    )]);
    assert_eq!(
        database.deploy().output("validate", None),
        [
            "SQLSTATE[HY000] no such table: settings",
            "not started: it needs what is not here; the hosts decide"
        ]
    );
}

#[test]
fn a_release_without_the_directory_that_is_served_is_refused() {
    let mut shop = Shop::new("", &[("readme.md", "x\n")]);
    shop.lab.hosts[0].more = "public_html: ~/public_html".to_owned();
    shop.configure("recipe: common\ndocroot: web\n");
    shop.commit();
    assert_eq!(
        refused(&shop),
        ["web/ is missing: it is what the web server is to serve (docroot in deploy.yml)"]
    );
}
