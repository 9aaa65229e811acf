//! The steps of a build on another machine: the source goes there, commands run there, and what they
//! made comes back. One machine, one session, as a host has them; nothing of it is live.

use std::time::{Duration, Instant};

use minijinja::context;

use super::Context;
use super::lines::Lines;
use super::member::{Member, elapsed};
use super::script::{self, Direction};
use super::session::load;
use crate::backup::receive::{receive, verify};
use crate::backup::store::{Store, StoreError};
use crate::event::{EventKind, Failure, Unit};
use crate::plan::{self, Action, Step, Undo};
use crate::template::Engine;
use crate::transport::local::{Environment, Local};
use crate::transport::{Exit, Output, Process};

const PACK: &str = include_str!("../../templates/tree-pack.sh");
const UNPACK: &str = include_str!("../../templates/tree-unpack.sh");

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Why a tree did not arrive: a line for each reason, the last the one that counts.
type Reasons = Vec<String>;

/// Does a step on the builder, or the way there or back.
///
/// # Errors
/// The failure, when it counts.
pub async fn perform(context: &Context<'_>, step: &Step) -> Result<(), Failure> {
    let nobody = || Failure { step: step.id, host: None, reason: "there is no builder".to_owned() };
    let mut member = context.builder.as_ref().ok_or_else(nobody)?.lock().await;
    match step.action {
        Action::Deliver { .. } | Action::Collect { .. } => travel(context, step, &mut member).await,
        _ => member.perform(context, &[step], Direction::Do).await,
    }
    if let Some(failure) = member.failures.first() {
        return Err(failure.clone());
    }
    if step.name == plan::BUILDER
        && let (Some(session), Some(builder)) = (&member.session, &context.plan.builder)
    {
        // From now on it ends by itself, with all that it started, when it hears nothing any more.
        session.hold(&builder.directory).await;
    }
    let works_there = |step: &Step| matches!(step.action, Action::Build { .. } | Action::Collect { .. });
    if !context.plan.steps.iter().skip(step.id.0 + 1).any(works_there) {
        leave_it(context, &mut member).await;
    }
    Ok(())
}

/// Removes what the run made on the builder, and ends the session there.
pub async fn leave(context: &Context<'_>) {
    if let Some(builder) = &context.builder {
        leave_it(context, &mut *builder.lock().await).await;
    }
}

async fn leave_it(context: &Context<'_>, member: &mut Member) {
    let Some(mut session) = member.session.take() else { return };
    let made = context.plan.named(plan::BUILDER).filter(|step| member.started.contains(&step.id));
    if let Some(Undo::Run { scripts, .. }) = made.map(|step| &step.undo)
        && let Some(script) = scripts.get(&member.name)
    {
        session.free().await;
        // What cannot be removed now goes with the next build there.
        let _gone = session.ask(script).await;
    }
    session.close().await;
}

async fn travel(context: &Context<'_>, step: &Step, member: &mut Member) {
    let since = Instant::now();
    context.emit.emit(EventKind::StepStarted { step: step.id, host: Some(member.name.clone()) });
    member.started.push(step.id);
    let mut moved = 0;
    let way = async {
        match step.action {
            Action::Deliver { .. } => deliver(context, step, member, &mut moved).await,
            _ => collect(context, step, member).await,
        }
    };
    let result = tokio::select! {
        result = way => result,
        () = tokio::time::sleep(Duration::from_secs(step.timeout)) =>
            Err(vec![format!("took longer than {} s", step.timeout)]),
        () = context.stop.wanted() => Err(vec!["interrupted".to_owned()]),
    };
    match result {
        Ok(()) => {
            let moved = Some(moved).filter(|moved| *moved > 0);
            member.arrive(context, step.id, elapsed(since), moved, None);
        }
        Err(mut reasons) => {
            let reason = reasons.pop().unwrap_or_default();
            for text in reasons {
                let host = Some(member.name.clone());
                context.emit.emit(EventKind::Output { step: step.id, host, undo: false, text });
            }
            member.fail(context, step.id, reason, None, elapsed(since));
        }
    }
}

/// Sends the clean copy to the builder while it is packed.
async fn deliver(context: &Context<'_>, step: &Step, member: &Member, sent: &mut u64) -> Result<(), Reasons> {
    let there = start(step, member).await?;
    let here = in_tree(context)?.start().map_err(|error| vec![error.to_string()])?;
    // A process that ends at once says so by its exit.
    let _sent = here.input.send(load(&format!("set -e\n{PACK}"), "end of the program").into()).await;
    let Process { input, output } = there;
    let packing = async {
        let mut told = Instant::now();
        let mut output = here.output;
        let mut said = Vec::new();
        loop {
            match output.recv().await {
                Some(Output::Stdout(bytes)) => {
                    *sent += bytes.len() as u64;
                    // A builder that ends early says why by its exit.
                    if input.send(bytes).await.is_err() {
                        return Ok(());
                    }
                    if told.elapsed() >= TICK {
                        told = Instant::now();
                        progress(context, step, member, *sent);
                    }
                }
                Some(Output::Stderr(bytes)) => said.extend_from_slice(&bytes),
                Some(Output::Exit(Exit::Code(0))) => {
                    drop(input);
                    return Ok(());
                }
                Some(Output::Exit(_)) | None => {
                    return Err(reasons(context, &said, "the source cannot be packed"));
                }
            }
        }
    };
    // Without its end, what arrived there is no whole archive.
    let (packed, arrived) = futures::join!(packing, ended(context, output));
    packed.and(arrived)
}

