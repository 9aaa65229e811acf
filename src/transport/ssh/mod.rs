//! Reaching a host over SSH, as the user's own `ssh` would: the same configuration, keys, agent,
//! known hosts and jump hosts.
//!
//! ```text
//! Target ── settings (ssh -G, or config) ──▶ Settings ── dial ── trust ──▶ Reached ── auth ──▶ Connection
//! ```
//! [`ConnectError`] says why not, and what to do about it.

mod advice;
mod algorithms;
mod auth;
mod config;
mod connection;
mod dial;
mod error;
mod known_hosts;
mod link;
mod patience;
mod pattern;
mod session;
mod settings;
mod stall;
mod target;
mod terminal;
#[cfg(test)]
mod tests;
mod trust;

pub use self::connection::Connection;
pub use self::error::{Cause, ConnectError, Endpoint, ListedKey, OfferedKey, Origin, Refusal, ShownKey};
pub use self::target::{Answer, Ask, CONNECT_TIMEOUT, Caller, Keepalive, Question, Target};
pub use self::terminal::{Appearance, Keys, Refused, Terminal, Window};

use self::patience::Patience;
use self::settings::Settings;

/// Connects to a host and logs in, through its jump hosts where there are any.
///
/// # Errors
/// Why it could not be reached, or did not let us in. Nothing was changed on any host.
pub async fn connect(target: &Target) -> Result<Connection, ConnectError> {
    let settings = Settings::resolve(target).await?;
    let via = match through(target, &settings.jump, 0).await {
        Ok(via) => via,
        Err(error) => {
            return Err(ConnectError { at: settings.at, cause: Cause::Jump(Box::new(error)) });
        }
    };
    log_in(target, settings, via).await
}

// Configurations that jump through each other would go on for ever.
const MAX_JUMPS: usize = 8;

/// Connects to the jump hosts, each through the one before it.
async fn through(target: &Target, hops: &[String], depth: usize) -> Result<Option<Connection>, ConnectError> {
    let mut via = None;
    for hop in hops {
        let target = hop_target(target, hop);
        let settings = Settings::resolve(&target).await?;
        if depth == MAX_JUMPS {
            let cause = Cause::Config("the jump hosts go round in circles".to_owned());
            return Err(ConnectError { at: settings.at, cause });
        }
        // As with ssh -J: the first one goes its own configured way, the others through the one before.
        if via.is_none() {
            via = Box::pin(through(&target, &settings.jump, depth + 1)).await?;
        }
        via = Some(log_in(&target, settings, via).await?);
    }
    Ok(via)
}

/// Returns the target of a jump host, `[user@]host[:port]`. What deploy.yml says of the host behind
/// it (password, pinned key) is not for the jump host; the key may open it as well.
fn hop_target(target: &Target, hop: &str) -> Target {
    let hop = hop.strip_prefix("ssh://").unwrap_or(hop);
    let (user, place) = match hop.rsplit_once('@') {
        Some((user, place)) => (Some(user.to_owned()), place),
        None => (None, hop),
    };
    let (name, port) = match place.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, port.parse().ok()),
        _ => (place, None),
    };
    Target {
        name: name.trim_matches(['[', ']']).to_owned(),
        port,
        user,
        password: None,
        jump: None,
        host_key: None,
        ..target.clone()
    }
}

async fn log_in(
    target: &Target,
    settings: Settings,
    via: Option<Connection>,
) -> Result<Connection, ConnectError> {
    let mut patience = Patience::new(settings.connect_timeout);
    let done = async {
        let mut reached = dial::reach(target, &settings, via.as_ref(), &mut patience).await?;
        auth::login(target, &settings, &mut reached, &mut patience).await?;
        Ok(reached)
    };
    match done.await {
        Ok(reached) => Ok(Connection::new(reached.handle, reached.link, settings.at, patience.spent(), via)),
        Err(cause) => Err(ConnectError { at: settings.at, cause }),
    }
}
