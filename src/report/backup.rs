//! What became of a backup, host by host.

use std::io::{self, Write};

use console::measure_text_width;
use serde::Serialize;

use super::groups::some_of;
use super::measure::{count, number_of, size, time};
use super::next;
use super::paint::{Paint, State};
use super::printable::printable;
use super::screen::Screen;
use crate::event::Next;
use crate::host::HostName;
use crate::plan::preflight::Problem;
use crate::release::ReleaseId;

/// What was done with a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It was made.
    Made,
    /// It was brought here.
    Downloaded,
}

/// A backup of a stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backup {
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// What was done.
    pub act: Act,
    /// Its id, the same on all hosts.
    pub id: ReleaseId,
    /// Seconds it took.
    pub seconds: f64,
    /// The hosts, in the order of deploy.yml.
    pub hosts: Vec<HostBackup>,
    /// What to type next.
    pub next: Vec<Next>,
}

/// What became of it on one host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HostBackup {
    /// The host.
    pub host: HostName,
    /// The archive; `None`: there is none.
    pub archive: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// Files and directories in it; 0: it is a dump.
    pub entries: u64,
    /// Seconds it took.
    pub seconds: f64,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// Why there is no archive.
    pub problems: Vec<String>,
    /// The archives that are no longer kept.
    pub removed: Vec<ReleaseId>,
    /// Whether nothing was tried.
    pub not_started: bool,
    /// What mends it.
    #[serde(skip)]
    pub next: Vec<Next>,
}

/// An archive that is whole and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// Where it is.
    pub archive: String,
    /// Its size.
    pub bytes: u64,
    /// Files and directories in it.
    pub entries: u64,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// The archives that are no longer kept.
    pub removed: Vec<ReleaseId>,
}

impl HostBackup {
    /// Makes the result of a host on which nothing was tried.
    pub fn not_started(host: HostName, problems: Vec<Problem>) -> Self {
        let next = problems.iter().flat_map(|problem| problem.next.clone()).collect();
        let problems = problems.into_iter().map(|problem| problem.text).collect();
        Self { not_started: true, next, ..Self::ended(host, Err(problems), 0.0) }
    }

    /// Makes the result of a host.
    pub fn ended(host: HostName, outcome: Result<Good, Vec<String>>, seconds: f64) -> Self {
        let none = Self {
            host,
            archive: None,
            bytes: 0,
            entries: 0,
            seconds,
            warnings: Vec::new(),
            problems: Vec::new(),
            removed: Vec::new(),
            not_started: false,
            next: Vec::new(),
        };
        match outcome {
            Ok(Good { archive, bytes, entries, warnings, removed }) => {
                Self { archive: Some(archive), bytes, entries, warnings, removed, ..none }
            }
            Err(problems) => Self { problems, ..none },
        }
    }
}

/// Returns the line that shows how much has arrived.
pub fn progress(bytes: u64) -> String {
    format!("  ..    {}", size(bytes))
}

/// Prints what became of a backup.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, backup: &Backup, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    let Backup { application, stage, act: _, id: _, seconds: _, hosts, next } = backup;
    if screen.terminal {
        // The line that showed how much has arrived.
        write!(out, "\r\u{1b}[K")?;
    }
    let dot = paint.dot();
    writeln!(out, "{application} {dot} {stage} {dot} {}\n", number_of(hosts.len(), "host"))?;
    let widest = hosts.iter().map(|host| measure_text_width(host.host.as_str())).max().unwrap_or_default();
    for host in hosts {
        out.write_all(of_host(host, widest, paint).as_bytes())?;
    }
    writeln!(out, "\n{}", ending(backup, paint))?;
    out.write_all(next::block(next, paint).as_bytes())
}

fn ending(backup: &Backup, paint: Paint) -> String {
    let Backup { act, id, seconds, hosts, .. } = backup;
    let is_good = |host: &&HostBackup| host.archive.is_some();
    let good: Vec<HostName> = hosts.iter().filter(is_good).map(|host| host.host.clone()).collect();
    let (done, nothing) = match act {
        Act::Made => ("Backed up", "No backup was made"),
        Act::Downloaded => ("Downloaded", "Nothing has arrived"),
    };
    if good.is_empty() {
        let word = if hosts.iter().all(|host| host.not_started) { "Not started" } else { "Failed" };
        return format!("{}. {nothing}, and nothing was changed.", paint.state(State::Fail, word));
    }
    let word = match good.len() == hosts.len() {
        true => paint.state(State::Ok, done),
        false => paint.state(State::Fail, "Incomplete"),
    };
    let warnings: usize = hosts.iter().map(|host| host.warnings.len()).sum();
    let above =
        if warnings > 0 { format!(" {} above.", number_of(warnings, "warning")) } else { String::new() };
    let (id, place) = (paint.release(id), some_of(&good, hosts.len()));
    format!("{word} in {}. {id} is whole and verified for {place}.{above}", time(*seconds))
}

fn of_host(host: &HostBackup, widest: usize, paint: Paint) -> String {
    let line = |state: State, what: &str| {
        let word = paint.state(state, format!("{:<4}", state.word()));
        format!("  {word}  {:widest$}   {}\n", host.host, printable(what))
    };
    let mut text = String::new();
    if let Some(archive) = &host.archive {
        // A dump has no files in it.
        let many = match host.entries {
            0 => String::new(),
            entries => format!(" {} files and directories,", count(entries)),
        };
        let what = format!("{archive}   {},{many} {}", size(host.bytes), time(host.seconds));
        text += &line(State::Ok, &what);
    }
    for warning in &host.warnings {
        text += &line(State::Caution, warning);
    }
    for problem in &host.problems {
        text += &line(State::Fail, problem);
    }
    if !host.removed.is_empty() {
        let ids: Vec<_> = host.removed.iter().map(ReleaseId::as_str).collect();
        text += &line(State::Ok, &format!("no longer kept: {}", ids.join(" ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_line_and_the_last_says_what_is_whole() {
        let good = Good {
            archive: "backups/shared-20260102030405.tar.gz".to_owned(),
            bytes: 61_200_000,
            entries: 9412,
            warnings: vec!["tar: ./a.log: file changed as we read it".to_owned()],
            removed: vec!["20250102030405".parse().unwrap()],
        };
        let backup = Backup {
            application: "shop".to_owned(),
            stage: "production".to_owned(),
            act: Act::Made,
            id: "20260102030405".parse().unwrap(),
            seconds: 3.21,
            hosts: vec![
                HostBackup::ended("web1".into(), Ok(good), 3.2),
                HostBackup::ended("db".into(), Err(vec!["tar: ./b: Cannot open".to_owned()]), 1.0),
            ],
            next: Vec::new(),
        };
        let mut text = Vec::new();
        print(&mut text, &backup, &Screen::unknown()).unwrap();
        let expected = "shop - production - 2 hosts

  ok    web1   backups/shared-20260102030405.tar.gz   61.2 MB, 9,412 files and directories, 3.2 s
  !     web1   tar: ./a.log: file changed as we read it
  ok    web1   no longer kept: 20250102030405
  FAIL  db     tar: ./b: Cannot open

Incomplete in 3.2 s. 20260102030405 is whole and verified for web1. 1 warning above.
";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
