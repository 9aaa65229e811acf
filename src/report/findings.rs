//! What was found on each host, and what is to be done about it.

use std::io::{self, Write};

use super::groups::{grouped, listed};
use super::measure::number_of;
use super::next;
use super::paint::{self, Paint};
use super::printable::printable;
use super::screen::Screen;
use crate::event::Next;
use crate::host::HostName;
use crate::persist::finding::{Finding, State};

/// What the findings are about.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The name of the application.
    pub application: &'a str,
    /// The stage, or another word for the place.
    pub stage: &'a str,
}

/// Prints the findings of all hosts, what is alike once, then a sentence and what to type next.
///
/// # Errors
/// When the text cannot be written.
pub fn print(
    out: &mut dyn Write,
    heading: &Heading<'_>,
    hosts: &[(HostName, &[Finding])],
    ending: &str,
    next: &[Next],
    screen: &Screen,
) -> io::Result<()> {
    let paint = screen.paint();
    let (application, stage, dot) = (heading.application, heading.stage, paint.dot());
    let count =
        if hosts.len() > 1 { format!(" {dot} {}", number_of(hosts.len(), "host")) } else { String::new() };
    writeln!(out, "{application} {dot} {stage}{count}\n")?;
    let lines = lines(hosts, paint);
    out.write_all(lines.as_bytes())?;
    let gap = if lines.is_empty() { "" } else { "\n" };
    writeln!(out, "{gap}{ending}")?;
    out.write_all(next::block(next, paint).as_bytes())
}

fn lines(hosts: &[(HostName, &[Finding])], paint: Paint) -> String {
    let each =
        hosts.iter().flat_map(|(host, findings)| findings.iter().map(|finding| (finding, host.clone())));
    let groups = grouped(each);
    let named: Vec<(&Finding, String)> =
        groups.iter().map(|(finding, on)| (*finding, place(on, hosts.len()))).collect();
    let widest = named.iter().map(|(_, place)| place.len()).max().unwrap_or_default().min(24);
    let gap = if widest == 0 { "" } else { "   " };
    named.iter().fold(String::new(), |text, (finding, place)| {
        let Finding { state, text: what, .. } = finding;
        text + format!("  {}  {place:widest$}{gap}{}", word(*state, paint), printable(what)).trim_end() + "\n"
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

fn word(state: State, paint: Paint) -> String {
    match state {
        State::Ok => paint.state(paint::State::Ok, format!("{:<5}", paint::State::Ok.word())),
        State::Todo => format!("{:<5}", "would"),
        State::Warn => paint.state(paint::State::Caution, format!("{:<5}", paint::State::Caution.word())),
        State::Fail => paint.state(paint::State::Fail, format!("{:<5}", paint::State::Fail.word())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(state: State, text: &str) -> Finding {
        Finding { state, name: "link".to_owned(), text: text.to_owned() }
    }

    fn printed(hosts: &[(HostName, &[Finding])]) -> String {
        let mut out = Vec::new();
        let next = [Next { run: "deployer persist test --repair".to_owned(), why: "repairs it".to_owned() }];
        let heading = Heading { application: "shop", stage: "test" };
        print(&mut out, &heading, hosts, "Something is wrong.", &next, &Screen::unknown()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_alike_is_told_once_and_the_rest_with_its_hosts() {
        let host = |name: &str| HostName::new(name.to_owned());
        let ok = finding(State::Ok, "storage is in shared/");
        let (one, two) = (
            [ok.clone(), finding(State::Fail, "media is\u{1b}[2J missing")],
            [ok, finding(State::Todo, "link it")],
        );
        assert_eq!(
            printed(&[(host("web1"), &one), (host("web2"), &two)]),
            "shop - test - 2 hosts\n\n\
             \x20 ok     all    storage is in shared/\n\
             \x20 FAIL   web1   media is missing\n\
             \x20 would  web2   link it\n\n\
             Something is wrong.\n\n\
             Next\n  deployer persist test --repair    repairs it\n"
        );
        assert_eq!(
            printed(&[(host("web1"), &one[..1])]),
            "shop - test\n\n  ok     storage is in shared/\n\n\
             Something is wrong.\n\nNext\n  deployer persist test --repair    repairs it\n"
        );
    }
}
