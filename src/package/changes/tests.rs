//! Comparing real commits.

use super::*;
use crate::package::sample::Sample;

#[tokio::test]
async fn commits_and_files_since_the_live_one_are_listed() {
    let sample = Sample::new();
    let from = sample.git(&["rev-parse", "HEAD"]);
    sample.write("-rf $(x) \"ü\".php", "");
    sample.write("app/Shop.php", "<?php // 2\n");
    let second = sample.commit("second $(touch x) \u{7}");
    sample.git(&["mv", "public/index.php", "public/main.php"]);
    let third = sample.commit("third");
    let mut changes = changes(&sample.resolve("main").await.unwrap(), &from).await.unwrap();
    for commit in &mut changes.commits {
        // How many digits git shows depends on the repository.
        let (id, subject) = commit.split_once(' ').unwrap();
        assert!(second.starts_with(id) || third.starts_with(id));
        *commit = subject.to_owned();
    }
    let expected = Changes {
        from,
        commits: vec!["third".to_owned(), "second $(touch x) \u{fffd}".to_owned()],
        added: vec!["-rf $(x) \"ü\".php".to_owned(), "public/main.php".to_owned()],
        changed: vec!["app/Shop.php".to_owned()],
        removed: vec!["public/index.php".to_owned()],
    };
    assert_eq!(changes, expected);
}

#[tokio::test]
async fn in_a_larger_repository_only_the_released_folder_counts() {
    let sample = Sample::new();
    sample.write("apps/shop/artisan", "1");
    let from = sample.commit("shop");
    sample.write("apps/blog/artisan", "1");
    sample.commit("blog");
    sample.write("apps/shop/artisan", "2");
    sample.commit("shop again");
    let changes = changes(&sample.resolve_in("apps/shop", "main").await.unwrap(), &from).await.unwrap();
    assert_eq!((changes.commits.len(), changes.changed), (1, vec!["artisan".to_owned()]));
    assert_eq!(changes.added, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_told_about_what_is_not_known_here() {
    let sample = Sample::new();
    let resolved = sample.resolve("main").await.unwrap();
    for unknown in ["", "main", "--all", "HEAD", &"0".repeat(40), &"g".repeat(40)] {
        assert_eq!(changes(&resolved, unknown).await, None, "{unknown:?}");
    }
    let commit = resolved.revision.commit.clone().unwrap();
    let same = changes(&resolved, &commit).await.unwrap();
    assert_eq!(same, Changes { from: commit, ..Changes::default() });
}
