//! The key that Laravel encrypts with: made once, before an application's first release, and never again.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::fault::Fault;
use super::super::preparation::Preparation;
use super::remote::{self, Remote};
use crate::dotenv::writing::set;
use crate::host::HostName;
use crate::plan::settings::{APP_KEY, gets_file};
use crate::plan::values;
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue};

/// The length of a key, in bytes.
const LENGTH: usize = 32;

/// Returns a new key, as `php artisan key:generate` writes it.
pub fn generate() -> SecretValue {
    SecretValue::new(format!("base64:{}", STANDARD.encode(rand::random::<[u8; LENGTH]>())))
}

/// Puts the key into the file that goes to hosts without one, where that file leaves it empty. All
/// hosts get the same: the one that a host has, else the one that an earlier run made, else a new one.
///
/// # Errors
/// When hosts have different keys, so that nobody can say which one is right.
pub async fn complete(preparation: &mut Preparation) -> Result<(), Fault> {
    let makes_key = preparation.origin.settings.as_ref().is_some_and(|settings| settings.makes_key());
    let sharing = preparation.sharing();
    let config = &preparation.config;
    let gets_one = preparation.facts.values().any(|facts| gets_file(config, &sharing, facts));
    if !makes_key || !gets_one {
        return Ok(());
    }
    let mut found = Vec::new();
    for host in &mut preparation.reached {
        let remote = remote::read(host).await;
        found.push((
            host.name.clone(),
            remote.map_err(|reason| Fault::usage(format!("{}: {reason}", host.name)))?,
        ));
    }
    let key = match the_one(&found, |remote| remote.value(APP_KEY))? {
        Some(key) => SecretValue::new(key),
        None => the_one(&found, |remote| remote.kept_key.clone())?.map_or_else(generate, SecretValue::new),
    };
    let name = |name: &str| SecretName(name.to_owned());
    let text = preparation.secrets.get(&name(values::ENV_FILE)).map_or("", SecretValue::reveal);
    let text = set(text.as_bytes(), APP_KEY, key.reveal()).map_err(|error| Fault::because(&error))?;
    let text = String::from_utf8(text).map_err(|_| Fault::usage("the file of settings is no text"))?;
    preparation.secrets.insert(name(values::ENV_FILE), SecretValue::new(text));
    preparation.secrets.insert(name(values::APP_KEY), key);
    preparation.redactor = Redactor::new(&preparation.secrets);
    preparation.reached.iter_mut().for_each(|host| host.session.redact(&preparation.redactor));
    Ok(())
}

/// Returns the key that hosts have, if they have one.
fn the_one(
    found: &[(HostName, Remote)],
    key: impl Fn(&Remote) -> Option<String>,
) -> Result<Option<String>, Fault> {
    let keys: BTreeMap<String, &HostName> =
        found.iter().rev().filter_map(|(host, remote)| Some((key(remote)?, host))).collect();
    let hosts: Vec<_> = keys.values().map(ToString::to_string).collect();
    if hosts.len() > 1 {
        let text =
            format!("{} have different keys (APP_KEY), and another host needs one", hosts.join(" and "));
        return Err(Fault::usage(format!("{text}: write the right one into the file that `env_file` names")));
    }
    Ok(keys.into_keys().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_laravel_takes_and_another_each_time() {
        let (one, two) = (generate(), generate());
        assert_ne!(one.reveal(), two.reveal());
        let bytes = STANDARD.decode(one.reveal().strip_prefix("base64:").unwrap()).unwrap();
        assert_eq!(bytes.len(), 32);
    }

    #[test]
    fn hosts_with_different_keys_are_named() {
        let host = |name: &str, text: &str| {
            let remote = Remote { bytes: Some(text.as_bytes().to_vec()), ..Remote::default() };
            (HostName::new(name.to_owned()), remote)
        };
        let key = |remote: &Remote| remote.value(APP_KEY);
        let same = [host("a", "APP_KEY=1\n"), host("b", "APP_KEY='1'\n"), host("c", "APP_KEY=\n")];
        assert_eq!(the_one(&same, key).unwrap().as_deref(), Some("1"));
        assert!(the_one(&[host("a", "APP_KEY=1\n"), host("b", "APP_KEY=2\n")], key).is_err());
    }
}
