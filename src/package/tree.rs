//! The files of a release: the built tree, without what stays behind, in a fixed order.
#![expect(clippy::disallowed_methods, reason = "the tree is read")]

use std::fs::{self, Metadata};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use super::pack::PackError;
use super::printable::printable;
use super::rules::{self, Rules, Verdict};

/// One thing that travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// From the top of the release, with `/`.
    pub path: String,
    /// What it is.
    pub kind: Kind,
}

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A folder.
    Folder,
    /// A file of the tree.
    File {
        /// Where it is read.
        source: PathBuf,
        /// Its bytes when the tree was walked.
        size: u64,
        /// Whether its owner may run it.
        executable: bool,
    },
    /// A link to somewhere inside the release.
    Link {
        /// What it holds.
        target: String,
    },
    /// A file that the program adds.
    Generated(Vec<u8>),
}

/// A path that stays behind, with all that is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// From the top of the release; a folder ends in `/`.
    pub path: String,
    /// The rule that leaves it out, as it is written.
    pub rule: String,
    /// Where the rule stands, as `app/.deployignore:3`.
    pub place: String,
}

/// What goes into a release and what does not, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// What travels, sorted by path: folders end in `/`, links tell where they lead.
    pub travels: Vec<String>,
    /// How many files travel.
    pub files: usize,
    /// The bytes of these files.
    pub bytes: u64,
    /// What stays behind, sorted by path.
    pub left: Vec<LeftOut>,
}

/// Lists a tree by the rules that packing goes by.
///
/// # Errors
/// When the tree cannot be read, or holds what could not be packed.
pub fn list(tree: &Path, exclude: &[String]) -> Result<Inventory, PackError> {
    let Walked { entries, left } = look(tree, exclude)?;
    let (mut travels, mut files, mut bytes) = (Vec::new(), 0, 0);
    for Entry { path, kind } in entries {
        travels.push(match kind {
            Kind::Folder => format!("{path}/"),
            Kind::Link { target } => format!("{path} -> {target}"),
            Kind::File { size, .. } => {
                (files, bytes) = (files + 1, bytes + size);
                path
            }
            Kind::Generated(_) => path,
        });
    }
    Ok(Inventory { travels, files, bytes, left })
}

/// A tree, looked at.
#[derive(Debug)]
struct Walked {
    /// What travels, sorted by path.
    entries: Vec<Entry>,
    /// What does not, sorted by path.
    left: Vec<LeftOut>,
}

/// Returns everything in the tree that travels, sorted by path.
pub(super) fn walk(tree: &Path, exclude: &[String]) -> Result<Vec<Entry>, PackError> {
    let entries = look(tree, exclude)?.entries;
    if entries.iter().any(|entry| entry.path == "public/hot") {
        return Err(PackError::Hot);
    }
    Ok(entries)
}

/// Looks at a tree: what travels, and what does not.
fn look(tree: &Path, exclude: &[String]) -> Result<Walked, PackError> {
    let root = tree.canonicalize().map_err(|error| PackError::read(tree, error))?;
    let mut walk = Walk { root, rules: Rules::new(exclude)?, entries: Vec::new(), left: Vec::new() };
    walk.folder(Path::new(""))?;
    let Walk { mut entries, mut left, .. } = walk;
    entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    left.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Walked { entries, left })
}

struct Walk {
    root: PathBuf,
    rules: Rules,
    entries: Vec<Entry>,
    left: Vec<LeftOut>,
}

impl Walk {
    fn folder(&mut self, folder: &Path) -> Result<(), PackError> {
        let absolute = self.root.join(folder);
        let error = |error| PackError::read(&absolute, error);
        self.read_rules(folder)?;
        for entry in fs::read_dir(&absolute).map_err(error)? {
            let entry = entry.map_err(error)?;
            // Not through a link: what a link points at is not what travels.
            let metadata = entry.metadata().map_err(|error| PackError::read(&entry.path(), error))?;
            let path = folder.join(entry.file_name());
            // A name that is no text can be left out by a rule for the folder or by a star.
            let name = path.to_string_lossy();
            match self.rules.verdict(&name, metadata.is_dir()) {
                None => self.entry(&path, &metadata)?,
                Some(Verdict { rule, place }) => {
                    let slash = if metadata.is_dir() { "/" } else { "" };
                    let path = printable(&name) + slash;
                    self.left.push(LeftOut { path, rule: printable(&rule), place });
                }
            }
        }
        self.rules.leave(&folder.to_string_lossy());
        Ok(())
    }

    fn read_rules(&mut self, folder: &Path) -> Result<(), PackError> {
        // What packages list for their own authors says nothing about this release.
        if folder.starts_with("vendor") {
            return Ok(());
        }
        let name = folder.to_string_lossy();
        if let Some(text) = self.text(&folder.join(rules::ATTRIBUTES))? {
            self.rules.enter_attributes(&name, &text);
        }
        if let Some(text) = self.text(&folder.join(rules::FILE))? {
            self.rules.enter(&name, &text)?;
        }
        Ok(())
    }

    /// Returns the text of a file with rules, if there is one. Bytes that are no UTF-8 fit no name.
    fn text(&self, file: &Path) -> Result<Option<String>, PackError> {
        let file = self.root.join(file);
        if !file.is_file() {
            return Ok(None);
        }
        let bytes = fs::read(&file).map_err(|error| PackError::read(&file, error))?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn entry(&mut self, path: &Path, metadata: &Metadata) -> Result<(), PackError> {
        let source = self.root.join(path);
        let name = match path.to_str() {
            Some(name) if !name.contains(['\n', '\r']) => name.to_owned(),
            _ => return Err(PackError::Name { path: printable(&path.to_string_lossy()) }),
        };
        let kind = if metadata.is_dir() {
            Kind::Folder
        } else if metadata.is_symlink() {
            self.link(&name, &source)?
        } else if metadata.is_file() {
            let executable = metadata.permissions().mode() & 0o100 != 0;
            Kind::File { source, size: metadata.len(), executable }
        } else {
            return Err(PackError::Special { path: name });
        };
        self.entries.push(Entry { path: name, kind });
        if metadata.is_dir() { self.folder(path) } else { Ok(()) }
    }

    fn link(&self, path: &str, source: &Path) -> Result<Kind, PackError> {
        let target = fs::read_link(source).map_err(|error| PackError::read(source, error))?;
        // The text alone tells for a link to something that is made later; what is there now
        // tells where a chain of links ends.
        let inside = stays_inside(path, &target)
            && source.canonicalize().map_or(true, |end| end.starts_with(&self.root));
        match target.to_str() {
            _ if !inside => {
                Err(PackError::Link { path: path.to_owned(), target: printable(&target.to_string_lossy()) })
            }
            Some(target) if !target.contains(['\n', '\r']) => Ok(Kind::Link { target: target.to_owned() }),
            _ => Err(PackError::Name { path: path.to_owned() }),
        }
    }
}

/// Tells whether a link's text leads to somewhere in the release.
fn stays_inside(link: &str, target: &Path) -> bool {
    let mut depth = link.matches('/').count();
    target.components().all(|component| match component {
        Component::Normal(_) => {
            depth += 1;
            true
        }
        Component::CurDir => true,
        Component::ParentDir => {
            let above = depth.checked_sub(1);
            depth = above.unwrap_or(0);
            above.is_some()
        }
        Component::RootDir | Component::Prefix(_) => false,
    })
}

#[cfg(test)]
mod tests;
