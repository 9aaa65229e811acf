//! Writing the key of a new host into a known_hosts file.
#![expect(clippy::disallowed_methods, reason = "a file is read and appended to")]

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::Mac;
use rand::Rng;
use russh::keys::PublicKey;

use super::{HostId, hmac};

/// Appends a key. The name is hashed where the file's other names are.
///
/// One write in append mode: what other programs add at the same time stays whole.
pub(crate) fn append(file: &Path, host: &HostId, key: &PublicKey) -> io::Result<()> {
    let before = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if let Some(directory) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let mut out = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    out.write_all(line(&before, host, key)?.as_bytes())
}

fn line(before: &str, host: &HostId, key: &PublicKey) -> io::Result<String> {
    let mut key = key.clone();
    key.set_comment("");
    let key = key.to_openssh().map_err(io::Error::other)?;
    let is_hashed = before.lines().any(|line| line.trim_start().starts_with("|1|"));
    let name = if is_hashed { hashed(&host.listed) } else { host.listed.clone() };
    let separator = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{separator}{name} {}\n", key.trim_end()))
}

fn hashed(name: &str) -> String {
    let mut salt = [0; 20];
    rand::rng().fill_bytes(&mut salt);
    let hash = hmac(&salt, name).finalize().into_bytes();
    format!("|1|{}|{}", BASE64_STANDARD.encode(salt), BASE64_STANDARD.encode(hash))
}
