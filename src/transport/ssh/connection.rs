//! A connection to a host, logged in: many processes at once over one TCP connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{Handle, Msg};
use russh::{Channel, ChannelOpenFailure, ChannelStream, Disconnect};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::error::{Cause, Endpoint};
use super::link::{Link, Watcher};
use super::session;
use super::terminal::{self, Appearance, Refused, Terminal};
use crate::transport::{BOOTSTRAP, Process, StartError};

/// A connection to a host. Clones are the same connection; it ends when the last one is dropped
/// and the last process has ended.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    handle: Handle<Watcher>,
    link: Link,
    sessions: Arc<Semaphore>,
    at: Endpoint,
    login: Duration,
    /// The connection to the jump host, which this one runs through.
    via: Option<Connection>,
}

/// sshd allows 10 sessions; the rest is left for the user's own.
const MAX_SESSIONS: u32 = 8;

/// A process that was signalled may take a while to leave its session, so it is worth to wait.
const RETRIES: [u64; 6] = [100, 200, 400, 800, 1600, 3200];

/// The time that running processes get to hear of the end.
const GOODBYE: Duration = Duration::from_secs(2);

impl Connection {
    pub(super) fn new(
        handle: Handle<Watcher>,
        link: Link,
        at: Endpoint,
        login: Duration,
        via: Option<Self>,
    ) -> Self {
        let sessions = Arc::new(Semaphore::new(MAX_SESSIONS as usize));
        Self(Arc::new(Inner { handle, link, sessions, at, login, via }))
    }

    /// Starts [`BOOTSTRAP`], waiting for a free session first.
    ///
    /// # Errors
    /// When the connection is gone or the host refuses another session.
    pub async fn start(&self) -> Result<Process, StartError> {
        let permit = self.sessions(1).await;
        let channel = self.open().await?;
        // The answer comes among the output: waiting for it here would cost a round trip.
        match channel.exec(true, BOOTSTRAP).await {
            Ok(()) => Ok(session::start(channel, self.0.link.clone(), permit)),
            Err(error) => Err(self.failed(&error).await),
        }
    }

    /// Starts a command with a terminal of its own, for a person.
    ///
    /// # Errors
    /// When the connection is gone, or the host gives no terminal.
    pub async fn terminal(&self, command: &str, appearance: &Appearance) -> Result<Terminal, Refused> {
        let permit = self.sessions(1).await;
        let channel = self.open().await?;
        let started = terminal::start(channel, command, appearance, self.0.link.clone(), permit).await;
        match started {
            Ok(terminal) => terminal.ok_or(Refused::Terminal),
            Err(error) => Err(self.failed(&error).await.into()),
        }
    }

    async fn sessions(&self, count: u32) -> OwnedSemaphorePermit {
        let sessions = Arc::clone(&self.0.sessions);
        sessions.acquire_many_owned(count).await.expect("the semaphore is never closed")
    }

    async fn open(&self) -> Result<Channel<Msg>, StartError> {
        for delay in RETRIES {
            match self.0.handle.channel_open_session().await {
                Ok(channel) => return Ok(channel),
                Err(russh::Error::ChannelOpenFailure(ChannelOpenFailure::ConnectFailed)) => {
                    sleep(Duration::from_millis(delay)).await;
                }
                Err(error) => return Err(self.failed(&error).await),
            }
        }
        Err(StartError { reason: "the host allows no further session".to_owned() })
    }

    async fn failed(&self, error: &russh::Error) -> StartError {
        let is_refusal = matches!(error, russh::Error::ChannelOpenFailure(_));
        let lost = if is_refusal { None } else { self.0.link.reason().await };
        StartError { reason: lost.map_or_else(|| error.to_string().to_lowercase(), super::link::Lost::words) }
    }

    /// Opens a way through this host to another one.
    pub(super) async fn tunnel(&self, address: &str, port: u16) -> Result<ChannelStream<Msg>, Cause> {
        let open = self.0.handle.channel_open_direct_tcpip(address, port.into(), "127.0.0.1", 0);
        match open.await {
            Ok(channel) => Ok(channel.into_stream()),
            Err(error) => Err(Cause::NoWay { hop: self.0.at.name.clone(), reason: refusal(&error) }),
        }
    }

    /// Returns the account, address and port, as `deploy@10.0.0.12 port 22`.
    pub fn described(&self) -> String {
        self.0.at.to_string()
    }

    /// Returns the seconds from the first packet until the login was done.
    pub fn login_seconds(&self) -> f64 {
        self.0.login.as_secs_f64()
    }

    /// Ends the connection. Processes that were dropped get a moment to be signalled.
    pub async fn close(&self) {
        let _ = timeout(GOODBYE, self.sessions(MAX_SESSIONS)).await;
        let mut link = Some(self);
        while let Some(connection) = link {
            let goodbye = connection.0.handle.disconnect(Disconnect::ByApplication, "", "");
            let _ = timeout(GOODBYE, goodbye).await;
            // Sent once the loop of the connection has taken it.
            let _ = timeout(GOODBYE, connection.0.link.reason()).await;
            link = connection.0.via.as_ref();
        }
    }
}

fn refusal(error: &russh::Error) -> String {
    match error {
        russh::Error::ChannelOpenFailure(ChannelOpenFailure::ConnectFailed) => "it cannot connect".to_owned(),
        russh::Error::ChannelOpenFailure(ChannelOpenFailure::AdministrativelyProhibited) => {
            "it does not forward".to_owned()
        }
        other => other.to_string().to_lowercase(),
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connection({})", self.0.at)
    }
}
