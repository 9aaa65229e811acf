//! The packages of a working copy: which program installs them, and whether that was done.
#![expect(clippy::disallowed_methods, reason = "the working copy is looked at")]

use std::path::Path;
use std::process::{Command, Stdio};

use super::task::Task;

/// What is to be installed.
#[derive(Debug, PartialEq, Eq)]
pub enum Packages {
    /// There is nothing to install.
    None,
    /// They are there, and as new as the lock file.
    Done,
    /// They are to be installed.
    Wanted(Task),
}

/// Looks at the PHP packages.
pub fn php(root: &Path, composer: &str) -> Packages {
    if !root.join("composer.json").is_file() {
        return Packages::None;
    }
    let autoload = "vendor/autoload.php";
    let is_new = is_newer(root, "vendor/composer/installed.json", "composer.lock");
    // Some applications come with their packages: these stay as they were committed.
    if root.join(autoload).is_file() && (is_new || is_committed(root, autoload)) {
        return Packages::Done;
    }
    Packages::Wanted(Task::new(
        "packages",
        composer,
        "install",
        "https://getcomposer.org/download tells how it is",
    ))
}

/// The package managers, each with its lock file, what it notes of an installation, and its words.
const MANAGERS: [(&str, &str, &str, &str, &str); 4] = [
    (
        "pnpm",
        "pnpm-lock.yaml",
        "node_modules/.modules.yaml",
        "install --frozen-lockfile",
        "npm install -g pnpm",
    ),
    ("yarn", "yarn.lock", "node_modules/.yarn-integrity", "install --frozen-lockfile", "npm install -g yarn"),
    ("npm", "package-lock.json", "node_modules/.package-lock.json", "ci", "https://nodejs.org has it"),
    ("npm", "npm-shrinkwrap.json", "node_modules/.package-lock.json", "ci", "https://nodejs.org has it"),
];

/// Looks at the JavaScript packages.
pub fn javascript(root: &Path) -> Packages {
    if !root.join("package.json").is_file() {
        return Packages::None;
    }
    let manager = MANAGERS.iter().find(|(_, lock, ..)| root.join(lock).is_file());
    match manager {
        Some((_, lock, noted, ..)) if is_newer(root, noted, lock) => Packages::Done,
        Some((program, _, _, words, missing)) => {
            Packages::Wanted(Task::new("assets", program, words, missing))
        }
        None if root.join("node_modules").is_dir() => Packages::Done,
        None => Packages::Wanted(Task::new("assets", "npm", "install", "https://nodejs.org has it")),
    }
}

/// Tells whether git has a file.
fn is_committed(root: &Path, file: &str) -> bool {
    let mut git = Command::new("git");
    git.args(["ls-files", "--error-unmatch", "--", file]).current_dir(root);
    let status = git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Tells whether a file is there and not older than another, which may be missing.
fn is_newer(root: &Path, file: &str, other: &str) -> bool {
    let changed = |path: &str| std::fs::metadata(root.join(path)).and_then(|found| found.modified()).ok();
    match (changed(file), changed(other)) {
        (Some(file), Some(other)) => file >= other,
        (file, _) => file.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(packages: Packages) -> String {
        match packages {
            Packages::Wanted(task) => task.line(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_lock_file_names_the_package_manager() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        };
        assert_eq!(line(javascript(folder.path())), "None");
        write("package.json");
        assert_eq!(line(javascript(folder.path())), "npm install");
        write("package-lock.json");
        assert_eq!(line(javascript(folder.path())), "npm ci");
        write("yarn.lock");
        assert_eq!(line(javascript(folder.path())), "yarn install --frozen-lockfile");
        write("pnpm-lock.yaml");
        assert_eq!(line(javascript(folder.path())), "pnpm install --frozen-lockfile");
        write("node_modules/.modules.yaml");
        assert_eq!(line(javascript(folder.path())), "Done");
        assert_eq!(line(php(folder.path(), "composer2")), "None");
        write("composer.json");
        assert_eq!(line(php(folder.path(), "composer2")), "composer2 install");
        write("vendor/autoload.php");
        write("vendor/composer/installed.json");
        assert_eq!(line(php(folder.path(), "composer2")), "Done");
    }
}
