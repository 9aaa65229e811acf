//! The events of a run, put down by hand.

use crate::event::{Event, EventKind, FORMAT, Failure, Finished, Outcome, StepOutcome, Taken, Unit};
use crate::host::HostName;
use crate::plan::{Plan, StepId};

/// The events of a run of a plan, put down one after another.
pub(in crate::report) struct Recording {
    pub(in crate::report) plan: Plan,
    pub(in crate::report) events: Vec<Event>,
    pub(in crate::report) now: f64,
}

impl Recording {
    pub(in crate::report) fn of(plan: Plan) -> Self {
        let started = EventKind::RunStarted { by: "ana@laptop".to_owned(), plan: Box::new(plan.clone()) };
        let mut recording = Self { plan, events: Vec::new(), now: 0.0 };
        recording.put(started);
        recording
    }

    pub(in crate::report) fn put(&mut self, kind: EventKind) {
        self.events.push(Event { v: FORMAT, t: rounded(self.now), kind });
    }

    pub(in crate::report) fn number(&self, name: &str) -> StepId {
        self.plan.steps.iter().find(|step| step.name == name).map(|step| step.id).unwrap()
    }

    fn places(&self, name: &str) -> Vec<Option<HostName>> {
        let hosts: Vec<_> = self.plan.steps[self.number(name).0].hosts().cloned().map(Some).collect();
        if hosts.is_empty() { vec![None] } else { hosts }
    }

    pub(in crate::report) fn start(mut self, name: &str, host: &str) -> Self {
        self.put(EventKind::StepStarted { step: self.number(name), host: Some(host.into()) });
        self
    }

    pub(in crate::report) fn progress(mut self, name: &str, host: &str, done: u64) -> Self {
        let total = Some(3_100_000);
        let (step, host) = (self.number(name), Some(host.into()));
        self.put(EventKind::Progress { step, host, done, total, unit: Unit::Bytes });
        self
    }

    pub(in crate::report) fn pass(mut self, seconds: f64) -> Self {
        self.now += seconds;
        self
    }

    /// The steps go well everywhere, one after another.
    pub(in crate::report) fn well(mut self, names: &[&str], seconds: f64) -> Self {
        for name in names {
            let places = self.places(name);
            for host in &places {
                self.put(EventKind::StepStarted { step: self.number(name), host: host.clone() });
            }
            self.now += seconds;
            for host in places {
                self.finish(name, host, StepOutcome::Ok, seconds);
            }
        }
        self
    }

    /// The step ends like this on that host, after these lines.
    pub(in crate::report) fn end(
        mut self,
        name: &str,
        host: &str,
        outcome: StepOutcome,
        lines: &[&str],
    ) -> Self {
        let step = self.number(name);
        self.put(EventKind::StepStarted { step, host: Some(host.into()) });
        for line in lines {
            let text = (*line).to_owned();
            self.put(EventKind::Output { step, host: Some(host.into()), undo: false, text });
        }
        self.now += 0.9;
        self.finish(name, Some(host.into()), outcome, 0.9);
        self
    }

    fn finish(&mut self, name: &str, host: Option<HostName>, outcome: StepOutcome, seconds: f64) {
        let exit = Some(i32::from(outcome != StepOutcome::Ok));
        let sent = (name == "upload").then_some(3_100_000);
        let step = self.number(name);
        let taken = sent.map(|_| Taken { there: 12_402, files: 12_410 });
        self.put(EventKind::StepFinished { step, host, outcome, seconds, exit, reason: None, sent, taken });
    }

    /// The steps are taken back on those hosts, where a reason is given in vain.
    pub(in crate::report) fn back(mut self, names: &[&str], hosts: &[&str], reason: Option<&str>) -> Self {
        for name in names {
            let step = self.number(name);
            for host in hosts {
                self.put(EventKind::UndoStarted { step, host: (*host).into() });
            }
            self.now += 0.4;
            for host in hosts {
                let outcome = if reason.is_some() { StepOutcome::Failed } else { StepOutcome::Ok };
                let reason = reason.map(str::to_owned);
                self.put(EventKind::UndoFinished {
                    step,
                    host: (*host).into(),
                    outcome,
                    seconds: 0.4,
                    reason,
                });
            }
        }
        self
    }

    /// The run ends.
    pub(in crate::report) fn finished(mut self, change: impl FnOnce(Finished) -> Finished) -> Self {
        let live = self.plan.hosts.iter().map(|host| (host.name.clone(), host.live.clone())).collect();
        let finished = change(Finished {
            outcome: Outcome::Undone,
            exit: 1,
            live,
            failed: Vec::new(),
            left: Vec::new(),
            next: Vec::new(),
            seconds: rounded(self.now),
            was_live: None,
        });
        self.put(EventKind::RunFinished(Box::new(finished)));
        self
    }

    pub(in crate::report) fn failure(&self, name: &str, host: &str, reason: &str) -> Failure {
        Failure { step: self.number(name), host: Some(host.into()), reason: reason.to_owned() }
    }
}

/// Returns seconds that JSON gives back as they were.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
