//! The lines that stay: state first, then what, then where, the time at the end.

use console::{Alignment, measure_text_width, pad_str, truncate_str};

use crate::event::EventKind;
use crate::host::HostName;
use crate::plan::{Kind, Plan};
use crate::report::digest::{Entry, chapter};
use crate::report::groups::listed;
use crate::report::measure::{number_of, size, there, time};
use crate::report::paint::{Paint, State};
use crate::report::plan::{caution_lines, described};
use crate::report::printable::printable;
use crate::report::run::{Run, Way};
use crate::report::screen::Screen;

/// The columns of a chapter's or step's name.
const NAME: usize = 12;

/// The columns of a time.
const TIME: usize = 9;

/// Returns the first line of a run, and the warnings of its plan.
pub(super) fn heading(plan: &Plan, screen: &Screen) -> String {
    let paint = screen.paint();
    let dot = paint.dot();
    let word = match plan.kind {
        Kind::Deploy => "",
        Kind::Rollback => "rollback to ",
        Kind::Restore => "restore ",
    };
    let release = paint.release(&plan.release);
    let mut text = format!("{} to {}  {word}{release}", plan.application, plan.stage);
    if let Some(revision) = &plan.source {
        text += &format!(" {dot} {}", described(revision));
    }
    text += &format!(" {dot} {}\n", number_of(plan.hosts.len(), "host"));
    for line in caution_lines(plan, paint) {
        text += &format!("  {line}\n");
    }
    text
}

/// Returns the line of something that ended, with the output of what failed.
pub(super) fn entry(entry: &Entry, run: &Run, screen: &Screen) -> String {
    let paint = screen.paint();
    let is_ill = matches!(entry.state, State::Fail | State::Caution);
    let (name, what) = if is_ill { ill(entry, run) } else { (chapter_name(entry, run), String::new()) };
    let word = paint.state(entry.state, format!("{:<4}", entry.state.word()));
    let right = format!("  {}{:>TIME$}", place(entry, run), time(entry.seconds));
    let left = format!("  {word}  {name:<NAME$}  ");
    let room = screen.columns().saturating_sub(measure_text_width(&left) + measure_text_width(&right));
    let what = if is_ill { what } else { names(entry, run, room) };
    // A reason is never cut: a line that is too long goes on in the next row.
    let what = if is_ill { what.into() } else { truncate_str(&what, room, paint.ellipsis()) };
    let line = format!("{left}{}{right}\n", pad_str(&what, room, Alignment::Left, None));
    if is_ill { line + &entry.output.block(paint) } else { line }
}

/// Returns the line of something that is said at once.
pub(super) fn remark(event: &EventKind, screen: &Screen) -> String {
    let paint = screen.paint();
    match event {
        EventKind::Warning { text, host, .. } => {
            let place = host.as_ref().map_or_else(String::new, |host| format!("{host}: "));
            let word = paint.state(State::Caution, format!("{:<4}", State::Caution.word()));
            format!("  {word}  {place}{}\n", printable(text))
        }
        EventKind::Interrupted { signal } => format!("\n{}\n\n", stopping(signal, paint)),
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

fn stopping(signal: &str, paint: Paint) -> String {
    let word = paint.state(State::Undo, "Stopping");
    match signal {
        "SIGINT" => format!("{word}. Taking back what was done; Ctrl-C again ends this at once."),
        signal => format!("{word} after {}. Taking back what was done.", printable(signal)),
    }
}

fn chapter_name(entry: &Entry, run: &Run) -> String {
    let step = entry.steps.first().and_then(|step| run.plan.step(*step));
    step.map_or_else(String::new, |step| chapter(step.phase).to_string())
}

/// Returns the step's name and why it did not end well.
fn ill(entry: &Entry, run: &Run) -> (String, String) {
    let name = entry.steps.first().map_or_else(String::new, |step| run.name(*step));
    let undo = match entry.way {
        Way::Forth => "",
        Way::Back => "undo failed: ",
    };
    let alike = if entry.hosts.len() > 1 { " (the same on each)" } else { "" };
    (name, format!("{undo}{}{alike}", entry.reason))
}

/// Returns the names of the steps, as many as there is room for, and what was sent.
fn names(entry: &Entry, run: &Run, room: usize) -> String {
    let sent = entry.sent.map(|bytes| match entry.hosts.len() {
        0 | 1 => format!(", {}", size(bytes)),
        hosts => format!(", {} to each of {hosts} hosts", size(bytes)),
    });
    let sent = sent.unwrap_or_default()
        + &entry.taken.map(|taken| format!(", {}", there(taken))).unwrap_or_default();
    let names: Vec<String> = entry.steps.iter().map(|step| run.name(*step)).collect();
    (1..=names.len())
        .rev()
        .map(|shown| match names.len() - shown {
            0 => names.join(", ") + &sent,
            hidden => format!("{} and {hidden} more{sent}", names[..shown].join(", ")),
        })
        .find(|text| measure_text_width(text) <= room)
        .unwrap_or_else(|| number_of(names.len(), "step") + &sent)
}

/// Returns the hosts where they are not simply all.
fn place(entry: &Entry, run: &Run) -> String {
    let all = run.plan.hosts.len();
    let is_all = entry.hosts.len() == all || entry.hosts.is_empty();
    match entry.hosts.as_slice() {
        _ if is_all && entry.state == State::Ok => String::new(),
        hosts if is_all && all > 1 => number_of(hosts.len(), "host"),
        hosts => listed(hosts as &[HostName], " "),
    }
}
