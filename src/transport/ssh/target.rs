//! Whom to reach and how, as plain data: what deploy.yml says and what the caller knows of its own
//! machine. Nothing here has been looked up yet; see [settings](super::settings).

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::KnownHostsPolicy;
use crate::secret::SecretValue;

/// A host as the user wrote it, with everything that a connection needs to know.
#[derive(Clone, Debug)]
pub struct Target {
    /// A name, an address or an alias of `~/.ssh/config`.
    pub name: String,
    /// The port; `None`: as ssh's configuration decides.
    pub port: Option<u16>,
    /// The account; `None`: as ssh's configuration decides.
    pub user: Option<String>,
    /// A private key file, offered before all others.
    pub identity: Option<PathBuf>,
    /// The password of the account. It is never sent to a jump host.
    pub password: Option<SecretValue>,
    /// The host to go through, as `[user@]host[:port]`, several with commas; `None`: as ssh's
    /// configuration decides.
    pub jump: Option<String>,
    /// The pinned fingerprint, `SHA256:…`. Known hosts are not looked at then.
    pub host_key: Option<String>,
    /// What to do about a host whose key is not known.
    pub known_hosts: KnownHostsPolicy,
    /// Where known keys are listed; `None`: as ssh's configuration decides.
    pub known_hosts_file: Option<PathBuf>,
    /// The client configuration; `None`: the usual files, as ssh itself reads them.
    pub config: Option<PathBuf>,
    /// The longest time until the login is done, on each hop, without the time that a person needs
    /// to type; `None`: as ssh's configuration decides, else [`CONNECT_TIMEOUT`].
    pub connect_timeout: Option<Duration>,
    /// How a dead connection is noticed.
    pub keepalive: Keepalive,
    /// What the caller knows of its own machine.
    pub caller: Caller,
    /// Asks the user; `None`: nobody is there to be asked.
    pub ask: Option<Ask>,
}

/// The longest time until the login is done, where nobody says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// How a dead connection is noticed: it is given up after `interval` × `tries` without a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// The silence after which the host is asked for a sign of life.
    pub interval: Duration,
    /// How many of these may pass; at least 2.
    pub tries: u32,
}

impl Default for Keepalive {
    fn default() -> Self {
        Self { interval: Duration::from_secs(15), tries: 3 }
    }
}

impl Keepalive {
    /// Returns the silence after which the connection is given up.
    pub fn patience(self) -> Duration {
        self.interval * self.tries
    }
}

/// What the caller knows of its own machine. The library does not look for itself.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The home directory, for `~`.
    pub home: PathBuf,
    /// The name of the account, which is the remote one too where nobody says otherwise.
    pub user: String,
    /// The socket of the agent, the value of `SSH_AUTH_SOCK`.
    pub agent: Option<PathBuf>,
    /// The `ssh` program that resolves the configuration (it is looked up in `PATH`); `None`, or not
    /// found: the configuration is read by a smaller parser.
    pub ssh: Option<PathBuf>,
    /// The current time, for the validity of certificates.
    pub now: Timestamp,
}

/// Asks the user a question on the terminal and returns the answer; `None`: no answer was given.
///
/// It is called on a thread that may block. Hosts are reached at the same time, so it must take
/// care itself that two questions do not mix.
#[derive(Clone)]
pub struct Ask(pub Arc<Answer>);

/// Answers a question.
pub type Answer = dyn Fn(&Question) -> Option<SecretValue> + Send + Sync;

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ask")
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The passphrase of a private key.
    Passphrase {
        /// The file.
        path: PathBuf,
    },
    /// The password of an account.
    Password {
        /// The account, as `deploy@10.0.0.12`.
        account: String,
    },
}

impl Ask {
    /// Asks, without holding up other tasks.
    pub(super) async fn ask(&self, question: Question) -> Option<SecretValue> {
        let ask = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || ask(&question)).await.ok().flatten()
    }
}
