//! What a release was made of when it was shipped: the measure for everything that is found in it
//! later. Written as JSON lines, one for each path, sorted.

use serde::{Deserialize, Serialize};

/// All paths of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Sorted by path.
    pub entries: Vec<Shipped>,
}

/// One path of a release, from its top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
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
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the manifest cannot be read")]
pub struct ManifestError {
    /// Counted from 1.
    pub line: usize,
    /// Why.
    #[source]
    pub source: serde_json::Error,
}

impl Shipped {
    /// Returns the path.
    pub fn path(&self) -> &str {
        match self {
            Self::File { path, .. } | Self::Link { path, .. } | Self::Directory { path, .. } => path,
        }
    }
}

impl Manifest {
    /// Returns the manifest as text.
    pub fn to_text(&self) -> String {
        let line = |entry| serde_json::to_string(entry).expect("texts and numbers are valid JSON") + "\n";
        self.entries.iter().map(line).collect()
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// When a line is not an entry.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let entry = |(index, line)| {
            serde_json::from_str(line).map_err(|source| ManifestError { line: index + 1, source })
        };
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
        let text = "{\"type\":\"directory\",\"path\":\"app\",\"mode\":493}\n\
            {\"type\":\"file\",\"path\":\"app/it's \\\"a\\\" $(file)\\t é\",\"size\":5,\"mode\":420,\"mtime\":1767323045,\
            \"sha256\":\"abababababababababababababababababababababababababababababababab\"}\n\
            {\"type\":\"link\",\"path\":\"link\",\"target\":\"app\"}\n";
        assert_eq!(manifest.to_text(), text);
        assert_eq!(Manifest::parse(text).unwrap(), manifest);
        assert_eq!(Manifest::parse(&format!("{text}x")).unwrap_err().line, 4);
    }
}
