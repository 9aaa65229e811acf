//! A file or a link, as it is found.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A file with this content.
    File(String),
    /// A symbolic link that holds this.
    Link(String),
}

/// What is at a path, with permissions and seconds. Those of a link do not count; one that leads
/// somewhere leads to shared data, which is looked at instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub thing: Thing,
    pub mode: u32,
    pub mtime: i64,
}

impl Found {
    /// Looks at a path; `None`: there is neither a file nor a link.
    pub fn at(path: &Path) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok()?;
        let there = fs::metadata(path);
        if metadata.is_symlink() && there.is_err() {
            let target = fs::read_link(path).unwrap().to_string_lossy().into_owned();
            return Some(Self { thing: Thing::Link(target), mode: 0, mtime: 0 });
        }
        let metadata = there.ok()?;
        let content = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
        Some(Self { thing: Thing::File(content), mode: metadata.mode() & 0o7777, mtime: metadata.mtime() })
    }
}
