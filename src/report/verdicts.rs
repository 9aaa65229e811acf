//! The checklist after a deploy.

use std::io::{self, Write};

use serde::Serialize;

use super::groups::{grouped, listed};
use super::measure::number_of;
use super::next;
use super::paint::{self, Paint};
use super::printable::printable;
use super::screen::Screen;
use crate::event::Next;
use crate::host::HostName;
use crate::verify::{Check, Verdict};

/// The checklist of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// Whether nothing is wrong.
    pub passed: bool,
    /// The hosts, in the order of deploy.yml.
    pub hosts: Vec<HostVerdicts>,
}

/// The checklist of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostVerdicts {
    /// The host.
    pub host: HostName,
    /// Why it could not be asked; nothing else is known then.
    pub problem: Option<String>,
    /// What was found.
    pub checks: Vec<Check>,
    /// What to type about a host that does not answer.
    pub next: Vec<Next>,
}

impl HostVerdicts {
    /// Makes the list of a host that answered.
    pub fn of(host: HostName, checks: Vec<Check>) -> Self {
        Self { host, problem: None, checks, next: Vec::new() }
    }

    /// Makes the list of a host that did not.
    pub fn silent(host: HostName, problem: String, next: Vec<Next>) -> Self {
        Self { host, problem: Some(problem), checks: Vec::new(), next }
    }
}

impl Verdicts {
    /// Takes the lists of all hosts.
    pub fn new(application: String, stage: String, hosts: Vec<HostVerdicts>) -> Self {
        let mut verdicts = Self { application, stage, passed: false, hosts };
        verdicts.passed = !verdicts.is_silent() && verdicts.worst() != Verdict::Fail;
        verdicts
    }

    /// Returns the worst of what was found.
    pub fn worst(&self) -> Verdict {
        let found = self.hosts.iter().flat_map(|host| &host.checks).map(|check| check.verdict);
        found.max().unwrap_or(Verdict::Ok)
    }

    /// Tells whether a host did not answer.
    pub fn is_silent(&self) -> bool {
        self.hosts.iter().any(|host| host.problem.is_some())
    }
}

/// Prints the checklist; what is alike on several hosts is one line.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, verdicts: &Verdicts, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    let Verdicts { application, stage, passed: _, hosts } = verdicts;
    let dot = paint.dot();
    let count =
        if hosts.len() > 1 { format!(" {dot} {}", number_of(hosts.len(), "host")) } else { String::new() };
    writeln!(out, "{application} {dot} {stage}{count}\n")?;
    out.write_all(lines(hosts, paint).as_bytes())?;
    writeln!(out, "\n{}", ending(verdicts, paint))?;
    let mut next: Vec<Next> = hosts.iter().flat_map(|host| host.next.clone()).collect();
    for verdict in [Verdict::Fail, Verdict::Warn] {
        let checks = hosts.iter().flat_map(|host| &host.checks).filter(|check| check.verdict == verdict);
        next.extend(checks.flat_map(|check| check.next.clone()));
    }
    out.write_all(next::block(&next, paint).as_bytes())
}

fn lines(hosts: &[HostVerdicts], paint: Paint) -> String {
    let silent = hosts.iter().filter_map(|host| {
        let problem = host.problem.as_ref()?;
        Some((("host", Verdict::Fail, problem.as_str()), host.host.clone()))
    });
    let found = hosts.iter().flat_map(|host| {
        let of = |check: &'_ Check| (check.name, check.verdict);
        host.checks.iter().map(move |check| {
            let (name, verdict) = of(check);
            ((name, verdict, check.words.as_str()), host.host.clone())
        })
    });
    let mut rows = grouped(silent.chain(found));
    // What belongs together stands together, in the order of the first host.
    let order: Vec<&str> = rows.iter().map(|((name, ..), _)| *name).collect();
    rows.sort_by_key(|((name, ..), _)| order.iter().position(|known| known == name));
    let names = rows.iter().map(|((name, ..), _)| name.len()).max().unwrap_or_default();
    let places: Vec<String> = rows.iter().map(|(_, on)| place(on, hosts.len())).collect();
    let widest = places.iter().map(String::len).max().unwrap_or_default().min(24);
    let gap = if widest == 0 { "" } else { "   " };
    rows.iter().zip(&places).fold(String::new(), |text, (((name, verdict, words), _), place)| {
        let line =
            format!("  {}  {name:names$}   {place:widest$}{gap}{}", word(*verdict, paint), printable(words));
        text + line.trim_end() + "\n"
    })
}

/// Returns the names of hosts, where there are several.
fn place(hosts: &[HostName], all: usize) -> String {
    match (hosts.len(), all) {
        (_, 0 | 1) => String::new(),
        (some, all) if some == all => "all".to_owned(),
        _ => listed(hosts, " "),
    }
}

fn word(verdict: Verdict, paint: Paint) -> String {
    let state = match verdict {
        Verdict::Ok => paint::State::Ok,
        Verdict::Warn => paint::State::Caution,
        Verdict::Fail => paint::State::Fail,
    };
    paint.state(state, format!("{:<4}", state.word()))
}

fn ending(verdicts: &Verdicts, paint: Paint) -> String {
    let count = |verdict: Verdict| {
        verdicts.hosts.iter().flat_map(|host| &host.checks).filter(|check| check.verdict == verdict).count()
    };
    match (verdicts.is_silent(), count(Verdict::Fail), count(Verdict::Warn)) {
        (true, ..) => paint.state(paint::State::Fail, "A host does not answer") + ": nothing is known of it.",
        (false, 0, 0) => "All is well.".to_owned(),
        (false, 0, _) => "All is well. Look at what is marked with !.".to_owned(),
        (false, ..) => paint.state(paint::State::Fail, "Something is wrong") + ": see FAIL above.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_are_alike_share_a_line() {
        let ok = Check::ok("current", "20260102030405 is live and whole");
        let fail =
            Check::fail("maintenance", "on").next("deployer exec test -- php artisan up", "switches it off");
        let off = Check::ok("maintenance", "off");
        let hosts = vec![
            HostVerdicts::of("web1".into(), vec![ok.clone(), off]),
            HostVerdicts::of("web2".into(), vec![ok, fail]),
        ];
        let mut out = Vec::new();
        let verdicts = Verdicts::new("shop".to_owned(), "test".to_owned(), hosts);
        print(&mut out, &verdicts, &Screen::unknown()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "shop - test - 2 hosts\n\n\
             \x20 ok    current       all    20260102030405 is live and whole\n\
             \x20 ok    maintenance   web1   off\n\
             \x20 FAIL  maintenance   web2   on\n\n\
             Something is wrong: see FAIL above.\n\n\
             Next\n  deployer exec test -- php artisan up    switches it off\n"
        );
    }
}
