//! What a target comes down to once ssh's configuration is known: address, port, account, keys,
//! known_hosts files, jump hosts.
#![expect(clippy::disallowed_methods, reason = "the configuration is read")]

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::token::Tokens;
use super::config::{Options, file, program, words};
use super::error::{Cause, ConnectError, Endpoint, Origin};
use super::known_hosts::HostId;
use super::pattern;
use super::target::{CONNECT_TIMEOUT, Target};

/// Everything that is needed to reach one host.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub at: Endpoint,
    /// The key files to offer, in order; the agent's keys come before the default ones.
    pub identities: Vec<Identity>,
    pub certificates: Vec<PathBuf>,
    /// Whether the agent may only offer keys that are named here.
    pub identities_only: bool,
    pub agent: Option<PathBuf>,
    /// The hosts to go through, as `[user@]host[:port]`.
    pub jump: Vec<String>,
    pub known_hosts_files: Vec<PathBuf>,
    pub host: HostId,
    pub connect_timeout: Duration,
}

/// A key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub path: PathBuf,
    pub origin: Origin,
}

/// Best first, as today's ssh has them.
const DEFAULT_IDENTITIES: [&str; 3] = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

impl Settings {
    /// Resolves a target.
    pub async fn resolve(target: &Target) -> Result<Self, ConnectError> {
        let refuse = |reason: String| ConnectError { at: unresolved(target), cause: Cause::Config(reason) };
        let asked = match &target.caller.ssh {
            Some(ssh) => program::options(ssh, target).await.map_err(refuse)?,
            None => None,
        };
        let options = match asked {
            Some(options) => options,
            None => from_files(target).map_err(refuse)?,
        };
        Self::from_options(target, &options).map_err(refuse)
    }

    fn from_options(target: &Target, options: &Options) -> Result<Self, String> {
        if target.jump.is_none() && options.get("proxycommand").is_some() {
            return Err("ProxyCommand is not supported; ProxyJump is".to_owned());
        }
        let at = endpoint(target, options)?;
        let caller = &target.caller;
        let tokens = Tokens {
            home: &caller.home,
            local_user: &caller.user,
            name: &target.name,
            address: &at.address,
            user: &at.user,
            port: at.port,
        };
        let jump = target.jump.as_deref().or(options.get("proxyjump"));
        let certificates = options.all("certificatefile").map(|text| tokens.path(text));
        Ok(Self {
            identities: identities(target, options, tokens)?,
            certificates: certificates.collect::<Result<_, _>>()?,
            identities_only: options.get("identitiesonly") == Some("yes"),
            agent: agent(target, options, tokens)?,
            jump: jump.map(hops).unwrap_or_default(),
            known_hosts_files: known_hosts_files(target, options, tokens)?,
            host: HostId::new(&at.address, at.port, options.get("hostkeyalias")),
            connect_timeout: connect_timeout(target, options),
            at,
        })
    }
}

fn unresolved(target: &Target) -> Endpoint {
    Endpoint {
        name: target.name.clone(),
        user: target.user.clone().unwrap_or_else(|| target.caller.user.clone()),
        address: target.name.clone(),
        port: target.port.unwrap_or(22),
    }
}

fn endpoint(target: &Target, options: &Options) -> Result<Endpoint, String> {
    let mut at = unresolved(target);
    if let (None, Some(user)) = (&target.user, options.get("user")) {
        user.clone_into(&mut at.user);
    }
    if let (None, Some(port)) = (target.port, options.get("port")) {
        at.port = port.parse().map_err(|_| format!("`{port}` is not a port"))?;
    }
    if let Some(address) = options.get("hostname") {
        at.address = address.replace("%h", &target.name).replace("%%", "%");
    }
    Ok(at)
}

