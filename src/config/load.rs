//! Finds and reads deploy.yml. The only part of the configuration that touches files.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads the files; everything behind it is given their text"
)]

use std::io;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::project::Project;

/// The names that are looked for, the first first.
const NAMES: [&str; 2] = ["deploy.yml", "deploy.yaml"];

/// Looks for deploy.yml in a folder and in those above it, as git looks for its repository.
pub fn find(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find_map(|folder| NAMES.map(|name| folder.join(name)).into_iter().find(|file| file.is_file()))
}

/// Reads a file with its recipes and checks all its stages.
///
/// # Errors
/// When the file cannot be read, or with all mistakes in it.
pub fn load(file: &Path) -> Result<Project, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ConfigError::Missing(file.to_owned()),
        _ => ConfigError::Unreadable { path: file.to_owned(), source },
    })?;
    let root = file.parent().unwrap_or(Path::new(""));
    Project::new(&shown(file), root, &text, &|path| std::fs::read_to_string(path))
        .map_err(|mistakes| ConfigError::Mistakes(Box::new(mistakes)))
}

/// Returns the name that messages give to the file: as it was typed, or short when it was found.
fn shown(file: &Path) -> String {
    let name = file.file_name().filter(|_| file.is_absolute());
    name.map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned())
}
