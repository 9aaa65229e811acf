//! What makes a kept copy of a directory good for another release.

/// What decides, besides the command itself, what the command makes of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Versions of programs and the platform.
    pub versions: Vec<String>,
    /// The files whose content decides.
    pub files: Vec<String>,
    /// The directories whose content is copied into it.
    pub directories: Vec<String>,
}
