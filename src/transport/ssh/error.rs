//! Why a host could not be reached, with everything that a person needs to put it right.

use std::fmt;
use std::path::PathBuf;

/// An account on a host, as it was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The name as the user wrote it: an address or an alias of `~/.ssh/config`.
    pub name: String,
    /// The account.
    pub user: String,
    /// The name or address behind the alias.
    pub address: String,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name: _, user, address, port } = self;
        write!(f, "{user}@{address} port {port}")
    }
}

/// A host could not be reached. Its text is one line; [`detail`](Self::detail) and
/// [`next`](Self::next) say more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectError {
    /// Whom we tried to reach.
    pub at: Endpoint,
    /// Why it failed.
    pub cause: Cause,
}

impl std::error::Error for ConnectError {}

/// A host key with the line of a known_hosts file that lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The kind of key, as `ED25519`.
    pub algorithm: String,
    /// Its fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// The file.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
}

/// A host key as the host showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    /// The kind of key, as `ED25519`.
    pub algorithm: String,
    /// Its fingerprint, `SHA256:…`.
    pub fingerprint: String,
}

/// Where a user key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `identity` in deploy.yml.
    DeployYml,
    /// `IdentityFile` in ssh's configuration.
    Config,
    /// A file that ssh tries by itself.
    Default,
    /// The agent.
    Agent,
}

/// A user key that was offered to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedKey {
    /// The file, or the comment that the agent gives to it.
    pub name: String,
    /// Its fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether a certificate was offered with it.
    pub certificate: bool,
}

/// What the login failed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The methods that the host accepts, as `publickey`. Empty: it did not say.
    pub methods: Vec<String>,
    /// The keys that were offered and refused, in order.
    pub offered: Vec<OfferedKey>,
    /// The keys that could not be offered, each with the reason.
    pub skipped: Vec<(PathBuf, String)>,
    /// Whether a password was refused as well.
    pub password: bool,
    /// What the host said when it hung up after these.
    pub hung_up: Option<String>,
}

/// Why a host could not be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The name is not known.
    NameNotFound,
    /// The port is closed.
    Refused,
    /// There is no way to it: the network's own words.
    Unreachable(String),
    /// No answer in time.
    TimedOut {
        /// The seconds that were waited.
        seconds: u64,
    },
    /// It accepted the connection and ended it before the login. The text says how.
    HungUp(String),
    /// No common algorithm, or no SSH server at all.
    Protocol(String),
    /// Its key is not listed.
    HostKeyUnknown {
        /// The key.
        shown: ShownKey,
        /// Where known keys were looked for.
        files: Vec<PathBuf>,
    },
    /// Another key is listed.
    HostKeyChanged {
        /// The listed one.
        known: Box<ListedKey>,
        /// The one it shows.
        shown: ShownKey,
    },
    /// Its key, or the authority that signed it, is listed as revoked.
    HostKeyRevoked {
        /// The line that says so.
        listed: ListedKey,
    },
    /// Its key is not the pinned one.
    PinMismatch {
        /// The fingerprint in deploy.yml.
        pinned: String,
        /// The key it shows.
        shown: ShownKey,
    },
    /// A known_hosts file cannot be read or written.
    KnownHosts {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No key and no password was accepted.
    LoginRefused(Refusal),
    /// The key that deploy.yml names cannot be read.
    KeyUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The host would take the key, but nobody is there to type the passphrase.
    KeyIsEncrypted {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase was wrong, three times.
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// ssh's configuration cannot be used.
    Config(String),
    /// The jump host could not be reached.
    Jump(Box<ConnectError>),
    /// The jump host does not open a way to the host.
    NoWay {
        /// The jump host.
        hop: String,
        /// Its words.
        reason: String,
    },
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { name: _, user: _, address, port } = &self.at;
        match &self.cause {
            Cause::NameNotFound => write!(f, "{address} does not exist in DNS"),
            Cause::Refused => write!(f, "port {port} is closed on {address}"),
            Cause::Unreachable(reason) => write!(f, "{address} port {port} cannot be reached: {reason}"),
            Cause::TimedOut { seconds } => write!(f, "{address} port {port} does not answer ({seconds} s)"),
            Cause::HungUp(_) => write!(f, "{address} port {port} hung up before login"),
            Cause::Protocol(reason) => write!(f, "{address} port {port} does not speak our SSH: {reason}"),
            Cause::HostKeyUnknown { .. } => write!(f, "the key of {address} port {port} is not known"),
            Cause::HostKeyChanged { .. } => f.write_str("its identity changed; nothing was sent"),
            Cause::HostKeyRevoked { .. } => f.write_str("its key is revoked; nothing was sent"),
            Cause::PinMismatch { .. } => f.write_str("its key is not the pinned one; nothing was sent"),
            Cause::KnownHosts { path, reason } => write!(f, "cannot use {}: {reason}", path.display()),
            Cause::LoginRefused(_) => write!(f, "login refused for {}", self.at),
            Cause::KeyUnreadable { path, reason } => {
                write!(f, "cannot read the key {}: {reason}", path.display())
            }
            Cause::KeyIsEncrypted { path } => write!(f, "the key {} needs its passphrase", path.display()),
            Cause::WrongPassphrase { path } => write!(f, "wrong passphrase for the key {}", path.display()),
            Cause::Config(reason) => write!(f, "ssh's configuration cannot be used: {reason}"),
            Cause::Jump(error) => write!(f, "jump host {}: {error}", error.at.name),
            Cause::NoWay { hop, reason } => {
                write!(f, "jump host {hop} does not open a way to {address} port {port}: {reason}")
            }
        }
    }
}
