//! Copies of what was installed: used while the lock file is the same, and never when they are not whole.

use std::fs;
use std::path::PathBuf;

use super::composer::locked;
use super::{Shop, names};

/// Returns the first line that Composer's step printed, without the number of the copy.
fn told(shop: &Shop) -> String {
    let line = shop.deploy().output("composer-install", None).remove(0);
    line.split(" (").next().unwrap().to_owned()
}

fn kept(shop: &Shop) -> PathBuf {
    shop.lab.path("cache/deployer/build/shop/kept/vendor")
}

const HIT: &str = "vendor: hit, a copy is kept for this lock file";
const MISS: &str = "vendor: miss, no copy is kept for this lock file";

/// Its own packages are copied, so that what is kept holds their files.
fn copied() -> Option<Shop> {
    let shop = locked("")?;
    let json = fs::read_to_string(shop.lab.path("project/composer.json")).unwrap();
    let json =
        json.replace(r#""url": "packages/*""#, r#""url": "packages/*", "options": {"symlink": false}"#);
    shop.write("composer.json", &json);
    shop.run(shop.lab.in_project("composer").args(["update", "-q", "--no-install", "--no-scripts"]));
    shop.commit();
    Some(shop)
}

#[test]
fn a_copy_is_used_while_the_lock_file_and_the_packages_of_the_release_are_the_same() {
    let Some(shop) = copied() else { return };
    assert_eq!(told(&shop), MISS);
    let first = shop.read("vendor/acme/tool/tool.php");
    shop.write("app/Order.php", "<?php namespace App; class Order {}\n");
    shop.commit();
    assert_eq!(told(&shop), HIT);
    assert_eq!(shop.read("vendor/acme/tool/tool.php"), first);
    assert!(shop.read("vendor/composer/autoload_classmap.php").contains("App\\\\Order"));
    shop.write("packages/tool/tool.php", "<?php function tool(): string { return 'tool 2'; }\n");
    shop.commit();
    assert_eq!(told(&shop), MISS);
    assert!(shop.read("vendor/acme/tool/tool.php").contains("tool 2"));
}

#[test]
fn a_copy_that_has_changed_is_not_used_and_goes() {
    let Some(shop) = copied() else { return };
    assert_eq!(told(&shop), MISS);
    let [name] = names(&kept(&shop)).try_into().unwrap();
    fs::write(kept(&shop).join(&name).join("tree/acme/tool/tool.php"), "<?php\n").unwrap();
    let lines = shop.deploy().output("composer-install", None);
    assert_eq!(lines[1], "vendor: the copy is broken and goes");
    assert!(shop.read("vendor/acme/tool/tool.php").contains("tool 1"));
    assert_eq!(told(&shop), HIT);
    // Half of one, as a run that was killed leaves it.
    fs::remove_file(kept(&shop).join(&name).join("digest")).unwrap();
    assert_eq!(told(&shop), MISS);
}

#[test]
fn the_last_three_copies_stay() {
    let Some(shop) = copied() else { return };
    for version in 1..=5 {
        shop.write("packages/tool/tool.php", &format!("<?php // {version}\n"));
        shop.commit();
        assert_eq!(told(&shop), MISS);
    }
    assert_eq!(names(&kept(&shop)).len(), 3);
    assert_eq!(told(&shop), HIT);
}

#[test]
fn nothing_is_kept_where_nobody_wants_it() {
    let Some(shop) = locked("build: { cache: [] }\n") else { return };
    shop.deploy();
    assert_eq!(names(&kept(&shop)), [""; 0]);
}
