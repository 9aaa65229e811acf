//! Finding and laying out real submodules.
#![expect(clippy::disallowed_methods, reason = "repositories are made of files")]

use std::fs;

use super::*;
use crate::package::sample::{Sample, listing};
use crate::package::source::Resolved;
use crate::package::{WorkArea, checkout};
use crate::persist::Entry;

/// Records a commit as the submodule at that path, without a clone in the work tree.
fn link(shop: &Sample, path: &str, url: &str, commit: &str) {
    shop.git(&["config", "--file", ".gitmodules", &format!("submodule.{path}.path"), path]);
    shop.git(&["config", "--file", ".gitmodules", &format!("submodule.{path}.url"), url]);
    shop.git(&["add", ".gitmodules"]);
    shop.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},{path}")]);
    shop.git(&["commit", "--quiet", "-m", "submodule"]);
}

fn url(sample: &Sample) -> String {
    format!("file://{}", sample.root().display())
}

/// Finds what a shop behind a URL holds: nothing of it is on this machine but the cache.
async fn behind_url(shop: &Sample) -> Result<Resolved, SourceError> {
    shop.resolve_in(&url(shop), "main").await
}

async fn laid_out(sample: &Sample, resolved: &Resolved) -> Vec<String> {
    let area = WorkArea::lock(&sample.cache(), "shop").await.unwrap();
    listing(&checkout(resolved, &area).await.unwrap())
}

