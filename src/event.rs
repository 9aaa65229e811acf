//! What has happened: the interface between execution and reporters.
//!
//! Executing a plan knows no reporter; it hands these events to whoever listens. They hold ids and
//! numbers, never text laid out for a screen. All text from hosts is redacted before it gets here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::host::HostName;
use crate::plan::{Plan, StepId};
use crate::release::ReleaseId;

/// One event with the time since the run began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The version of this format.
    pub v: u32,
    /// Seconds since the run began.
    pub t: f64,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The version of the event format. Within it fields are only added.
pub const FORMAT: u32 = 1;

/// What happened. The first is always `RunStarted`, the last always `RunFinished`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The plan begins.
    RunStarted {
        /// Who started it and where, as `ana@laptop`.
        by: String,
        /// The whole plan; ids in later events refer to it.
        plan: Box<Plan>,
    },
    /// A step begins on a host, or on the controller.
    StepStarted {
        /// The step.
        step: StepId,
        /// The host; absent: the controller.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        host: Option<HostName>,
    },
    /// How far a transfer is. Such events may be dropped; no reporter needs them to be right.
    Progress {
        /// The step.
        step: StepId,
        /// The host; absent: the controller.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        host: Option<HostName>,
        /// What is done.
        done: u64,
        /// All there is, once it is known.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        total: Option<u64>,
        /// What is counted.
        unit: Unit,
    },
    /// A step printed a line (its standard output and error are one stream, in their order).
    Output {
        /// The step.
        step: StepId,
        /// The host; absent: the controller.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        host: Option<HostName>,
        /// Whether the line comes from the undo of the step.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        undo: bool,
        /// The line without its newline: redacted, invalid UTF-8 replaced.
        text: String,
    },
    /// A step ended on a host, or on the controller.
    StepFinished {
        /// The step.
        step: StepId,
        /// The host; absent: the controller.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        host: Option<HostName>,
        /// How.
        outcome: StepOutcome,
        /// How long it took.
        seconds: f64,
        /// The exit code, where there is one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        exit: Option<i32>,
        /// Why it failed, where that is not its exit code: a time-out, a lost connection, a signal.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
        /// Bytes sent.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        sent: Option<u64>,
        /// What of a release was on the host before.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        taken: Option<Taken>,
    },
    /// A step is being taken back on a host.
    UndoStarted {
        /// The step.
        step: StepId,
        /// The host.
        host: HostName,
    },
    /// A step was taken back on a host, or not.
    UndoFinished {
        /// The step.
        step: StepId,
        /// The host.
        host: HostName,
        /// `Ok` or `Failed`.
        outcome: StepOutcome,
        /// How long it took.
        seconds: f64,
        /// Why it failed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    /// The person asked to stop; what was done is being taken back.
    Interrupted {
        /// `SIGINT` or `SIGTERM`.
        signal: String,
    },
    /// Something a person should look at; the run goes on.
    Warning {
        /// What.
        text: String,
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        host: Option<HostName>,
        /// In which step.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        step: Option<StepId>,
    },
    /// The end.
    RunFinished(Box<Finished>),
}

/// What is counted by [`EventKind::Progress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Files.
    Files,
}

/// Files of a release that were on the host already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// How many were taken over from the release that is live.
    pub there: u64,
    /// How many the release has.
    pub files: u64,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// As intended.
    Ok,
    /// Not as intended, and it counts.
    Failed,
    /// Not as intended, and the run went on.
    Warning,
    /// It did not run: an earlier step of the host failed, or the run was stopped.
    Skipped,
}

/// How a run ended: the answer to "what is live now, what was left behind, what to type next".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// What happened, in one word.
    pub outcome: Outcome,
    /// The program's exit code.
    pub exit: u8,
    /// The release that each host serves now; `None`: no release, or nobody could ask.
    pub live: BTreeMap<HostName, Option<ReleaseId>>,
    /// What failed.
    pub failed: Vec<Failure>,
    /// What stays behind although the run was taken back.
    pub left: Vec<Left>,
    /// What to type next.
    pub next: Vec<Next>,
    /// How long the run took.
    pub seconds: f64,
    /// How long the new release was live before it was taken back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub was_live: Option<f64>,
}

/// What happened to the hosts, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing was changed anywhere.
    NotStarted,
    /// The release is live on every host.
    Deployed,
    /// It failed, and every host is as it was.
    Undone,
    /// A host needs a person.
    Stuck,
    /// There was nothing to do.
    Nothing,
}

/// One thing that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The step.
    pub step: StepId,
    /// The host; absent: the controller.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<HostName>,
    /// In words: `exit code 1`, `killed by SIGKILL`, `no answer for 45 s`.
    pub reason: String,
}

/// One thing that stays behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<HostName>,
    /// What, in words.
    pub text: String,
}

/// One thing to type next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The command.
    pub run: String,
    /// What it is for.
    pub why: String,
}
