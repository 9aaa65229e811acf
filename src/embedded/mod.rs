//! An SSH server inside the process: real `sh` over a directory plays a host, for `deployer demo`
//! and for tests, with faults at will.
//!
//! It is no security boundary: everybody who logs in runs commands as the user of this process. It
//! listens on 127.0.0.1 only.

mod account;
mod command;
mod fault;
mod wire;

use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, HashAlg, PrivateKey, PublicKey};
use russh::server::Config;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::account::Shared;
use self::fault::Faults;
use crate::secret::SecretValue;

/// What a server offers.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory that plays the disk: each account has its home below it.
    pub root: PathBuf,
    /// The accounts.
    pub users: Vec<String>,
    /// Keys that may log in, besides the one of [`Server::identity`].
    pub keys: Vec<PublicKey>,
    /// The password of all accounts; `None`: keys only.
    pub password: Option<SecretValue>,
    /// How many sessions a connection may have at once, as sshd's `MaxSessions`.
    pub max_sessions: usize,
}

impl Options {
    /// Returns the options of a server with one account, `deploy`, that takes its own key.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            users: vec!["deploy".to_owned()],
            keys: Vec::new(),
            password: None,
            max_sessions: 10,
        }
    }
}

/// A running server. Dropping it ends it, with every connection and process.
#[derive(Debug)]
pub struct Server {
    port: u16,
    host_key: PublicKey,
    identity: PathBuf,
    shared: Arc<Shared>,
    faults: Arc<Faults>,
    listening: JoinHandle<()>,
}

impl Server {
    /// Starts a server on a free port of 127.0.0.1. It writes a new key that may log in to
    /// [`identity`](Self::identity).
    ///
    /// # Errors
    /// When the directories or the key file cannot be made, or there is no free port.
    pub async fn start(options: Options) -> io::Result<Self> {
        let host_key = new_key()?;
        let client_key = new_key()?;
        for user in &options.users {
            tokio::fs::create_dir_all(options.root.join(user)).await?;
        }
        let identity = options.root.join(".identity");
        write_key(&client_key, &identity)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let public = host_key.public_key().clone();
        let shared = Arc::new(Shared::new(options, client_key.public_key().clone()));
        let faults = Arc::new(Faults::default());
        let config = Arc::new(config(host_key, &shared));
        let listening = wire::listen(listener, config, Arc::clone(&shared), Arc::clone(&faults));
        Ok(Self { port, host_key: public, identity, shared, faults, listening: tokio::spawn(listening) })
    }

    /// Returns the port of 127.0.0.1 that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the fingerprint of its host key, `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        self.host_key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Returns its host key.
    pub fn host_key(&self) -> &PublicKey {
        &self.host_key
    }

    /// Returns the file of a private key that may log in.
    pub fn identity(&self) -> &Path {
        &self.identity
    }

    /// Returns the home directory of an account.
    pub fn home(&self, user: &str) -> PathBuf {
        self.shared.home(user)
    }

    /// Returns how many logins there were.
    pub fn logins(&self) -> usize {
        self.shared.logins.load(Ordering::SeqCst)
    }

    /// Returns how many commands were started.
    pub fn sessions(&self) -> usize {
        self.shared.sessions.load(Ordering::SeqCst)
    }

    /// Stops the flow of bytes on all connections, present and future, as a pulled cable does.
    pub fn freeze(&self) {
        self.faults.frozen.send_replace(true);
    }

    /// Lets the bytes flow again; none is lost.
    pub fn thaw(&self) {
        self.faults.frozen.send_replace(false);
    }

    /// Cuts all present connections. What they started goes on, with its input closed.
    pub fn cut(&self) {
        self.faults.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Delays all bytes, each way.
    pub fn delay(&self, delay: Duration) {
        self.faults.delay.send_replace(delay);
    }

    /// Refuses new sessions from now on, or takes them again.
    pub fn refuse_sessions(&self, refuse: bool) {
        self.shared.refuse_sessions.store(refuse, Ordering::SeqCst);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listening.abort();
        self.faults.cuts.send_modify(|cuts| *cuts += 1);
        self.shared.end_commands();
    }
}

fn new_key() -> io::Result<PrivateKey> {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map_err(io::Error::other)
}

fn write_key(key: &PrivateKey, path: &Path) -> io::Result<()> {
    // Made with mode 600.
    key.write_openssh_file(path, LineEnding::LF).map_err(io::Error::other)
}

fn config(host_key: PrivateKey, shared: &Shared) -> Config {
    Config {
        keys: vec![host_key],
        methods: shared.methods().as_slice().into(),
        auth_rejection_time: Duration::from_millis(10),
        auth_rejection_time_initial: Some(Duration::ZERO),
        max_auth_attempts: 6,
        inactivity_timeout: None,
        channel_buffer_size: 4096,
        nodelay: true,
        ..Config::default()
    }
}
