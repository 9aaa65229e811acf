//! One connection's part of taking a release to a host: see `templates/upload.sh` for what is said.

use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use super::super::Context;
use super::super::lines::Lines;
use super::super::member::Member;
use super::super::script::{self, Direction};
use super::super::send::{TICK, progress};
use super::super::session::load;
use super::delivery::{Broken, Order, unpacked};
use crate::event::EventKind;
use crate::plan::Step;
use crate::transport::{Exit, Output, Process};

/// Whether an archive begins, or goes on where a connection was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It begins.
    New,
    /// It goes on.
    Again,
}

/// What a host said at the end.
#[derive(Debug, Default)]
pub struct Answer {
    /// The paths that are not as they should be, as `./app`.
    pub wrong: Vec<String>,
    /// What the host's command for checksums printed for the whole manifest.
    pub manifest: String,
}

/// Sends what the order says over the member's connection; `sent` counts the archive's bytes.
///
/// # Errors
/// Whether the connection was lost, or the host failed.
pub async fn upload(
    context: &Context<'_>,
    step: &Step,
    member: &Member,
    order: &Order<'_>,
    start: Start,
    sent: &mut u64,
) -> Result<Answer, Broken> {
    let lost = || Broken::Lost("the connection was lost".to_owned());
    let body = script::body(step, &member.name, Direction::Do).ok_or_else(lost)?;
    let connection = member.connection.as_ref().ok_or_else(lost)?;
    let started = connection.start().await.map_err(|error| Broken::Lost(error.to_string()))?;
    let Process { input, mut output } = started;
    let (tell, kept) = oneshot::channel();
    let feed = async move {
        let how = order.how();
        let start_word = if start == Start::New { "new" } else { "again" };
        let program = load(&format!("set -e\n{body}"), "end of the program");
        // A host that ends early says why by its exit.
        if input.send(format!("{program}{how} {start_word}\n").into()).await.is_err() {
            return Ok(());
        }
        let (spool, (kilobytes, inodes)) = order.parcel().await.map_err(unpacked)?;
        let at = if start == Start::New { 0 } else { kept.await.unwrap_or_default() };
        if at > 0 {
            tell_resumed(context, step, member, at);
        }
        let mut open = input.send(format!("{kilobytes} {inodes}\n").into()).await.is_ok();
        let (mut reader, mut done, mut told) = (spool.reader_at(at), at, Instant::now());
        while open && let Some(chunk) = reader.chunk().await.map_err(unpacked)? {
            done += chunk.len() as u64;
            *sent += chunk.len() as u64;
            open = input.send(chunk).await.is_ok();
            if told.elapsed() >= TICK {
                told = Instant::now();
                progress(context, step, member, done, spool.total());
            }
        }
        Ok(())
    };
    let (fed, ended) = futures::join!(feed, listen(context, step, member, &mut output, tell));
    fed.and(ended)
}

fn tell_resumed(context: &Context<'_>, step: &Step, member: &Member, at: u64) {
    let text = format!("{at} bytes had arrived before the connection was lost; the rest is sent");
    let host = Some(member.name.clone());
    context.emit.emit(EventKind::Output { step: step.id, host, undo: false, text });
}

async fn listen(
    context: &Context<'_>,
    step: &Step,
    member: &Member,
    output: &mut mpsc::Receiver<Output>,
    kept: oneshot::Sender<u64>,
) -> Result<Answer, Broken> {
    let (mut lines, mut answer, mut said, mut kept) =
        (Lines::default(), Answer::default(), Vec::new(), Some(kept));
    let exit = loop {
        match output.recv().await {
            Some(Output::Stdout(bytes)) => {
                for line in lines.push(&bytes) {
                    answer.read(&line, &mut kept);
                }
            }
            Some(Output::Stderr(bytes)) if said.len() < 8000 => said.extend_from_slice(&bytes),
            Some(Output::Stderr(_)) => {}
            Some(Output::Exit(exit)) => break exit,
            None => break Exit::Lost("the connection is gone".to_owned()),
        }
    };
    let broken = match exit {
        Exit::Code(0) => return Ok(answer),
        Exit::Code(code) => Broken::Failed { reason: format!("exit code {code}"), exit: Some(code) },
        Exit::Signal(signal) => Broken::failed(format!("killed by SIG{signal}")),
        Exit::Lost(reason) => return Err(Broken::Lost(reason)),
    };
    for text in context.redactor.once(&String::from_utf8_lossy(&said)).lines().map(str::to_owned) {
        let host = Some(member.name.clone());
        context.emit.emit(EventKind::Output { step: step.id, host, undo: false, text });
    }
    Err(broken)
}

impl Answer {
    /// Tells whether the host has put the manifest with that checksum together.
    pub fn has_manifest(&self, sha256: &str) -> bool {
        self.manifest.split_whitespace().any(|word| word == sha256)
    }

    /// Takes a line of the host; what a login shell prints is passed over.
    fn read(&mut self, line: &str, kept: &mut Option<oneshot::Sender<u64>>) {
        if let Some(bytes) = line.strip_prefix("@kept ") {
            if let (Some(kept), Ok(bytes)) = (kept.take(), bytes.trim().parse()) {
                // Whoever begins anew does not ask.
                let _asked = kept.send(bytes);
            }
        } else if let Some(path) = line.strip_prefix("@wrong ") {
            self.wrong.push(path.to_owned());
        } else if let Some(sum) = line.strip_prefix("@manifest ") {
            self.manifest = sum.to_owned();
        }
    }
}
