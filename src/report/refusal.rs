//! A run that did not start: what forbids it, on all hosts at once.

use std::io::{self, Write};

use super::groups::{grouped, listed};
use super::measure::number_of;
use super::next;
use super::paint::{Paint, State};
use super::printable::printable;
use super::screen::Screen;
use crate::event::Next;
use crate::host::HostName;
use crate::plan::preflight::{HostReport, Problem};

/// How many hosts that are ready get a line each.
const READY_LINES: usize = 6;

/// Prints what was found on the hosts of a stage, of which at least one is not ready.
///
/// # Errors
/// When the text cannot be written.
pub fn print(
    out: &mut dyn Write,
    application: &str,
    stage: &str,
    reports: &[HostReport],
    screen: &Screen,
) -> io::Result<()> {
    let paint = screen.paint();
    writeln!(out, "{application} to {stage} {} {}", paint.dot(), number_of(reports.len(), "host"))?;
    out.write_all(findings(reports, paint).as_bytes())?;
    print_end(out, reports, paint)
}

/// Prints that nothing was started, and how what is wrong is mended.
///
/// # Errors
/// When the text cannot be written.
pub(super) fn print_end(out: &mut dyn Write, reports: &[HostReport], paint: Paint) -> io::Result<()> {
    let not_started = paint.state(State::Fail, "Not started");
    writeln!(out, "\n{not_started}. Nothing was changed on any host.")?;
    out.write_all(details(reports).as_bytes())?;
    let next: Vec<Next> = problems(reports).flat_map(|(problem, _)| problem.next.clone()).collect();
    out.write_all(next::block(&next, paint).as_bytes())
}

/// Prints what to type next, if anything.
///
/// # Errors
/// When the text cannot be written.
pub fn print_next(out: &mut dyn Write, next: &[Next], screen: &Screen) -> io::Result<()> {
    out.write_all(next::block(next, screen.paint()).as_bytes())
}

/// Returns a line for each host that is ready and each problem, and the warnings.
fn findings(reports: &[HostReport], paint: Paint) -> String {
    let ready: Vec<&HostReport> = reports.iter().filter(|report| report.problems.is_empty()).collect();
    let mut lines: Vec<(State, String, String)> = Vec::new();
    if ready.len() > READY_LINES {
        lines.push((State::Ok, number_of(ready.len(), "host"), "ready".to_owned()));
    } else {
        let line = |report: &&HostReport| (State::Ok, report.host.to_string(), printable(&report.summary));
        lines.extend(ready.iter().map(line));
    }
    for (problem, hosts) in problems(reports) {
        lines.push((State::Fail, listed(&hosts, " "), printable(&problem.text)));
    }
    let warnings = reports
        .iter()
        .flat_map(|report| report.warnings.iter().map(|warning| (warning.as_str(), report.host.clone())));
    for (warning, hosts) in grouped(warnings) {
        lines.push((State::Caution, listed(&hosts, " "), printable(warning)));
    }
    let widest = lines.iter().map(|(_, hosts, _)| hosts.len()).max().unwrap_or_default().min(24);
    lines.iter().fold(String::new(), |text, (state, hosts, what)| {
        let word = paint.state(*state, format!("{:<4}", state.word()));
        text + format!("  {word}  {hosts:widest$}   {what}").trim_end() + "\n"
    })
}

/// Groups the hosts by problem, so that what is wrong everywhere is said once.
fn problems(reports: &[HostReport]) -> impl Iterator<Item = (&Problem, Vec<HostName>)> {
    let problems = reports
        .iter()
        .flat_map(|report| report.problems.iter().map(|problem| (problem, report.host.clone())));
    grouped(problems).into_iter()
}

/// Returns what is known about each problem, with its hosts where there are several.
fn details(reports: &[HostReport]) -> String {
    let explained: Vec<_> = problems(reports).filter(|(problem, _)| !problem.detail.is_empty()).collect();
    let mut text = String::new();
    for (problem, hosts) in &explained {
        text.push('\n');
        if explained.len() > 1 {
            text += &format!("  {}: {}\n", listed(hosts, " "), printable(&problem.text));
        }
        for line in &problem.detail {
            text += format!("  {}", printable(line)).trim_end();
            text.push('\n');
        }
    }
    text
}
