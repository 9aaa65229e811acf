//! A section of a plan: steps of one phase, one after another on the same hosts.

use std::collections::BTreeSet;

use super::Depth;
use super::commands;
use super::effects::{Effect, line};
use super::migrations;
use crate::host::HostName;
use crate::plan::{Action, OnFailure, Phase, Plan, Step, Undo};
use crate::report::groups::listed;
use crate::report::paint::Paint;
use crate::report::printable::printable;
use crate::report::screen::Screen;
use crate::report::wrap::wrapped;

/// From so many steps on, those that need no words of their own share a line.
const MANY: usize = 4;

/// Steps of one phase on the same hosts, with what they do to the directories there.
pub(super) struct Section<'a> {
    phase: Phase,
    place: Place<'a>,
    steps: Vec<&'a Step>,
    effects: BTreeSet<Effect>,
}

/// Where steps run.
#[derive(PartialEq)]
enum Place<'a> {
    Here,
    Hosts(Vec<&'a HostName>),
    /// On this one for all hosts.
    Once(Vec<&'a HostName>),
}

/// Divides a plan into sections, in its order.
pub(super) fn sections(plan: &Plan) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for step in &plan.steps {
        let place = Place::of(step);
        match sections.last_mut() {
            Some(last) if last.phase == step.phase && last.place == place => last.steps.push(step),
            _ => {
                let (phase, effects) = (step.phase, BTreeSet::new());
                sections.push(Section { phase, place, steps: vec![step], effects });
            }
        }
    }
    let mut shown = BTreeSet::new();
    for section in &mut sections {
        let effects = Effect::of(&section.steps);
        section.effects = effects.into_iter().filter(|effect| shown.insert(*effect)).collect();
    }
    sections
}

impl<'a> Place<'a> {
    fn of(step: &'a Step) -> Self {
        match &step.action {
            Action::Checkout | Action::Local { .. } | Action::Package { .. } => Self::Here,
            Action::Upload { .. } | Action::Send { .. } | Action::Remote { .. } if step.once => {
                Self::Once(step.hosts().collect())
            }
            Action::Upload { .. }
            | Action::Send { .. }
            | Action::Remote { .. }
            | Action::Fetch { .. }
            | Action::Prove { .. }
            | Action::Build { .. }
            | Action::Deliver { .. }
            | Action::Collect { .. } => Self::Hosts(step.hosts().collect()),
        }
    }

    fn words(&self, several: bool) -> String {
        match self {
            Self::Here => "here".to_owned(),
            Self::Once(hosts) if several => {
                format!("{}, once for all hosts", listed(hosts.iter().copied(), " "))
            }
            Self::Hosts(hosts) | Self::Once(hosts) => listed(hosts.iter().copied(), " "),
        }
    }
}

impl Section<'_> {
    /// Returns its heading and lines.
    pub(super) fn text(&self, plan: &Plan, depth: Depth, screen: &Screen) -> String {
        let paint = screen.paint();
        let several = plan.hosts.len() > 1;
        let waits = several && self.steps[0].barrier && self.place != Place::Here;
        let waits = if waits { ", when all are ready" } else { "" };
        let mut text = format!("\n{:<14}{}{waits}\n", self.phase, self.place.words(several));
        for effect in &self.effects {
            for line in effect.lines(plan, paint) {
                text += &line;
                text.push('\n');
            }
        }
        for steps in self.lines(depth) {
            text += &match steps {
                [step] => one(step, plan, depth, paint),
                several => joined(several, screen.columns()),
            };
        }
        text
    }

    /// Divides the steps into those that share a line.
    fn lines(&self, depth: Depth) -> Vec<&[&Step]> {
        let runs = self.steps.chunk_by(|a, b| depth != Depth::Commands && is_plain(a) && is_plain(b));
        runs.flat_map(|run| if run.len() < MANY { run.chunks(1) } else { run.chunks(run.len()) }).collect()
    }
}

/// Tells whether a step's name says enough.
fn is_plain(step: &Step) -> bool {
    // What a build runs is decided by the release's own files: it is always shown.
    let builds = matches!(step.action, Action::Local { .. } | Action::Build { .. });
    note(step).is_empty() && step.secrets.is_empty() && !step.barrier && !builds
}

/// Returns the line of a step, and what a person should know before it runs.
fn one(step: &Step, plan: &Plan, depth: Depth, paint: Paint) -> String {
    let is_final = matches!(step.undo, Undo::Impossible { .. }) && step.phase < Phase::Cleanup;
    let sign = if is_final { paint.changed("~") } else { ">".to_owned() };
    let mut text = line(&sign, &step.name, &printable(&step.summary)) + "\n";
    let migrations = migrations::text(step, plan, depth, paint);
    if depth == Depth::Commands {
        return text + &commands::text(step, plan) + &migrations.unwrap_or_default();
    }
    let note = note(step);
    if let Some(migrations) = migrations {
        text += &migrations;
    } else if !note.is_empty() {
        text += &format!("      {note}\n");
    }
    if !step.secrets.is_empty() {
        text += &format!("      secrets: {}\n", commands::secrets(step, plan));
    }
    text
}

/// Returns what is special about a step: no way back, or a failure that does not count.
fn note(step: &Step) -> String {
    if step.phase >= Phase::Cleanup {
        // From there on nothing is taken back and every failure is only a warning.
        return String::new();
    }
    let mut notes = Vec::new();
    if let Undo::Impossible { why } = &step.undo {
        notes.push(format!("cannot be taken back: {}", printable(why)));
    }
    if matches!(&step.undo, Undo::Again { scripts, .. } if !scripts.is_empty()) {
        notes.push("once more, should the switch be taken back".to_owned());
    }
    if step.on_failure == OnFailure::Warn {
        notes.push("its failure is only a warning".to_owned());
    }
    notes.join("; ")
}

/// Returns the names of steps on as few lines as the columns allow.
fn joined(steps: &[&Step], columns: usize) -> String {
    let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    wrapped(&format!("  > {}", names.join(", ")), columns, "    ") + "\n"
}
