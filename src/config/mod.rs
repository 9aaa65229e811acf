//! What the user wrote: deploy.yml over the built-in recipes, for one stage.
//!
//! [load](load::load) reads the files, [merge] lays them over each other, [decode] turns the YAML tree
//! into these types and finds every mistake at once, [check] finds the mistakes that need the whole
//! picture. Only `load` touches files.

pub mod build;
pub mod check;
pub mod decode;
pub mod diagnostic;
pub mod error;
mod health;
pub mod load;
mod maintenance;
pub mod merge;
pub mod node;
mod opcache;
mod order;
pub mod overrides;
pub mod project;
pub mod recipe;
pub mod schema;
mod suggest;
#[cfg(test)]
mod tests;

pub use health::Health;
pub use maintenance::Maintenance;
pub use opcache::{Opcache, Reset};

use std::collections::BTreeMap;
use std::path::PathBuf;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::host::HostName;
use crate::plan::Phase;
use crate::secret::SecretName;
pub use build::{BuildConfig, Cache, Site};

/// A place in deploy.yml or a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    /// The file as the user knows it: `deploy.yml`, or `recipe laravel` for a built-in one.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

/// A template or an expression, with the place it was written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, not yet rendered.
    pub text: String,
    /// Where its first line begins.
    pub at: Location,
}

/// One stage of an application, complete: nothing is left to look up in another file.
#[derive(Clone, Debug)]
pub struct Config {
    /// The name of the application.
    pub application: String,
    /// The stage, as in `production`.
    pub stage: String,
    /// The recipe that the file is based on.
    pub recipe: String,
    /// How many good releases stay on a host.
    pub keep_releases: usize,
    /// What is released.
    pub source: Source,
    /// Where it is built.
    pub build: BuildConfig,
    /// What is left out of the release.
    pub exclude: Vec<String>,
    /// How a host gets what it has already.
    pub unchanged: Unchanged,
    /// What releases share.
    pub shared: Shared,
    /// The release's directory that a web server is to serve; `.`: all of it.
    pub docroot: String,
    /// The steps besides the built-in ones, in the order of their run within each phase.
    pub steps: Vec<StepConfig>,
    /// The local file for `shared/.env` where a host has none.
    pub env_file: Option<PathBuf>,
    /// How many hosts work at once.
    pub max_parallel: usize,
    /// How many days backups of the shared data stay; `None`: nothing is removed.
    pub backup_days: Option<u32>,
    /// Seconds of silence after which a host takes a run back by itself once it has begun to go live; 0: it
    /// never does.
    pub confirm_timeout: u64,
    /// What visitors see while a release goes live, where that is switched on.
    pub maintenance: Option<Maintenance>,
    /// The page that shows whether the application works, where one is named.
    pub health: Option<Health>,
    /// How the web's PHP is made to forget the release before, and whether that is proved.
    pub opcache: Opcache,
    /// How hosts are reached.
    pub ssh: SshConfig,
    /// Where secrets are found.
    pub secrets: IndexMap<SecretName, SecretSource>,
    /// The hosts, in the order of the file. Never empty.
    pub hosts: Vec<HostConfig>,
    /// The folder of deploy.yml: relative paths start here.
    pub root: PathBuf,
}

/// What is released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A commit of a repository.
    Git {
        /// A path (absolute, or from deploy.yml's folder) or a URL that the user's git knows.
        repository: String,
        /// A branch, tag or commit.
        reference: String,
    },
    /// A folder as it is.
    Folder(PathBuf),
}

/// How a new release gets the files that the live one has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unchanged {
    /// They are copied: each release has its own.
    #[default]
    Copy,
    /// What composer installed is linked, for hosts short of inodes.
    Hardlink,
}

/// What stays across releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// Files, from the application's directory.
    pub files: Vec<String>,
    /// Directories, from the application's directory, each made with its whole tree.
    pub dirs: Vec<String>,
    /// More paths to share, whatever their name says.
    pub also: Vec<String>,
    /// Paths that are never shared.
    pub never: Vec<String>,
    /// Directories to create below the shared ones before anything runs, as `storage/logs`.
    pub tree: Vec<String>,
    /// Directories in which the application keeps what it can make again: nobody looks there for data.
    pub caches: Vec<String>,
    /// How the rest is chosen.
    pub rule: Rule,
    /// What becomes of files that the application wrote outside of all this.
    pub stray: Stray,
    /// The files that list the paths: the key below `shared`, and the file.
    pub written_in: BTreeMap<&'static str, String>,
}

/// How it is told what is shared besides the paths that are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Public directories whose name says data.
    #[default]
    Patterns,
    /// All that is public and no code.
    AllPublic,
}

/// What becomes of files that the application wrote into a release, outside of the shared paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stray {
    /// They are taken along: into shared data, or into the next release.
    #[default]
    Adopt,
    /// They are reported, and their release stays.
    Keep,
    /// The run is refused.
    Fail,
}

