//! What was found on each host of a stage, and what is wrong there: all of it, for whoever asks.

use std::io::{self, Write};

use console::measure_text_width;

use super::measure::number_of;
use super::paint::{Paint, State};
use super::printable::printable;
use super::refusal;
use super::screen::Screen;
use super::wrap::wrapped;
use crate::plan::preflight::HostReport;

/// How many hosts on which all is well are shown in full.
const SHOWN: usize = 6;
/// The columns of a state and of what a line is about.
const STATE: usize = 4;
const ABOUT: usize = 10;
/// Where the text of a line begins.
const INDENT: usize = 2 + STATE + 2 + ABOUT + 2;

/// Prints all that was found, host by host, and how it ends.
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
    let is_ready = |report: &&HostReport| report.problems.is_empty() && report.warnings.is_empty();
    let folded = reports.iter().filter(is_ready).count();
    let folds = folded > SHOWN;
    for report in reports.iter().filter(|report| !folds || !is_ready(report)) {
        writeln!(out, "\n{}", report.host)?;
        out.write_all(lines(report, screen).as_bytes())?;
    }
    if folds {
        let word = paint.state(State::Ok, format!("{:<STATE$}", State::Ok.word()));
        let more = if folded == reports.len() { "" } else { " more" };
        writeln!(out, "\n  {word}  {folded}{more} hosts are ready; `--host` shows all of one")?;
    }
    if reports.iter().any(|report| !report.problems.is_empty()) {
        return refusal::print_end(out, reports, paint);
    }
    let warnings: usize = reports.iter().map(|report| report.warnings.len()).sum();
    let caution = match warnings {
        0 => String::new(),
        count => format!(" {} to look at.", number_of(count, "warning")),
    };
    writeln!(out, "\n{}.{caution} Nothing was changed on any host.", paint.state(State::Ok, "Ready"))
}

fn lines(report: &HostReport, screen: &Screen) -> String {
    let found =
        report.found.iter().map(|line| (State::Ok, line.about.as_str(), &line.value, line.why.as_str()));
    let warnings = report.warnings.iter().map(|text| (State::Caution, "", text, ""));
    let problems =
        report.problems.iter().map(|problem| (State::Fail, problem.about.as_str(), &problem.text, ""));
    let all = found.chain(warnings).chain(problems);
    all.map(|(state, about, value, why)| line(state, about, value, why, screen)).collect()
}

/// Returns a line; why it is so stands behind what was found, or below it where there is no room.
fn line(state: State, about: &str, value: &str, why: &str, screen: &Screen) -> String {
    let paint = screen.paint();
    let word = paint.state(state, format!("{:<STATE$}", state.word()));
    let indent = " ".repeat(INDENT);
    let columns = screen.columns();
    let (value, why) = (printable(value), printable(why));
    let together = INDENT + measure_text_width(&value) + 3 + measure_text_width(&why);
    let beside = together <= columns;
    let text = wrapped(&format!("{indent}{value}"), columns, &indent);
    let text = text.get(INDENT..).unwrap_or_default();
    let head = format!("  {word}  {about:<ABOUT$}  {text}");
    match (why.is_empty(), beside) {
        (true, _) => head.trim_end().to_owned() + "\n",
        (false, true) => format!("{head}   {}\n", paint.faint(why)),
        (false, false) => format!("{head}\n{}\n", below(&why, &indent, columns, paint)),
    }
}

fn below(why: &str, indent: &str, columns: usize, paint: Paint) -> String {
    let text = wrapped(&format!("{indent}{why}"), columns, indent);
    text.lines()
        .map(|line| format!("{indent}{}", paint.faint(line.trim_start())))
        .collect::<Vec<_>>()
        .join("\n")
}