fn identities(target: &Target, options: &Options, tokens: Tokens<'_>) -> Result<Vec<Identity>, String> {
    let mut all = Vec::new();
    if let Some(path) = &target.identity {
        // A path that came straight from deploy.yml may still start with `~`.
        let path = path.strip_prefix("~").map_or_else(|_| path.clone(), |rest| tokens.home.join(rest));
        all.push(Identity { path, origin: Origin::DeployYml });
    }
    // `ssh -G` lists ssh's own names too when the user has set none.
    let is_own = |name: &&str| name.strip_prefix("~/.ssh/id_").is_some_and(|kind| OWN_KINDS.contains(&kind));
    let (own, set): (Vec<_>, Vec<_>) = options.all("identityfile").partition(is_own);
    let set_by_user = !set.is_empty() || (1..=2).contains(&own.len());
    for name in options.all("identityfile").filter(|_| set_by_user) {
        all.push(Identity { path: tokens.path(name)?, origin: Origin::Config });
    }
    for name in DEFAULT_IDENTITIES.iter().filter(|_| !set_by_user) {
        all.push(Identity { path: tokens.path(name)?, origin: Origin::Default });
    }
    Ok(all)
}

const OWN_KINDS: [&str; 7] = ["rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk", "xmss", "dsa"];

fn agent(target: &Target, options: &Options, tokens: Tokens<'_>) -> Result<Option<PathBuf>, String> {
    let Some(set) = options.all("identityagent").next() else { return Ok(target.caller.agent.clone()) };
    match set {
        "none" => Ok(None),
        "SSH_AUTH_SOCK" | "$SSH_AUTH_SOCK" | "${SSH_AUTH_SOCK}" => Ok(target.caller.agent.clone()),
        _ if set.starts_with('$') => Err(format!("IdentityAgent {set}: only $SSH_AUTH_SOCK is supported")),
        _ => tokens.path(set).map(Some),
    }
}

fn known_hosts_files(target: &Target, options: &Options, tokens: Tokens<'_>) -> Result<Vec<PathBuf>, String> {
    if let Some(file) = &target.known_hosts_file {
        return Ok(vec![file.clone()]);
    }
    let user = options.all("userknownhostsfile").next().unwrap_or("~/.ssh/known_hosts ~/.ssh/known_hosts2");
    let global = options
        .all("globalknownhostsfile")
        .next()
        .unwrap_or("/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2");
    let names = words(user).into_iter().chain(words(global)).filter(|name| name != "none");
    names.map(|name| tokens.path(&name)).collect()
}

fn connect_timeout(target: &Target, options: &Options) -> Duration {
    let set = || options.get("connecttimeout")?.parse().ok().map(Duration::from_secs);
    target.connect_timeout.or_else(set).unwrap_or(CONNECT_TIMEOUT)
}

fn hops(jump: &str) -> Vec<String> {
    let names = jump.split(',').map(str::trim);
    names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("none")).map(str::to_owned).collect()
}

/// Reads the configuration by our own parser: the user's file first, then the machine's.
fn from_files(target: &Target) -> Result<Options, String> {
    let home = &target.caller.home;
    let files = match &target.config {
        Some(file) => vec![file.clone()],
        None => vec![home.join(".ssh/config"), PathBuf::from("/etc/ssh/ssh_config")],
    };
    let mut options = Options::default();
    for path in files {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(_) if target.config.is_none() => continue,
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let more = file::options(&text, &target.name, &|name| included(home, name));
        options.append(more.map_err(|reason| format!("{}: {reason}", path.display()))?);
    }
    Ok(options)
}

/// Reads the files that an `Include` names; a wildcard may stand in the last part of the path.
fn included(home: &Path, name: &str) -> Result<Vec<String>, String> {
    let path = match name.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => home.join(".ssh").join(name),
    };
    let (Some(directory), Some(last)) = (path.parent(), path.file_name().and_then(|name| name.to_str()))
    else {
        return Ok(Vec::new());
    };
    if directory.to_string_lossy().contains(['*', '?', '[']) {
        return Err(format!("Include {name}: a wildcard is supported in the file name only"));
    }
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(|entry| pattern::matches(last, entry)))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    Ok(paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect())
}
