//! What an analysis found: what is asked for and what is there, then what is wrong, and how to mend it.

use std::io::{self, Write};

use serde::Serialize;

use super::groups::grouped;
use super::measure::number_of;
use super::next;
use super::paint::{Paint, State};
use super::printable::printable;
use super::screen::Screen;
use super::table::table;
use super::wrap::wrapped;
use crate::analyze::{Analysis, Finding, Found, Place, Requirement, Severity};
use crate::event::Next;

/// An analysis, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The name of the application.
    pub application: String,
    /// What was looked at: the working copy, or what a stage would release.
    pub subject: String,
    /// What was found.
    #[serde(flatten)]
    pub analysis: Analysis,
    /// What was mended or written.
    pub done: Vec<Done>,
    /// What to type next.
    pub next: Vec<Next>,
}

/// Something that was mended or written, or was to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Whether it was.
    pub ok: bool,
    /// What it was.
    pub text: String,
}

/// The column that is cut where the screen is too narrow: what is required.
const REQUIRED: usize = 2;

/// How many findings with one way out are listed.
const MOST: usize = 8;

/// What is said about findings stands under them.
const INDENT: &str = "        ";

/// Prints it.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, report: &Report, screen: &Screen) -> io::Result<()> {
    let (paint, analysis) = (screen.paint(), &report.analysis);
    let dot = paint.dot();
    writeln!(
        out,
        "{} {dot} {} {dot} {}",
        report.application,
        report.subject,
        number_of(analysis.files, "file")
    )?;
    let rows = rows(&analysis.requirements, paint);
    if !rows.is_empty() {
        writeln!(out)?;
        out.write_all(table(["", "what", "required", "found", "where"], &rows, REQUIRED, screen).as_bytes())?;
    }
    if !report.done.is_empty() {
        writeln!(out)?;
    }
    for Done { ok, text } in &report.done {
        writeln!(
            out,
            "  {}  {}",
            word(if *ok { State::Ok } else { State::Caution }, paint),
            printable(text)
        )?;
    }
    out.write_all(findings(&analysis.findings, screen).as_bytes())?;
    writeln!(out, "\n{}", ending(analysis))?;
    out.write_all(next::block(&report.next, paint).as_bytes())
}

fn word(state: State, paint: Paint) -> String {
    paint.state(state, format!("{:<4}", state.word()))
}

/// Returns a row for each requirement and each thing that machines have of it. Extensions that all have
/// share a row.
fn rows(requirements: &[Requirement], paint: Paint) -> Vec<[String; 5]> {
    let there = |requirement: &&Requirement| {
        requirement.what.starts_with("ext-") && requirement.found.iter().all(|found| found.fits)
    };
    let (fitting, others): (Vec<_>, Vec<_>) = requirements.iter().partition(there);
    let mut rows: Vec<[String; 5]> =
        others.iter().flat_map(|requirement| of_requirement(requirement, paint)).collect();
    let known: Vec<&&Requirement> =
        fitting.iter().filter(|requirement| !requirement.found.is_empty()).collect();
    if let Some(first) = known.first() {
        let places: Vec<&Place> = first.found.iter().map(|found| &found.place).collect();
        let what = number_of(known.len(), "extension");
        rows.push([word(State::Ok, paint), what, "by packages".to_owned(), "all".to_owned(), named(&places)]);
    }
    rows
}

fn of_requirement(requirement: &Requirement, paint: Paint) -> Vec<[String; 5]> {
    let Requirement { what, required, found } = requirement;
    let alike = grouped(found.iter().map(|Found { place, found, fits }| ((found, *fits), place)));
    let row = |((found, fits), places): ((&Option<String>, bool), Vec<&Place>)| {
        let state = word(if fits { State::Ok } else { State::Fail }, paint);
        let found = found.clone().unwrap_or_else(|| "missing".to_owned());
        [state, printable(what), printable(required), printable(&found), named(&places)]
    };
    alike.into_iter().map(row).collect()
}

fn named(places: &[&Place]) -> String {
    let name = |place: &&Place| match place {
        Place::Here => "here".to_owned(),
        Place::Host(name) => name.clone(),
    };
    places.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Returns the findings; those with one way out share what is said about it.
fn findings(findings: &[Finding], screen: &Screen) -> String {
    let paint = screen.paint();
    let about =
        |finding: &Finding| (finding.severity, finding.rule, finding.effect.clone(), finding.fix.clone());
    let mut text = String::new();
    for ((severity, _, effect, fix), places) in
        grouped(findings.iter().map(|finding| (about(finding), finding)))
    {
        text.push('\n');
        let state = if severity == Severity::Error { State::Fail } else { State::Caution };
        let widest =
            places.iter().take(MOST).map(|finding| finding.place().len()).max().unwrap_or_default().min(46);
        for finding in places.iter().take(MOST) {
            let place = printable(&finding.place());
            let gap = if widest == 0 { "" } else { "  " };
            text += &format!("  {}  {place:widest$}{gap}{}\n", word(state, paint), printable(&finding.text));
        }
        if places.len() > MOST {
            text += &format!("{INDENT}and {} more\n", places.len() - MOST);
        }
        text += &wrapped(&format!("{INDENT}{}", printable(&effect)), screen.columns(), INDENT);
        text.push('\n');
        if let Some(fix) = fix {
            text += &format!("{INDENT}{}\n", paint.typed(printable(&fix)));
        }
    }
    text
}

fn ending(analysis: &Analysis) -> String {
    let (errors, warnings) = (analysis.count(Severity::Error), analysis.count(Severity::Warning));
    let counted = [(errors, "error"), (warnings, "warning")];
    let counted: Vec<String> =
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, what)| number_of(*count, what)).collect();
    match errors {
        0 if warnings == 0 => "Nothing is wrong.".to_owned(),
        0 => format!("Fit to be deployed: {}.", counted.join(", ")),
        _ => format!("Not fit to be deployed: {}.", counted.join(", ")),
    }
}
