//! Finding a commit in real repositories.

use super::*;
use crate::package::sample::Sample;
use crate::persist::{Entry, Framework};

#[tokio::test]
async fn a_branch_a_tag_and_an_id_name_the_same_commit() {
    let sample = Sample::new();
    let id = sample.git(&["rev-parse", "HEAD"]);
    sample.git(&["tag", "-a", "v1", "-m", "one"]);
    for reference in ["main", "v1", "HEAD", &id, &id[..8]] {
        let found = sample.resolve(reference).await.unwrap();
        let revision = Revision {
            commit: Some(id.clone()),
            reference: reference.to_owned(),
            subject: "first".to_owned(),
        };
        assert_eq!(found.revision, revision);
        assert_eq!(found.files, ["app", "artisan", "public"]);
        assert_eq!(found.notes, Vec::<String>::new());
    }
}

#[tokio::test]
async fn hostile_names_are_names_and_nothing_else() {
    let sample = Sample::new();
    for name in ["feature/$(touch${IFS}pwned)", "it's;rm", "naïve-✓", "a\"b`id`", "x&&y|z"] {
        sample.git(&["branch", name]);
        assert_eq!(sample.resolve(name).await.unwrap().revision.reference, name);
    }
    assert!(!sample.root().join("pwned").is_file());
    for name in ["--all", "-h", "", "a\nb"] {
        assert!(matches!(sample.resolve(name).await, Err(SourceError::BadReference { .. })));
    }
}

