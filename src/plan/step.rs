//! One line of a plan: a named action in a phase, on some hosts, with its undo.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Page;
use super::proof::Proof;
use super::shipment::Shipment;
use crate::host::HostName;
use crate::secret::SecretName;

/// The parts of a run, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Locks and directories.
    Prepare,
    /// Commands in the clean checkout.
    Build,
    /// The archive is made.
    Package,
    /// The archive reaches the hosts.
    Transfer,
    /// The release is linked and its caches are made, on the host.
    Configure,
    /// The user's steps in the live release.
    PreRelease,
    /// The user's steps in the new release, and migrations.
    MidRelease,
    /// The new release becomes the live one.
    Switch,
    /// What the new release needs to be told.
    PostRelease,
    /// What is no longer needed goes. From here on a failure is only a warning.
    Cleanup,
    /// Records are written and locks released.
    Finalize,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 11] = [
        Self::Prepare,
        Self::Build,
        Self::Package,
        Self::Transfer,
        Self::Configure,
        Self::PreRelease,
        Self::MidRelease,
        Self::Switch,
        Self::PostRelease,
        Self::Cleanup,
        Self::Finalize,
    ];

    /// Returns the name as deploy.yml spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Build => "build",
            Self::Package => "package",
            Self::Transfer => "transfer",
            Self::Configure => "configure",
            Self::PreRelease => "pre_release",
            Self::MidRelease => "mid_release",
            Self::Switch => "switch",
            Self::PostRelease => "post_release",
            Self::Cleanup => "cleanup",
            Self::Finalize => "finalize",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The number of a step in its plan, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub usize);

/// One line of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its place in the plan.
    pub id: StepId,
    /// Its name: unique in the plan, short, as a person types it in deploy.yml.
    pub name: String,
    /// When it runs.
    pub phase: Phase,
    /// What it does, in a few words for a person.
    pub summary: String,
    /// What is done.
    pub action: Action,
    /// How it is taken back.
    pub undo: Undo,
    /// Whether it waits until every host has finished the steps before it.
    pub barrier: bool,
    /// Whether it runs on one host for all of them.
    pub once: bool,
    /// Seconds it may take.
    pub timeout: u64,
    /// How many times it is tried again.
    pub retry: u32,
    /// What its failure means.
    pub on_failure: OnFailure,
    /// The secrets that its commands find in their environment.
    pub secrets: BTreeSet<SecretName>,
}

impl Step {
    /// Returns the hosts that the step runs on, or the builder; none for a step on the controller.
    pub fn hosts(&self) -> impl Iterator<Item = &HostName> {
        let scripts = match &self.action {
            Action::Remote { scripts }
            | Action::Upload { scripts, .. }
            | Action::Send { scripts, .. }
            | Action::Build { scripts }
            | Action::Deliver { scripts }
            | Action::Collect { scripts } => Some(scripts),
            Action::Checkout
            | Action::Local { .. }
            | Action::Package { .. }
            | Action::Fetch { .. }
            | Action::Prove { .. } => None,
        };
        let pages = match &self.action {
            Action::Fetch { pages } => Some(pages.keys()),
            _ => None,
        };
        let proofs = match &self.action {
            Action::Prove { proofs } => Some(proofs.keys()),
            _ => None,
        };
        let looks = pages.into_iter().flatten().chain(proofs.into_iter().flatten());
        scripts.into_iter().flat_map(BTreeMap::keys).chain(looks)
    }
}

/// What a step does. All shell text is complete: no template is left in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// A clean copy of the source is laid out on the controller.
    Checkout,
    /// Commands run on the controller, in the clean copy.
    Local {
        /// The shell text.
        script: String,
    },
    /// Commands run on the builder.
    Build {
        /// The shell text, for the builder alone.
        scripts: BTreeMap<HostName, String>,
    },
    /// The clean copy travels to the builder, whose script reads it from its input.
    Deliver {
        /// The shell text, for the builder alone.
        scripts: BTreeMap<HostName, String>,
    },
    /// What was built travels from the builder, whose script writes it to its output.
    Collect {
        /// The shell text, for the builder alone.
        scripts: BTreeMap<HostName, String>,
    },
    /// The clean copy is packed, once for all hosts.
    Package {
        /// What is left out, in the syntax of gitignore.
        exclude: Vec<String>,
    },
    /// The archive travels to each host, whose script reads it from its input.
    Upload {
        /// What travels to each host.
        shipments: BTreeMap<HostName, Shipment>,
        /// The shell text for each host.
        scripts: BTreeMap<HostName, String>,
    },
    /// An archive of the controller travels to each host, whose script reads it from its input.
    Send {
        /// The archive for each host.
        archives: BTreeMap<HostName, Archive>,
        /// The shell text for each host.
        scripts: BTreeMap<HostName, String>,
    },
    /// Commands run on hosts.
    Remote {
        /// The shell text for each host.
        scripts: BTreeMap<HostName, String>,
    },
    /// The controller looks at a page of each host's site, as a visitor does.
    Fetch {
        /// The page for each host.
        pages: BTreeMap<HostName, Page>,
    },
    /// The controller looks whether each host's site serves the release, through all workers of its PHP.
    Prove {
        /// What shows it, for each host.
        proofs: BTreeMap<HostName, Proof>,
    },
}

/// A whole archive on the controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// Its file.
    pub path: PathBuf,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// How a step is taken back when a later one fails, or it does. Safe when the step did nothing,
/// and safe twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Undo {
    /// Commands run on the hosts of the step.
    Run {
        /// The shell text for each host.
        scripts: BTreeMap<HostName, String>,
        /// Whether the host needs a person when this could not run. Otherwise the live site is as
        /// it was, and the next run tidies up.
        vital: bool,
    },
    /// Its commands run once more as soon as the switch was taken back, whether they had begun or not: what
    /// began anew in between runs the release that goes. The live site is as it was without it.
    Again {
        /// The shell text for each host.
        scripts: BTreeMap<HostName, String>,
        /// What it means when the commands fail, there or back, and what to do about it.
        advice: String,
    },
    /// There is nothing to take back, or another step's undo takes it along.
    NotNeeded,
    /// It stays, and the person is told.
    Impossible {
        /// What stays and why.
        why: String,
    },
}

/// What the failure of a step means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// The run is taken back.
    Undo,
    /// The person is warned and the run goes on.
    Warn,
}
