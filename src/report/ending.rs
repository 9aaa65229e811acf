//! The end of a run: what is live now, what was left behind, what to type next. In this order.

use super::groups::{grouped, listed, names, some_of};
use super::measure::{number_of, time, whole_time};
use super::next;
use super::paint::{Paint, State};
use super::printable::printable;
use super::screen::Screen;
use super::wrap::wrapped;
use crate::event::{Failure, Finished, Left, Next, Outcome};
use crate::host::HostName;
use crate::plan::{Kind, Plan, Restoration};
use crate::release::ReleaseId;

/// Returns the text that ends a run in which that many warnings were shown.
pub fn text(finished: &Finished, plan: &Plan, warnings: usize, screen: &Screen) -> String {
    let paint = screen.paint();
    let ending = Ending { finished, plan, paint };
    let mut text = match finished.outcome {
        Outcome::Deployed => ending.deployed(),
        Outcome::Undone => ending.undone(),
        Outcome::Stuck => ending.stuck(),
        Outcome::NotStarted => {
            format!("{}. Nothing was changed on any host.", paint.state(State::Fail, "Not started"))
        }
        Outcome::Nothing => {
            let place = some_of(&ending.hosts(), plan.hosts.len());
            let release = paint.release(&plan.release);
            format!("{}. {release} is already live on {place}.", paint.state(State::Ok, "Nothing to do"))
        }
    };
    if warnings > 0 {
        text += &format!(" {} above.", number_of(warnings, "warning"));
    }
    if screen.terminal {
        text = wrapped(&text, screen.columns(), "");
    }
    text.push('\n');
    text += &ending.table();
    text += &ending.remains();
    text += &ending.next();
    text
}

struct Ending<'a> {
    finished: &'a Finished,
    plan: &'a Plan,
    paint: Paint,
}

/// What a host serves now and what it served before the run.
#[derive(Clone, Copy, PartialEq)]
struct Serves<'a> {
    now: Option<&'a ReleaseId>,
    before: Option<&'a ReleaseId>,
}

impl Serves<'_> {
    fn as_before(self) -> bool {
        self.now == self.before
    }
}

impl<'a> Ending<'a> {
    fn hosts(&self) -> Vec<HostName> {
        self.plan.hosts.iter().map(|host| host.name.clone()).collect()
    }

    fn all(&self) -> String {
        some_of(&self.hosts(), self.plan.hosts.len())
    }

    /// Groups the hosts by what they serve.
    fn live(&self) -> Vec<(Serves<'a>, Vec<HostName>)> {
        grouped(self.plan.hosts.iter().map(|host| {
            let now = self.finished.live.get(&host.name).and_then(Option::as_ref);
            (Serves { now, before: host.live.as_ref() }, host.name.clone())
        }))
    }

    /// Tells whether the first line says all about what is live.
    fn is_even(&self) -> bool {
        if self.finished.outcome == Outcome::Deployed && self.plan.restoration.is_some() {
            return true;
        }
        let live = self.live();
        match self.finished.outcome {
            Outcome::Deployed => live.iter().all(|(serves, _)| serves.now == Some(&self.plan.release)),
            Outcome::Undone => live.len() == 1 && live[0].0.as_before(),
            Outcome::Stuck => false,
            Outcome::NotStarted | Outcome::Nothing => true,
        }
    }

    fn deployed(&self) -> String {
        let word = match self.plan.kind {
            Kind::Deploy => "Deployed",
            Kind::Rollback => "Rolled back",
            Kind::Restore => "Restored",
        };
        let seconds = self.finished.seconds;
        let took = if seconds < 9.95 { time(seconds) } else { whole_time(seconds) };
        let first = format!("{} in {took}.", self.paint.state(State::Ok, word));
        if let Some(restoration) = &self.plan.restoration {
            return format!("{first} {} on {}.", self.restored(restoration), self.all());
        }
        if !self.is_even() {
            return first;
        }
        let database = self.plan.loading.as_ref();
        let database = database
            .map_or_else(String::new, |loading| format!(" The database is that of {}.", loading.dump));
        format!("{first} {} is live on {}.{database}", self.paint.release(&self.plan.release), self.all())
    }

    /// Says which data is live after a restore.
    fn restored(&self, restoration: &Restoration) -> String {
        let Restoration { archive, part, kept: _ } = restoration;
        let what = match (&self.plan.loading, part) {
            (Some(_), _) => "The database".to_owned(),
            (None, None) => "shared".to_owned(),
            (None, Some(part)) => format!("shared/{}", printable(part)),
        };
        format!("{what} is now that of {}", printable(archive))
    }

    fn undone(&self) -> String {
        let cause = match self.finished.exit {
            130 => " after Ctrl-C",
            143 => " after SIGTERM",
            _ => "",
        };
        let first = format!("{}{cause}.", self.paint.state(State::Undo, "Undone"));
        if self.plan.restoration.is_some() {
            let data = if self.plan.loading.is_some() { "database" } else { "shared data" };
            return format!("{first} The {data} is as it was on {}.", self.all());
        }
        let live = self.live();
        match (live.as_slice(), self.finished.was_live) {
            ([(Serves { now: Some(now), before }, _)], was_live) if Some(*now) == *before => {
                let (now, all) = (self.paint.release(now), self.all());
                match was_live {
                    Some(seconds) => format!(
                        "{first} {now} is live again on {all}; the new one was live for {}.",
                        time(seconds)
                    ),
                    None => format!("{first} {now} is still live on {all}; visitors never saw the new one."),
                }
            }
            ([(Serves { now: None, before: None }, _)], _) => {
                format!("{first} As before, no release is live on {}.", self.all())
            }
            (live, _) if live.iter().all(|(serves, _)| serves.as_before()) => {
                format!("{first} Every host serves what it served before.")
            }
            _ => first,
        }
    }

