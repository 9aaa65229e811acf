//! A plan for a person: counts first, lists on request, warnings never hidden.
//!
//! `+` comes into being, `~` changes and cannot be changed back by itself, `-` goes, `>` runs,
//! `!` needs your eyes. Every step of the plan is named at every depth.

mod changes;
mod commands;
mod effects;
mod migrations;
mod section;

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::groups::{grouped, listed, names, some_of};
use super::measure::number_of;
use super::paint::{Paint, State};
use super::printable::printable;
use super::screen::Screen;
use crate::host::HostName;
use crate::plan::{Kind, Plan, Revision};
use crate::release::ReleaseId;

/// How much of a plan is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// What happens, and how many files differ.
    #[default]
    Summary,
    /// And all commits.
    Commits,
    /// And which files differ.
    Files,
    /// And the exact shell text for each host, with the undo of each step.
    Commands,
}

/// Prints a plan. `saved` is the file that it was saved to.
///
/// # Errors
/// When the text cannot be written.
pub fn print(
    out: &mut dyn Write,
    plan: &Plan,
    depth: Depth,
    saved: Option<&str>,
    screen: &Screen,
) -> io::Result<()> {
    let paint = screen.paint();
    let mut text = header(plan, paint);
    text += &changes::text(plan, depth, paint);
    for section in section::sections(plan) {
        text += &section.text(plan, depth, screen);
    }
    text += &told(plan);
    text += &warnings(plan, paint);
    text += &closing(plan, saved, paint);
    out.write_all(text.as_bytes())
}

fn header(plan: &Plan, paint: Paint) -> String {
    let dot = paint.dot();
    let word = match plan.kind {
        Kind::Deploy => "",
        Kind::Rollback => "rollback to ",
        Kind::Restore => "restore ",
    };
    let mut text =
        format!("{} to {} {dot} {word}{}", plan.application, plan.stage, paint.release(&plan.release));
    if let Some(revision) = &plan.source {
        text += &format!(" {dot} {}", described(revision));
    }
    let hosts = listed(plan.hosts.iter().map(|host| &host.name), " ");
    text +=
        &format!("\n{}: {hosts} {dot} live: {}\n", number_of(plan.hosts.len(), "host"), live(plan, paint));
    text
}

/// Returns a revision as `main 1a2b3c4 Fix cart total`.
pub(super) fn described(revision: &Revision) -> String {
    let Revision { commit, reference, subject } = revision;
    let short = if commit.is_some() { revision.short() } else { "" };
    let words = [printable(reference), short.to_owned(), printable(subject)];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Says what is live, host by host only where hosts differ.
fn live(plan: &Plan, paint: Paint) -> String {
    let groups = grouped(plan.hosts.iter().map(|host| {
        let commit = host.live_commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
        ((host.live.as_ref(), commit), host.name.clone())
    }));
    let of_all = groups.len() == 1;
    let said = groups.iter().map(|((release, commit), hosts)| {
        let release = release.map_or_else(|| "nothing yet".to_owned(), |id| paint.release(id));
        let commit = commit.map_or_else(String::new, |commit| format!(" ({commit})"));
        let place = if of_all { some_of(hosts, plan.hosts.len()) } else { names(hosts) };
        let place = if plan.hosts.len() > 1 { format!(" on {place}") } else { String::new() };
        format!("{release}{commit}{place}")
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Says who is told how it goes.
fn told(plan: &Plan) -> String {
    let lines = super::told::lines(&plan.notify);
    let line =
        |(place, line): (usize, String)| format!("{:<14}{line}\n", if place == 0 { "notify" } else { "" });
    let text: String = lines.into_iter().enumerate().map(line).collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn warnings(plan: &Plan, paint: Paint) -> String {
    let lines = caution_lines(plan, paint);
    if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join("\n")) }
}

/// Returns the plan's warnings, one a line.
pub(super) fn caution_lines(plan: &Plan, paint: Paint) -> Vec<String> {
    let line = |(text, hosts): (&String, Vec<HostName>)| {
        let place = listed(hosts.iter().filter(|host| !host.as_str().is_empty()), " ");
        let colon = if place.is_empty() { "" } else { ": " };
        format!("{} {place}{colon}{}", paint.state(State::Caution, "!"), printable(text))
    };
    cautions(plan).into_iter().map(line).collect()
}

/// Returns the plan's warnings, each once with its hosts; a host without a name means everywhere.
pub(super) fn cautions(plan: &Plan) -> Vec<(&String, Vec<HostName>)> {
    grouped(
        plan.warnings
            .iter()
            .map(|warning| (&warning.text, warning.host.clone().unwrap_or_else(|| HostName::new("")))),
    )
}

/// Counts what the plan does, and says what to type.
fn closing(plan: &Plan, saved: Option<&str>, paint: Paint) -> String {
    let mut counts = vec![number_of(plan.hosts.len(), "host"), number_of(plan.steps.len(), "step")];
    if let Some(changes) = &plan.changes {
        counts.push(format!("files {}", changes::counts(changes, paint)));
    }
    let pending = plan.migrations.as_ref().map_or(0, |migrations| migrations.pending.len());
    if pending > 0 {
        counts.push(number_of(pending, "migration"));
    }
    let prunes: BTreeSet<&ReleaseId> = plan.hosts.iter().flat_map(|host| &host.prune).collect();
    if !prunes.is_empty() {
        counts.push(format!("{} to prune", number_of(prunes.len(), "release")));
    }
    if !plan.warnings.is_empty() {
        counts.push(number_of(cautions(plan).len(), "warning"));
    }
    let stage = &plan.stage;
    let (hint, command) = match (saved, plan.kind) {
        (Some(file), _) => ("Run exactly this", format!("deployer run --plan {}", quoted(file))),
        (None, Kind::Deploy) => ("Run it", format!("deployer run {stage}")),
        (None, Kind::Restore) => ("Run it", format!("deployer restore {stage}")),
        (None, Kind::Rollback) => {
            let database = if plan.loading.is_some() { " --with-db" } else { "" };
            ("Run it", format!("deployer rollback {stage} --to {}{database}", plan.release))
        }
    };
    format!("\nPlan: {}.\n{hint}: {}\n", counts.join(", "), paint.typed(command))
}

/// Quotes a file name for the shell where it must be.
fn quoted(file: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+,:=@%".contains(&byte);
    if file.bytes().all(is_plain) { file.to_owned() } else { format!("'{}'", file.replace('\'', r"'\''")) }
}
