//! What does not travel: the safe defaults, then what `.gitattributes` keeps out of exports, then the
//! `.deployignore` files, then deploy.yml's `package.exclude`. All in the syntax of gitignore, where the
//! later rule wins: `!tests` in a `.deployignore` brings the tests back.

use super::export;
use super::rule::{self, Rule};

/// The name of the file that lists what does not travel, in any folder.
pub(super) const FILE: &str = ".deployignore";

/// The name of the file in which git is told what it leaves out of an export.
pub(super) const ATTRIBUTES: &str = ".gitattributes";

/// What a release never needs, and what must not leave the developer's machine.
const DEFAULTS: [&str; 33] = [
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
    "/.phpunit.cache",
    "/.phpunit.result.cache",
    // Files about the deploy and the repository.
    ".deployignore",
    "/deploy.yml",
    "/deploy.yaml",
    // Where `deployer backup` puts archives of shared data, settings included.
    "/backups/*/*/shared-*.tar.gz*",
    "/.github",
    "/.gitlab-ci.yml",
    "/.deploybuild.yaml",
    "/.gitmodules",
    // What other systems keep there, and editors leave behind: copies that a server would show as text.
    "/.svn",
    "/.hg",
    "/.idea",
    "/.vscode",
    "/.fleet",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "*~",
    ".*.sw[op]",
    "*.php.swp",
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

/// Why a path stays behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The rule as it is written.
    pub rule: String,
    /// Where it stands, as `app/.deployignore:3`.
    pub place: String,
}

/// The rules for one tree. Folders are entered and left as they are walked.
#[derive(Debug)]
pub(super) struct Rules {
    defaults: List,
    exports: Vec<List>,
    files: Vec<List>,
    exclude: List,
}

/// Rules that stand in one place.
#[derive(Debug)]
struct List {
    /// The folder that paths count from; empty: the top.
    folder: String,
    /// Where they stand.
    name: String,
    /// With the lines that they stand in, from 1; 0 where there are no lines.
    rules: Vec<(usize, Rule)>,
}

impl List {
    fn read<'a>(
        folder: &str,
        name: &str,
        lines: impl Iterator<Item = (usize, &'a str)>,
    ) -> Result<Self, RuleError> {
        let mut list = Self { folder: folder.to_owned(), name: name.to_owned(), rules: Vec::new() };
        for (number, line) in lines {
            match Rule::read(line) {
                Ok(rule) => list.rules.extend(rule.map(|rule| (number, rule))),
                Err(reason) => return Err(RuleError { place: list.place(number), reason }),
            }
        }
        Ok(list)
    }

    fn place(&self, line: usize) -> String {
        if line == 0 { self.name.clone() } else { format!("{}:{line}", self.name) }
    }

    /// Returns the rule that decides over a path, if any does.
    fn decides(&self, path: &str, is_folder: bool) -> Option<(usize, &Rule)> {
        let path =
            if self.folder.is_empty() { path } else { path.strip_prefix(&self.folder)?.strip_prefix('/')? };
        self.rules
            .iter()
            .rev()
            .find(|(_, rule)| rule.is_about(path, is_folder))
            .map(|(line, rule)| (*line, rule))
    }
}

impl Rules {
    /// Takes deploy.yml's rules.
    pub fn new(exclude: &[String]) -> Result<Self, RuleError> {
        let defaults = List::read("", "the built-in rules", DEFAULTS.into_iter().map(|line| (0, line)))?;
        let lines = exclude.iter().map(|line| (0, line.as_str()));
        let exclude = List::read("", "package.exclude", lines)?;
        Ok(Self { defaults, exports: Vec::new(), files: Vec::new(), exclude })
    }

    /// Adds the text of a folder's `.deployignore`. Paths are relative to the top of the tree.
    pub fn enter(&mut self, folder: &str, text: &str) -> Result<(), RuleError> {
        let lines = rule::lines(text).enumerate().map(|(index, line)| (index + 1, line));
        self.files.push(List::read(folder, &inside(folder, FILE), lines)?);
        Ok(())
    }

    /// Adds what the text of a folder's `.gitattributes` keeps out of exports.
    pub fn enter_attributes(&mut self, folder: &str, text: &str) {
        let lines: Vec<(usize, String)> = export::rules(text).collect();
        let lines = lines.iter().map(|(number, line)| (*number, line.as_str()));
        // A pattern that git cannot read is no reason to stop for somebody who does not use it here.
        self.exports.extend(List::read(folder, &inside(folder, ATTRIBUTES), lines));
    }

    /// Forgets the rules of a folder that has been walked.
    pub fn leave(&mut self, folder: &str) {
        self.files.pop_if(|list| list.folder == folder);
        self.exports.pop_if(|list| list.folder == folder);
    }

    /// Returns why a path stays behind, if it does. The folders that it lies in do not.
    pub fn verdict(&self, path: &str, is_folder: bool) -> Option<Verdict> {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let never = |rule: &str| Some(Verdict { rule: rule.to_owned(), place: "never travels".to_owned() });
        // No rule brings the history of the repository, its remotes and their tokens to a host.
        if name == ".git" {
            return never(".git");
        }
        let lists = std::iter::once(&self.exclude)
            .chain(self.files.iter().rev())
            .chain(self.exports.iter().rev())
            .chain([&self.defaults]);
        let decided = lists.filter_map(|list| Some((list, list.decides(path, is_folder)?))).next();
        match decided {
            // Settings with passwords are not brought back by a star, nor by a file that is about much
            // else: deploy.yml has to name them.
            Some((list, (_, rule))) if name == ".env" && rule.negated => {
                let named = list.name == self.exclude.name && rule.names(".env");
                if named { None } else { never(".env") }
            }
            Some((list, (line, rule))) if !rule.negated => {
                Some(Verdict { rule: rule.text.clone(), place: list.place(line) })
            }
            _ => None,
        }
    }
}

fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests;
