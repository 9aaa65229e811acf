//! Composer installs from the lock file, for production, and leaves what is committed alone.

use super::Shop;
use crate::part::program;

/// An application with a package of its own, and another that only its developers need.
const FILES: [(&str, &str); 5] = [
    (
        "composer.json",
        r#"{"name": "acme/shop", "require": {"acme/tool": "*"}, "require-dev": {"acme/debug": "*"},
            "repositories": [{"type": "path", "url": "packages/*"}, {"packagist.org": false}],
            "autoload": {"psr-4": {"App\\": "app/"}}, "scripts": {"post-autoload-dump": "touch public/scripts-ran"}}"#,
    ),
    (
        "packages/tool/composer.json",
        r#"{"name": "acme/tool", "version": "1.0.0", "autoload": {"files": ["tool.php"]}}"#,
    ),
    ("packages/tool/tool.php", "<?php function tool(): string { return 'tool 1'; }\n"),
    ("packages/debug/composer.json", r#"{"name": "acme/debug", "version": "1.0.0"}"#),
    ("app/Cart.php", "<?php namespace App; class Cart {}\n"),
];

/// Returns an application whose packages are locked.
pub fn locked(settings: &str) -> Option<Shop> {
    program("php")?;
    let composer = program("composer")?;
    let shop = Shop::new(settings, &FILES);
    shop.run(shop.lab.in_project(composer).args(["update", "-q", "--no-install", "--no-scripts"]));
    shop.commit();
    Some(shop)
}

#[test]
fn packages_are_installed_for_production_and_load_on_the_host() {
    let Some(shop) = locked("") else { return };
    let outcome = shop.deploy();
    let summary = |name: &str| outcome.plan().named(name).unwrap().summary.clone();
    assert!(summary("composer-install").ends_with(
        "/composer install --no-dev --no-interaction --no-progress --prefer-dist --no-scripts --no-autoloader"
    ));
    assert_eq!(outcome.output("validate", None), ["what must be there is there, and the packages load"]);
    assert!(shop.has("vendor/acme/tool/tool.php") && !shop.has("vendor/acme/debug"));
    assert!(shop.has("public/scripts-ran"), "the scripts of composer.json did not run");
    let php = "require 'vendor/autoload.php'; new App\\Cart(); echo tool();";
    let mut command = shop.lab.in_project("php");
    let printed = shop.run(command.current_dir(shop.lab.hosts[0].app("current")).args(["-r", php]));
    assert_eq!(printed, "tool 1");
}

#[test]
fn the_same_commit_is_built_to_the_same_bytes() {
    let Some(shop) = locked("") else { return };
    let sums = ["one.tar.gz", "two.tar.gz"].map(|file| {
        shop.run(shop.lab.command(&["package", "test", "-q", "-o"]).arg(shop.lab.path(file)));
        std::fs::read(shop.lab.path(file)).unwrap()
    });
    assert!(sums[0] == sums[1], "the archives differ");
}

#[test]
fn what_is_not_built_is_listed_where_it_could_not_be_built() {
    let shop = Shop::new("", &[("composer.json", r#"{"require": {"php": "^99.0"}}"#)]);
    shop.commit();
    let list = |more: &[&str]| {
        let mut command = shop.lab.command(&["package", "test", "--list"]);
        command.args(more).output().unwrap()
    };
    assert_eq!(list(&[]).status.code(), Some(2));
    let listed = list(&["--no-build"]);
    assert!(listed.status.success(), "{listed:?}");
    assert!(String::from_utf8(listed.stdout).unwrap().lines().any(|line| line == "composer.json"));
}

#[test]
fn a_committed_vendor_is_released_as_it_is() {
    let shop = Shop::new("", &[("composer.json", "{}"), ("vendor/autoload.php", "<?php // sold so\n")]);
    shop.commit();
    let outcome = shop.deploy();
    assert!(outcome.plan().named("composer-install").is_none());
    assert_eq!(shop.read("vendor/autoload.php"), "<?php // sold so\n");
}

#[test]
fn a_lock_file_that_is_no_json_is_told_before_any_host_is_changed() {
    let shop = Shop::new("", &[("composer.json", "{}"), ("composer.lock", "{\n<<<<<<< HEAD\n")]);
    shop.commit();
    assert_eq!(
        shop.lab.run(&["run", "test"]).exits(2).message(),
        "error: composer.lock line 2: this is not JSON: it has the marks of a merge conflict\n\
         make it again with `composer update --lock`, and commit it"
    );
    assert_eq!(shop.lab.hosts[0].releases(), [""; 0]);
}

#[test]
fn logins_beside_deploy_yml_reach_composer_and_do_not_travel() {
    let settings = "steps:\n  look: { phase: build, run: 'printf %s \"$COMPOSER_AUTH\" | tr a-z A-Z' }\n";
    let Some(shop) = locked(settings) else { return };
    shop.write("auth.json", "{\"http-basic\": {}}");
    let outcome = shop.deploy();
    assert_eq!(outcome.output("look", None), ["{\"HTTP-BASIC\": {}}"]);
    assert!(!shop.has("auth.json"));
    assert!(!outcome.stdout.contains("http-basic"));
}
