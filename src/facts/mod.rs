//! What a host looks like before a run: found by one read-only script in one round trip.
//!
//! The script is `templates/probe.sh`; [parse] turns what it prints into [`Facts`].

pub mod base;
pub mod docroot;
pub mod env_file;
pub mod existing;
pub mod history;
pub mod parse;
pub mod survey;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::release::{Layout, ReleaseId};
pub use base::Base;
use docroot::Docroot;
use env_file::EnvFiles;
use existing::Existing;
use history::{Entry, History};
pub use survey::Survey;

/// What one host looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The account's home directory.
    pub home: String,
    /// The account.
    pub user: String,
    /// The application's directory, absolute.
    pub deploy_to: String,
    /// The nearest directory on the way to it that exists.
    pub base: String,
    /// What that is.
    pub base_kind: Kind,
    /// The host's own clock, in seconds since 1970.
    pub clock: u64,
    /// Free space for the application, in kilobytes of 1024 bytes.
    pub free_kilobytes: Option<u64>,
    /// Free inodes; `None` where the filesystem has no fixed number.
    pub free_inodes: Option<u64>,
    /// Kilobytes that are free where shared data is, once it is there: it may be another disk.
    pub shared_kilobytes: Option<u64>,
    /// Inodes that are free where shared data is.
    pub shared_inodes: Option<u64>,
    /// What `current` is.
    pub current: Kind,
    /// What the link `current` holds.
    pub target: Option<String>,
    /// What `releases` is.
    pub releases: Kind,
    /// What `shared` is.
    pub shared: Kind,
    /// What `backups` is.
    pub backups: Kind,
    /// What `.deployer` is.
    pub records: Kind,
    /// The names in `releases`, whatever they are.
    pub entries: BTreeSet<String>,
    /// What releases say about themselves.
    pub descriptions: BTreeMap<ReleaseId, Description>,
    /// The releases that this program made, or began to make.
    pub made: BTreeSet<ReleaseId>,
    /// What runs have recorded.
    pub history: History,
    /// What the shared paths of the configuration are below `shared`.
    pub in_shared: BTreeMap<String, Kind>,
    /// What may be told of the `.env` files that were found, by their paths.
    pub env_files: EnvFiles,
    /// Whether the application's key is kept beside the records.
    pub kept_key: bool,
    /// Whether a run was neither confirmed nor taken back: its host went down, or was killed with it.
    #[serde(default)]
    pub unconfirmed: bool,
    /// Who has put the application into maintenance mode, if anybody has.
    #[serde(default)]
    pub down: Option<Down>,
    /// What an old site has, on a host without a release.
    pub existing: Existing,
    /// The directory that the web server serves, where deploy.yml names one.
    pub docroot: Option<Docroot>,
    /// The paths that earlier deploys shared, and whether each is a directory.
    pub recorded: BTreeMap<String, bool>,
    /// The directories in `shared` and in `shared/public`, from `shared`.
    pub found: BTreeSet<String>,
    /// How the live release differs from what was shipped; `None` where nobody looked, or could.
    pub survey: Option<Survey>,
    /// The lock, when there is one.
    pub lock: Option<Lock>,
    /// Tools that the program needs and the host does not have.
    pub lacks: Vec<String>,
    /// How a link is renamed over another.
    pub rename: Option<Rename>,
    /// The command that prints the SHA-256 of its input.
    pub checksum: Option<String>,
    /// PHP's version and where it is; `None`: there is none.
    pub php: Option<Php>,
    /// The extensions of PHP, as it names them.
    #[serde(default)]
    pub php_extensions: BTreeSet<String>,
    /// The live release as it was shipped, where it is there with its manifest.
    pub shipped: Option<Base>,
    /// Whether it can unpack zstd.
    pub zstd: bool,
}

/// What a path is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing.
    #[default]
    Missing,
    /// A directory that the account can write into.
    Dir,
    /// A directory that the account cannot write into.
    ReadOnly,
    /// A link to a directory.
    LinkToDir,
    /// A link to a file or to nothing.
    Link,
    /// A file, or something stranger.
    File,
}

/// Who has put an application into maintenance mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Down {
    /// A run of this program, which noted it.
    ByRun,
    /// Somebody else.
    ByOthers,
}

/// How a link is renamed over another in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rename {
    /// GNU and BusyBox: `mv -T`.
    Gnu,
    /// FreeBSD and macOS: `mv -h`.
    Bsd,
}

/// The host's PHP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Php {
    /// As in `8.2.29`.
    pub version: String,
    /// The path of the program.
    pub binary: String,
}

/// What a release says about itself, in its `.deployer-release.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The release.
    pub id: ReleaseId,
    /// The commit it was made from.
    #[serde(default)]
    pub commit: Option<String>,
    /// The branch, tag or folder that was asked for.
    #[serde(default)]
    pub reference: String,
    /// The first line of the commit's message.
    #[serde(default)]
    pub subject: String,
}

/// Another run's lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// All that the link says.
    pub text: String,
    /// The token of the run.
    pub owner: String,
    /// When it was taken, by the host's clock.
    pub since: u64,
    /// The last sign of life, by the host's clock.
    pub seen: u64,
    /// Who has it and for what.
    pub who: String,
}

impl Facts {
    /// Returns the paths of the application.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.deploy_to)
    }

    /// Returns the release that is live.
    pub fn live(&self) -> Option<ReleaseId> {
        let target = self.target.as_deref()?.trim_end_matches('/');
        let within = target.strip_prefix(&self.layout().releases()).or(target.strip_prefix("releases"))?;
        within.trim_start_matches('/').parse().ok()
    }

    /// Returns the releases that are whole and have been live, oldest first.
    pub fn good(&self) -> BTreeSet<ReleaseId> {
        let mut good: BTreeSet<_> = self.history.deployed().cloned().collect();
        good.extend(self.live());
        good.retain(|id| self.entries.contains(id.as_str()));
        good
    }

    /// Returns the releases in the order in which they were live, the live one last, as far as
    /// rollbacks have not gone behind them and they are still there.
    pub fn trail(&self) -> Vec<ReleaseId> {
        let mut trail = self.history.trail(self.live().as_ref());
        trail.retain(|id| self.entries.contains(id.as_str()));
        trail
    }

    /// Returns the release that a rollback goes to.
    pub fn previous(&self) -> Option<ReleaseId> {
        let live = self.live();
        self.trail().into_iter().rev().find(|id| Some(id) != live.as_ref())
    }

    /// Returns the newest id that the host knows, of whatever state.
    pub fn newest(&self) -> Option<ReleaseId> {
        let entries = self.entries.iter().filter_map(|name| name.get(..14)?.parse().ok());
        entries.chain(self.made.iter().cloned()).max()
    }

    /// Returns the last run that was recorded.
    pub fn last_run(&self) -> Option<&Entry> {
        self.history.entries().last()
    }
}
