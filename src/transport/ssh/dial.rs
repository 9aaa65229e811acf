//! The way to a host: TCP, or a tunnel through a jump host; then the key exchange.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{Handle, connect_stream};
use russh::keys::Algorithm;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::connection::Connection;
use super::error::{Cause, Endpoint};
use super::link::{Link, Watcher};
use super::patience::Patience;
use super::settings::Settings;
use super::stall::Stall;
use super::target::Target;
use super::trust::Trust;
use super::{algorithms, known_hosts};

/// A host whose key was checked, before any login.
pub(super) struct Reached {
    pub handle: Handle<Watcher>,
    pub link: Link,
}

/// Connects and checks the host's key.
pub(super) async fn reach(
    target: &Target,
    settings: &Settings,
    via: Option<&Connection>,
    patience: &mut Patience,
) -> Result<Reached, Cause> {
    let mut kinds = algorithms::host_keys();
    let mut mismatch = None;
    loop {
        match (shake(target, settings, via, patience, kinds.clone()).await, mismatch.take()) {
            // A pin does not tell which of the host's keys it is of: ask for the other kinds too.
            (Err(Cause::PinMismatch { pinned, shown }), first) => {
                let others = kinds.len();
                kinds.retain(|kind| known_hosts::kind(kind) != shown.algorithm);
                let first = first.unwrap_or(Cause::PinMismatch { pinned, shown });
                if kinds.is_empty() || kinds.len() == others {
                    return Err(first);
                }
                mismatch = Some(first);
            }
            // The host has no key of another kind: it says so, or just hangs up.
            (Err(Cause::Protocol(_) | Cause::HungUp(_)), Some(first)) => return Err(first),
            (result, _) => return result,
        }
    }
}

async fn shake(
    target: &Target,
    settings: &Settings,
    via: Option<&Connection>,
    patience: &mut Patience,
    kinds: Vec<Algorithm>,
) -> Result<Reached, Cause> {
    let trust = Trust::load(target, settings)?;
    let kinds = algorithms::known_first(kinds, &trust.algorithms());
    let config = Arc::new(algorithms::config(kinds, trust.takes_certificates(), target.keepalive));
    let link = Link::new(target.keepalive);
    let watcher = Watcher { trust, link: link.clone() };
    let stream = patience.wait(open(settings, via)).await??;
    let stream = Stall::new(stream, target.keepalive.patience());
    match patience.wait(connect_stream(config, stream, watcher)).await? {
        Ok(handle) => Ok(Reached { handle, link }),
        Err(error) => Err(link.refused().unwrap_or_else(|| before_login(&link, &error))),
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn open(settings: &Settings, via: Option<&Connection>) -> Result<Box<dyn Stream>, Cause> {
    let at = &settings.at;
    match via {
        Some(hop) => Ok(Box::new(hop.tunnel(&at.address, at.port).await?)),
        None => Ok(Box::new(dial(at, settings.connect_timeout).await?)),
    }
}

/// Tries the addresses of a name one after the other, each for its share of the time: one that
/// does not answer must not keep us from the next.
async fn dial(at: &Endpoint, time: Duration) -> Result<TcpStream, Cause> {
    let addresses: Vec<SocketAddr> = match lookup_host((at.address.as_str(), at.port)).await {
        Ok(addresses) => addresses.collect(),
        Err(error) => return Err(not_found(&error)),
    };
    let share = time / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let mut last = Cause::NameNotFound;
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Failing costs speed only.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = not_connected(&error),
            Err(_) => last = Cause::TimedOut { seconds: time.as_secs().max(1) },
        }
    }
    Err(last)
}

/// Tells a name that does not exist from a resolver that does not answer.
fn not_found(error: &io::Error) -> Cause {
    let text = error.to_string().to_lowercase();
    if text.contains("temporary failure") {
        return Cause::Unreachable("the name cannot be resolved at the moment".to_owned());
    }
    Cause::NameNotFound
}

fn not_connected(error: &io::Error) -> Cause {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Cause::Refused,
        // The kernel gave up before we did: its own limit is about two minutes.
        io::ErrorKind::TimedOut => Cause::TimedOut { seconds: 120 },
        _ => Cause::Unreachable(plain(error)),
    }
}

/// Tells an error of the operating system without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// Tells why a key exchange failed.
fn before_login(link: &Link, error: &russh::Error) -> Cause {
    match error {
        russh::Error::NoCommonAlgo { kind, .. } => {
            Cause::Protocol(format!("no common {kind:?} algorithm").to_lowercase())
        }
        russh::Error::Version | russh::Error::KexInit | russh::Error::Kex => {
            Cause::Protocol(error.to_string().to_lowercase())
        }
        russh::Error::WrongServerSig | russh::Error::PacketAuth => {
            Cause::Protocol("its signature is wrong".to_owned())
        }
        other => Cause::HungUp(link.words(other)),
    }
}
