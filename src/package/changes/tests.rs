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
        left: Vec::new(),
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

#[tokio::test]
async fn a_release_that_does_not_follow_from_the_live_one_is_said_in_words() {
    let sample = Sample::new();
    let first = sample.git(&["rev-parse", "HEAD"]);
    let second = sample.commit("second");
    let said = async |reference: &str, live: &str| {
        let resolved = sample.resolve(reference).await.unwrap();
        let changes = changes(&resolved, live).await;
        notes(&resolved, Some(live), changes.as_ref())
    };
    assert_eq!(said("main", &first).await, Vec::<String>::new());
    assert_eq!(said("main", &second).await, Vec::<String>::new());
    let (one, two) = (&first[..7], &second[..7]);
    assert_eq!(
        said(&first, &second).await,
        [format!("{one} is older than the live {two}: 1 commit that is live is taken back")]
    );
    sample.git(&["reset", "--quiet", "--hard", &first]);
    let other = sample.commit("rewritten");
    let other = &other[..7];
    assert_eq!(
        said("main", &second).await,
        [format!(
            "{other} does not follow from the live {two}: 1 commit that is live is not in it (another branch, \
             or a rewritten one?); `git log {other}..{two}` shows them"
        )]
    );
    let unknown = said("main", &"a".repeat(40)).await;
    assert!(unknown[0].starts_with("the live commit aaaaaaa is not known here"), "{unknown:?}");
}
