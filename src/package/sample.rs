//! Repositories for tests: real ones, in a folder that goes away.
#![expect(clippy::disallowed_methods, reason = "a repository is made of files, by git")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::source::{Resolved, SourceError, resolve};
use crate::config::Source;

/// A repository with one commit on `main`, beside an empty cache.
pub(super) struct Sample {
    folder: TempDir,
}

impl Sample {
    /// Makes a repository without a commit.
    pub fn empty() -> Self {
        let sample = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(sample.root()).unwrap();
        sample.git(&["init", "--quiet", "--initial-branch=main"]);
        sample
    }

    /// Makes a repository with some files of every kind.
    pub fn new() -> Self {
        let sample = Self::empty();
        sample.write("artisan", "#!/usr/bin/env php\n");
        fs::set_permissions(sample.root().join("artisan"), fs::Permissions::from_mode(0o755)).unwrap();
        sample.write("app/Shop.php", "<?php // 1\n");
        sample.write("public/index.php", "<?php\n");
        symlink("../app", sample.root().join("public/app")).unwrap();
        sample.commit("first");
        sample
    }

    /// Returns the folder of the work tree.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("shop")
    }

    /// Returns the folder for the program's cache.
    pub fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits everything and returns the id.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in the work tree, away from the configuration of whoever runs the tests.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Ana", "-c", "user.email=ana@shop.example", "-C"])
            .arg(self.root())
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            // Tests may run in a hook of git.
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Finds a commit of the work tree's repository.
    pub async fn resolve(&self, reference: &str) -> Result<Resolved, SourceError> {
        self.resolve_in(".", reference).await
    }

    /// Finds a commit of another repository.
    pub async fn resolve_in(&self, repository: &str, reference: &str) -> Result<Resolved, SourceError> {
        let source = Source::Git { repository: repository.to_owned(), reference: reference.to_owned() };
        resolve(&source, &self.root(), &self.cache()).await
    }
}

/// Returns what lies below a folder, a line each: path, kind or permission to run, content.
pub(super) fn listing(root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    list(root, Path::new(""), &mut lines);
    lines.sort();
    lines
}

fn list(root: &Path, folder: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        let (name, metadata) = (path.display(), entry.metadata().unwrap());
        if metadata.is_dir() {
            lines.push(format!("{name}/"));
            list(root, &path, lines);
        } else if metadata.is_symlink() {
            lines.push(format!("{name} -> {}", fs::read_link(entry.path()).unwrap().display()));
        } else {
            let run = if metadata.permissions().mode() & 0o111 == 0 { "" } else { "*" };
            lines
                .push(format!("{name}{run} {:?}", String::from_utf8_lossy(&fs::read(entry.path()).unwrap())));
        }
    }
}
