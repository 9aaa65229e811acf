//! What is seen of a connection from outside: the host's key at its start, and how it ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::client::{DisconnectReason, Handler};
use russh::keys::PublicKeyOrCertificate;
use tokio::sync::watch;
use tokio::time::timeout;

use super::error::Cause;
use super::target::Keepalive;
use super::trust::Trust;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The host took its leave with these words.
    Dismissed(String),
    /// It broke.
    Broken(String),
}

impl Lost {
    pub fn words(self) -> String {
        match self {
            Self::Dismissed(words) | Self::Broken(words) => words,
        }
    }
}

/// Remembers why a connection was refused or lost. Clones are the same memory.
#[derive(Clone, Debug)]
pub(super) struct Link {
    refused: Arc<Mutex<Option<Cause>>>,
    lost: watch::Sender<Option<Lost>>,
    keepalive: Keepalive,
}

// The end of a connection is noticed a moment before its reason is known.
const REASON_COMES_WITHIN: Duration = Duration::from_secs(1);

impl Link {
    pub fn new(keepalive: Keepalive) -> Self {
        Self { refused: Arc::default(), lost: watch::Sender::new(None), keepalive }
    }

    /// Takes why the host's key was refused, if it was.
    pub fn refused(&self) -> Option<Cause> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits a moment for the reason why a connection that has ended was lost.
    pub async fn reason(&self) -> Option<Lost> {
        let mut lost = self.lost.subscribe();
        let reason = timeout(REASON_COMES_WITHIN, lost.wait_for(Option::is_some)).await;
        reason.ok()?.ok()?.clone()
    }

    /// Puts an error of the connection into words.
    pub fn words(&self, error: &russh::Error) -> String {
        match error {
            russh::Error::KeepaliveTimeout => {
                let silence = self.keepalive.patience().as_secs_f64();
                format!("no answer for {} s", (silence * 10.0).round() / 10.0)
            }
            russh::Error::IO(error) => match error.kind() {
                std::io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
                std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::UnexpectedEof => {
                    "the host closed the connection".to_owned()
                }
                std::io::ErrorKind::TimedOut => self.words(&russh::Error::KeepaliveTimeout),
                _ => error.to_string(),
            },
            russh::Error::HUP | russh::Error::Disconnect => "the host closed the connection".to_owned(),
            other => other.to_string(),
        }
    }
}

/// Answers what the protocol asks while a connection lives.
#[derive(Debug)]
pub(super) struct Watcher {
    pub trust: Trust,
    pub link: Link,
}

impl Handler for Watcher {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        match self.trust.check(key) {
            Ok(()) => Ok(true),
            Err(cause) => {
                *self.link.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
                Ok(false)
            }
        }
    }

    async fn disconnected(&mut self, reason: DisconnectReason<russh::Error>) -> Result<(), russh::Error> {
        let lost = match &reason {
            DisconnectReason::ReceivedDisconnect(info) => Lost::Dismissed(info.message.trim().to_owned()),
            DisconnectReason::Error(error) => Lost::Broken(self.link.words(error)),
        };
        self.link.lost.send_replace(Some(lost));
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(error) => Err(error),
        }
    }
}
