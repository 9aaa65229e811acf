//! What will happen, as data. Nothing here touches a host or this machine; see
//! [execute](crate::execute) for that.
//!
//! A plan is a pure function of the configuration, the facts, the source and the release id. What
//! is printed is what runs: the executor takes nothing but a plan.

mod barriers;
pub mod building;
mod builtin;
pub mod caches;
mod compatibility;
mod confirmation;
pub mod connection;
mod contents;
mod custom;
pub mod database;
mod deploy;
mod digest;
pub mod docroot;
mod drift;
mod dump;
pub mod existing;
pub mod found;
pub mod guard;
pub mod guide;
pub mod health;
pub mod inputs;
mod maintenance;
pub mod migrations;
mod page;
pub mod php;
pub mod preflight;
pub mod proof;
mod prune;
pub mod reload;
pub mod restore;
mod serving;
pub mod settings;
pub mod sharing;
pub mod shipment;
mod space;
mod step;
pub mod stub;
pub mod trial;
pub mod values;
mod workers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::host::HostName;
use crate::notify::Notifications;
use crate::release::{Layout, ReleaseId};
use crate::secret::SecretName;
pub use database::Loading;
pub use deploy::{deploy, package, rollback, rollback_with_database};
pub use migrations::{MIGRATE, Migration, Migrations, PENDING, Pretended};
pub use page::{Answer, Expectation, Page};
pub use proof::Proof;
pub use prune::surplus;
pub use reload::restore_database;
pub use restore::{Restoration, restore};
pub use shipment::{Compression, Shipment};
pub use step::{Action, Archive, OnFailure, Phase, Step, StepId, Undo};
pub use workers::taken_back;

/// The version of the plan's format.
pub const FORMAT: u32 = 1;

/// The name of the step that takes the lock.
pub const LOCK: &str = "lock";
/// The name of the step that gives the lock back.
pub const UNLOCK: &str = "unlock";
/// The name of the step that makes the release live.
pub const SWITCH: &str = "switch";
/// The name of the step that proves which release is served.
pub const PROVE: &str = "prove";
/// The name of the step from which on a host takes the run back by itself when it hears nothing more.
pub const ARM: &str = "arm";
/// The name of the step that ends that: the run stays.
pub const CONFIRM: &str = "confirm";
/// The name of the step that looks whether visitors see the page of maintenance.
pub const CLOSED: &str = "closed";
/// The name of the step that looks whether the application works.
pub const HEALTH: &str = "health";
/// The name of the step that writes a run down: what it prints ends the run.
pub const RECORD: &str = "record";

/// The name of the step that dumps the database.
pub const DUMP: &str = "dump";
/// The name of the step that puts a dump in the place of the database.
pub const RESTORE_DATABASE: &str = "restore-database";

/// The name of the step that makes a directory for the build on the builder.
pub const BUILDER: &str = "builder";

/// Seconds without a sign of life after which a session on a host counts its controller as gone. A
/// lock is taken over when it has been silent for [`TAKE_OVER`].
pub const SILENCE: u64 = 60;
/// More than twice [`SILENCE`]: by then a session that was cut off has ended what it ran.
pub const TAKE_OVER: u64 = 150;

/// All steps of a run, with what they rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of this format.
    pub v: u32,
    /// The version of the program that made it.
    pub tool: String,
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// What kind of run it is.
    pub kind: Kind,
    /// The release that will be live; of a restore, its own id.
    pub release: ReleaseId,
    /// What a restore puts back; absent in any other run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub restoration: Option<Restoration>,
    /// The dump that a restore or a rollback puts in the place of the database.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub loading: Option<Loading>,
    /// What the release is made of. Absent in a rollback to a release that nobody described.
    pub source: Option<Revision>,
    /// Those of its packages that steps ask about, with their versions: a rollback to it asks again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub packages: BTreeMap<String, String>,
    /// How it differs from what is live.
    pub changes: Option<Changes>,
    /// Where it is built, if that is not the controller.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub builder: Option<PlanBuilder>,
    /// The hosts, in the order of deploy.yml.
    pub hosts: Vec<PlanHost>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// The secrets that steps use: where they are found, never their values.
    pub secrets: BTreeMap<SecretName, String>,
    /// What happens to the database, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub migrations: Option<Migrations>,
    /// What a person should look at first.
    pub warnings: Vec<Warning>,
    /// How many hosts work at once.
    pub max_parallel: usize,
    /// Who is told how it goes.
    #[serde(skip_serializing_if = "Notifications::is_empty", default)]
    pub notify: Notifications,
}

/// What kind of run a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A new release.
    Deploy,
    /// An older release, live again.
    Rollback,
    /// Shared data from a backup; the releases stay as they are.
    Restore,
}

/// Where the files of a release come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The full commit id; absent when a folder is released.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// The branch, tag or folder that was asked for.
    pub reference: String,
    /// The first line of the commit's message.
    #[serde(default)]
    pub subject: String,
}

impl Revision {
    /// Returns the commit's first seven digits, or the folder.
    pub fn short(&self) -> &str {
        self.commit.as_deref().map_or(&self.reference, |commit| commit.get(..7).unwrap_or(commit))
    }
}

/// What lies between the live release and the new one, by git.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The commit that is live.
    pub from: String,
    /// `<short id> <subject>` of the commits that are new, newest first.
    pub commits: Vec<String>,
    /// The same of the commits that are live and are not in the release, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left: Vec<String>,
    /// Paths that come into being.
    pub added: Vec<String>,
    /// Paths whose content changes.
    pub changed: Vec<String>,
    /// Paths that go.
    pub removed: Vec<String>,
}

/// The machine that builds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBuilder {
    /// `user@address port`, for persons.
    pub address: String,
    /// The directory of this run's build there, absolute.
    pub directory: String,
}

/// A host of the plan, with the facts that the plan rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHost {
    /// Its name.
    pub name: HostName,
    /// `user@address port`, for persons.
    pub address: String,
    /// The application's directory, absolute.
    pub deploy_to: String,
    /// The release that is live.
    pub live: Option<ReleaseId>,
    /// The commit that is live.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub live_commit: Option<String>,
    /// What will be linked into the release, from the application's directory.
    pub links: Vec<String>,
    /// What becomes of the directory that the web server serves, where it changes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub docroot: Option<docroot::Change>,
    /// The releases that will be removed.
    pub prune: Vec<ReleaseId>,
    /// The dump of the database that was made before the live release migrated it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dump: Option<String>,
    /// How many releases stay.
    pub keep: usize,
    /// A digest of all the facts that the steps depend on.
    pub facts: String,
}

impl PlanHost {
    /// Returns the paths of the application there.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.deploy_to)
    }
}

/// Something a person should look at before the plan runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Where; absent: everywhere, or on the controller.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<HostName>,
    /// What.
    pub text: String,
}

impl Plan {
    /// Returns the step with that number.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.get(id.0)
    }

    /// Returns the step with that name.
    pub fn named(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// Returns a host by name.
    pub fn host(&self, name: &HostName) -> Option<&PlanHost> {
        self.hosts.iter().find(|host| host.name == *name)
    }

    /// Returns the release that is live on every host, where it is the same on all.
    pub fn live_everywhere(&self) -> Option<&ReleaseId> {
        let first = self.hosts.first()?.live.as_ref()?;
        self.hosts.iter().all(|host| host.live.as_ref() == Some(first)).then_some(first)
    }
}
