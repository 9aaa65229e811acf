//! Everything that a plan is made of. Two equal inputs give two equal plans.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::settings::Settings;
use super::{Changes, Revision};
use crate::analyze::Platform;
use crate::analyze::installer::Installer;
use crate::analyze::schema::Migration;
use crate::build::Build;
use crate::config::{Config, HostConfig, Location};
use crate::facts::Facts;
use crate::host::HostName;
use crate::persist::{Framework, Tree};
use crate::release::ReleaseId;
use crate::template::TemplateError;
use crate::template::quote::NulByte;

/// Everything that a plan is made of.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// What the user wrote.
    pub config: &'a Config,
    /// What each host looks like.
    pub facts: &'a BTreeMap<HostName, Facts>,
    /// How each host is reached, as `user@address port 22`, for persons.
    pub addresses: &'a BTreeMap<HostName, String>,
    /// What is released.
    pub source: &'a Origin,
    /// The controller's environment, for `env.NAME` in templates.
    pub environment: &'a BTreeMap<String, String>,
    /// When the plan is made.
    pub now: Timestamp,
}

/// What is released, as the plan sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The commit or folder.
    pub revision: Revision,
    /// The names at its top.
    pub files: Vec<String>,
    /// All its paths, as they are before it is built.
    pub tree: Tree,
    /// What it is built on.
    pub frameworks: BTreeSet<Framework>,
    /// What lies between the live release and it.
    pub changes: Option<Changes>,
    /// What a person should know about it, as uncommitted work that stays behind.
    pub notes: Vec<String>,
    /// What it and its packages ask of PHP.
    pub platform: Platform,
    /// What is known of its settings; `None`: nothing new is released.
    pub settings: Option<Settings>,
    /// The packages that Composer installs for production, with their versions.
    pub packages: BTreeMap<String, String>,
    /// Whether production code uses packages that composer.json lists for development only.
    pub needs_dev: bool,
    /// The migrations in it, in the order of their run.
    pub migrations: Vec<Migration>,
    /// The application's own installer.
    pub installer: Option<Installer>,
    /// How it is built.
    pub build: Build,
}

/// A plan could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A template of the user's cannot be rendered.
    #[error("step `{step}`: {source}")]
    Step {
        /// The step.
        step: String,
        /// Where its text begins.
        at: Location,
        /// What is wrong with it.
        source: Box<TemplateError>,
    },
    /// A template of the program's own cannot be rendered: some value is of a kind that no shell takes.
    #[error("step `{step}`: {source}")]
    BuiltIn {
        /// The step.
        step: &'static str,
        /// What is wrong.
        source: Box<TemplateError>,
    },
    /// A value holds a byte that no shell takes.
    #[error(transparent)]
    Value(#[from] NulByte),
    /// There is no release to go back to.
    #[error("{host} has no release to go back to")]
    NothingToGoBackTo {
        /// The host.
        host: HostName,
    },
    /// The release that was asked for is not there, or is not whole.
    #[error("{host} has no whole release {release}")]
    NoSuchRelease {
        /// The host.
        host: HostName,
        /// The release.
        release: ReleaseId,
    },
    /// Hosts would go back to different releases.
    #[error("the hosts were on different releases before: {0}")]
    Different(String),
}

impl Inputs<'_> {
    /// Returns the hosts with their facts, in the order of deploy.yml.
    pub fn hosts(&self) -> impl Iterator<Item = (&HostConfig, &Facts)> + Clone {
        self.config.hosts.iter().filter_map(|host| Some((host, self.facts.get(&host.name)?)))
    }

    /// Returns the id for a new release: newer than all that any host knows.
    pub fn next_release(&self) -> ReleaseId {
        let newest = self.facts.values().filter_map(Facts::newest).max();
        ReleaseId::after(self.now, newest.as_ref())
    }
}