/// Fetches what was built and puts it in the place of the clean copy.
async fn collect(context: &Context<'_>, step: &Step, member: &Member) -> Result<(), Reasons> {
    let stored = |error: StoreError| vec![super::workshop::because(&error)];
    let body = script::body(step, &member.name, Direction::Do).unwrap_or_default();
    let connection = member.connection.as_ref().ok_or_else(|| vec!["the connection was lost".to_owned()])?;
    let store = Store::new(&context.workshop.spool, &context.identity.run);
    let mut partial = store.begin(&context.plan.release).map_err(stored)?;
    let token = context.plan.release.as_str();
    let received =
        receive(connection, body, token, &mut partial, |bytes| progress(context, step, member, bytes)).await;
    let received = received
        .map_err(|lines| reasons(context, lines.join("\n").as_bytes(), "what was built did not arrive"))?;
    verify(&received, &partial).await.map_err(|reason| vec![reason])?;
    let archive = partial.finish(&received.sha256).map_err(stored)?;
    let unpacked = unpack(context, &archive.to_string_lossy()).await;
    store.remove(&context.plan.release).map_err(stored)?;
    // It is this run's own, and empty.
    store.forget();
    unpacked
}

async fn unpack(context: &Context<'_>, archive: &str) -> Result<(), Reasons> {
    let text = Engine::new().shell("tree-unpack.sh", UNPACK, &context! { archive });
    let text = text.map_err(|error| vec![error.to_string()])?.text;
    let Process { input, output } = in_tree(context)?.start().map_err(|error| vec![error.to_string()])?;
    let _sent = input.send(load(&format!("set -e\n{text}"), "end of the program").into()).await;
    ended(context, output).await
}

/// Returns a way to start processes in the clean copy.
fn in_tree(context: &Context<'_>) -> Result<Local, Reasons> {
    let directory = context.workshop.tree().ok_or_else(|| vec!["there is nothing to build".to_owned()])?;
    Ok(Local { directory: Some(directory), environment: Environment::Inherited, variables: Vec::new() })
}

/// Starts the step's script on the builder.
async fn start(step: &Step, member: &Member) -> Result<Process, Reasons> {
    let lost = || vec!["the connection was lost".to_owned()];
    let body = script::body(step, &member.name, Direction::Do).ok_or_else(lost)?;
    let connection = member.connection.as_ref().ok_or_else(lost)?;
    let process = connection.start().await.map_err(|error| vec![error.to_string()])?;
    let _sent = process.input.send(load(&format!("set -e\n{body}"), "end of the program").into()).await;
    Ok(process)
}

/// Waits for a process to end well.
async fn ended(
    context: &Context<'_>,
    mut output: tokio::sync::mpsc::Receiver<Output>,
) -> Result<(), Reasons> {
    let mut said = Vec::new();
    loop {
        match output.recv().await {
            Some(Output::Stdout(_)) => {}
            Some(Output::Stderr(bytes)) => said.extend_from_slice(&bytes),
            Some(Output::Exit(Exit::Code(0))) => return Ok(()),
            Some(Output::Exit(Exit::Code(code))) => {
                return Err(reasons(context, &said, &format!("exit code {code}")));
            }
            Some(Output::Exit(Exit::Signal(signal))) => {
                return Err(reasons(context, &said, &format!("killed by SIG{signal}")));
            }
            Some(Output::Exit(Exit::Lost(reason))) => return Err(reasons(context, &said, &reason)),
            None => return Err(reasons(context, &said, "the connection is gone")),
        }
    }
}

fn reasons(context: &Context<'_>, said: &[u8], reason: &str) -> Reasons {
    let said = context.redactor.once(&String::from_utf8_lossy(said));
    let mut lines = Lines::default();
    let said = lines.push(said.as_bytes()).into_iter().chain(lines.finish()).collect::<Vec<_>>();
    said.into_iter().chain([reason.to_owned()]).collect()
}

fn progress(context: &Context<'_>, step: &Step, member: &Member, done: u64) {
    let host = Some(member.name.clone());
    context.emit.emit(EventKind::Progress { step: step.id, host, done, total: None, unit: Unit::Bytes });
}
