//! One host's session: a shell there that runs one script after the other, keeps the lock alive,
//! and cleans up when it does not hear from here any more (`templates/session.sh`).

use std::time::Duration;

use bytes::Bytes;
use minijinja::context;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::marks::{Mark, Marks};
use crate::plan::SILENCE;
use crate::secret::redact::{Redactor, Stream};
use crate::template::{Engine, quote};
use crate::transport::{Connection, Exit, Output, Process};

const PROGRAM: &str = include_str!("../../templates/session.sh");

/// Seconds between two signs of life.
const ALIVE: Duration = Duration::from_secs(5);

/// How much is kept of what a login shell prints, in bytes.
const NOISE: usize = 2000;

/// A login shell may be slow, but not endless.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who runs what: the same for all sessions of a run.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The token of the run, which its locks carry.
    pub run: String,
    /// Who runs it and where, as `ana@laptop`.
    pub by: String,
}

/// The session is over, though nobody asked for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Lost {
    /// In words.
    pub reason: String,
}

/// A session on one host.
#[derive(Debug)]
pub struct Session {
    process: Process,
    token: String,
    marks: Marks,
    redactor: Stream,
    waiting: std::collections::VecDeque<Mark>,
    // Until then it is the login shell that speaks: a banner, or why there will be no shell.
    ready: bool,
    noise: String,
    alive: JoinHandle<()>,
}

impl Session {
    /// Starts a session. Whether a shell answers is told by the first script, which need not wait
    /// for that: it travels right behind the session's own program.
    ///
    /// # Errors
    /// When the connection is gone, or the host takes no further session.
    pub async fn open(
        connection: &Connection,
        identity: &Identity,
        redactor: &Redactor,
    ) -> Result<Self, Lost> {
        let process = connection.start().await.map_err(|error| Lost { reason: error.to_string() })?;
        let token = format!("{:016x}", rand::random::<u64>());
        let program = program(&token, identity)?;
        send(&process.input, load(&program, &token)).await?;
        let alive = tokio::spawn(stay_alive(process.input.clone()));
        Ok(Self {
            process,
            marks: Marks::new(&token),
            token,
            redactor: redactor.stream(),
            waiting: std::collections::VecDeque::new(),
            ready: false,
            noise: String::new(),
            alive,
        })
    }

    /// Sends a script; its marks follow, the last is [`Mark::Done`].
    ///
    /// # Errors
    /// When the session has ended.
    pub async fn run(&self, script: &str) -> Result<(), Lost> {
        send(&self.process.input, format!("run\n{script}\n@{}\n", self.token)).await
    }

    /// Returns the next mark. Cancel-safe.
    ///
    /// # Errors
    /// When the session has ended.
    pub async fn next(&mut self) -> Result<Mark, Lost> {
        loop {
            match self.waiting.pop_front() {
                Some(Mark::Ready) => self.ready = true,
                Some(mark) if self.ready => return Ok(mark),
                Some(Mark::Line(line)) if self.noise.len() < NOISE => {
                    self.noise.push_str(&format!("{line}\n"))
                }
                Some(_) => {}
                None => self.receive().await?,
            }
        }
    }

    async fn receive(&mut self) -> Result<(), Lost> {
        match self.process.output.recv().await {
            Some(Output::Stdout(bytes)) => {
                let bytes = self.redactor.push(&bytes);
                self.waiting.extend(self.marks.push(&bytes));
            }
            // What steps print arrives on the other stream: this is the login shell's.
            Some(Output::Stderr(bytes)) if self.noise.len() < NOISE => {
                self.noise.push_str(&String::from_utf8_lossy(&bytes));
            }
            Some(Output::Stderr(_)) => {}
            Some(Output::Exit(exit)) => return Err(self.ended(&exit)),
            None => return Err(self.ended(&Exit::Lost("the connection is gone".to_owned()))),
        }
        Ok(())
    }

