//! What a release was made of when it was shipped: the measure for everything that is found in it
//! later. It travels with the release, and stays on the host; `templates/survey.sh` reads it.
//!
//! A line for each path, its fields parted by tabs, the path last, from `./` on:
//!
//! ```text
//! f SIZE MTIME SHA256 PATH     an executable file has an x for the f
//! l - - TARGET PATH
//! d - - - PATH
//! ```

/// All paths of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Sorted by path.
    pub entries: Vec<Shipped>,
}

/// One path of a release, from its top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shipped {
    /// A file.
    File {
        /// Its path.
        path: String,
        /// In bytes.
        size: u64,
        /// Its permissions, as in octal 0644.
        mode: u32,
        /// When it was last changed, as the host sees it: seconds since 1970.
        mtime: i64,
        /// The SHA-256 of its content, in hex.
        sha256: String,
    },
    /// A symbolic link.
    Link {
        /// Its path.
        path: String,
        /// What it holds.
        target: String,
    },
    /// A directory.
    Directory {
        /// Its path.
        path: String,
        /// Its permissions.
        mode: u32,
    },
}

/// A line of a manifest cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the manifest cannot be read")]
pub struct ManifestError {
    /// Counted from 1.
    pub line: usize,
}

impl Shipped {
    /// Returns the path.
    pub fn path(&self) -> &str {
        match self {
            Self::File { path, .. } | Self::Link { path, .. } | Self::Directory { path, .. } => path,
        }
    }

    /// Returns its line of a manifest.
    pub(super) fn line(&self) -> String {
        match self {
            Self::File { path, size, mode, mtime, sha256 } => {
                let kind = if mode & 0o100 == 0 { 'f' } else { 'x' };
                format!("{kind}\t{size}\t{mtime}\t{sha256}\t./{path}\n")
            }
            // As the host's own lists have it, for the fields are parted by tabs.
            Self::Link { path, target } => format!("l\t-\t-\t{}\t./{path}\n", target.replace('\t', " ")),
            Self::Directory { path, .. } => format!("d\t-\t-\t-\t./{path}\n"),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.splitn(5, '\t');
        let mut field = || fields.next();
        let (kind, size, mtime, content, path) = (field()?, field()?, field()?, field()?, field()?);
        let path = path.strip_prefix("./")?.to_owned();
        let mode = if kind == "f" { 0o644 } else { 0o755 };
        Some(match kind {
            "f" | "x" => {
                let (size, mtime) = (size.parse().ok()?, mtime.parse().ok()?);
                Self::File { path, size, mode, mtime, sha256: content.to_owned() }
            }
            "l" => Self::Link { path, target: content.to_owned() },
            "d" => Self::Directory { path, mode },
            _ => return None,
        })
    }
}

impl Manifest {
    /// Returns the manifest as text.
    pub fn to_text(&self) -> String {
        self.entries.iter().map(Shipped::line).collect()
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// When a line is not an entry.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let entry = |(index, line)| Shipped::parse(line).ok_or(ManifestError { line: index + 1 });
        Ok(Self { entries: text.lines().enumerate().map(entry).collect::<Result<_, _>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let manifest = Manifest {
            entries: vec![
                Shipped::Directory { path: "app".to_owned(), mode: 0o755 },
                Shipped::File {
                    path: "app/it's \"a\" $(file)\t é".to_owned(),
                    size: 5,
                    mode: 0o644,
                    mtime: 1_767_323_045,
                    sha256: "ab".repeat(32),
                },
                Shipped::Link { path: "link".to_owned(), target: "app".to_owned() },
            ],
        };
        let sum = "ab".repeat(32);
        let text = &format!(
            "d\t-\t-\t-\t./app\nf\t5\t1767323045\t{sum}\t./app/it's \"a\" $(file)\t é\nl\t-\t-\tapp\t./link\n"
        );
        assert_eq!(&manifest.to_text(), text);
        assert_eq!(Manifest::parse(text).unwrap(), manifest);
        assert_eq!(Manifest::parse(&format!("{text}x")).unwrap_err().line, 4);
    }
}
