//! One host during a run: its session, what was started there, and how a batch ends there.

use std::time::{Duration, Instant};

use super::Context;
use super::flood::Flood;
use super::marks::Mark;
use super::migrations::{self, Said};
use super::script::{self, Direction};
use super::session::{Lost, Session};
use crate::event::{EventKind, Failure, StepOutcome, Taken};
use crate::host::HostName;
use crate::plan::{self, OnFailure, Step, StepId, Undo};
use crate::transport::Connection;

/// How long a script may take to end after it was told to.
const GRACE: Duration = Duration::from_secs(15);

/// One host during a run.
#[derive(Debug)]
pub struct Member {
    /// The host.
    pub name: HostName,
    /// The way to it; `None`: lost.
    pub connection: Option<Connection>,
    /// Its shell; `None`: lost.
    pub session: Option<Session>,
    /// The steps that began there, or may have.
    pub started: Vec<StepId>,
    /// The steps that ended there as intended, or with a warning.
    pub passed: Vec<StepId>,
    /// When the release became live there and when it was taken back, in seconds of the run.
    pub live: Option<(f64, Option<f64>)>,
    /// The checksum of the archive as it arrived.
    pub arrived: Option<String>,
    /// What its new release said of migrations.
    pub migrations: Said,
    /// What a deploy that is over has to say about the host.
    pub told: Vec<String>,
    /// What failed there.
    pub failures: Vec<Failure>,
    /// What could not be taken back there.
    pub stuck: Vec<Failure>,
}

/// A step that runs.
struct Running {
    id: StepId,
    since: Instant,
    until: Instant,
    flood: Flood,
}

/// A batch on its way through one session.
struct Course<'c> {
    context: &'c Context<'c>,
    direction: Direction,
    running: Option<Running>,
    /// Why the script was told to stop.
    stopped: Option<String>,
    until: Option<Instant>,
}

impl Member {
    /// Takes a host that has just been probed.
    pub fn new(name: HostName, connection: Connection, session: Session) -> Self {
        Self {
            name,
            connection: Some(connection),
            session: Some(session),
            started: Vec::new(),
            passed: Vec::new(),
            live: None,
            arrived: None,
            migrations: Said::default(),
            told: Vec::new(),
            failures: Vec::new(),
            stuck: Vec::new(),
        }
    }

    /// Does the steps, or takes them back, as one script. What failed is kept in
    /// [`Self::failures`]; a lost session ends the host's part in the run.
    pub async fn perform(&mut self, context: &Context<'_>, steps: &[&Step], direction: Direction) {
        let composed = script::compose(steps, &self.name, direction, &context.secrets);
        let first = steps.iter().find(|step| script::body(step, &self.name, direction).is_some());
        let Some(first) = first else { return };
        let Some(mut session) = self.session.take() else {
            return self.lose(context, first.id, "the connection was lost before");
        };
        let sent = match composed {
            Ok(script) => session.run(&script).await,
            Err(error) => Err(Lost { reason: error.to_string() }),
        };
        let mut course = Course { context, direction, running: None, stopped: None, until: None };
        match sent {
            Ok(()) => match self.follow(&mut course, &mut session).await {
                Ok(()) => self.session = Some(session),
                // Whoever takes back sees that the session is gone, and opens another.
                Err(_) if direction == Direction::Undo => {}
                Err(lost) => {
                    // The session may have begun a step without its mark having arrived.
                    let at = course.running.take().map_or_else(|| self.next_of(steps), |running| running.id);
                    self.lose(context, at, &course.stopped.unwrap_or(lost.reason));
                }
            },
            Err(_) if direction == Direction::Undo => {}
            Err(lost) => self.lose(context, first.id, &lost.reason),
        }
    }

    /// Returns the step that was to come next.
    fn next_of(&self, steps: &[&Step]) -> StepId {
        let done = |step: &&&Step| self.passed.contains(&step.id);
        let next = steps.iter().find(|step| !done(step)).or(steps.last());
        next.map_or(StepId(0), |step| step.id)
    }

    /// Records that the host was lost in a step: whether the step happened, nobody knows.
    pub fn lose(&mut self, context: &Context<'_>, step: StepId, reason: &str) {
        self.session = None;
        if !self.started.contains(&step) {
            self.started.push(step);
        }
        self.fail(context, step, reason.to_owned(), None, 0.0);
    }