impl Stray {
    /// Returns the word as deploy.yml spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adopt => "adopt",
            Self::Keep => "keep",
            Self::Fail => "fail",
        }
    }
}

/// How hosts are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshConfig {
    /// What to do about a host whose key is not known.
    pub known_hosts: KnownHostsPolicy,
    /// Where known keys are listed; `None`: as ssh itself decides.
    pub known_hosts_file: Option<PathBuf>,
    /// The client configuration; `None`: `~/.ssh/config`, as ssh itself reads it.
    pub config: Option<PathBuf>,
    /// Seconds to wait for a connection.
    pub connect_timeout: u64,
}

/// What to do about a host whose key is not known. A changed key is always refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownHostsPolicy {
    /// Refuse it.
    #[default]
    Strict,
    /// Record it at the first contact.
    AcceptNew,
}

/// Where the value of a secret is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// An environment variable of the controller.
    Env(String),
    /// A file of the controller, without its last newline.
    File(PathBuf),
    /// What a command prints, without its last newline. No shell is involved.
    Run(Vec<String>),
}

/// A host of the stage.
#[derive(Clone, Debug)]
pub struct HostConfig {
    /// Its name in deploy.yml.
    pub name: HostName,
    /// A name or address to connect to (or an alias of `~/.ssh/config`).
    pub address: String,
    /// The port, where deploy.yml gives one; else ssh's configuration decides.
    pub port: Option<u16>,
    /// The account, where deploy.yml gives one; else ssh's configuration decides.
    pub user: Option<String>,
    /// Its jobs. A host without any has all.
    pub roles: Vec<String>,
    /// The application's directory: absolute, or from the account's home (`~/…`, `apps/shop`).
    pub deploy_to: String,
    /// The directory that the web server serves, where that cannot be changed: absolute, or from the
    /// account's home.
    pub public_html: Option<String>,
    /// How that directory comes to serve the live release.
    pub docroot_mode: DocrootMode,
    /// The directory of an old application whose data is taken over: absolute, or from the home.
    pub existing: Option<String>,
    /// The address of the site, `https://…`.
    pub url: Option<String>,
    /// A private key file.
    pub identity: Option<PathBuf>,
    /// The secret that holds the password.
    pub password: Option<SecretName>,
    /// The host to go through: `[user@]host[:port]`, an alias of `~/.ssh/config`, several with commas.
    pub jump: Option<String>,
    /// The pinned fingerprint, `SHA256:…`.
    pub host_key: Option<String>,
    /// The variables for templates: recipe, deploy.yml, stage, host and command line merged.
    pub vars: IndexMap<String, Value>,
    /// Where the host is described.
    pub at: Location,
}

/// How a directory that the web server serves comes to serve the live release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocrootMode {
    /// It becomes a link.
    #[default]
    Link,
    /// It stays a directory, with a small `index.php` that finds the live release: for servers that
    /// refuse links.
    Stub,
}

impl HostConfig {
    /// Tells whether the host does one of these jobs; no jobs asked for means any host.
    pub fn does(&self, roles: &[String]) -> bool {
        roles.is_empty() || self.roles.is_empty() || roles.iter().any(|role| self.roles.contains(role))
    }
}

/// A step of the recipe or the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepConfig {
    /// Its name, unique in the stage.
    pub name: String,
    /// When it runs.
    pub phase: Phase,
    /// Next to which built-in step it runs, where the phase alone does not tell.
    pub anchor: Option<Anchor>,
    /// The shell commands.
    pub run: Text,
    /// The directory it runs in.
    pub dir: Dir,
    /// The machines it runs on.
    pub on: On,
    /// Only hosts with one of these jobs.
    pub roles: Vec<String>,
    /// Only on the first of its hosts.
    pub once: bool,
    /// An expression; the step is left out where it is false.
    pub when: Option<Text>,
    /// How it is taken back.
    pub undo: UndoConfig,
    /// Seconds it may take.
    pub timeout: u64,
    /// How many times it is tried again.
    pub retry: u32,
    /// Whether its failure is only a warning.
    pub allow_failure: bool,
    /// More environment variables for it.
    pub env: IndexMap<String, Text>,
    /// The directory that it fills, and that need not be filled again while its lock file is the same.
    pub cache: Option<Cache>,
}

/// How a step is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndoConfig {
    /// Shell commands run in the directory of the step.
    Run(Text),
    /// There is nothing to take back: what it made goes with the release.
    NotNeeded,
    /// It stays. The text says why, for a person.
    Impossible(String),
}

/// The place of a step next to a built-in step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Right before it.
    Before(String),
    /// Right after it.
    After(String),
}

/// The directory a step runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dir {
    /// The new release (on the host).
    Release,
    /// The live release.
    Current,
    /// The shared data.
    Shared,
    /// The application's directory.
    DeployTo,
    /// The clean checkout, on the controller.
    Build,
}

/// The machines a step runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The hosts of the stage.
    Hosts,
    /// The controller.
    Local,
    /// Where the release is built: the builder, or the controller.
    Builder,
}
