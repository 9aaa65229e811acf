//! Whether to trust the key that a host shows: by the pin in deploy.yml, else by known_hosts.
#![expect(clippy::disallowed_methods, reason = "known_hosts files are read")]

use std::io::ErrorKind;
use std::path::PathBuf;

use russh::keys::{Algorithm, PublicKeyOrCertificate};

use super::error::Cause;
use super::known_hosts::{HostId, KnownHosts, Verdict, record, shown};
use super::settings::Settings;
use super::target::Target;
use crate::config::KnownHostsPolicy;

/// What the key of one host is measured by.
#[derive(Debug)]
pub(super) struct Trust {
    rule: Rule,
    host: HostId,
    now: u64,
}

#[derive(Debug)]
enum Rule {
    Pinned(String),
    Listed { known: KnownHosts, files: Vec<PathBuf>, policy: KnownHostsPolicy },
}

impl Trust {
    /// Reads what is needed to judge the key of a host.
    pub fn load(target: &Target, settings: &Settings) -> Result<Self, Cause> {
        let rule = match &target.host_key {
            Some(pin) => Rule::Pinned(pin.clone()),
            None => listed(settings, target.known_hosts)?,
        };
        let now = u64::try_from(target.caller.now.as_second()).unwrap_or_default();
        Ok(Self { rule, host: settings.host.clone(), now })
    }

    /// Judges the key that the host shows, and records it where that is the policy.
    pub fn check(&self, key: &PublicKeyOrCertificate) -> Result<(), Cause> {
        match &self.rule {
            Rule::Pinned(pin) => {
                let shown = shown(&key.public_key());
                if shown.fingerprint == *pin {
                    return Ok(());
                }
                Err(Cause::PinMismatch { pinned: pin.clone(), shown })
            }
            Rule::Listed { known, files, policy } => match known.judge(&self.host, key, self.now) {
                Verdict::Trusted => Ok(()),
                Verdict::Revoked(listed) => Err(Cause::HostKeyRevoked { listed }),
                Verdict::Changed(known) => {
                    Err(Cause::HostKeyChanged { known: Box::new(known), shown: shown(&key.public_key()) })
                }
                Verdict::Unknown => self.meet(key, files, *policy),
            },
        }
    }

    /// Deals with a host that is not known.
    fn meet(
        &self,
        key: &PublicKeyOrCertificate,
        files: &[PathBuf],
        policy: KnownHostsPolicy,
    ) -> Result<(), Cause> {
        match (policy, files.first()) {
            (KnownHostsPolicy::AcceptNew, Some(file)) => record::append(file, &self.host, &key.public_key())
                .map_err(|error| Cause::KnownHosts { path: file.clone(), reason: error.to_string() }),
            (KnownHostsPolicy::AcceptNew, None) | (KnownHostsPolicy::Strict, _) => {
                Err(Cause::HostKeyUnknown { shown: shown(&key.public_key()), files: files.to_vec() })
            }
        }
    }

    /// Returns the kinds of keys that are listed for the host: those are asked for first.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        match &self.rule {
            Rule::Pinned(_) => Vec::new(),
            Rule::Listed { known, .. } => known.algorithms(&self.host),
        }
    }

    /// Tells whether a host certificate would be of use.
    pub fn takes_certificates(&self) -> bool {
        match &self.rule {
            Rule::Pinned(_) => false,
            Rule::Listed { known, .. } => known.has_authority(&self.host),
        }
    }
}

fn listed(settings: &Settings, policy: KnownHostsPolicy) -> Result<Rule, Cause> {
    let mut known = KnownHosts::default();
    for path in &settings.known_hosts_files {
        match std::fs::read(path) {
            Ok(bytes) => known.add(path, &String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Cause::KnownHosts { path: path.clone(), reason: error.to_string() });
            }
        }
    }
    Ok(Rule::Listed { known, files: settings.known_hosts_files.clone(), policy })
}
