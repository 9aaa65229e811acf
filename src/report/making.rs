//! The reporter of what is made on the controller alone: a line for each step, and what a failed one
//! printed.

use std::collections::BTreeMap;
use std::io::Write;

use super::measure::time;
use super::paint::State;
use super::plan::{caution_lines, described};
use super::printable::printable;
use super::{Reporter, Screen};
use crate::event::{Event, EventKind, StepOutcome};
use crate::plan::{Plan, StepId};

/// How many lines of a failed step are shown.
const TAIL: usize = 40;

/// Writes whole lines.
pub(super) struct Making<W> {
    out: W,
    screen: Screen,
    verbose: bool,
    names: BTreeMap<StepId, String>,
    output: Vec<String>,
}

impl<W: Write> Making<W> {
    /// Takes where to write, and whether what steps print is wanted.
    pub(super) const fn new(out: W, screen: Screen, verbose: bool) -> Self {
        Self { out, screen, verbose, names: BTreeMap::new(), output: Vec::new() }
    }

    fn begin(&mut self, plan: &Plan) -> String {
        self.names = plan.steps.iter().map(|step| (step.id, step.name.clone())).collect();
        let source = plan.source.as_ref().map(described).unwrap_or_default();
        let mut text = format!("{} {} {source}\n", plan.application, plan.release);
        for line in caution_lines(plan, self.screen.paint()) {
            text += &format!("  {line}\n");
        }
        text
    }

    fn end(&self, step: StepId, outcome: StepOutcome, seconds: f64, reason: Option<&str>) -> String {
        let state = match outcome {
            StepOutcome::Ok => State::Ok,
            StepOutcome::Warning => State::Caution,
            StepOutcome::Failed | StepOutcome::Skipped => State::Fail,
        };
        let word = format!("{:<5}", state.word());
        let word = self.screen.paint().state(state, &word);
        let name = self.names.get(&step).map_or("", String::as_str);
        let mut text = format!("  {word} {name:<20} {:>8}", time(seconds));
        if let Some(reason) = reason {
            text += &format!("  {}", printable(reason));
        }
        text.push('\n');
        if outcome != StepOutcome::Ok && !self.verbose {
            let from = self.output.len().saturating_sub(TAIL);
            self.output[from..].iter().for_each(|line| text += &format!("        {line}\n"));
        }
        text
    }
}

impl<W: Write> Reporter for Making<W> {
    fn event(&mut self, event: &Event) {
        let text = match &event.kind {
            EventKind::RunStarted { plan, .. } => self.begin(plan),
            EventKind::StepStarted { .. } => {
                self.output.clear();
                String::new()
            }
            EventKind::Output { text, .. } => {
                let line = printable(text);
                let shown = if self.verbose { format!("        {line}\n") } else { String::new() };
                self.output.push(line);
                shown
            }
            EventKind::StepFinished { step, outcome, seconds, reason, .. } => {
                self.end(*step, *outcome, *seconds, reason.as_deref())
            }
            EventKind::Warning { text, .. } => format!("  ! {}\n", printable(text)),
            _ => String::new(),
        };
        // A log that went away must not stop the work.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }

    fn tick(&mut self, _seconds: f64) {}
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_step_gets_its_line_and_a_failed_one_its_words() {
        let mut out = Vec::new();
        let mut making = Making::new(&mut out, Screen::unknown(), false);
        let recording = sample::fails_on_one();
        making.event(&recording.events[0]);
        let plan_step = StepId(0);
        let event = |kind| Event { v: 1, t: 0.0, kind };
        making.event(&event(EventKind::StepStarted { step: plan_step, host: None }));
        let line =
            EventKind::Output { step: plan_step, host: None, undo: false, text: "boom\u{1b}[2J".to_owned() };
        making.event(&event(line));
        making.event(&event(EventKind::StepFinished {
            step: plan_step,
            host: None,
            outcome: StepOutcome::Failed,
            seconds: 1.25,
            exit: Some(2),
            reason: Some("exit code 2".to_owned()),
            sent: None,
            taken: None,
        }));
        let text = String::from_utf8(out).unwrap();
        let last: Vec<&str> = text.lines().rev().take(2).collect();
        assert_eq!(last[0], "        boom");
        assert!(last[1].starts_with("  FAIL  lock") && last[1].ends_with("exit code 2"), "{text}");
    }
}