    fn stuck(&self) -> String {
        let word = self.paint.state(State::Fail, "Stuck");
        match self.in_need().as_slice() {
            [] => format!("{word}. A person is needed."),
            [host] => format!("{word}. {host} needs a person."),
            hosts => format!("{word}. {} need a person.", listed(hosts, " ")),
        }
    }

    /// Returns the hosts that are not as they were: by what they serve, else by what they hold.
    fn in_need(&self) -> Vec<HostName> {
        let moved: Vec<HostName> = self
            .live()
            .into_iter()
            .filter(|(serves, _)| !serves.as_before())
            .flat_map(|(_, hosts)| hosts)
            .collect();
        let holding = self.finished.left.iter().filter_map(|left| left.host.clone());
        let failed = self.finished.failed.iter().filter_map(|failure| failure.host.clone());
        let candidates = [moved, holding.collect(), failed.collect()];
        let chosen = candidates.into_iter().find(|hosts| !hosts.is_empty()).unwrap_or_default();
        self.hosts().into_iter().filter(|host| chosen.contains(host)).collect()
    }

    /// Lists what each host serves, where the first line could not say it.
    fn table(&self) -> String {
        if self.is_even() {
            return String::new();
        }
        let rows: Vec<(String, String)> =
            self.live().iter().map(|(serves, hosts)| (names(hosts), self.serves(*serves))).collect();
        let widest = rows.iter().map(|(names, _)| names.len().min(24)).max().unwrap_or_default();
        rows.iter()
            .fold("\n".to_owned(), |text, (names, serves)| text + &format!("  {names:widest$}   {serves}\n"))
    }

    fn serves(&self, Serves { now, before }: Serves<'_>) -> String {
        let [now_name, before_name] = [now, before].map(|id| id.map(|id| self.paint.release(id)));
        match (now_name, before_name) {
            (Some(now_name), _) if now == before => format!("{now_name} live, as before"),
            (Some(now), Some(before)) => format!("{now} live; before it was {before}"),
            (Some(now), None) => format!("{now} live; before it was none"),
            (None, Some(before)) => format!("could not be asked; before the run it was {before}"),
            (None, None) => "no release live, as before".to_owned(),
        }
    }

    /// Lists what failed and what stays behind.
    fn remains(&self) -> String {
        let Finished { failed, left, .. } = self.finished;
        let mut lines: Vec<(&str, String)> = Vec::new();
        let failed = grouped(failed.iter().map(|failure| {
            let host = failure.host.clone().unwrap_or_else(|| HostName::new("this machine"));
            (Failure { host: None, ..failure.clone() }, host)
        }));
        for (failure, hosts) in &failed {
            lines.push(("failed", self.failure(failure, hosts)));
        }
        let left = grouped(
            left.iter().map(|Left { host, text }| (text, host.clone().unwrap_or_else(|| HostName::new("")))),
        );
        for (what, hosts) in left {
            let place = listed(hosts.iter().filter(|host| !host.as_str().is_empty()), " ");
            let colon = if place.is_empty() { "" } else { ": " };
            lines.push(("left", format!("{place}{colon}{}", printable(what))));
        }
        let mut text = if lines.is_empty() { String::new() } else { "\n".to_owned() };
        let mut last = "";
        for (word, line) in lines {
            text += &format!("  {:<6}   {line}\n", if word == last { "" } else { word });
            last = word;
        }
        text
    }

    fn failure(&self, failure: &Failure, hosts: &[HostName]) -> String {
        let step = self.plan.step(failure.step);
        let name = step.map_or_else(|| format!("step {}", failure.step.0), |step| step.name.clone());
        let once = step.is_some_and(|step| step.once) && self.plan.hosts.len() > 1;
        let once = if once { " (it runs once, for all hosts)" } else { "" };
        format!("{name} on {}{once}: {}", some_of(hosts, self.plan.hosts.len()), printable(&failure.reason))
    }

    fn next(&self) -> String {
        let proposed = self.proposed();
        let next = if self.finished.next.is_empty() { &proposed } else { &self.finished.next };
        match self.finished.outcome {
            // After a success nothing has to be done; the way back is a note.
            Outcome::Deployed | Outcome::Nothing if self.is_even() => next::lines(next, self.paint),
            Outcome::Deployed | Outcome::Nothing | Outcome::Undone | Outcome::Stuck | Outcome::NotStarted => {
                next::block(next, self.paint)
            }
        }
    }

    /// Returns what to type where the run itself proposes nothing.
    fn proposed(&self) -> Vec<Next> {
        let (stage, release) = (&self.plan.stage, &self.plan.release);
        let next = |run: String, why: &str| vec![Next { run, why: why.to_owned() }];
        let again = match self.plan.kind {
            Kind::Deploy => format!("deployer run {stage}"),
            Kind::Rollback => format!("deployer rollback {stage} --to {release}"),
            Kind::Restore => format!("deployer restore {stage}"),
        };
        match self.finished.outcome {
            Outcome::Deployed => match self.plan.live_everywhere() {
                Some(before) if before != release => {
                    next(format!("deployer rollback {stage} --to {before}"), "the way back")
                }
                _ => Vec::new(),
            },
            Outcome::Undone | Outcome::NotStarted => next(again, "after mending the cause"),
            Outcome::Stuck => next(format!("deployer status {stage}"), "what each host serves now"),
            Outcome::Nothing => Vec::new(),
        }
    }
}