#[tokio::test]
async fn a_hostile_subject_is_shown_without_its_control_characters() {
    let sample = Sample::new();
    sample.commit("red \u{1b}[31m alert\n\nbody");
    assert_eq!(sample.resolve("main").await.unwrap().revision.subject, "red \u{fffd}[31m alert");
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_the_close_ones() {
    let sample = Sample::new();
    sample.git(&["branch", "release/2.1"]);
    let error = sample.resolve("mian").await.unwrap_err();
    let expected =
        format!("{}/. has no branch, tag or commit `mian`; did you mean `main`?", sample.root().display());
    assert_eq!(error.to_string(), expected);
    assert!(matches!(sample.resolve("main..HEAD").await, Err(SourceError::UnknownReference { .. })));
}

#[tokio::test]
async fn a_file_that_only_the_users_settings_make_clean_is_not_called_changed() {
    let sample = Sample::new();
    sample.git(&["config", "core.fileMode", "false"]);
    let artisan = sample.root().join("artisan");
    std::fs::set_permissions(artisan, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(sample.resolve("main").await.unwrap().notes, Vec::<String>::new());
}

#[tokio::test]
async fn looking_leaves_the_repository_as_it_is() {
    let sample = Sample::new();
    let index = sample.root().join(".git/index");
    // Its record of this file is outdated now: a `git status` of the user would write the index.
    sample.write("artisan", "#!/usr/bin/env php\n");
    let before = std::fs::read(&index).unwrap();
    sample.resolve("main").await.unwrap();
    assert!(std::fs::read(&index).unwrap() == before);
}

#[tokio::test]
async fn what_is_no_repository_or_has_no_commit_is_told_apart() {
    let sample = Sample::empty();
    assert!(matches!(sample.resolve("main").await, Err(SourceError::NoCommits { .. })));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert!(matches!(sample.resolve_in(path, "main").await, Err(SourceError::NotARepository { .. })));
    assert!(matches!(sample.resolve_in("nowhere", "main").await, Err(SourceError::Path { .. })));
}

#[tokio::test]
async fn a_folder_of_a_larger_repository_is_released_alone() {
    let sample = Sample::new();
    sample.write("apps/a shop/artisan", "x");
    sample.commit("monorepo");
    assert_eq!(sample.resolve_in("apps/a shop", "main").await.unwrap().files, ["artisan"]);
    let error = sample.resolve_in("apps/a shop", "HEAD~1").await.unwrap_err();
    assert!(matches!(error, SourceError::NotInCommit { folder, .. } if folder == "apps/a shop"));
}

#[tokio::test]
async fn a_repository_behind_a_url_is_mirrored_and_follows_the_remote() {
    let sample = Sample::new();
    let url = format!("file://{}", sample.root().display());
    for reference in ["main", "HEAD"] {
        let id = sample.commit("next");
        let found = sample.resolve_in(&url, reference).await.unwrap();
        assert_eq!((found.revision.commit, found.notes), (Some(id), vec![]));
    }
    sample.git(&["branch", "--move", "trunk"]);
    assert!(matches!(sample.resolve_in(&url, "main").await, Err(SourceError::UnknownReference { .. })));
    assert!(matches!(sample.resolve_in(&format!("{url}x"), "main").await, Err(SourceError::Git(_))));
    let empty = Sample::empty();
    let url = format!("file://{}", empty.root().display());
    for reference in ["main", "HEAD"] {
        assert!(matches!(empty.resolve_in(&url, reference).await, Err(SourceError::NoCommits { .. })));
    }
}

#[tokio::test]
async fn a_folder_is_released_as_it_is() {
    let sample = Sample::new();
    let source = Source::Folder("public".into());
    let found = resolve(&source, &sample.root(), &sample.cache()).await.unwrap();
    assert_eq!(
        (found.revision.short(), found.files),
        ("public", vec!["app".to_owned(), "index.php".to_owned()])
    );
    let missing = resolve(&Source::Folder("dist".into()), &sample.root(), &sample.cache()).await;
    assert!(matches!(missing, Err(SourceError::Path { .. })));
}

#[tokio::test]
async fn a_filter_that_is_not_set_up_here_is_pointed_out() {
    let sample = Sample::new();
    sample.write(".gitattributes", "# filter=old\n*.key filter=git-crypt diff=git-crypt\n");
    sample.write("apps/web/a.key", "");
    sample.commit("secrets");
    let expected = "files with `filter=git-crypt` are released as git stores them: the filter is not set up \
                    for this repository on this machine";
    assert_eq!(sample.resolve("main").await.unwrap().notes, [expected]);
    // What stands above the folder that is released counts in it.
    assert_eq!(sample.resolve_in("apps/web", "main").await.unwrap().notes, [expected]);
    sample.git(&["config", "filter.git-crypt.smudge", "cat"]);
    assert_eq!(sample.resolve("main").await.unwrap().notes, Vec::<String>::new());
}

#[tokio::test]
async fn a_repository_that_names_git_lfs_and_has_no_large_file_needs_no_tool() {
    let sample = Sample::new();
    sample.write(".gitattributes", "*.psd filter=lfs diff=lfs merge=lfs -text\n");
    sample.commit("lfs");
    assert!(sample.resolve("main").await.is_ok());
}

#[tokio::test]
async fn a_release_knows_its_paths_and_what_it_is_built_on() {
    let sample = Sample::new();
    sample.write("apps/web/bin/console", "");
    sample.write("apps/web/public/my uploads/ä.png", "");
    sample.write("apps/web/composer.json", r#"{"require": {"symfony/framework-bundle": "^7"}}"#);
    sample.write("apps/web/package.json", r#"{"devDependencies": {"vue": "^3"}}"#);
    sample.commit("second");
    let source = Source::Folder("apps/web".into());
    let folder = resolve(&source, &sample.root(), &sample.cache()).await.unwrap();
    let (whole, part) =
        (sample.resolve("main").await.unwrap(), sample.resolve_in("apps/web", "main").await.unwrap());
    for (resolved, expected) in [
        (&whole, vec![Framework::Laravel]),
        (&part, vec![Framework::Symfony, Framework::Vue]),
        (&folder, vec![Framework::Symfony, Framework::Vue]),
    ] {
        let found = crate::package::requirement::frameworks(resolved).await;
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }
    assert_eq!(whole.tree.get("public/app"), Some(Entry::Link));
    assert_eq!(whole.tree.get("apps/web/bin/console"), Some(Entry::File));
    assert_eq!(part.tree, folder.tree);
    assert_eq!(part.tree.get("public/my uploads/ä.png"), Some(Entry::File));
}
