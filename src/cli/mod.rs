//! The command line: args in, exit code out. Effects that the library is not to have begin here.

mod analyze;
mod args;
mod ask;
mod backup;
mod check;
mod demo;
mod drift;
mod env;
mod exec;
mod execution;
mod fault;
mod hosts;
mod init;
mod logs;
mod notify;
mod offers;
mod package;
mod persist;
mod preparation;
mod released;
mod reload;
mod restore;
mod run;
mod saved;
mod secrets;
mod served;
mod setup;
mod signals;
mod sql;
mod ssh;
mod stage;
mod status;
mod surroundings;
mod texts;
mod unlock;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, Common, OutputFormat};
use fault::Fault;
use surroundings::Surroundings;

use crate::report;

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(args::as_meant(std::env::args_os()));
    let surroundings = Surroundings::look();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(perform(&cli, &surroundings));
            // A task that still waits for a host must not hold the program up.
            runtime.shutdown_timeout(std::time::Duration::from_millis(200));
            exit
        }
        Err(error) => {
            let fault = Fault::usage(format!("cannot start: {error}"));
            let _told = tell(&fault, &cli.common, &surroundings);
            fault.exit()
        }
    };
    ExitCode::from(result)
}

/// Does what the command line says, and tells the person why it could not be done, then the others.
async fn perform(cli: &Cli, surroundings: &Surroundings) -> u8 {
    match dispatch(cli, surroundings).await {
        Ok(exit) => exit,
        Err(fault) => {
            // Whoever closed the pipe does not want to read on.
            let _told = tell(&fault, &cli.common, surroundings);
            notify::refusal::tell(&fault, cli, surroundings).await;
            fault.exit()
        }
    }
}

async fn dispatch(cli: &Cli, surroundings: &Surroundings) -> Result<u8, Fault> {
    let common = &cli.common;
    match &cli.command {
        Command::Run(args) => run::run(args, common, surroundings).await,
        Command::Plan(args) => run::show(args, common, surroundings).await,
        Command::Rollback(args) => run::rollback(args, common, surroundings).await,
        Command::Status(args) => status::status(&args.stage, common, surroundings).await,
        Command::Releases(args) => status::releases(&args.stage, common, surroundings).await,
        Command::History(args) => status::history(&args.stage, common, surroundings).await,
        Command::Check(args) => check::check(&args.stage, common, surroundings).await,
        Command::Drift(args) => drift::drift(&args.stage, common, surroundings).await,
        Command::Setup(args) => setup::setup(args, common, surroundings).await,
        Command::Env(args) => env::env(args, common, surroundings).await,
        Command::Analyze(args) => analyze::analyze(args, common, surroundings).await,
        Command::Unlock(args) => unlock::unlock(&args.stage, common, surroundings).await,
        Command::Persist(args) => persist::persist(args, common, surroundings).await,
        Command::Package(args) => package::package(args, common, surroundings).await,
        Command::Init(args) => init::init(args, common, surroundings),
        Command::Exec(args) => exec::exec(args, common, surroundings).await,
        Command::Notify(args) => notify::notify(args, common, surroundings).await,
        Command::Ssh(args) => ssh::ssh(args, common, surroundings).await,
        Command::Logs(args) => logs::logs(args, common, surroundings).await,
        Command::Verify(args) => verify::verify(&args.stage, common, surroundings).await,
        Command::Backup(args) => backup::backup(args, common, surroundings).await,
        Command::Restore(args) => restore::restore(args, common, surroundings).await,
        Command::Recipes(args) => texts::recipes(args),
        Command::Schema => texts::schema(),
        Command::Completions(args) => texts::completions(args),
        Command::Demo(args) => demo::demo(args, common, surroundings).await,
    }
}

fn wants_json(common: &Common) -> bool {
    common.output == OutputFormat::Json
}

/// Writes a JSON object that answers a question.
fn answer(data: &impl serde::Serialize) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    let object = serde_json::json!({ "v": crate::event::FORMAT, "ok": true, "data": data });
    writeln!(out, "{object}")?;
    Ok(())
}

/// Tells why a command did not do its work.
fn tell(fault: &Fault, common: &Common, surroundings: &Surroundings) -> std::io::Result<()> {
    if wants_json(common) {
        let text = match fault {
            Fault::Usage { text, .. } | Fault::Stale { text, .. } => text.clone(),
            Fault::NotReady { reports, .. } => serde_json::to_string(reports)?,
            Fault::Output(error) => error.to_string(),
        };
        let error = serde_json::json!({ "exit": fault.exit(), "message": text });
        return writeln!(std::io::stdout(), "{}", serde_json::json!({ "v": 1, "ok": false, "error": error }));
    }
    let screen = surroundings.stderr(common);
    let mut out = std::io::stderr().lock();
    match fault {
        Fault::Usage { text, next } => {
            writeln!(out, "{}", text.trim_end())?;
            report::refusal::print_next(&mut out, next, &screen)
        }
        Fault::NotReady { application, stage, reports } => {
            report::refusal::print(&mut out, application, stage, reports, &screen)
        }
        Fault::Stale { text, stage } => {
            writeln!(out, "Not started. {text}")?;
            let next = crate::event::Next {
                run: format!("deployer plan {stage}"),
                why: "what would happen now".to_owned(),
            };
            report::refusal::print_next(&mut out, &[next], &screen)
        }
        Fault::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Fault::Output(error) => writeln!(out, "error: {error}"),
    }
}
