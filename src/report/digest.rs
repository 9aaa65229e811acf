//! What is worth a line: tasks that belong together, as soon as all of them have ended.
//!
//! A failure is told once for all hosts that failed alike, so it waits until the other hosts have
//! ended the step too, or until the run is taken back.

use std::collections::BTreeSet;

use super::paint::State;
use super::run::{End, Run, Task, TaskId, Way, tasks_of};
use super::tail::Tail;
use crate::config::build::BUILDER;
use crate::event::{EventKind, StepOutcome, Taken};
use crate::host::HostName;
use crate::plan::{Phase, Plan, Step, StepId, Undo};

/// What makes one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    /// The steps of a chapter.
    Chapter,
    /// A step.
    Step,
}

/// A line's worth of ended tasks.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) state: State,
    pub(super) way: Way,
    /// In the order of their run. Never empty.
    pub(super) steps: Vec<StepId>,
    /// Without the controller, in the order of deploy.yml.
    pub(super) hosts: Vec<HostName>,
    pub(super) seconds: f64,
    /// The most that one host was sent.
    pub(super) sent: Option<u64>,
    pub(super) taken: Option<Taken>,
    /// Why they failed; empty where they did not.
    pub(super) reason: String,
    /// What they printed, where they failed.
    pub(super) output: Tail,
}

/// Decides what is told when, and that nothing is told twice.
pub(super) struct Digest {
    grain: Grain,
    told: BTreeSet<TaskId>,
}

/// Returns the phase that stands for a phase on the screen: some are too small for a line of
/// their own.
pub(super) const fn chapter(phase: Phase) -> Phase {
    match phase {
        Phase::Package => Phase::Build,
        Phase::Finalize => Phase::Cleanup,
        Phase::Prepare
        | Phase::Build
        | Phase::Transfer
        | Phase::Configure
        | Phase::PreRelease
        | Phase::MidRelease
        | Phase::Switch
        | Phase::PostRelease
        | Phase::Cleanup => phase,
    }
}

impl Digest {
    pub(super) const fn new(grain: Grain) -> Self {
        Self { grain, told: BTreeSet::new() }
    }

    /// Returns what the event, already recorded in the run, makes worth telling.
    pub(super) fn after(&mut self, event: &EventKind, run: &Run) -> Vec<Entry> {
        match event {
            EventKind::StepFinished { step, .. } => self.complete(Way::Forth, *step, run),
            EventKind::UndoFinished { step, .. } => self.complete(Way::Back, *step, run),
            EventKind::UndoStarted { .. } => self.rest(Way::Forth, run),
            EventKind::RunFinished(_) => {
                let mut entries = self.rest(Way::Forth, run);
                entries.extend(self.rest(Way::Back, run));
                entries
            }
            EventKind::RunStarted { .. }
            | EventKind::StepStarted { .. }
            | EventKind::Progress { .. }
            | EventKind::Output { .. }
            | EventKind::Interrupted { .. }
            | EventKind::Warning { .. } => Vec::new(),
        }
    }

    /// Tells the line that a step belongs to, if all of it has ended.
    fn complete(&mut self, way: Way, step: StepId, run: &Run) -> Vec<Entry> {
        let Some(step) = run.plan.step(step) else { return Vec::new() };
        let steps = self.together(step, &run.plan);
        let tasks: Vec<TaskId> = match way {
            Way::Forth => steps.iter().copied().flat_map(tasks_of).collect(),
            Way::Back => steps.iter().copied().flat_map(|step| way_back(step, run)).collect(),
        };
        let ended = |id| run.tasks.get(id).is_some_and(|task| task.end.is_some());
        if tasks.iter().all(ended) { self.tell(way, &steps, run) } else { Vec::new() }
    }

    /// Tells everything that has ended and was not told.
    fn rest(&mut self, way: Way, run: &Run) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut tell = |step| {
            let steps = self.together(step, &run.plan);
            entries.extend(self.tell(way, &steps, run));
        };
        match way {
            Way::Forth => run.plan.steps.iter().for_each(&mut tell),
            Way::Back => run.plan.steps.iter().rev().for_each(&mut tell),
        }
        entries
    }

    /// Returns the steps that share a line with this one.
    fn together<'a>(&self, step: &'a Step, plan: &'a Plan) -> Vec<&'a Step> {
        match self.grain {
            Grain::Step => vec![step],
            Grain::Chapter => {
                plan.steps.iter().filter(|other| chapter(other.phase) == chapter(step.phase)).collect()
            }
        }
    }

    fn tell(&mut self, way: Way, steps: &[&Step], run: &Run) -> Vec<Entry> {
        let mut ended = Vec::new();
        for (id, task) in &run.tasks {
            let belongs = id.way == way && steps.iter().any(|step| step.id == id.step);
            if let (true, Some(end)) = (belongs, &task.end)
                && self.told.insert(id.clone())
                && end.outcome != StepOutcome::Skipped
            {
                ended.push(Ended { id, task, end });
            }
        }
        entries(way, &ended, &run.plan)
    }
}

