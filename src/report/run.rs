//! What is known of a run so far, from its events. Reporters look here; nothing here is text yet.

use std::collections::BTreeMap;

use super::plan::cautions;
use super::printable::printable;
use super::tail::Tail;
use crate::event::{EventKind, StepOutcome, Taken, Unit};
use crate::host::HostName;
use crate::plan::{Action, Plan, Step, StepId};

/// A run, from its plan and the events until now.
pub(super) struct Run {
    pub(super) plan: Plan,
    /// Seconds since the run began.
    pub(super) now: f64,
    pub(super) tasks: BTreeMap<TaskId, Task>,
    /// How many warnings were shown.
    pub(super) warnings: usize,
}

/// A step in one place, there or back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TaskId {
    pub(super) way: Way,
    pub(super) step: StepId,
    /// The host; none: the controller.
    pub(super) host: Option<HostName>,
}

/// Whether a step is done or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Forth,
    Back,
}

/// What is known of a step in one place.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// When it began, in seconds of the run.
    pub(super) began: f64,
    pub(super) progress: Option<Progress>,
    pub(super) output: Tail,
    pub(super) end: Option<End>,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) done: u64,
    pub(super) total: Option<u64>,
    pub(super) unit: Unit,
}

/// How a step ended in one place.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// When, in seconds of the run.
    pub(super) at: f64,
    pub(super) outcome: StepOutcome,
    pub(super) seconds: f64,
    /// Why it failed, in words; empty where it did not.
    pub(super) reason: String,
    pub(super) sent: Option<u64>,
    pub(super) taken: Option<Taken>,
}

impl Run {
    /// Begins with a plan of which nothing has happened.
    pub(super) fn new(plan: Plan) -> Self {
        let warnings = cautions(&plan).len();
        Self { plan, now: 0.0, tasks: BTreeMap::new(), warnings }
    }

    /// Takes in what happened at that second of the run.
    pub(super) fn record(&mut self, at: f64, event: &EventKind) {
        self.pass(at);
        match event {
            EventKind::StepStarted { step, host } => self.begin(TaskId::new(Way::Forth, *step, host)),
            EventKind::UndoStarted { step, host } => {
                self.begin(TaskId::new(Way::Back, *step, &Some(host.clone())));
            }
            EventKind::Progress { step, host, done, total, unit } => {
                let progress = Progress { done: *done, total: *total, unit: *unit };
                self.task(TaskId::new(Way::Forth, *step, host)).progress = Some(progress);
            }
            EventKind::Output { step, host, undo, text } => {
                let way = if *undo { Way::Back } else { Way::Forth };
                self.task(TaskId::new(way, *step, host)).output.push(text);
            }
            EventKind::StepFinished { step, host, outcome, seconds, exit, reason, sent, taken } => {
                let reason = words(*outcome, *exit, reason.as_deref());
                let (at, outcome, seconds) = (self.now, *outcome, *seconds);
                let end = End { at, outcome, seconds, reason, sent: *sent, taken: *taken };
                self.end(TaskId::new(Way::Forth, *step, host), end);
            }
            EventKind::UndoFinished { step, host, outcome, seconds, reason } => {
                let reason = words(*outcome, None, reason.as_deref());
                let (at, outcome, seconds) = (self.now, *outcome, *seconds);
                let end = End { at, outcome, seconds, reason, sent: None, taken: None };
                self.end(TaskId::new(Way::Back, *step, &Some(host.clone())), end);
            }
            EventKind::Warning { .. } => self.warnings += 1,
            EventKind::RunStarted { .. } | EventKind::Interrupted { .. } | EventKind::RunFinished(_) => {}
        }
    }

    /// Lets the time go on; it never goes back.
    pub(super) fn pass(&mut self, now: f64) {
        self.now = self.now.max(now);
    }

    fn task(&mut self, id: TaskId) -> &mut Task {
        let began = self.now;
        self.tasks.entry(id).or_insert_with(|| Task {
            began,
            progress: None,
            output: Tail::default(),
            end: None,
        })
    }

    fn begin(&mut self, id: TaskId) {
        self.task(id).end = None;
    }

    fn end(&mut self, id: TaskId, end: End) {
        if end.outcome == StepOutcome::Warning {
            self.warnings += 1;
        }
        let task = self.task(id);
        if end.outcome == StepOutcome::Ok {
            task.output = Tail::default();
        }
        task.end = Some(end);
    }

    /// Returns a step's name.
    pub(super) fn name(&self, step: StepId) -> String {
        self.plan.step(step).map_or_else(|| format!("step {}", step.0), |step| step.name.clone())
    }

    /// Returns the tasks that are at work.
    pub(super) fn running(&self) -> impl Iterator<Item = (&TaskId, &Task)> {
        self.tasks.iter().filter(|(_, task)| task.end.is_none())
    }

    /// Tells whether the run is being taken back.
    pub(super) fn goes_back(&self) -> bool {
        self.tasks.keys().any(|id| id.way == Way::Back)
    }
}

impl TaskId {
    pub(super) fn new(way: Way, step: StepId, host: &Option<HostName>) -> Self {
        Self { way, step, host: host.clone() }
    }
}

/// Returns the tasks that a step consists of on its way forth.
pub(super) fn tasks_of(step: &Step) -> Vec<TaskId> {
    let here = match &step.action {
        Action::Checkout | Action::Local { .. } | Action::Package { .. } => Some(None),
        Action::Upload { .. }
        | Action::Send { .. }
        | Action::Remote { .. }
        | Action::Fetch { .. }
        | Action::Prove { .. }
        | Action::Build { .. }
        | Action::Deliver { .. }
        | Action::Collect { .. } => None,
    };
    let places = here.into_iter().chain(step.hosts().cloned().map(Some));
    places.map(|host| TaskId { way: Way::Forth, step: step.id, host }).collect()
}

fn words(outcome: StepOutcome, exit: Option<i32>, reason: Option<&str>) -> String {
    match (outcome, reason, exit) {
        (StepOutcome::Ok | StepOutcome::Skipped, ..) => String::new(),
        (_, Some(reason), _) => printable(reason),
        (_, None, Some(exit)) => format!("exit code {exit}"),
        (_, None, None) => "failed".to_owned(),
    }
}
