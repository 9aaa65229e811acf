//! The files that an analysis looks at: all paths, and the content of those that matter.

use std::collections::BTreeMap;

/// The files of a project, by their path from its top, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Files {
    entries: BTreeMap<String, Option<Vec<u8>>>,
}

/// PHP files above this size hold data.
const LARGEST: usize = 4_000_000;

/// Files besides PHP sources whose content is looked at.
const READ: [&str; 13] = [
    ".env",
    ".gitignore",
    ".node-version",
    ".nvmrc",
    "composer.json",
    "composer.lock",
    "deployer.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "vendor/composer/installed.json",
    "yarn.lock",
];

/// Tells whether an analysis looks into the file; of all others only the path matters.
pub fn is_read(path: &str) -> bool {
    READ.contains(&path) || path.ends_with(".php") && (is_cache(path) || !is_foreign(path))
}

/// Tells whether the file was made by the framework, for this place.
pub(super) fn is_cache(path: &str) -> bool {
    path.starts_with("bootstrap/cache/")
}

/// Tells whether the file was written by somebody else, or by a program.
pub(super) fn is_foreign(path: &str) -> bool {
    path.ends_with(".blade.php")
        || is_cache(path)
        || ["vendor/", "node_modules/", "storage/", "var/", "writable/"]
            .iter()
            .any(|dir| path.starts_with(dir))
        || path.contains("/node_modules/")
        || path.contains("/vendor/") && !path.starts_with("resources/")
}

impl Files {
    /// Adds a file; `None` for the content where it was not read.
    pub fn insert(&mut self, path: impl Into<String>, content: Option<Vec<u8>>) {
        self.entries.insert(path.into(), content);
    }

    /// Returns the content of a file, as text.
    pub fn text(&self, path: &str) -> Option<std::borrow::Cow<'_, str>> {
        let content = self.entries.get(path)?.as_deref()?;
        Some(String::from_utf8_lossy(content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)))
    }

    /// Tells whether there is such a file.
    pub fn has(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// Returns all paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Returns the paths that begin like that.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.entries.range(folder.to_owned()..);
        from.map(|(path, _)| path.as_str()).take_while(move |path| path.starts_with(folder))
    }

    /// Returns the project's own PHP files that were read.
    pub fn php(&self) -> Vec<(&str, std::borrow::Cow<'_, str>)> {
        let own = self.paths().filter(|path| path.ends_with(".php") && !is_foreign(path));
        own.filter_map(|path| Some((path, self.text(path)?)))
            .filter(|(_, text)| text.len() <= LARGEST)
            .collect()
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut all = Self::default();
        for (path, content) in files {
            all.insert(path, Some(content.into()));
        }
        all
    }
}
