//! What is told of a run: the JSON that webhooks and commands get, and the words that persons read.
//! Within a version of it, fields are only added.

use serde::Serialize;

use super::words::{line, names, time};
use super::{Moment, Notifications};
use crate::event::{Failure, Finished, Left};
use crate::host::HostName;
use crate::plan::{Kind, Plan};
use crate::release::ReleaseId;
use crate::secret::redact::Redactor;

/// The version of the JSON.
pub const FORMAT: u32 = 1;

/// How many commits are listed before the rest is counted.
const COMMITS: usize = 10;
/// How many failures and things left behind are listed.
const LISTED: usize = 20;
/// The longest text of a commit, and of a reason.
const TITLE: usize = 200;
const REASON: usize = 500;

/// What is told of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// The version of this format.
    pub v: u32,
    /// What happened: `started`, `deployed`, `undone`, `stuck`, `not_started`; `test`: nothing.
    pub outcome: Moment,
    /// `deploy`, `rollback` or `restore`.
    pub kind: Kind,
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// The release; of a restore, its own id.
    pub release: Option<ReleaseId>,
    /// The full commit id.
    pub commit: Option<String>,
    /// The branch, tag or folder that was asked for; the file of a backup.
    pub reference: String,
    /// The first line of the commit's message.
    pub subject: String,
    /// `<short id> <subject>` of the commits that were not live before, the newest first: the first ten.
    pub commits: Vec<String>,
    /// How many more there are.
    pub more_commits: usize,
    /// Who started the run and where, as `ana@laptop`.
    pub by: String,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The program's exit code.
    pub exit: Option<u8>,
    /// The hosts, with what each serves.
    pub hosts: Vec<Serving>,
    /// What failed.
    pub failed: Vec<Failed>,
    /// What stays behind.
    pub left: Vec<String>,
    /// What to type next.
    pub next: Vec<String>,
    /// The addresses of the sites.
    pub sites: Vec<String>,
    /// All of it in one line.
    pub text: String,
}

/// What a host serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Serving {
    /// The host.
    pub name: HostName,
    /// The release that is live; `null`: none, or nobody could ask.
    pub live: Option<ReleaseId>,
    /// The release that was live before.
    pub before: Option<ReleaseId>,
}

/// What failed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The step.
    pub step: String,
    /// The host; `null`: the controller.
    pub host: Option<HostName>,
    /// In words.
    pub reason: String,
}

impl Failed {
    /// What was found wrong with a host before anything began.
    pub fn of_check(host: &HostName, text: &str) -> Self {
        Self { step: "check".to_owned(), host: Some(host.clone()), reason: line(text, REASON) }
    }
}

impl Message {
    /// Says that a run begins.
    pub fn started(plan: &Plan, by: &str, redactor: &Redactor) -> Self {
        let mut message = Self::empty(Moment::Started, plan.kind, &plan.application, &plan.stage, by);
        message.describe(plan, redactor);
        message.said()
    }

    /// Says how a run ended; `None` where that is nothing to be told.
    pub fn ended(plan: &Plan, finished: &Finished, by: &str, redactor: &Redactor) -> Option<Self> {
        let moment = Moment::of(finished.outcome)?;
        let mut message = Self::empty(moment, plan.kind, &plan.application, &plan.stage, by);
        message.describe(plan, redactor);
        for host in &mut message.hosts {
            host.live = finished.live.get(&host.name).cloned().flatten();
        }
        let failed = |failure: &Failure| Failed {
            step: plan.step(failure.step).map_or_else(String::new, |step| step.name.clone()),
            host: failure.host.clone(),
            reason: line(&redactor.once(&failure.reason), REASON),
        };
        let left = |Left { host, text }: &Left| {
            let place = host.as_ref().map_or_else(String::new, |host| format!("{host}: "));
            line(&redactor.once(&format!("{place}{text}")), REASON)
        };
        message.failed = finished.failed.iter().take(LISTED).map(failed).collect();
        message.left = finished.left.iter().take(LISTED).map(left).collect();
        message.next = finished.next.iter().map(|next| line(&next.run, TITLE)).collect();
        message.seconds = Some((finished.seconds * 1000.0).round() / 1000.0);
        message.exit = Some(finished.exit);
        Some(message.said())
    }

    /// Says that a run did not begin, for no plan could be made of it.
    pub fn not_started(kind: Kind, application: &str, stage: &str, by: &str, exit: u8) -> Self {
        let mut message = Self::empty(Moment::NotStarted, kind, application, stage, by);
        message.exit = Some(exit);
        message
    }

    /// Is only a test.
    pub fn test(application: &str, stage: &str, by: &str, to: &Notifications, hosts: &[HostName]) -> Self {
        let mut message = Self::empty(Moment::Test, Kind::Deploy, application, stage, by);
        message.sites = to.sites.clone();
        let serving = |name: &HostName| Serving { name: name.clone(), live: None, before: None };
        message.hosts = hosts.iter().map(serving).collect();
        message.said()
    }

    fn empty(outcome: Moment, kind: Kind, application: &str, stage: &str, by: &str) -> Self {
        Self {
            v: FORMAT,
            outcome,
            kind,
            application: line(application, TITLE),
            stage: line(stage, TITLE),
            release: None,
            commit: None,
            reference: String::new(),
            subject: String::new(),
            commits: Vec::new(),
            more_commits: 0,
            by: line(by, TITLE),
            seconds: None,
            exit: None,
            hosts: Vec::new(),
            failed: Vec::new(),
            left: Vec::new(),
            next: Vec::new(),
            sites: Vec::new(),
            text: String::new(),
        }
    }

