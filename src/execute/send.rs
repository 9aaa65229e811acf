//! An archive of the controller on its way to hosts, whose scripts read it from their input.

use std::time::{Duration, Instant};

use super::Context;
use super::lines::Lines;
use super::member::{Member, elapsed};
use super::script::{self, Direction};
use super::session::load;
use crate::event::{EventKind, Unit};
use crate::package::Spool;
use crate::plan::{Action, Step};
use crate::transport::{Exit, Output, Process};

/// How often progress is told.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// Sends each host the archive that the step has for it; what fails on a host is kept there.
pub async fn send_each(context: &Context<'_>, step: &Step, members: &mut [Member]) {
    let Action::Send { archives, .. } = &step.action else { return };
    super::run::on_each(context, members, async |member: &mut Member| {
        let Some(archive) = archives.get(&member.name) else { return };
        match Spool::of_file(&archive.path) {
            Ok(spool) => {
                send(context, step, &spool, member).await;
                compare(context, step, &archive.sha256, member);
            }
            Err(error) => {
                let reason = format!("cannot read {}: {error}", archive.path.display());
                member.fail(context, step.id, reason, None, 0.0);
            }
        }
    })
    .await;
}

/// One host's share of the transfer.
async fn send(context: &Context<'_>, upload: &Step, spool: &Spool, member: &mut Member) {
    let since = Instant::now();
    let host = Some(member.name.clone());
    context.emit.emit(EventKind::StepStarted { step: upload.id, host });
    member.started.push(upload.id);
    let limit = Duration::from_secs(upload.timeout);
    let mut sent = 0;
    let result = tokio::select! {
        result = stream(context, upload, spool, member, &mut sent) => result,
        () = tokio::time::sleep(limit) => Err((format!("took longer than {} s", upload.timeout), None)),
        () = context.stop.wanted() => Err(("interrupted".to_owned(), None)),
    };
    match result {
        Ok(sum) => {
            member.arrived = Some(sum);
            member.arrive(context, upload.id, elapsed(since), Some(sent), None);
        }
        Err((reason, exit)) => member.fail(context, upload.id, reason, exit, elapsed(since)),
    }
}

/// Sends the archive to the host's script; returns the last line that it prints.
async fn stream(
    context: &Context<'_>,
    upload: &Step,
    spool: &Spool,
    member: &Member,
    sent: &mut u64,
) -> Result<String, (String, Option<i32>)> {
    let lost = || ("the connection was lost".to_owned(), None);
    let body = script::body(upload, &member.name, Direction::Do).ok_or_else(lost)?;
    let connection = member.connection.as_ref().ok_or_else(lost)?;
    let started = connection.start().await.map_err(|error| (error.to_string(), None))?;
    let Process { input, mut output } = started;
    let mut reader = spool.reader();
    let feed = async move {
        let program = load(&format!("set -e\n{body}"), "end of the program");
        let mut told = Instant::now();
        // A host that ends early says why by its exit.
        let mut open = input.send(program.into()).await.is_ok();
        while open
            && let Some(chunk) =
                reader.chunk().await.map_err(|_| ("there is no whole archive".to_owned(), None))?
        {
            *sent += chunk.len() as u64;
            open = input.send(chunk).await.is_ok();
            if told.elapsed() >= TICK {
                told = Instant::now();
                progress(context, upload, member, *sent, spool.total());
            }
        }
        Ok(())
    };
    let (fed, ended) = futures::join!(feed, listen(context, upload, member, &mut output));
    fed.and(ended)
}

pub(super) fn progress(context: &Context<'_>, upload: &Step, member: &Member, done: u64, total: Option<u64>) {
    let host = Some(member.name.clone());
    context.emit.emit(EventKind::Progress { step: upload.id, host, done, total, unit: Unit::Bytes });
}

async fn listen(
    context: &Context<'_>,
    upload: &Step,
    member: &Member,
    output: &mut tokio::sync::mpsc::Receiver<Output>,
) -> Result<String, (String, Option<i32>)> {
    let mut lines = Lines::default();
    let mut last = String::new();
    let mut said = Vec::new();
    let exit = loop {
        match output.recv().await {
            Some(Output::Stdout(bytes)) => last = lines.push(&bytes).pop().unwrap_or(last),
            Some(Output::Stderr(bytes)) if said.len() < 8000 => said.extend_from_slice(&bytes),
            Some(Output::Stderr(_)) => {}
            Some(Output::Exit(exit)) => break exit,
            None => break Exit::Lost("the connection is gone".to_owned()),
        }
    };
    let (reason, code) = match exit {
        Exit::Code(0) => return Ok(last),
        Exit::Code(code) => (format!("exit code {code}"), Some(code)),
        Exit::Signal(signal) => (format!("killed by SIG{signal}"), None),
        Exit::Lost(reason) => (reason, None),
    };
    for text in context.redactor.once(&String::from_utf8_lossy(&said)).lines().map(str::to_owned) {
        let host = Some(member.name.clone());
        context.emit.emit(EventKind::Output { step: upload.id, host, undo: false, text });
    }
    Err((reason, code))
}

/// Compares what arrived on a host with what was sent.
fn compare(context: &Context<'_>, upload: &Step, sha256: &str, member: &mut Member) {
    let Some(arrived) = member.arrived.take() else { return };
    if !arrived.split_whitespace().any(|word| word == sha256) {
        let reason = format!("the archive arrived changed: SHA-256 is `{arrived}`, not {sha256}");
        member.passed.retain(|id| *id != upload.id);
        member.fail(context, upload.id, reason, None, 0.0);
    }
}