    async fn follow(&mut self, course: &mut Course<'_>, session: &mut Session) -> Result<(), Lost> {
        loop {
            let overdue = course.overdue();
            tokio::select! {
                mark = session.next() => match mark? {
                    Mark::Started(id) => self.start(course, id),
                    Mark::Line(text) if course.asks() && self.migrations.before.hear(&text) => {}
                    Mark::Line(text) => {
                        self.told.extend(course.records().then(|| text.clone()));
                        course.line(&self.name, text);
                    }
                    Mark::Retried(id, code) => course.retried(&self.name, id, code),
                    Mark::Ended(id, code) => {
                        self.end(course, id, code);
                        if code == 0 {
                            self.keep_lock(course, session, id).await;
                        }
                    }
                    Mark::Done(code) => {
                        // The script was killed with its step: no mark told the step's end.
                        if let Some(running) = &course.running {
                            let id = running.id;
                            self.end(course, id, code.max(1));
                        }
                        return Ok(());
                    }
                    Mark::Ready => {}
                },
                () = tokio::time::sleep_until(overdue.into()), if course.running.is_some() || course.until.is_some() => {
                    if course.until.is_some() {
                        return Err(Lost { reason: "the host did not stop in time".to_owned() });
                    }
                    let allowed = course.allowed();
                    course.halt(session, format!("took longer than {allowed} s")).await;
                }
                () = course.context.stop.wanted(), if course.may_be_stopped(self) => {
                    course.halt(session, "interrupted".to_owned()).await;
                }
            }
        }
    }

    /// Has the session keep the lock alive once it was taken, until it is given back.
    async fn keep_lock(&self, course: &Course<'_>, session: &Session, id: StepId) {
        let plan = course.context.plan;
        let is = |name| plan.named(name).is_some_and(|step| step.id == id);
        match course.direction {
            Direction::Do if is(plan::LOCK) => {
                if let Some(host) = plan.host(&self.name) {
                    session.hold(&host.layout().records()).await;
                }
            }
            Direction::Do if is(plan::UNLOCK) => session.free().await,
            Direction::Undo if is(plan::LOCK) => session.free().await,
            Direction::Do | Direction::Undo => {}
        }
    }

    fn start(&mut self, course: &mut Course<'_>, id: StepId) {
        let Some(step) = course.context.plan.step(id) else { return };
        let since = Instant::now();
        let until = since + Duration::from_secs(step.timeout);
        course.running = Some(Running { id, since, until, flood: Flood::default() });
        let host = self.name.clone();
        match course.direction {
            Direction::Do => {
                self.started.push(id);
                course.context.emit.emit(EventKind::StepStarted { step: id, host: Some(host) });
            }
            Direction::Undo => course.context.emit.emit(EventKind::UndoStarted { step: id, host }),
        }
    }

    fn end(&mut self, course: &mut Course<'_>, id: StepId, code: i32) {
        let seconds = course.running.take().map_or(0.0, |running| {
            running.flood.end().into_iter().for_each(|text| course.tell(&self.name, id, text));
            elapsed(running.since)
        });
        // The next step has its own time again.
        course.until = None;
        let stopped = course.stopped.take();
        let code = if stopped.is_some() { code.max(1) } else { code };
        let reason = stopped.or_else(|| killed(code));
        let context = course.context;
        match course.direction {
            Direction::Do if code == 0 => self.pass(context, id, seconds),
            Direction::Do => {
                let reason = reason.unwrap_or_else(|| format!("exit code {code}"));
                self.fail(context, id, reason, Some(code), seconds);
            }
            Direction::Undo => {
                let reason = (code != 0).then(|| reason.unwrap_or_else(|| format!("exit code {code}")));
                self.undone(context, id, reason, seconds);
            }
        }
    }

    /// Records that a step ended as intended.
    pub fn pass(&mut self, context: &Context<'_>, step: StepId, seconds: f64) {
        self.arrive(context, step, seconds, None, None);
    }

    /// Records that a transfer ended as intended, with the bytes that were sent for it.
    pub fn arrive(
        &mut self,
        context: &Context<'_>,
        step: StepId,
        seconds: f64,
        sent: Option<u64>,
        taken: Option<Taken>,
    ) {
        self.passed.push(step);
        if context.plan.named(plan::SWITCH).is_some_and(|switch| switch.id == step) {
            self.live = Some((context.emit.seconds(), None));
        }
        context.emit.emit(EventKind::StepFinished {
            step,
            host: Some(self.name.clone()),
            outcome: StepOutcome::Ok,
            seconds,
            exit: Some(0),
            reason: None,
            sent,
            taken,
        });
    }