    /// Takes over what the plan knows.
    fn describe(&mut self, plan: &Plan, redactor: &Redactor) {
        let title = |text: &str| line(&redactor.once(text), TITLE);
        let revision = plan.source.clone().unwrap_or_default();
        self.release = Some(plan.release.clone());
        self.reference = title(&revision.reference);
        self.subject = title(&revision.subject);
        self.commit = revision.commit;
        let commits = plan.changes.as_ref().map_or(&[][..], |changes| &changes.commits);
        self.commits = commits.iter().take(COMMITS).map(|commit| title(commit)).collect();
        self.more_commits = commits.len() - self.commits.len();
        self.sites.clone_from(&plan.notify.sites);
        let serving = plan.hosts.iter().map(|host| Serving {
            name: host.name.clone(),
            live: host.live.clone(),
            before: host.live.clone(),
        });
        self.hosts = serving.collect();
    }

    /// Adds the line that says it all.
    #[must_use]
    pub fn said(mut self) -> Self {
        let more = [self.live(), self.failures().into_iter().next().unwrap_or_default()];
        let parts = std::iter::once(self.headline()).chain(more).filter(|part| !part.is_empty());
        self.text = parts.collect::<Vec<_>>().join(". ");
        self
    }

    /// Returns the outcome and what it is about.
    pub(super) fn headline(&self) -> String {
        let Self { application, stage, .. } = self;
        let (doing, done, noun) = match self.kind {
            Kind::Deploy => ("Deploying", "Deployed", "deploy"),
            Kind::Rollback => ("Rolling back", "Rolled back", "rollback"),
            Kind::Restore => ("Restoring shared data", "Restored shared data", "restore"),
        };
        let what = match self.kind {
            Kind::Deploy => format!("{application} to {stage}"),
            Kind::Rollback => format!("{application} on {stage}"),
            Kind::Restore => format!("of {application} on {stage}"),
        };
        let of = if self.kind == Kind::Restore { "" } else { "of " };
        match self.outcome {
            Moment::Started => format!("{doing} {what}"),
            Moment::Deployed => format!("{done} {what}"),
            Moment::Undone => match self.exit {
                Some(130 | 143) => format!("Undone: the {noun} {of}{what} was interrupted"),
                _ => format!("Undone: the {noun} {of}{what} failed"),
            },
            Moment::Stuck => format!("Stuck: the {noun} {of}{what} needs a person"),
            Moment::NotStarted => format!("Not started: the {noun} {of}{what}"),
            Moment::Test => format!("Test: {what}. Nothing was deployed"),
        }
    }

    /// Says what is live now.
    pub(super) fn live(&self) -> String {
        if self.outcome == Moment::Test {
            return String::new();
        }
        let mut groups: Vec<(&Serving, Vec<&HostName>)> = Vec::new();
        for host in &self.hosts {
            match groups.iter_mut().find(|(known, _)| known.live == host.live && known.before == host.before)
            {
                Some((_, hosts)) => hosts.push(&host.name),
                None => groups.push((host, vec![&host.name])),
            }
        }
        let ran = self.outcome != Moment::Started;
        let said = groups.into_iter().map(|(serving, hosts)| {
            let hosts = names(hosts.into_iter());
            match (&serving.live, &serving.before) {
                (Some(live), Some(before)) if live == before && ran && self.outcome != Moment::Deployed => {
                    format!("{live} is still live on {hosts}")
                }
                (Some(live), _) => format!("{live} is live on {hosts}"),
                (None, Some(before)) => format!("{hosts} could not be asked; {before} was live"),
                (None, None) => format!("no release is live on {hosts}"),
            }
        });
        said.collect::<Vec<_>>().join("; ")
    }

    /// Returns what is known, each with its name.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let commit =
            self.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit)).unwrap_or_default();
        let words = [commit, &self.subject].join(" ");
        let (source, words) = match (self.kind, &self.commit) {
            (Kind::Restore, _) => ("Backup", [self.reference.as_str(), &self.subject].join(" ")),
            (_, Some(_)) if !self.reference.is_empty() => {
                ("Commit", format!("{} ({})", words.trim(), self.reference))
            }
            (_, Some(_)) => ("Commit", words),
            (_, None) => ("Source", self.reference.clone()),
        };
        let release = self.release.as_ref().filter(|_| self.kind != Kind::Restore);
        let facts = [
            ("Release", release.map_or_else(String::new, ToString::to_string)),
            (source, words.trim().to_owned()),
            ("Hosts", names(self.hosts.iter().map(|host| &host.name))),
            ("By", self.by.clone()),
            ("Took", self.seconds.map(time).unwrap_or_default()),
        ];
        facts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Returns what failed, a line each; the same on several hosts once.
    pub(super) fn failures(&self) -> Vec<String> {
        let mut groups: Vec<(&Failed, Vec<&HostName>)> = Vec::new();
        for failed in &self.failed {
            let same = |(known, _): &&mut (&Failed, Vec<&HostName>)| {
                known.step == failed.step && known.reason == failed.reason
            };
            match groups.iter_mut().find(same) {
                Some((_, hosts)) => hosts.extend(&failed.host),
                None => groups.push((failed, failed.host.iter().collect())),
            }
        }
        let said = groups.into_iter().map(|(failed, hosts)| {
            let hosts = names(hosts.into_iter());
            let place = if hosts.is_empty() { "here".to_owned() } else { format!("on {hosts}") };
            format!("{} {place}: {}", failed.step, failed.reason)
        });
        said.collect()
    }
}