/// Returns the undo tasks that the failure of a run makes of a step.
fn way_back(step: &Step, run: &Run) -> Vec<TaskId> {
    let has_undo = matches!(step.undo, Undo::Run { .. });
    let began = tasks_of(step).into_iter().filter(|id| has_undo && run.tasks.contains_key(id));
    began.map(|id| TaskId { way: Way::Back, ..id }).collect()
}

/// A task that has ended.
#[derive(Clone, Copy)]
struct Ended<'a> {
    id: &'a TaskId,
    task: &'a Task,
    end: &'a End,
}

impl Ended<'_> {
    fn is_like(&self, other: &Self) -> bool {
        self.id.step == other.id.step
            && self.end.outcome == other.end.outcome
            && self.end.reason == other.end.reason
            && self.task.output == other.task.output
    }
}

/// Sorts ended tasks into lines: what went well, what did not, and where the latter went well.
fn entries(way: Way, ended: &[Ended<'_>], plan: &Plan) -> Vec<Entry> {
    let (well, ill): (Vec<_>, Vec<_>) = ended.iter().partition(|task| task.end.outcome == StepOutcome::Ok);
    let mut alike: Vec<Vec<Ended<'_>>> = Vec::new();
    for task in ill {
        match alike.iter_mut().find(|group| group[0].is_like(&task)) {
            Some(group) => group.push(task),
            None => alike.push(vec![task]),
        }
    }
    let is_ill = |step: StepId| alike.iter().any(|group| group[0].id.step == step);
    let (partly, wholly): (Vec<_>, Vec<_>) = well.into_iter().partition(|task| is_ill(task.id.step));

    let mut entries = vec![wholly];
    entries.extend(alike);
    entries.extend(partly.chunk_by(|a, b| a.id.step == b.id.step).map(<[Ended<'_>]>::to_vec));
    entries.retain(|tasks| !tasks.is_empty());
    entries.into_iter().map(|tasks| entry(way, &tasks, plan)).collect()
}

/// Makes a line of tasks that ended alike.
fn entry(way: Way, tasks: &[Ended<'_>], plan: &Plan) -> Entry {
    let state = match (tasks[0].end.outcome, way) {
        (StepOutcome::Ok | StepOutcome::Skipped, Way::Forth) => State::Ok,
        (StepOutcome::Ok | StepOutcome::Skipped, Way::Back) => State::Undo,
        (StepOutcome::Failed, _) => State::Fail,
        (StepOutcome::Warning, _) => State::Caution,
    };
    let mut steps: Vec<StepId> = tasks.iter().map(|task| task.id.step).collect();
    steps.dedup();
    if way == Way::Back {
        steps.reverse();
    }
    let took_part = |name: &HostName| tasks.iter().any(|task| task.id.host.as_ref() == Some(name));
    let builder = plan.builder.iter().map(|_| HostName::new(BUILDER));
    let hosts = builder.chain(plan.hosts.iter().map(|host| host.name.clone()));
    let hosts = hosts.filter(|name| took_part(name)).collect();
    Entry {
        state,
        way,
        hosts,
        seconds: seconds(&steps, tasks),
        sent: tasks.iter().filter_map(|task| task.end.sent).max(),
        // The host that has the least of it says what was worth it.
        taken: tasks.iter().filter_map(|task| task.end.taken).min_by_key(|taken| taken.there),
        reason: tasks[0].end.reason.clone(),
        output: tasks[0].task.output.clone(),
        steps,
    }
}

/// Returns the time of the slowest host for one step, and from the first to the last for several.
fn seconds(steps: &[StepId], tasks: &[Ended<'_>]) -> f64 {
    if steps.len() == 1 {
        return tasks.iter().map(|task| task.end.seconds).fold(0.0, f64::max);
    }
    let first = tasks.iter().map(|task| task.task.began).fold(f64::INFINITY, f64::min);
    let last = tasks.iter().map(|task| task.end.at).fold(0.0, f64::max);
    last - first
}
