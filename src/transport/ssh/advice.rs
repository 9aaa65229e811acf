//! What to tell a person about a host that could not be reached, and what to type next.

use std::path::PathBuf;

use super::error::{Cause, ConnectError, Endpoint, ListedKey, OfferedKey, Origin, Refusal, ShownKey};
use crate::event::Next;

impl ConnectError {
    /// Tells whether it may be otherwise in a while, without anybody changing something here.
    pub fn may_pass(&self) -> bool {
        match &self.cause {
            Cause::NameNotFound
            | Cause::Refused
            | Cause::Unreachable(_)
            | Cause::TimedOut { .. }
            | Cause::HungUp(_)
            | Cause::NoWay { .. } => true,
            Cause::Jump(error) => error.may_pass(),
            Cause::Protocol(_)
            | Cause::HostKeyUnknown { .. }
            | Cause::HostKeyChanged { .. }
            | Cause::HostKeyRevoked { .. }
            | Cause::PinMismatch { .. }
            | Cause::KnownHosts { .. }
            | Cause::LoginRefused(_)
            | Cause::KeyUnreadable { .. }
            | Cause::KeyIsEncrypted { .. }
            | Cause::WrongPassphrase { .. }
            | Cause::Config(_) => false,
        }
    }

    /// Returns what is known besides the one line, in lines for a person.
    pub fn detail(&self) -> Vec<String> {
        match &self.cause {
            Cause::TimedOut { .. } => lines(&[
                "A time-out is mostly a firewall or a machine that is down;",
                "a wrong port would be refused at once.",
            ]),
            Cause::HungUp(reason) => {
                vec![format!("It said: {reason}."), "Too many logins at once, or fail2ban?".to_owned()]
            }
            Cause::HostKeyUnknown { shown, files } => {
                let mut lines = vec![shown_line("offered", shown)];
                lines.extend(files.iter().map(|file| format!("not in    {}", file.display())));
                lines
            }
            Cause::HostKeyChanged { known, shown } => {
                let mut lines = vec![listed_line("known", known), shown_line("offered", shown)];
                lines.push("A new server or a moved IP does this; so does somebody in between.".to_owned());
                lines
            }
            Cause::HostKeyRevoked { listed } => vec![listed_line("revoked", listed)],
            Cause::PinMismatch { pinned, shown } => vec![
                format!("pinned    {pinned} (host_key in deploy.yml)"),
                shown_line("offered", shown),
                "A new server or a moved IP does this; so does somebody in between.".to_owned(),
            ],
            Cause::LoginRefused(refusal) => refused(&self.at, refusal),
            Cause::Jump(error) => error.detail(),
            Cause::NameNotFound
            | Cause::Refused
            | Cause::Unreachable(_)
            | Cause::Protocol(_)
            | Cause::KnownHosts { .. }
            | Cause::KeyUnreadable { .. }
            | Cause::KeyIsEncrypted { .. }
            | Cause::WrongPassphrase { .. }
            | Cause::Config(_)
            | Cause::NoWay { .. } => Vec::new(),
        }
    }