    /// Records that a step failed; a step whose failure is only a warning has passed.
    pub fn fail(
        &mut self,
        context: &Context<'_>,
        step: StepId,
        reason: String,
        exit: Option<i32>,
        seconds: f64,
    ) {
        let tolerated = context.plan.step(step).is_some_and(|step| step.on_failure == OnFailure::Warn);
        let outcome = if tolerated { StepOutcome::Warning } else { StepOutcome::Failed };
        let host = Some(self.name.clone());
        if tolerated {
            self.passed.push(step);
        } else {
            self.failures.push(Failure { step, host: host.clone(), reason: reason.clone() });
        }
        let reason = Some(reason);
        let (sent, taken) = (None, None);
        context.emit.emit(EventKind::StepFinished {
            step,
            host,
            outcome,
            seconds,
            exit,
            reason,
            sent,
            taken,
        });
        if tolerated && let Some(Undo::Again { advice, .. }) = context.plan.step(step).map(|step| &step.undo)
        {
            let (text, host) = (advice.clone(), Some(self.name.clone()));
            context.emit.emit(EventKind::Warning { text, host, step: Some(step) });
        }
    }

    /// Records that a step was taken back, or why it was not.
    pub fn undone(&mut self, context: &Context<'_>, step: StepId, reason: Option<String>, seconds: f64) {
        let outcome = if reason.is_none() { StepOutcome::Ok } else { StepOutcome::Failed };
        let host = self.name.clone();
        if let Some((_, end)) = &mut self.live
            && context.plan.named(plan::SWITCH).is_some_and(|switch| switch.id == step)
        {
            *end = Some(context.emit.seconds());
        }
        if let Some(reason) = &reason {
            self.stuck.push(Failure { step, host: Some(host.clone()), reason: reason.clone() });
        }
        context.emit.emit(EventKind::UndoFinished { step, host, outcome, seconds, reason });
    }
}

impl Course<'_> {
    /// Returns when the script has taken too long.
    fn overdue(&self) -> Instant {
        let step = self.running.as_ref().map(|running| running.until);
        self.until.or(step).unwrap_or_else(Instant::now)
    }

    fn allowed(&self) -> u64 {
        let step = self.running.as_ref().and_then(|running| self.context.plan.step(running.id));
        step.map_or(0, |step| step.timeout)
    }

    /// What is taken back is not stopped, and neither is what comes after the commit point.
    fn may_be_stopped(&self, member: &Member) -> bool {
        let committed = || {
            let counts = |step: &&Step| step.on_failure == OnFailure::Undo;
            let mut mine = self.context.plan.steps.iter().filter(counts);
            mine.all(|step| {
                !step.hosts().any(|host| *host == member.name) || member.passed.contains(&step.id)
            })
        };
        self.stopped.is_none() && self.direction == Direction::Do && !committed()
    }

    async fn halt(&mut self, session: &Session, why: String) {
        self.stopped = Some(why);
        self.until = Some(Instant::now() + GRACE);
        session.stop().await;
    }

    /// Tells whether the run is being written down.
    fn records(&self) -> bool {
        let record = self.context.plan.named(plan::RECORD).map(|step| step.id);
        self.direction == Direction::Do && record.is_some() && self.running.as_ref().map(|it| it.id) == record
    }

    /// Tells whether the new release is being asked for its migrations.
    fn asks(&self) -> bool {
        self.direction == Direction::Do
            && self.running.as_ref().is_some_and(|running| migrations::is_asking(self.context, running.id))
    }

    fn line(&mut self, host: &HostName, text: String) {
        let Some(running) = &mut self.running else { return };
        let id = running.id;
        if let Some(text) = running.flood.pass(text) {
            self.tell(host, id, text);
        }
    }

    fn tell(&self, host: &HostName, step: StepId, text: String) {
        let undo = self.direction == Direction::Undo;
        self.context.emit.emit(EventKind::Output { step, host: Some(host.clone()), undo, text });
    }

    fn retried(&mut self, host: &HostName, step: StepId, code: i32) {
        if let Some(running) = &mut self.running {
            running.until = Instant::now() + Duration::from_secs(self.context.plan.steps[step.0].timeout);
        }
        let text = format!("exit code {code}, it is tried again");
        self.context.emit.emit(EventKind::Warning { text, host: Some(host.clone()), step: Some(step) });
    }
}

fn killed(code: i32) -> Option<String> {
    let signal = match code - 128 {
        1 => "HUP",
        2 => "INT",
        6 => "ABRT",
        9 => "KILL",
        11 => "SEGV",
        13 => "PIPE",
        15 => "TERM",
        _ => return None,
    };
    Some(format!("killed by SIG{signal}"))
}

/// Returns the seconds since then.
pub fn elapsed(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}
