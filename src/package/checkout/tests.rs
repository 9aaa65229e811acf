//! Laying out real commits.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::package::sample::{Sample, listing};

async fn lay_out(sample: &Sample, reference: &str) -> Vec<String> {
    let area = WorkArea::lock(&sample.cache(), "shop").await.unwrap();
    let tree = checkout(&sample.resolve(reference).await.unwrap(), &area).await.unwrap();
    listing(&tree)
}

const FIRST: [&str; 6] = [
    "app/",
    "app/Shop.php \"<?php // 1\\n\"",
    "artisan* \"#!/usr/bin/env php\\n\"",
    "public/",
    "public/app -> ../app",
    "public/index.php \"<?php\\n\"",
];

#[tokio::test]
async fn the_tree_is_the_commit_with_its_links_and_permissions() {
    let sample = Sample::new();
    sample.write("app/Shop.php", "not committed");
    sample.write("untracked", "");
    let before = (listing(&sample.root()), sample.git(&["status", "--porcelain"]));
    assert_eq!(lay_out(&sample, "main").await, FIRST);
    assert_eq!((listing(&sample.root()), sample.git(&["status", "--porcelain"])), before);
}

#[tokio::test]
async fn what_a_build_or_a_hand_changed_is_as_in_the_commit_again() {
    let sample = Sample::new();
    lay_out(&sample, "main").await;
    let area = WorkArea::lock(&sample.cache(), "shop").await.unwrap();
    let tree = area.tree();
    drop(area);
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("index.php"), "mine").unwrap();
    // Same size, so that only the time can tell.
    fs::write(tree.join("app/Shop.php"), "<?php // 9\n").unwrap();
    fs::set_permissions(tree.join("artisan"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_dir_all(tree.join("public")).unwrap();
    symlink(outside.path(), tree.join("public")).unwrap();
    for folder in [".git", "vendor/acme/.git/objects", "node_modules/a"] {
        fs::create_dir_all(tree.join(folder)).unwrap();
        fs::write(tree.join(folder).join("left over"), "").unwrap();
    }
    fs::write(tree.join(".gitignore"), "*").unwrap();
    fs::write(tree.join("-rf $(x)\n"), "").unwrap();
    assert_eq!(lay_out(&sample, "main").await, FIRST);
    assert_eq!(fs::read_to_string(outside.path().join("index.php")).unwrap(), "mine");
}

#[tokio::test]
async fn another_commit_replaces_files_by_folders_and_back() {
    let sample = Sample::new();
    sample.git(&["rm", "-r", "--quiet", "app", "public"]);
    sample.write("app", "a file now");
    sample.write("artisan", "#!/bin/sh\n");
    sample.write("café \"q\" $(x)/-x", "");
    sample.commit("second");
    let second =
        ["app \"a file now\"", "artisan* \"#!/bin/sh\\n\"", "café \"q\" $(x)/", "café \"q\" $(x)/-x \"\""];
    for _ in 0..2 {
        assert_eq!(lay_out(&sample, "main").await, second);
        assert_eq!(lay_out(&sample, "main~1").await, FIRST);
    }
}

#[tokio::test]
async fn the_leftovers_of_a_killed_git_are_no_obstacle() {
    let sample = Sample::new();
    lay_out(&sample, "main").await;
    let area = WorkArea::lock(&sample.cache(), "shop").await.unwrap();
    fs::write(area.index(), "no index").unwrap();
    fs::write(area.index().with_extension("lock"), "").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("kept"), "").unwrap();
    fs::remove_dir_all(area.tree()).unwrap();
    symlink(elsewhere.path(), area.tree()).unwrap();
    drop(area);
    assert_eq!(lay_out(&sample, "main").await, FIRST);
    assert!(elsewhere.path().join("kept").is_file());
}

#[tokio::test]
async fn the_users_settings_do_not_change_the_tree() {
    let sample = Sample::new();
    sample.git(&["config", "core.autocrlf", "true"]);
    sample.git(&["config", "core.symlinks", "false"]);
    sample.git(&["config", "core.splitIndex", "true"]);
    sample.git(&["sparse-checkout", "set", "--no-cone", "/artisan"]);
    assert!(!sample.root().join("app").is_dir());
    // A split index would leave a part of itself in the repository.
    let before = listing(&sample.root().join(".git"));
    assert_eq!(lay_out(&sample, "main").await, FIRST);
    assert!(listing(&sample.root().join(".git")) == before);
}

#[tokio::test]
async fn a_folder_of_a_repository_is_laid_out_alone_and_a_mirror_like_a_clone() {
    let sample = Sample::new();
    sample.write("apps/shop/artisan", "x");
    sample.commit("monorepo");
    let area = WorkArea::lock(&sample.cache(), "shop").await.unwrap();
    let part = sample.resolve_in("apps/shop", "main").await.unwrap();
    assert_eq!(listing(&checkout(&part, &area).await.unwrap()), ["artisan \"x\""]);
    let url = format!("file://{}", sample.root().display());
    let mirrored = sample.resolve_in(&url, "main~1").await.unwrap();
    assert_eq!(listing(&checkout(&mirrored, &area).await.unwrap()), FIRST);
}
