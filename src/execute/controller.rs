//! The steps on the controller: the clean checkout, and commands in it.

use std::time::{Duration, Instant};

use minijinja::context;

use super::Context;
use super::flood::Flood;
use super::member::elapsed;
use super::script;
use super::session::load;
use crate::event::{EventKind, Failure, StepOutcome};
use crate::plan::{Action, OnFailure, Step, StepId};
use crate::template::Engine;
use crate::transport::local::{Environment, Local};
use crate::transport::{Exit, Output, Process};

const PROGRAM: &str = include_str!("../../templates/local.sh");

/// Does a step on the controller.
///
/// # Errors
/// The failure, when it counts.
pub async fn perform(context: &Context<'_>, step: &Step) -> Result<(), Failure> {
    let since = Instant::now();
    context.emit.emit(EventKind::StepStarted { step: step.id, host: None });
    let result = tokio::select! {
        result = act(context, step) => result,
        () = tokio::time::sleep(Duration::from_secs(step.timeout)) =>
            Err(Stopped::because(format!("took longer than {} s", step.timeout))),
        () = context.stop.wanted() => Err(Stopped::because("interrupted")),
    };
    finish(context, step, elapsed(since), result)
}

/// Why a step on the controller ended early.
struct Stopped {
    reason: String,
    exit: Option<i32>,
}

impl Stopped {
    fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), exit: None }
    }
}

fn finish(
    context: &Context<'_>,
    step: &Step,
    seconds: f64,
    result: Result<(), Stopped>,
) -> Result<(), Failure> {
    let tolerated = step.on_failure == OnFailure::Warn;
    let (outcome, exit, reason) = match result {
        Ok(()) => (StepOutcome::Ok, Some(0), None),
        Err(stopped) if tolerated => (StepOutcome::Warning, stopped.exit, Some(stopped.reason)),
        Err(stopped) => (StepOutcome::Failed, stopped.exit, Some(stopped.reason)),
    };
    let failure = Failure { step: step.id, host: None, reason: reason.clone().unwrap_or_default() };
    let id = step.id;
    context.emit.emit(EventKind::StepFinished {
        step: id,
        host: None,
        outcome,
        seconds,
        exit,
        reason,
        sent: None,
        taken: None,
    });
    if outcome == StepOutcome::Failed { Err(failure) } else { Ok(()) }
}

async fn act(context: &Context<'_>, step: &Step) -> Result<(), Stopped> {
    match &step.action {
        Action::Checkout => match &context.workshop.resolved {
            Some(resolved) => {
                let laid_out = context.workshop.lay_out(resolved).await;
                laid_out.map_err(|reason| Stopped::because(context.redactor.once(&reason)))
            }
            None => Err(Stopped::because("there is nothing to check out")),
        },
        Action::Local { script } => {
            let mut tries = step.retry;
            loop {
                match command(context, step, script).await {
                    Err(stopped) if tries > 0 => {
                        tries -= 1;
                        let text = format!("{}, it is tried again", stopped.reason);
                        context.emit.emit(EventKind::Warning { text, host: None, step: Some(step.id) });
                    }
                    result => return result,
                }
            }
        }
        Action::Package { .. }
        | Action::Upload { .. }
        | Action::Send { .. }
        | Action::Remote { .. }
        | Action::Build { .. }
        | Action::Deliver { .. }
        | Action::Collect { .. }
        | Action::Fetch { .. }
        | Action::Prove { .. } => Err(Stopped::because("this is no step of the controller")),
    }
}

/// Runs commands in the clean checkout. They end with this future.
async fn command(context: &Context<'_>, step: &Step, body: &str) -> Result<(), Stopped> {
    let exports =
        script::exports(step, &context.secrets).map_err(|error| Stopped::because(error.to_string()))?;
    let script = exports + body;
    let program = Engine::new().shell("local.sh", PROGRAM, &context! { script => script });
    let program = program.map_err(|error| Stopped::because(error.to_string()))?.text;
    let directory = context.workshop.tree();
    let variables = context.workshop.variables.clone();
    let local = Local { directory, environment: Environment::Inherited, variables };
    let mut process = local.start().map_err(|error| Stopped::because(error.to_string()))?;
    // A process that ends at once says so by its exit.
    let _sent = process.input.send(load(&program, "end of the program").into()).await;
    match relay(context, step.id, &mut process).await {
        Exit::Code(0) => Ok(()),
        Exit::Code(code) => Err(Stopped { reason: format!("exit code {code}"), exit: Some(code) }),
        Exit::Signal(signal) => Err(Stopped::because(format!("killed by SIG{signal}"))),
        Exit::Lost(reason) => Err(Stopped::because(reason)),
    }
}

/// Turns what a local process prints into events until it ends.
async fn relay(context: &Context<'_>, step: StepId, process: &mut Process) -> Exit {
    let mut redactor = context.redactor.stream();
    let mut lines = super::lines::Lines::default();
    let mut flood = Flood::default();
    let tell = |text: String| context.emit.emit(EventKind::Output { step, host: None, undo: false, text });
    loop {
        match process.output.recv().await {
            Some(Output::Stdout(bytes) | Output::Stderr(bytes)) => {
                lines
                    .push(&redactor.push(&bytes))
                    .into_iter()
                    .filter_map(|line| flood.pass(line))
                    .for_each(tell);
            }
            Some(Output::Exit(exit)) => {
                let rest =
                    lines.push(&redactor.finish()).into_iter().chain(lines.finish()).collect::<Vec<_>>();
                rest.into_iter().filter_map(|line| flood.pass(line)).for_each(tell);
                flood.end().into_iter().for_each(tell);
                return exit;
            }
            None => return Exit::Lost("the process is gone".to_owned()),
        }
    }
}
