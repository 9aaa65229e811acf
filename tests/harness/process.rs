//! The processes of this machine, by their environment and their arguments.

use std::fs;
use std::path::PathBuf;

/// Processes, each as its number and its arguments. Empty where there is no `/proc`.
#[derive(Debug, Default)]
pub struct Processes(Vec<(u32, String)>);

impl Processes {
    /// Returns all processes.
    pub fn all() -> Self {
        Self(numbers().map(|number| (number, text(number, "cmdline").join(" "))).collect())
    }

    /// Returns those that were started with this variable, as `NAME=value`.
    pub fn with(variable: &str) -> Self {
        let variable = variable.trim_end_matches('/');
        let has = |number: &u32| {
            text(*number, "environ").iter().any(|entry| entry.trim_end_matches('/') == variable)
        };
        Self(numbers().filter(has).map(|number| (number, text(number, "cmdline").join(" "))).collect())
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns those whose arguments hold this text.
    pub fn mentioning(&self, word: &str) -> Vec<&str> {
        self.0
            .iter()
            .map(|(_, arguments)| arguments.as_str())
            .filter(|arguments| arguments.contains(word))
            .collect()
    }
}

fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Returns the parts of a file of a process that may have ended meanwhile.
fn text(number: u32, file: &str) -> Vec<String> {
    let bytes = fs::read(PathBuf::from(format!("/proc/{number}/{file}"))).unwrap_or_default();
    bytes.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}
