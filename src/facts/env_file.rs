//! The `.env` files of a host. Their bytes are looked at while the answer is read, and dropped: facts
//! go into plans and reports, values do not.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dotenv::{Credentials, Summary};

/// What may be told of the files, by their paths.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvFiles {
    files: BTreeMap<String, Summary>,
    /// What they say of a database, to try it: never written, never shown.
    #[serde(skip)]
    credentials: BTreeMap<String, Credentials>,
    /// The file that is being read.
    #[serde(skip)]
    open: Option<(String, Vec<u8>)>,
}

impl EnvFiles {
    /// Returns what is known of a file.
    pub fn get(&self, path: &str) -> Option<&Summary> {
        self.files.get(path)
    }

    /// Returns how a file says that the database is reached.
    pub fn credentials(&self, path: &str) -> Option<&Credentials> {
        self.credentials.get(path)
    }

    /// Begins a file.
    pub(super) fn begin(&mut self, path: &str) {
        self.finish();
        self.open = Some((path.to_owned(), Vec::new()));
    }

    /// Adds a line of its bytes. What is no such line takes the file back: nothing is told of half a one.
    pub(super) fn push(&mut self, line: &str) {
        match (bytes(line), &mut self.open) {
            (Some(bytes), Some((_, file))) => file.extend(bytes),
            _ => self.open = None,
        }
    }

    /// Ends the last file.
    pub(super) fn finish(&mut self) {
        if let Some((path, bytes)) = self.open.take() {
            self.files.insert(path.clone(), Summary::of(&bytes));
            self.credentials.extend(Credentials::of(&bytes).map(|credentials| (path, credentials)));
        }
    }
}

impl fmt::Debug for EnvFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.files).finish()
    }
}

/// Reads a line of `od -An -v -tx1`: two hexadecimal digits for each byte, with space between them. No
/// secret of deploy.yml is found in it and taken out.
pub fn bytes(line: &str) -> Option<Vec<u8>> {
    let byte = |word: &str| u8::from_str_radix(word, 16).ok().filter(|_| word.len() == 2);
    line.split_ascii_whitespace().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_database_is_not_shown() {
        let mut found = EnvFiles::default();
        found.begin("/srv/shop/shared/.env");
        let file = b"DB_CONNECTION=mysql\nDB_DATABASE=shop\nDB_USERNAME=ana\nDB_PASSWORD=s3cr3t\n";
        found.push(&file.iter().map(|byte| format!(" {byte:02x}")).collect::<String>());
        found.finish();
        assert!(found.credentials("/srv/shop/shared/.env").unwrap().json().contains("s3cr3t"));
        let text = format!("{found:?} {}", serde_json::to_string(&found).unwrap());
        assert!(!text.contains("s3cr3t"), "{text}");
    }

    #[test]
    fn a_file_is_summed_up_and_its_bytes_are_gone() {
        let mut found = EnvFiles::default();
        found.begin("/srv/shop/shared/.env");
        found.push(" 41 5f 42 3d 73 33");
        found.push(" 63 72 33 74 0a");
        found.begin("/srv/old/.env");
        found.push(" 41 zz");
        found.finish();
        assert_eq!(found.files.len(), 1);
        assert_eq!(found.get("/srv/shop/shared/.env"), Some(&Summary::of(b"A_B=s3cr3t\n")));
        let text = format!("{found:?} {}", serde_json::to_string(&found).unwrap());
        assert!(!text.contains("s3cr3t") && !text.contains("73"), "{text}");
    }
}