    /// Returns what to type next, the best first.
    pub fn next(&self) -> Vec<Next> {
        let Endpoint { name: _, user, address, port } = &self.at;
        let verbose = || next(format!("ssh -v -p {port} {user}@{address}"), "what ssh itself says");
        match &self.cause {
            Cause::HostKeyUnknown { shown, .. } => vec![
                next(format!("ssh -p {port} {user}@{address}"), "compare the fingerprint and accept it once"),
                next(format!("host_key: {}", shown.fingerprint), "in deploy.yml: pin it, for CI"),
            ],
            Cause::HostKeyChanged { .. } => vec![next(
                format!("ssh-keygen -R {}", bracketed(address, *port)),
                "only after your host confirms the new one",
            )],
            Cause::PinMismatch { shown, .. } => vec![next(
                format!("host_key: {}", shown.fingerprint),
                "in deploy.yml, only after your host confirms the new one",
            )],
            Cause::LoginRefused(refusal) => {
                let mut all = vec![verbose()];
                if let Some(file) = refusal.offered.iter().find(|key| key.origin != Origin::Agent) {
                    all.insert(0, install(&file.name, &self.at));
                }
                all
            }
            Cause::KeyIsEncrypted { path } | Cause::WrongPassphrase { path } => {
                vec![next(format!("ssh-add {}", path.display()), "let the agent hold the key")]
            }
            Cause::Jump(error) => error.next(),
            Cause::NameNotFound
            | Cause::Refused
            | Cause::Unreachable(_)
            | Cause::TimedOut { .. }
            | Cause::HungUp(_)
            | Cause::Protocol(_)
            | Cause::NoWay { .. } => vec![verbose()],
            Cause::HostKeyRevoked { .. }
            | Cause::KnownHosts { .. }
            | Cause::KeyUnreadable { .. }
            | Cause::Config(_) => Vec::new(),
        }
    }
}

fn refused(at: &Endpoint, refusal: &Refusal) -> Vec<String> {
    let Refusal { methods, offered, skipped, password, hung_up } = refusal;
    let mut all = Vec::new();
    if !methods.is_empty() {
        all.push(format!("The server accepts: {}.", methods.join(", ")));
    }
    if !offered.is_empty() {
        all.push("These were offered and refused:".to_owned());
        all.extend(offered_lines(offered));
    }
    if *password {
        all.push("The password was refused.".to_owned());
    }
    if offered.is_empty() && !password {
        all.push("There was no key and no password to offer.".to_owned());
    }
    all.extend(skipped.iter().map(|(path, reason)| format!("Not offered: {}: {reason}", path.display())));
    if let Some(reason) = hung_up {
        all.push(format!("The server hung up after these: {reason}."));
    }
    all.push(format!("Is the user \"{}\" right?", at.user));
    all
}

/// Lays the keys out in columns: name, fingerprint, origin.
fn offered_lines(offered: &[OfferedKey]) -> Vec<String> {
    let named = |key: &OfferedKey| match key.origin {
        Origin::Agent => format!("agent \"{}\"", key.name),
        Origin::DeployYml | Origin::Config | Origin::Default => key.name.clone(),
    };
    let width = offered.iter().map(|key| named(key).chars().count()).max().unwrap_or(0);
    let line = |key: &OfferedKey| {
        let kind = if key.certificate { "certificate " } else { "" };
        let origin = match key.origin {
            Origin::DeployYml => "    deploy.yml",
            Origin::Config => "    ~/.ssh/config",
            Origin::Default | Origin::Agent => "",
        };
        format!("  {:width$}    {kind}{}{origin}", named(key), key.fingerprint)
    };
    offered.iter().map(line).collect()
}

fn install(file: &str, at: &Endpoint) -> Next {
    let port = if at.port == 22 { String::new() } else { format!(" -p {}", at.port) };
    next(format!("ssh-copy-id -i {file}{port} {}@{}", at.user, at.address), "install the key")
}

fn listed_line(label: &str, key: &ListedKey) -> String {
    let file = PathBuf::from(key.file.file_name().unwrap_or(key.file.as_os_str()));
    format!("{label:8}  {} {} ({} line {})", key.algorithm, key.fingerprint, file.display(), key.line)
}

fn shown_line(label: &str, key: &ShownKey) -> String {
    format!("{label:8}  {} {}", key.algorithm, key.fingerprint)
}

/// Returns the name of a host as known_hosts files write it.
pub(super) fn bracketed(host: &str, port: u16) -> String {
    if port == 22 { host.to_owned() } else { format!("[{host}]:{port}") }
}

fn next(run: impl Into<String>, why: &str) -> Next {
    Next { run: run.into(), why: why.to_owned() }
}

fn lines(text: &[&str]) -> Vec<String> {
    text.iter().map(|&line| line.to_owned()).collect()
}
