//! What must be true of a release once it is built. Pure.

use std::collections::BTreeSet;

use crate::persist::{Framework, Tree};

/// What must be true of a release once it is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// Files that its framework cannot do without.
    pub files: Vec<String>,
    /// Directories that must be there.
    pub directories: Vec<String>,
    /// Whether the packages must load.
    pub loads: bool,
    /// Whether the framework must start.
    pub boots: bool,
    /// Whether the build must have made a manifest of the assets.
    pub is_vite: bool,
}

impl Validation {
    /// Tells what a release is held to. `installs`: Composer runs; `docroot`: the directory that a web
    /// server is told to serve, `.` for the top, and none where nobody serves it from there.
    pub fn of(
        frameworks: &BTreeSet<Framework>,
        tree: &Tree,
        installs: bool,
        is_vite: bool,
        docroot: Option<&str>,
        named: &str,
    ) -> Self {
        let index = if named == "." { "index.php".to_owned() } else { format!("{named}/index.php") };
        let mut files = Vec::new();
        if frameworks.contains(&Framework::Laravel) && tree.is_file("bootstrap/app.php") {
            files.extend(["artisan".to_owned(), "bootstrap/app.php".to_owned(), index.clone()]);
        }
        if frameworks.contains(&Framework::CodeIgniter) {
            files.extend(["spark".to_owned(), "app/Config/Paths.php".to_owned(), index.clone()]);
        }
        if frameworks.contains(&Framework::Symfony) {
            files.extend(["bin/console".to_owned(), index]);
        }
        let loads = installs || tree.is_file("vendor/autoload.php");
        Self {
            boots: loads && frameworks.contains(&Framework::Laravel) && tree.is_file("bootstrap/app.php"),
            files,
            directories: docroot.filter(|dir| *dir != ".").map(str::to_owned).into_iter().collect(),
            loads,
            is_vite,
        }
    }

    /// Tells whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
