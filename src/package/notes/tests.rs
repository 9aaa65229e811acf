//! Notes about real repositories.

use crate::package::sample::Sample;

async fn notes(sample: &Sample, reference: &str) -> Vec<String> {
    sample.resolve(reference).await.unwrap().notes
}

/// A repository whose branch follows one of a remote.
fn following() -> Sample {
    let sample = Sample::new();
    sample.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sample.git(&["config", "remote.origin.url", "https://shop.example/shop.git"]);
    sample.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    sample.git(&["config", "branch.main.remote", "origin"]);
    sample.git(&["config", "branch.main.merge", "refs/heads/main"]);
    sample
}

#[tokio::test]
async fn work_that_is_not_committed_is_counted_as_git_does() {
    let sample = Sample::new();
    sample.write("app/Shop.php", "<?php // 2\n");
    assert_eq!(
        notes(&sample, "main").await,
        [
            "1 changed file is not committed and will not be released (`git add -A && git commit`): app/Shop.php"
        ]
    );
    sample.git(&["add", "--all"]);
    assert_eq!(
        notes(&sample, "main").await,
        ["1 staged file is not committed and will not be released (`git commit`): app/Shop.php"]
    );
    sample.write("artisan", "");
    sample.write("new one.txt", "");
    sample.write("new two.txt", "");
    assert_eq!(
        notes(&sample, "main").await,
        ["1 staged, 1 changed and 2 new files are not committed and will not be released \
          (`git add -A && git commit`): app/Shop.php, artisan, new one.txt, …"]
    );
}

#[tokio::test]
async fn commits_that_nobody_else_has_are_counted() {
    let sample = following();
    assert_eq!(notes(&sample, "main").await, Vec::<String>::new());
    let id = sample.commit("second");
    let expected = "1 commit of main is not pushed, nobody else has what will be live: `git push`";
    assert_eq!(notes(&sample, "main").await, [expected]);
    sample.commit("third");
    sample.git(&["tag", "v1", &id]);
    let expected = "1 commit of v1 is not pushed, nobody else has what will be live: `git push`";
    assert_eq!(notes(&sample, "v1").await, [expected]);
    sample.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    assert_eq!(notes(&sample, "main").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_branch_that_lacks_what_others_pushed_is_pointed_out() {
    let sample = following();
    for message in ["second", "third"] {
        sample.commit(message);
    }
    sample.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sample.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    let expected = "main lacks 2 commits of origin/main: bring them here (`git pull`), \
                    or release that: `--ref origin/main`";
    assert_eq!(notes(&sample, "main").await, [expected]);
    assert_eq!(notes(&sample, "HEAD").await, [expected]);
    assert_eq!(notes(&sample, "origin/main").await, Vec::<String>::new());
    sample.commit("another second");
    let expected = "main and origin/main have diverged, 1 commit here and 2 commits there: \
                    `git pull --rebase`, or release that: `--ref origin/main`";
    assert_eq!(notes(&sample, "main").await, [expected]);
}

#[tokio::test]
async fn work_on_another_branch_is_not_taken_for_what_is_released() {
    let sample = Sample::new();
    sample.git(&["switch", "--quiet", "--create", "it's/cart"]);
    assert_eq!(notes(&sample, "main").await, Vec::<String>::new());
    sample.commit("cart");
    let expected = "it's/cart is checked out, with 1 commit more than main, which is released: \
                    `--ref 'it'\\''s/cart'` releases it";
    assert_eq!(notes(&sample, "main").await, [expected]);
    assert_eq!(notes(&sample, "it's/cart").await, Vec::<String>::new());
    assert_eq!(notes(&sample, "main~0").await, Vec::<String>::new());
}