    fn ended(&mut self, exit: &Exit) -> Lost {
        let how = match exit {
            Exit::Code(code) => format!("the session ended with exit code {code}"),
            Exit::Signal(signal) => format!("the session was killed by SIG{signal}"),
            Exit::Lost(reason) => reason.clone(),
        };
        let said = self.noise.trim().lines().next_back().unwrap_or_default();
        Lost { reason: if said.is_empty() { how } else { format!("{how}: {said}") } }
    }

    /// Runs a short script and returns the lines that it printed.
    ///
    /// # Errors
    /// When the session has ended or does not answer; the reason holds what the account printed
    /// instead.
    pub async fn ask(&mut self, script: &str) -> Result<Vec<String>, Lost> {
        match timeout(PATIENCE, self.answer(script)).await {
            Ok(answer) => answer,
            Err(_) => Err(Lost { reason: format!("no shell answered in {} s", PATIENCE.as_secs()) }),
        }
    }

    async fn answer(&mut self, script: &str) -> Result<Vec<String>, Lost> {
        self.run(script).await?;
        let mut lines = Vec::new();
        loop {
            match self.next().await? {
                Mark::Line(line) => lines.push(line),
                Mark::Done(_) => return Ok(lines),
                Mark::Ready | Mark::Started(_) | Mark::Retried(..) | Mark::Ended(..) => {}
            }
        }
    }

    /// Takes these secrets out of what is printed from now on.
    pub fn redact(&mut self, redactor: &Redactor) {
        self.redactor = redactor.stream();
    }

    /// Stops the script that runs. Its marks still come.
    pub async fn stop(&self) {
        self.tell("stop").await;
    }

    /// Keeps the lock in that directory alive from now on, and gives it back should this end.
    pub async fn hold(&self, records: &str) {
        self.tell(&format!("hold {records}")).await;
    }

    /// Takes the place of this run's session that was lost, with its lock.
    pub async fn replace(&self, records: &str) {
        self.tell(&format!("replace {records}")).await;
    }

    /// The lock was given back.
    pub async fn free(&self) {
        self.tell("free").await;
    }

    /// Ends the session. What steps have put into the background goes on.
    pub async fn close(mut self) {
        self.tell("bye").await;
        self.alive.abort();
        let drain = async { while self.next().await.is_ok() {} };
        let _ended = timeout(Duration::from_secs(5), drain).await;
    }

    /// A session that has ended hears nothing, and says so to whoever waits for its marks.
    async fn tell(&self, what: &str) {
        let _heard = send(&self.process.input, format!("{what}\n")).await;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.alive.abort();
    }
}

async fn send(input: &mpsc::Sender<Bytes>, text: String) -> Result<(), Lost> {
    let lost = |_| Lost { reason: "the session has ended".to_owned() };
    input.send(Bytes::from(text)).await.map_err(lost)
}

async fn stay_alive(input: mpsc::Sender<Bytes>) {
    while input.send(Bytes::from_static(b"alive\n")).await.is_ok() {
        tokio::time::sleep(ALIVE).await;
    }
}

fn program(token: &str, identity: &Identity) -> Result<String, Lost> {
    let context = context! { token => token, silence => SILENCE, run => identity.run.as_str(), by => identity.by.as_str() };
    let rendered = Engine::new().shell("session.sh", PROGRAM, &context);
    rendered.map(|rendered| rendered.text).map_err(|error| Lost { reason: error.to_string() })
}

/// Returns the input that makes `sh` run a program of several lines, once it has arrived whole.
///
/// The first line is what [`BOOTSTRAP`](crate::transport::BOOTSTRAP) evaluates: it collects the
/// lines up to the one that ends the program. What follows is left for the program itself.
pub fn load(program: &str, token: &str) -> String {
    let end = quote::word(&format!("@{token}")).unwrap_or_default();
    format!(
        "n=$(printf '\\nx'); n=${{n%x}}; s=; while IFS= read -r l; do \
         if [ \"$l\" = {end} ]; then eval \"$s\"; exit; fi; s=$s$l$n; done; exit 1\n{program}\n@{token}\n"
    )
}
