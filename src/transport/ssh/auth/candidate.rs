//! The keys to offer, in order: the one of deploy.yml, those of ssh's configuration, the agent's,
//! the default ones. Each with its certificate first, and none twice.
#![expect(clippy::disallowed_methods, reason = "key files are read")]

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use russh::keys::agent::AgentIdentity;
use russh::keys::{Certificate, HashAlg, PrivateKey, PublicKey, decode_secret_key};

use crate::transport::ssh::error::{Cause, OfferedKey, Origin};
use crate::transport::ssh::settings::{Identity, Settings};

/// A key to offer.
#[derive(Clone)]
pub(super) struct Candidate {
    pub name: String,
    pub origin: Origin,
    /// `None`: it is inside the encrypted file.
    pub public: Option<PublicKey>,
    pub certificate: Option<Certificate>,
    pub secret: Secret,
}

/// Where the private half is.
#[derive(Clone)]
pub(super) enum Secret {
    Plain(Arc<PrivateKey>),
    /// In an encrypted file.
    Locked(PathBuf),
    /// In the agent, which lists it so.
    Agent(Box<AgentIdentity>),
}

impl Candidate {
    /// Describes the key for an error.
    pub fn offered(&self) -> OfferedKey {
        let print = |key: &PublicKey| key.fingerprint(HashAlg::Sha256).to_string();
        OfferedKey {
            name: self.name.clone(),
            fingerprint: self.public.as_ref().map(print).unwrap_or_default(),
            origin: self.origin.clone(),
            certificate: self.certificate.is_some(),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let (Some(mine), Some(its)) = (&self.public, &other.public) else { return false };
        mine.key_data() == its.key_data() && self.certificate.is_some() == other.certificate.is_some()
    }
}

/// Collects the keys. Files that cannot be used are added to `skipped`.
///
/// # Errors
/// The key that deploy.yml names must be there.
pub(super) fn collect(
    settings: &Settings,
    agent: &[AgentIdentity],
    skipped: &mut Vec<(PathBuf, String)>,
) -> Result<Vec<Candidate>, Cause> {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for identity in &settings.identities {
        match load(identity, agent) {
            Ok(Some(key)) if identity.origin == Origin::Default => last.push(key),
            Ok(Some(key)) => first.push(key),
            Ok(None) if identity.origin != Origin::DeployYml => {}
            Ok(None) => return Err(unreadable(identity, "there is no such file".to_owned())),
            Err(reason) if identity.origin == Origin::DeployYml => {
                return Err(unreadable(identity, reason));
            }
            Err(reason) => skipped.push((identity.path.clone(), reason)),
        }
    }
    let extra = certificates(settings);
    let mut all: Vec<Candidate> = first.into_iter().flat_map(|key| with_certificates(key, &extra)).collect();
    if !settings.identities_only {
        all.extend(agent.iter().map(of_agent));
    }
    all.extend(last.into_iter().flat_map(|key| with_certificates(key, &extra)));
    Ok(without_doubles(all))
}

fn unreadable(identity: &Identity, reason: String) -> Cause {
    Cause::KeyUnreadable { path: identity.path.clone(), reason }
}

/// Reads a key file. It may hold the public half only, with the private one in the agent.
fn load(identity: &Identity, agent: &[AgentIdentity]) -> Result<Option<Candidate>, String> {
    let path = &identity.path;
    let beside = || read(&with_suffix(path, ".pub")).and_then(|text| PublicKey::from_openssh(&text).ok());
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.to_string()),
    };
    let (public, secret) = match text.as_deref().map(|text| (text, decode_secret_key(text, None))) {
        Some((_, Ok(key))) => (Some(key.public_key().clone()), Some(Secret::Plain(Arc::new(key)))),
        Some((text, Err(russh::keys::Error::KeyIsEncrypted))) => {
            let inside = PrivateKey::from_openssh(text).ok().map(|key| key.public_key().clone());
            (inside.or_else(beside), Some(Secret::Locked(path.clone())))
        }
        Some((text, Err(error))) => match PublicKey::from_openssh(text) {
            Ok(public) => (Some(public), None),
            Err(_) => return Err(error.to_string().to_lowercase()),
        },
        None => (beside(), None),
    };
    let held = public.as_ref().and_then(|public| agent.iter().find(|listed| is_plain(listed, public)));
    let secret = match (secret, held) {
        (Some(Secret::Plain(key)), _) => Secret::Plain(key),
        (_, Some(held)) => Secret::Agent(Box::new(held.clone())),
        (Some(secret), None) => secret,
        (None, None) => return Ok(None),
    };
    let name = path.display().to_string();
    Ok(Some(Candidate { name, origin: identity.origin.clone(), public, certificate: None, secret }))
}

fn is_plain(listed: &AgentIdentity, public: &PublicKey) -> bool {
    matches!(listed, AgentIdentity::PublicKey { key, .. } if key.key_data() == public.key_data())
}

fn of_agent(listed: &AgentIdentity) -> Candidate {
    let (public, certificate, name) = match listed {
        AgentIdentity::PublicKey { key, comment } => (key.clone(), None, comment),
        AgentIdentity::Certificate { certificate, comment } => {
            (PublicKey::new(certificate.public_key().clone(), ""), Some(certificate.clone()), comment)
        }
    };
    let secret = Secret::Agent(Box::new(listed.clone()));
    Candidate { name: name.clone(), origin: Origin::Agent, public: Some(public), certificate, secret }
}

/// Reads the certificates that stand beside the keys, and those that the configuration names.
fn certificates(settings: &Settings) -> Vec<Certificate> {
    let beside = settings.identities.iter().map(|identity| {
        // `IdentityFile key.pub` belongs to `key-cert.pub` as well.
        let path = identity.path.to_string_lossy();
        with_suffix(Path::new(path.strip_suffix(".pub").unwrap_or(&path)), "-cert.pub")
    });
    let paths = beside.chain(settings.certificates.iter().cloned());
    paths.filter_map(|path| Certificate::from_openssh(&read(&path)?).ok()).collect()
}

fn with_certificates(key: Candidate, certificates: &[Certificate]) -> Vec<Candidate> {
    let is_for = |certificate: &&Certificate| {
        key.public.as_ref().is_some_and(|public| public.key_data() == certificate.public_key())
    };
    let certified =
        |certificate: &Certificate| Candidate { certificate: Some(certificate.clone()), ..key.clone() };
    let mut all: Vec<_> = certificates.iter().filter(is_for).map(certified).collect();
    all.push(key);
    all
}

fn without_doubles(keys: Vec<Candidate>) -> Vec<Candidate> {
    let mut unique: Vec<Candidate> = Vec::new();
    for key in keys {
        if !unique.iter().any(|known| known.is_same(&key)) {
            unique.push(key);
        }
    }
    unique
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
