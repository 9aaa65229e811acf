//! The reporter for logs: one line for each finished step and group of hosts, the time first;
//! the output of what failed in full at the end, where a reader of the log looks first.

use std::collections::BTreeMap;
use std::io::Write;

use super::digest::{Digest, Entry, Grain};
use super::groups::listed;
use super::measure::{clock, size, there, time, whole_time};
use super::paint::State;
use super::plan::{caution_lines, described};
use super::printable::printable;
use super::run::{Run, TaskId, Way};
use super::{Reporter, Screen, ending};
use crate::event::{Event, EventKind};
use crate::host::HostName;
use crate::plan::StepId;

/// After so many seconds of silence about a step it is said that it still runs.
const SILENCE: f64 = 30.0;

/// Writes whole lines.
pub(super) struct Plain<W> {
    out: W,
    screen: Screen,
    digest: Digest,
    run: Option<Run>,
    failures: Vec<Entry>,
    /// When a running step was last spoken of.
    mentioned: BTreeMap<(Way, StepId), f64>,
}

impl<W: Write> Plain<W> {
    pub(super) const fn new(out: W, screen: Screen) -> Self {
        let digest = Digest::new(Grain::Step);
        Self { out, screen, digest, run: None, failures: Vec::new(), mentioned: BTreeMap::new() }
    }

    fn write(&mut self, text: &str) {
        // A log that went away must not stop a deploy halfway.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }

    /// Returns the failures and warnings once more, each with its whole output.
    fn failures(&self, run: &Run) -> String {
        let paint = self.screen.paint();
        let shown = self.failures.iter().filter(|entry| !entry.output.block(paint).is_empty());
        shown.fold(String::new(), |text, entry| {
            let hosts = hosts(&entry.hosts, run, " ");
            let place = if hosts.is_empty() { hosts } else { format!(" on {hosts}") };
            let word = paint.state(entry.state, entry.state.word());
            let output = entry.output.block(paint);
            text + &format!("\n{word} {}{place}: {}\n{}", steps(entry, run), entry.reason, output.trim_end())
                + "\n"
        })
    }
}

impl<W: Write> Reporter for Plain<W> {
    fn event(&mut self, event: &Event) {
        if let EventKind::RunStarted { plan, .. } = &event.kind {
            let run = Run::new((**plan).clone());
            let text = heading(&run, &self.screen);
            self.run = Some(run);
            self.write(&text);
        }
        let Some(mut run) = self.run.take() else { return };
        run.record(event.t, &event.kind);
        let mut text = String::new();
        for entry in self.digest.after(&event.kind, &run) {
            text += &line(&entry, &run, &self.screen);
            if matches!(entry.state, State::Fail | State::Caution) {
                self.failures.push(entry);
            }
        }
        text += &remark(&event.kind, &run, &self.screen);
        if let EventKind::RunFinished(finished) = &event.kind {
            text += &self.failures(&run);
            text += &format!("\n{}", ending::text(finished, &run.plan, run.warnings, &self.screen));
        }
        self.run = Some(run);
        self.write(&text);
    }

