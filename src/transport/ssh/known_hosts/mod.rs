//! known_hosts: which keys a host may show. Pure: text in, verdict out; see [record] for writing.

pub(super) mod record;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use russh::keys::{Algorithm, Certificate, HashAlg, PublicKey, PublicKeyOrCertificate};

use super::error::{ListedKey, ShownKey};
use super::{advice, pattern};

/// The lines of all known_hosts files.
#[derive(Debug, Default)]
pub(super) struct KnownHosts {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    file: PathBuf,
    number: usize,
    marker: Marker,
    hosts: String,
    key: PublicKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    None,
    Authority,
    Revoked,
}

/// The name that a host is looked up under.
#[derive(Clone, Debug)]
pub(super) struct HostId {
    /// The name alone, in lower case: also what a host certificate must be for.
    pub name: String,
    /// The name with its port, as `[host]:2222`; the same as the name on port 22 and for an alias.
    pub listed: String,
}

impl HostId {
    /// Takes the address and port; `HostKeyAlias` replaces both.
    pub fn new(address: &str, port: u16, alias: Option<&str>) -> Self {
        let name = alias.unwrap_or(address).to_ascii_lowercase();
        let listed = if alias.is_some() { name.clone() } else { advice::bracketed(&name, port) };
        Self { name, listed }
    }
}

/// What the files say about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Trusted,
    Unknown,
    Changed(ListedKey),
    Revoked(ListedKey),
}

impl KnownHosts {
    /// Adds the lines of a file. Those that cannot be read (a kind of key from the future) are left
    /// out: they must not get in the way of the others.
    pub fn add(&mut self, file: &Path, text: &str) {
        let lines = text.lines().enumerate().filter_map(|(index, line)| Line::parse(file, index + 1, line));
        self.lines.extend(lines);
    }

    /// Judges a key at a time in Unix seconds.
    pub fn judge(&self, host: &HostId, shown: &PublicKeyOrCertificate, now: u64) -> Verdict {
        let listed = self.judge_as(&host.listed, &host.name, shown, now);
        if listed == Verdict::Unknown && host.listed != host.name {
            // As ssh does: a key that is listed without a port is good on every port, but another
            // one listed there says nothing, for it may be another machine behind one address.
            return match self.judge_as(&host.name, &host.name, shown, now) {
                Verdict::Changed(_) => Verdict::Unknown,
                verdict @ (Verdict::Trusted | Verdict::Unknown | Verdict::Revoked(_)) => verdict,
            };
        }
        listed
    }

    fn judge_as(&self, listed: &str, name: &str, shown: &PublicKeyOrCertificate, now: u64) -> Verdict {
        let key = shown.public_key();
        let (mut trusted, mut other) = (false, None);
        for line in self.lines.iter().filter(|line| line.is_for(listed)) {
            let same = line.key.key_data() == key.key_data();
            match line.marker {
                Marker::Revoked if same || line.signed(shown.certificate()) => {
                    return Verdict::Revoked(line.listed_key());
                }
                Marker::Revoked => {}
                Marker::Authority => trusted |= line.vouches(shown.certificate(), name, now),
                Marker::None if same => trusted = true,
                Marker::None => other = other.or(Some(line)),
            }
        }
        match other {
            _ if trusted => Verdict::Trusted,
            // Another kind of key is no excuse: somebody in between would show one that is not listed.
            Some(line) => Verdict::Changed(line.listed_key()),
            None => Verdict::Unknown,
        }
    }

    /// Returns the kinds of keys that are listed for a host.
    pub fn algorithms(&self, host: &HostId) -> Vec<Algorithm> {
        let plain = self.lines.iter().filter(|line| line.marker == Marker::None);
        let mine = plain.filter(|line| line.is_for(&host.listed) || line.is_for(&host.name));
        mine.map(|line| line.key.algorithm()).collect()
    }

    /// Tells whether an authority is listed for a host.
    pub fn has_authority(&self, host: &HostId) -> bool {
        let authorities = self.lines.iter().filter(|line| line.marker == Marker::Authority);
        authorities.into_iter().any(|line| line.is_for(&host.listed) || line.is_for(&host.name))
    }
}

impl Line {
    fn parse(file: &Path, number: usize, text: &str) -> Option<Self> {
        let mut fields = text.split_whitespace();
        let first = fields.next().filter(|field| !field.starts_with('#'))?;
        let (marker, hosts) = match first {
            "@cert-authority" => (Marker::Authority, fields.next()?),
            "@revoked" => (Marker::Revoked, fields.next()?),
            // A marker that is not known must not turn into plain trust.
            _ if first.starts_with('@') => return None,
            _ => (Marker::None, first),
        };
        let key = PublicKey::from_openssh(&format!("{} {}", fields.next()?, fields.next()?)).ok()?;
        Some(Self { file: file.to_owned(), number, marker, hosts: hosts.to_owned(), key })
    }

    fn is_for(&self, name: &str) -> bool {
        match self.hosts.strip_prefix("|1|") {
            Some(hashed) => is_hash_of(hashed, name),
            None => pattern::any(self.hosts.to_ascii_lowercase().split(','), name),
        }
    }

    /// Tells whether this line's key signed the certificate, valid or not.
    fn signed(&self, certificate: Option<&Certificate>) -> bool {
        certificate.is_some_and(|certificate| certificate.signature_key() == self.key.key_data())
    }

    /// Tells whether this line's key is an authority for the certificate: right kind, right host,
    /// right time, and nothing in it that we do not understand.
    fn vouches(&self, certificate: Option<&Certificate>, name: &str, now: u64) -> bool {
        let Some(certificate) = certificate else { return false };
        certificate.cert_type().is_host()
            && certificate.critical_options().is_empty()
            && certificate.valid_principals().iter().any(|principal| pattern::matches(principal, name))
            && certificate.validate_at(now, [&self.key.fingerprint(HashAlg::Sha256)]).is_ok()
    }

    fn listed_key(&self) -> ListedKey {
        let ShownKey { algorithm, fingerprint } = shown(&self.key);
        ListedKey { algorithm, fingerprint, file: self.file.clone(), line: self.number }
    }
}

/// Describes a key as `ssh-keygen -l` does.
pub(super) fn shown(key: &PublicKey) -> ShownKey {
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    ShownKey { algorithm: kind(&key.algorithm()), fingerprint }
}

/// Names the kind of a key as `ssh-keygen -l` does.
pub(super) fn kind(algorithm: &Algorithm) -> String {
    match algorithm {
        Algorithm::Ed25519 => "ED25519".to_owned(),
        Algorithm::Ecdsa { .. } => "ECDSA".to_owned(),
        Algorithm::Rsa { .. } => "RSA".to_owned(),
        other => other.to_string(),
    }
}

/// Tells whether `salt|hash`, both in base64, is the hash of a name.
fn is_hash_of(hashed: &str, name: &str) -> bool {
    let Some((salt, hash)) = hashed.split_once('|') else { return false };
    let (Ok(salt), Ok(hash)) = (BASE64_STANDARD.decode(salt), BASE64_STANDARD.decode(hash)) else {
        return false;
    };
    hmac(&salt, name).verify_slice(&hash).is_ok()
}

fn hmac(salt: &[u8], name: &str) -> Hmac<sha1::Sha1> {
    Hmac::<sha1::Sha1>::new_from_slice(salt).expect("HMAC takes a key of any length").chain_update(name)
}
