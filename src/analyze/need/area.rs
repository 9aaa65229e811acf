//! What a file is for, by its place.

use super::super::composer::Manifest;
use super::super::files::is_foreign;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// The application.
    Production,
    /// Filling the database: a seeder.
    Seeder,
    /// Making models for seeders and tests.
    Factory,
    /// Developing and testing.
    Development,
}

/// Files at the top that set up tools.
const TOOLS: [&str; 12] = [
    "castor.php",
    "deploy.php",
    "ecs.php",
    "infection.php",
    "monorepo-builder.php",
    "phpinsights.php",
    "phpstan.php",
    "pint.php",
    "rector.php",
    "RoboFile.php",
    "scoper.inc.php",
    "server.php",
];

/// Finds out what files are for.
#[derive(Debug)]
pub(super) struct Areas {
    development: Vec<String>,
}

impl Areas {
    /// Takes the places for development that composer.json names.
    pub fn new(manifest: &Manifest) -> Self {
        Self { development: manifest.development_paths() }
    }

    /// Returns what a file is for; `None` for one that is not the project's own.
    pub fn of(&self, path: &str) -> Option<Area> {
        if is_foreign(path) {
            return None;
        }
        if self.is_development(path) {
            return Some(Area::Development);
        }
        let folders: Vec<String> = path.split('/').map(str::to_ascii_lowercase).collect();
        let below = |names: &[&str]| {
            folders.windows(2).any(|pair| pair[0] == "database" && names.contains(&pair[1].as_str()))
        };
        Some(if below(&["seeders", "seeds"]) {
            Area::Seeder
        } else if below(&["factories"]) {
            Area::Factory
        } else {
            Area::Production
        })
    }

    fn is_development(&self, path: &str) -> bool {
        let inside = |folder: &String| {
            path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut parts = folders.split('/');
        let first = parts.next().unwrap_or_default();
        let own = matches!(first, "app" | "src");
        let is_tests =
            |part: &str| matches!(part, "tests" | "Tests" | "stubs" | "DataFixtures" | "Fakes" | "Testing");
        self.development.iter().any(inside)
            || matches!(first, "test" | "spec" | "docs" | "stubs" | "tools" | "examples" | ".github")
            || is_tests(first)
            || parts.any(|part| is_tests(part) && (!own || part != "Tests"))
            || ["/Commands/Local/", "/Commands/Dev/"].iter().any(|dir| path.contains(dir))
            || folders.is_empty() && (TOOLS.contains(&name) || name.starts_with("phpstan"))
            || matches!(name, "tests.php" | "test.php" | "phpunit.php")
            || name.starts_with('.')
            || name.starts_with("_ide_helper")
    }
}
