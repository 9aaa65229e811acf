//! How a run of the program ended, and what it told.

use deployer::event::{Event, EventKind, Finished, StepOutcome};
use deployer::plan::Plan;
use serde_json::Value;

/// How a run ended. What it told as events is taken apart, the rest is text.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; `None`: a signal.
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub events: Vec<Event>,
}

impl Outcome {
    pub fn new(exit: Option<i32>, stdout: String, stderr: String) -> Self {
        let events = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Self { exit, stdout, stderr, events }
    }

    /// Checks the exit code; a run that ended otherwise is shown whole.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Returns the plan that was run.
    pub fn plan(&self) -> &Plan {
        match self.events.first().map(|event| &event.kind) {
            Some(EventKind::RunStarted { plan, .. }) => plan,
            other => panic!("the first event is {other:?}"),
        }
    }

    /// Returns the last event.
    pub fn finished(&self) -> &Finished {
        match self.events.last().map(|event| &event.kind) {
            Some(EventKind::RunFinished(finished)) => finished,
            other => panic!("the last event is {other:?}"),
        }
    }

    /// Returns the steps that ended so, as `step on host`, sorted.
    pub fn ended(&self, as_this: StepOutcome) -> Vec<String> {
        let name = |event: &Event| match &event.kind {
            EventKind::StepFinished { step, host, outcome, .. } if *outcome == as_this => {
                let host = host.as_ref().map_or("here", |host| host.as_str());
                Some(format!("{} on {host}", self.plan().step(*step).unwrap().name))
            }
            _ => None,
        };
        let mut names: Vec<_> = self.events.iter().filter_map(name).collect();
        names.sort();
        names
    }

    /// Returns what a step printed on a host, or here.
    pub fn output(&self, name: &str, on: Option<&str>) -> Vec<String> {
        let wanted = self.plan().named(name).unwrap().id;
        let line = |event: &Event| match &event.kind {
            EventKind::Output { step, host, text, undo: false }
                if *step == wanted && host.as_ref().map(|host| host.as_str()) == on =>
            {
                Some(text.clone())
            }
            _ => None,
        };
        self.events.iter().filter_map(line).collect()
    }

    /// Returns why the run did not begin.
    pub fn message(&self) -> String {
        let answer: Value = serde_json::from_str(&self.stdout).unwrap_or_default();
        answer["error"]["message"].as_str().unwrap_or_else(|| panic!("no refusal: {self:?}")).to_owned()
    }

    /// Returns what keeps hosts from being deployed to, as `host: problem`.
    pub fn problems(&self) -> Vec<String> {
        let reports: Vec<Value> = serde_json::from_str(&self.message()).unwrap();
        let of_host = |report: &Value| {
            let host = report["host"].as_str().unwrap().to_owned();
            let problems = report["problems"].as_array().unwrap().clone();
            problems.into_iter().map(move |problem| format!("{host}: {}", problem["text"].as_str().unwrap()))
        };
        reports.iter().flat_map(of_host).collect()
    }
}