fn refused(found: Result<Resolved, SourceError>) -> SubmoduleError {
    match found {
        Err(SourceError::Submodule(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// A theme with a file, as the only one of its folder.
fn theme() -> (Sample, String) {
    let theme = Sample::empty();
    theme.write("css/a b.css", "1");
    let id = theme.commit("theme");
    (theme, id)
}

#[tokio::test]
async fn submodules_are_laid_out_at_their_recorded_commits_also_those_in_submodules() {
    let (icons, icons_id) = theme();
    let (theme, _) = theme();
    // Git takes relative addresses from where the repository came from.
    let beside = format!("../../{}/shop", icons.root().parent().unwrap().file_name().unwrap().display());
    link(&theme, "more/icons", &beside, &icons_id);
    let theme_id = theme.git(&["rev-parse", "HEAD"]);
    theme.write("css/later.css", "not recorded");
    theme.commit("later");
    let shop = Sample::new();
    let beside = format!("../../{}/shop", theme.root().parent().unwrap().file_name().unwrap().display());
    link(&shop, "public/my theme", &beside, &theme_id);
    let resolved = behind_url(&shop).await.unwrap();
    assert_eq!(resolved.tree.get("public/my theme/more/icons/css/a b.css"), Some(Entry::File));
    let expected: Vec<String> = [
        "public/my theme/",
        "public/my theme/.gitmodules",
        "public/my theme/css/",
        "public/my theme/css/a b.css \"1\"",
        "public/my theme/more/",
        "public/my theme/more/icons/",
        "public/my theme/more/icons/css/",
        "public/my theme/more/icons/css/a b.css \"1\"",
    ]
    .map(str::to_owned)
    .into();
    for _ in 0..2 {
        let lines = laid_out(&shop, &resolved).await;
        let mut found: Vec<String> =
            lines.into_iter().filter(|line| line.starts_with("public/my theme")).collect();
        found[1].truncate(expected[1].len());
        assert_eq!(found, expected);
        // What a build leaves behind and changes is gone the next time.
        let tree = WorkArea::lock(&shop.cache(), "shop").await.unwrap().tree();
        fs::write(tree.join("public/my theme/css/a b.css"), "2").unwrap();
        fs::write(tree.join("public/my theme/more/icons/built"), "").unwrap();
    }
    // What was fetched once is not fetched again.
    fs::remove_dir_all(theme.root()).unwrap();
    assert!(behind_url(&shop).await.is_ok());
}

#[tokio::test]
async fn a_submodule_that_goes_and_a_link_in_its_place_leave_nothing_behind() {
    let (theme, id) = theme();
    let shop = Sample::new();
    link(&shop, "public/theme", &url(&theme), &id);
    shop.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init"]);
    let with = shop.resolve("main").await.unwrap();
    laid_out(&shop, &with).await;
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("kept"), "").unwrap();
    let tree = WorkArea::lock(&shop.cache(), "shop").await.unwrap().tree();
    for place in ["public/theme", "public"] {
        fs::remove_dir_all(tree.join(place)).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), tree.join(place)).unwrap();
        assert!(laid_out(&shop, &with).await.contains(&"public/theme/css/a b.css \"1\"".to_owned()));
    }
    assert!(elsewhere.path().join("kept").is_file());
    let without = shop.resolve("main~1").await.unwrap();
    assert!(!laid_out(&shop, &without).await.iter().any(|line| line.starts_with("public/theme")));
}

#[tokio::test]
async fn what_the_user_has_of_a_submodule_already_needs_no_network() {
    let (theme, id) = theme();
    let shop = Sample::new();
    link(&shop, "theme", &url(&theme), &id);
    shop.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init"]);
    fs::remove_dir_all(theme.root()).unwrap();
    let before = listing(&shop.root().join(".git"));
    let resolved = shop.resolve("main").await.unwrap();
    assert!(laid_out(&shop, &resolved).await.contains(&"theme/css/a b.css \"1\"".to_owned()));
    assert!(!shop.cache().join("repositories").exists());
    assert!(listing(&shop.root().join(".git")) == before);
}

#[tokio::test]
async fn a_submodule_that_cannot_be_read_is_named_with_what_to_do() {
    let (theme, id) = theme();
    let shop = Sample::new();
    link(&shop, "theme", "../gone.git", &id);
    let gone = refused(behind_url(&shop).await);
    let text = gone.to_string();
    let address = format!("file://{}", shop.root().with_file_name("gone.git").display());
    assert!(text.starts_with(&format!("submodule `theme` cannot be read from {address}: ")), "{text}");
    assert!(text.contains("git ls-remote"), "{text}");
    // As git itself: an address that names a folder of this machine is used only where the user allows it.
    link(&shop, "theme", &url(&theme), &id);
    let text = refused(behind_url(&shop).await).to_string();
    assert!(text.contains("git config --global protocol.file.allow always"), "{text}");
    let beside = format!("../../{}/shop", theme.root().parent().unwrap().file_name().unwrap().display());
    link(&shop, "a theme", &beside, &"1".repeat(40));
    shop.git(&["rm", "--cached", "--quiet", "theme"]);
    shop.git(&["commit", "--quiet", "-m", "one"]);
    let text = refused(behind_url(&shop).await).to_string();
    assert!(text.ends_with("has no commit 1111111: push it there (`git -C 'a theme' push`)"), "{text}");
}

#[tokio::test]
async fn what_gitmodules_says_cannot_do_harm() {
    let (_theme, id) = theme();
    for url in [
        "ext::sh -c touch% pwned",
        "--upload-pack=touch pwned",
        "ssh://-oProxyCommand=x/a",
        "../../../../../../../..",
    ] {
        let shop = Sample::new();
        link(&shop, "theme", url, &id);
        let error = refused(behind_url(&shop).await);
        assert!(matches!(error, SubmoduleError::Address { .. }), "{error}");
    }
    let shop = Sample::new();
    link(&shop, "theme", "../theme", &id);
    let text = fs::read_to_string(shop.root().join(".gitmodules")).unwrap();
    shop.write(".gitmodules", &text.replace("\"theme\"", "\"../../x\""));
    shop.git(&["add", ".gitmodules"]);
    shop.git(&["commit", "--quiet", "-m", "hostile"]);
    let error = refused(behind_url(&shop).await);
    assert!(matches!(error, SubmoduleError::Name { .. }), "{error}");
    shop.git(&["rm", "--quiet", ".gitmodules"]);
    shop.git(&["commit", "--quiet", "-m", "unlisted"]);
    let error = refused(behind_url(&shop).await);
    assert!(matches!(error, SubmoduleError::Unlisted { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_of_a_larger_repository_brings_its_own_submodules_alone() {
    let (theme, id) = theme();
    let shop = Sample::new();
    shop.write("apps/web/index.php", "");
    shop.commit("web");
    link(&shop, "apps/web/theme", "../theme", &id);
    link(&shop, "apps/blog/theme", "../gone", &id);
    let home = shop.root().with_file_name("theme");
    fs::rename(theme.root(), &home).unwrap();
    let resolved = shop.resolve_in("apps/web", "main").await.unwrap();
    assert_eq!(
        laid_out(&shop, &resolved).await,
        ["index.php \"\"", "theme/", "theme/css/", "theme/css/a b.css \"1\""]
    );
}

#[tokio::test]
async fn a_submodule_that_nobody_is_to_have_is_left_empty_and_pointed_out() {
    let (_theme, id) = theme();
    let shop = Sample::new();
    shop.git(&["config", "--file", ".gitmodules", "submodule.docs.update", "none"]);
    link(&shop, "docs", "../gone.git", &id);
    let resolved = behind_url(&shop).await.unwrap();
    assert_eq!(resolved.notes, ["`docs` is released empty: .gitmodules says `update = none` for it"]);
    assert!(laid_out(&shop, &resolved).await.contains(&"docs/".to_owned()));
}