    fn tick(&mut self, seconds: f64) {
        let Some(mut run) = self.run.take() else { return };
        run.pass(seconds);
        let text = self.still_running(&run);
        self.run = Some(run);
        if !text.is_empty() {
            self.write(&text);
        }
    }
}

impl<W: Write> Plain<W> {
    /// Returns a line for every step that has run in silence for long.
    fn still_running(&mut self, run: &Run) -> String {
        let mut steps: BTreeMap<(Way, StepId), Vec<&TaskId>> = BTreeMap::new();
        for (id, _) in run.running() {
            steps.entry((id.way, id.step)).or_default().push(id);
        }
        let mut text = String::new();
        for ((way, step), tasks) in steps {
            let began = tasks.iter().filter_map(|id| run.tasks.get(*id)).map(|task| task.began);
            let began = began.fold(f64::INFINITY, f64::min);
            let last = self.mentioned.entry((way, step)).or_insert(began);
            if run.now - *last < SILENCE {
                continue;
            }
            *last = run.now;
            text += &still(way, step, &tasks, run.now - began, run);
        }
        text
    }
}

fn still(way: Way, step: StepId, tasks: &[&TaskId], seconds: f64, run: &Run) -> String {
    let running: Vec<HostName> = tasks.iter().filter_map(|id| id.host.clone()).collect();
    let hosts = hosts(&running, run, ",");
    let place = if hosts.is_empty() { hosts } else { format!(" {hosts}") };
    let undo = if way == Way::Back { "undo " } else { "" };
    let said = tasks.iter().filter_map(|id| run.tasks.get(*id)?.output.last()).next_back();
    let last = said.map_or_else(String::new, |line| format!(", last: {line}"));
    let (now, name, time) = (clock(run.now), run.name(step), whole_time(seconds));
    format!("[{now}] .. {undo}{name}{place} still running, {time}{last}\n")
}

fn heading(run: &Run, screen: &Screen) -> String {
    let plan = &run.plan;
    let names: Vec<HostName> = plan.hosts.iter().map(|host| host.name.clone()).collect();
    let source = plan.source.as_ref().map_or_else(String::new, |source| format!(" {}", described(source)));
    let (application, stage, release) = (&plan.application, &plan.stage, &plan.release);
    let mut text =
        format!("[0:00] {application} to {stage} {release}{source} hosts={}\n", listed(&names, ","));
    for line in caution_lines(plan, screen.paint()) {
        text += &format!("[0:00] {line}\n");
    }
    text
}

/// Returns the line of something that ended.
fn line(entry: &Entry, run: &Run, screen: &Screen) -> String {
    let word = screen.paint().state(entry.state, entry.state.word());
    let undo = if entry.way == Way::Back && entry.state != State::Undo { " undo" } else { "" };
    let hosts = hosts(&entry.hosts, run, ",");
    let mut text = format!("[{}] {word}{undo} {}", clock(run.now), steps(entry, run));
    let there = entry.taken.map(|taken| format!(", {}", there(taken))).unwrap_or_default();
    let sent = entry.sent.map(|bytes| format!("sent {}{there}", size(bytes))).unwrap_or_default();
    for part in [hosts, time(entry.seconds), sent, entry.reason.clone()] {
        if !part.is_empty() {
            text += &format!(" {part}");
        }
    }
    text + "\n"
}

/// Returns the line of something that is said at once.
fn remark(event: &EventKind, run: &Run, screen: &Screen) -> String {
    let caution = screen.paint().state(State::Caution, State::Caution.word());
    let now = clock(run.now);
    match event {
        EventKind::Warning { text, host, .. } => {
            let place = host.as_ref().map_or_else(String::new, |host| format!("{host}: "));
            format!("[{now}] {caution} {place}{}\n", printable(text))
        }
        EventKind::Interrupted { signal } => {
            format!("[{now}] {caution} stopping after {}; taking back what was done\n", printable(signal))
        }
        EventKind::RunStarted { .. }
        | EventKind::StepStarted { .. }
        | EventKind::Progress { .. }
        | EventKind::Output { .. }
        | EventKind::StepFinished { .. }
        | EventKind::UndoStarted { .. }
        | EventKind::UndoFinished { .. }
        | EventKind::RunFinished(_) => String::new(),
    }
}

fn steps(entry: &Entry, run: &Run) -> String {
    entry.steps.iter().map(|step| run.name(*step)).collect::<Vec<_>>().join(", ")
}

/// Returns the names of hosts, or their number where they are all and many.
fn hosts(hosts: &[HostName], run: &Run, separator: &str) -> String {
    let all = run.plan.hosts.len();
    if hosts.len() == all && all > 6 { format!("all {all} hosts") } else { listed(hosts, separator) }
}
