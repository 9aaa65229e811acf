//! The block of what runs now: a row for each host, never more than the terminal has.

use std::cmp::Ordering;

use console::{measure_text_width, truncate_str};

use super::row;
use crate::event::StepOutcome;
use crate::host::HostName;
use crate::plan::Phase;
use crate::report::digest::chapter;
use crate::report::measure::clock;
use crate::report::run::{Run, Task, TaskId, Way, tasks_of};
use crate::report::screen::Screen;

/// Rows of the terminal that are left to the lines above, to `and … more` and to `then …`.
const OTHER_ROWS: usize = 6;

/// What a host does now.
#[derive(Clone, Copy)]
pub(super) enum Doing<'a> {
    /// It waits after the failure of this task.
    Failed(&'a TaskId),
    /// It works.
    Running(&'a TaskId, &'a Task),
    /// It waits for the others.
    Waiting,
}

/// Returns the lines of the block: fewer than the terminal has, each narrower than it.
pub(in crate::report) fn lines(run: &Run, screen: &Screen) -> Vec<String> {
    let paint = screen.paint();
    let rows = screen.height.saturating_sub(OTHER_ROWS).max(1);
    let hosts = places(run, rows);
    let mut lines = row::rows(run, &hosts[..hosts.len().min(rows)], screen);
    if let Some(rest) = hosts.get(rows..).filter(|rest| !rest.is_empty()) {
        lines.push(format!("  {}", row::rest(rest)));
    }
    lines.push(then(run, screen));
    lines.truncate(screen.height.saturating_sub(1));
    let width = screen.width.saturating_sub(1);
    let cut =
        |line: &String| truncate_str(line, width, if width > 3 { paint.ellipsis() } else { "" }).into_owned();
    lines.iter().map(cut).collect()
}

/// Returns what each place does: in the order of deploy.yml, so that rows stay where they are, or,
/// where there are more than rows, those first that hold the others up.
fn places(run: &Run, rows: usize) -> Vec<(Option<&HostName>, Doing<'_>)> {
    let here = run.running().find(|(id, _)| id.host.is_none());
    let mut places: Vec<_> = here.map(|(id, task)| (None, Doing::Running(id, task))).into_iter().collect();
    let is_host = |name: &HostName| run.plan.hosts.iter().any(|host| host.name == *name);
    let builder = run.running().find_map(|(id, task)| {
        let name = id.host.as_ref().filter(|name| !is_host(name))?;
        Some((Some(name), Doing::Running(id, task)))
    });
    places.extend(builder);
    let hosts: Vec<_> =
        run.plan.hosts.iter().map(|host| (Some(&host.name), doing(run, &host.name))).collect();
    if hosts.iter().any(|(_, doing)| !matches!(doing, Doing::Waiting)) {
        places.extend(hosts);
    }
    if places.len() > rows {
        places.sort_by(|(_, a), (_, b)| urgency(*a).partial_cmp(&urgency(*b)).unwrap_or(Ordering::Equal));
    }
    places
}

/// Returns what a host does now.
fn doing<'a>(run: &'a Run, host: &HostName) -> Doing<'a> {
    let mut tasks = run.tasks.iter().filter(|(id, _)| id.host.as_ref() == Some(host));
    if let Some((id, task)) = tasks.clone().rfind(|(_, task)| task.end.is_none()) {
        return Doing::Running(id, task);
    }
    let has_failed = |id: &TaskId, task: &Task| {
        let failed = task.end.as_ref().is_some_and(|end| end.outcome == StepOutcome::Failed);
        failed && (id.way == Way::Back || !run.goes_back())
    };
    tasks.find(|(id, task)| has_failed(id, task)).map_or(Doing::Waiting, |(id, _)| Doing::Failed(id))
}

/// Orders rows where not all have room: failures, then whoever is furthest behind.
fn urgency(doing: Doing<'_>) -> (u8, usize, f64) {
    match doing {
        Doing::Failed(_) => (0, 0, 0.0),
        Doing::Running(id, task) => (1, id.step.0, row::part(task).unwrap_or_default()),
        Doing::Waiting => (2, 0, 0.0),
    }
}

/// Returns the line of what comes next, with the time at its end.
fn then(run: &Run, screen: &Screen) -> String {
    let paint = screen.paint();
    let words = if run.goes_back() {
        "taking back what was done".to_owned()
    } else {
        let chapters: Vec<String> = chapters_to_come(run).iter().map(ToString::to_string).collect();
        if chapters.is_empty() { String::new() } else { format!("then  {}", chapters.join(", ")) }
    };
    let time = clock(run.now);
    let room = screen.columns().min(screen.width.saturating_sub(1)).saturating_sub(time.len() + 4);
    let words = truncate_str(&words, room, paint.ellipsis()).into_owned();
    let gap = " ".repeat(room.saturating_sub(measure_text_width(&words)) + 2);
    format!("  {words}{gap}{}", paint.faint(time))
}

/// Returns the chapters of which nothing has begun.
fn chapters_to_come(run: &Run) -> Vec<Phase> {
    let begun = |phase: Phase| {
        let steps = run.plan.steps.iter().filter(|step| chapter(step.phase) == phase);
        steps.flat_map(tasks_of).any(|id| run.tasks.contains_key(&id))
    };
    let mut chapters: Vec<Phase> = run.plan.steps.iter().map(|step| chapter(step.phase)).collect();
    chapters.dedup();
    chapters.retain(|phase| !begun(*phase));
    chapters
}
