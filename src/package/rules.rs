//! What does not travel: the safe defaults, then the `.deployignore` files, then deploy.yml's
//! `package.exclude`. All in the syntax of gitignore, where the later rule wins: `!tests` in a
//! `.deployignore` brings the tests back.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The name of the file that lists what does not travel, in any folder.
pub(super) const FILE: &str = ".deployignore";

/// What a release never needs, and what must not leave the developer's machine.
const DEFAULTS: [&str; 21] = [
    // Passwords, tokens and keys.
    ".env",
    ".env.*",
    "!.env.example",
    "/auth.json",
    "/.npmrc",
    "/storage/*.key",
    // The developer's environment once more, cached.
    "/bootstrap/cache/config.php",
    // What only development needs. A package's own files, and what is served, stay whole.
    "node_modules",
    "!/public/**/node_modules",
    "!/vendor/**/node_modules",
    "/tests/",
    "/test/",
    // Files about the deploy and the repository.
    ".deployignore",
    "/deploy.yml",
    "/deploy.yaml",
    "/.github",
    "/.gitlab-ci.yml",
    "/.gitmodules",
    "/.idea",
    "/.vscode",
    ".DS_Store",
];

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct RuleError {
    /// Where it stands.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The rules for one tree. Folders are entered and left as they are walked.
#[derive(Debug)]
pub(super) struct Rules {
    defaults: Gitignore,
    files: Vec<(PathBuf, Gitignore)>,
    exclude: Gitignore,
}

impl Rules {
    /// Takes deploy.yml's rules.
    pub fn new(exclude: &[String]) -> Result<Self, RuleError> {
        let defaults = matcher(Path::new(""), DEFAULTS.into_iter(), |_| "the built-in rules".to_owned())?;
        let lines = exclude.iter().map(String::as_str);
        let exclude = matcher(Path::new(""), lines, |_| "package.exclude".to_owned())?;
        Ok(Self { defaults, files: Vec::new(), exclude })
    }

    /// Adds the text of a folder's `.deployignore`. Paths are relative to the top of the tree.
    pub fn enter(&mut self, folder: &Path, text: &str) -> Result<(), RuleError> {
        let name = folder.join(FILE);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let rules = matcher(folder, text.lines(), |line| format!("{}:{line}", name.display()))?;
        self.files.push((folder.to_owned(), rules));
        Ok(())
    }

    /// Forgets the rules of a folder that has been walked.
    pub fn leave(&mut self, folder: &Path) {
        self.files.pop_if(|(of, _)| of == folder);
    }

    /// Tells whether a path stays behind. The folders that it lies in do not.
    pub fn exclude(&self, path: &Path, is_folder: bool) -> bool {
        // No rule brings the history of the repository, its remotes and their tokens to a host.
        if path.file_name().is_some_and(|name| name == ".git") {
            return true;
        }
        let files = self.files.iter().rev().map(|(_, rules)| rules);
        std::iter::once(&self.exclude)
            .chain(files)
            .chain([&self.defaults])
            .map(|rules| rules.matched(path, is_folder))
            .find(|found| !found.is_none())
            .is_some_and(|found| found.is_ignore())
    }
}

fn matcher<'a>(
    folder: &Path,
    lines: impl Iterator<Item = &'a str>,
    place: impl Fn(usize) -> String,
) -> Result<Gitignore, RuleError> {
    let mut builder = GitignoreBuilder::new(folder);
    builder.allow_unclosed_class(false);
    for (index, line) in lines.enumerate() {
        let error = |error: ignore::Error| RuleError { place: place(index + 1), reason: error.to_string() };
        builder.add_line(None, line).map_err(error)?;
    }
    builder.build().map_err(|error| RuleError { place: place(0), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped<'a>(rules: &Rules, paths: &[&'a str]) -> Vec<&'a str> {
        let is_folder = |path: &str| path.ends_with('/');
        let shipped = |path: &&&str| !rules.exclude(Path::new(path.trim_end_matches('/')), is_folder(path));
        paths.iter().filter(shipped).copied().collect()
    }

    fn rules(exclude: &[&str]) -> Rules {
        Rules::new(&exclude.iter().map(|&line| line.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    const TREE: [&str; 24] = [
        ".DS_Store",
        ".deployignore",
        ".env",
        ".env.example",
        ".env.production",
        ".git/",
        ".github/",
        ".gitignore",
        "app/Tests.php",
        "app/tests/",
        "artisan",
        "auth.json",
        "bootstrap/cache/config.php",
        "bootstrap/cache/packages.php",
        "deploy.yml",
        "node_modules/",
        "public/theme/node_modules/",
        "resources/js/node_modules/",
        "sub/.env",
        "sub/.git",
        "storage/oauth-private.key",
        "test/",
        "tests/",
        "vendor/acme/blog/tests/",
    ];

    #[test]
    fn the_defaults_leave_out_secrets_and_what_only_development_needs() {
        let expected = [
            ".env.example",
            ".gitignore",
            "app/Tests.php",
            "app/tests/",
            "artisan",
            "bootstrap/cache/packages.php",
            "public/theme/node_modules/",
            "vendor/acme/blog/tests/",
        ];
        assert_eq!(shipped(&rules(&[]), &TREE), expected);
    }

    #[test]
    fn the_recipe_of_symfony_brings_back_the_committed_settings_alone() {
        let paths = [".env", ".env.local", ".env.local.php", "sub/.env"];
        assert_eq!(shipped(&rules(&["!/.env", "/.env.local.php"]), &paths), [".env"]);
    }

    #[test]
    fn whatever_is_written_the_repository_stays_behind() {
        let rules = rules(&["!*", "!.git", "!.git/", "!/sub/.git"]);
        let expected: Vec<&str> =
            TREE.into_iter().filter(|path| !matches!(*path, ".git/" | "sub/.git")).collect();
        assert_eq!(shipped(&rules, &TREE), expected);
    }

    #[test]
    fn later_rules_win_and_a_nested_file_speaks_for_its_folder() {
        let mut rules = rules(&["*.psd", "!keep.psd"]);
        rules.enter(Path::new(""), "\u{feff}# drafts\n/drafts\n*.log\n!tests\nkeep.psd\n").unwrap();
        rules.enter(Path::new("app"), "/cache\n!debug.log\n").unwrap();
        let paths =
            ["tests/", "drafts", "app/drafts", "a.psd", "keep.psd", "x.log", "app/debug.log", "app/cache"];
        assert_eq!(shipped(&rules, &paths), ["tests/", "app/drafts", "keep.psd", "app/debug.log"]);
        rules.leave(Path::new("app"));
        assert_eq!(shipped(&rules, &["app/debug.log", "app/cache"]), ["app/cache"]);
    }

    #[test]
    fn a_broken_rule_is_named_with_its_place() {
        let error = rules(&[]).enter(Path::new("app"), "ok\nbad[\n").unwrap_err();
        assert_eq!(error.place, "app/.deployignore:2");
        assert_eq!(Rules::new(&["{a".to_owned()]).unwrap_err().place, "package.exclude");
    }
}
