//! `deployer ssh`: a person's shell on a host, in the live release.

mod command;
mod escape;
mod keyboard;
mod modes;
mod talk;

use std::io::Write;

use super::args::{Common, Stage};
use super::ask;
use super::fault::Fault;
use super::hosts::{refused, target};
use super::secrets::{self, Need};
use super::surroundings::Surroundings;
use crate::config::{Config, HostConfig};
use crate::plan::preflight::HostReport;
use crate::transport::ssh::{self, Appearance, Refused};
use keyboard::Keyboard;
use talk::{Ended, talk};

/// Exit code of a connection that was lost, as ssh itself has it.
const LOST: u8 = 255;

/// Opens a shell on the stage's host and gives the terminal to it. Its exit code is the result.
///
/// # Errors
/// When there is no terminal, several hosts are meant, or the host cannot be reached.
pub async fn ssh(args: &Stage, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open(&args.stage, common, surroundings)?;
    if !keyboard::is_there() {
        return Err(no_terminal(&config));
    }
    let host = chosen(&config, surroundings)?;
    let secrets = secrets::resolve(&config, Need::Login, surroundings).await?;
    let target = target(&config, host, surroundings, &secrets);
    let connection = ssh::connect(&target).await.map_err(|error| {
        let problem = refused(&error);
        let report = HostReport {
            host: host.name.clone(),
            summary: String::new(),
            found: Vec::new(),
            problems: vec![problem],
            warnings: Vec::new(),
        };
        let (application, stage) = (config.application.clone(), config.stage.clone());
        Fault::NotReady { application, stage, reports: vec![report] }
    })?;
    let command = command::shell(&host.deploy_to).map_err(Fault::usage)?;
    let terminal = connection.terminal(&command, &appearance(surroundings)).await;
    let terminal = terminal.map_err(|refused| no_shell(&config, host, &refused))?;
    let at = connection.described();
    if !common.quiet {
        writeln!(std::io::stderr(), "{}: {at}; `exit` leaves it, and so does ~. on a new line", host.name)?;
    }
    let ended = talk(terminal, Keyboard::enter()?).await?;
    // Nobody waits for a host that does not answer.
    if !matches!(ended, Ended::Lost(_)) {
        connection.close().await;
    }
    told(&ended, host)
}

/// Returns the only host, or the one that the person chooses.
fn chosen<'a>(config: &'a Config, surroundings: &Surroundings) -> Result<&'a HostConfig, Fault> {
    if let [host] = config.hosts.as_slice() {
        return Ok(host);
    }
    let names: Vec<_> = config.hosts.iter().map(|host| host.name.as_str()).collect();
    let choice = if surroundings.ask.is_some() { ask::choose("Which host?", &names) } else { None };
    choice.and_then(|place| config.hosts.get(place)).ok_or_else(|| {
        let (stage, count) = (&config.stage, config.hosts.len());
        let fault = Fault::usage(format!("{stage} has {count} hosts, and a shell is on one of them"));
        config.hosts.iter().fold(fault, |fault, host| {
            fault.next(format!("deployer ssh {stage} --host {}", host.name), host.address.clone())
        })
    })
}

fn no_terminal(config: &Config) -> Fault {
    let stage = &config.stage;
    Fault::usage("`deployer ssh` is for a person, and standard input is no terminal").next(
        format!("deployer exec {stage} -- COMMAND"),
        "runs a command in the live release, without a terminal",
    )
}

fn no_shell(config: &Config, host: &HostConfig, refused: &Refused) -> Fault {
    let (stage, name) = (&config.stage, &host.name);
    let fault = Fault::usage(format!("{name}: {refused}"));
    match refused {
        Refused::Terminal => fault.next(
            format!("deployer exec {stage} --host {name} -- COMMAND"),
            "runs a command there without one; `PermitTTY` of sshd and `no-pty` in authorized_keys decide",
        ),
        Refused::Start(_) => fault,
    }
}

/// Describes the person's terminal for the host.
fn appearance(surroundings: &Surroundings) -> Appearance {
    let language = surroundings
        .environment
        .iter()
        .filter(|(name, _)| *name == "LANG" || name.starts_with("LC_"))
        .map(|(name, value)| (name.clone(), value.clone()));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| surroundings.variable(name));
    Appearance {
        term: surroundings.variable("TERM").unwrap_or("dumb").to_owned(),
        window: keyboard::window(),
        utf8: locale.is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8")),
        erase: keyboard::erase(),
        language: language.collect(),
    }
}

/// Says how it ended, where the shell did not say so itself, and returns the exit code.
fn told(ended: &Ended, host: &HostConfig) -> Result<u8, Fault> {
    let mut err = std::io::stderr();
    Ok(match ended {
        // A code is a byte.
        Ended::Code(code) => u8::try_from(*code).unwrap_or(1),
        Ended::Killed { name, number } => {
            writeln!(err, "{}: the shell was killed by SIG{name}", host.name)?;
            128 + number
        }
        Ended::Left => {
            writeln!(err, "{}: left", host.name)?;
            LOST
        }
        Ended::Lost(reason) => {
            writeln!(err, "{}: connection lost: {reason}", host.name)?;
            LOST
        }
        // The terminal may be gone: nothing is said.
        Ended::Signal(number) => 128 + number,
    })
}
