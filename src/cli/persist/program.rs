//! Running a program of `shared/` on all hosts of a stage at once.

use std::time::Duration;

use futures::future::join_all;
use minijinja::{Value, context};
use serde::Serialize;
use tokio::time::timeout;

use super::super::fault::Fault;
use super::super::hosts::Reached;
use super::super::preparation::Preparation;
use crate::execute::marks::Mark;
use crate::execute::session::{Lost, Session};
use crate::host::HostName;
use crate::persist::finding::{Finding, State};
use crate::persist::record::persistence_config;
use crate::plan::guard;
use crate::template::Engine;

const RUN: &str = include_str!("../../../templates/stand-alone.sh");

/// All files of an application are looked at: that takes its time where disks are slow.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// Exit code of the programs: another run has the lock.
const LOCKED: i32 = 75;
/// Exit code of the programs: there is no application.
const NOTHING_THERE: i32 = 2;

/// The name of the finding that there is no application.
pub const NO_APPLICATION: &str = "application";

/// A program with its options.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// The name that it has in `shared/`.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its options.
    pub options: &'a [&'a str],
}

/// What a program said on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The host.
    pub host: HostName,
    /// How it ended.
    pub exit: i32,
    /// What it said.
    pub findings: Vec<Finding>,
}

impl Answer {
    /// Tells whether another run kept it from doing anything.
    pub fn is_locked(&self) -> bool {
        self.exit == LOCKED
    }

    /// Tells whether something is in that state.
    pub fn has(&self, state: State) -> bool {
        self.findings.iter().any(|finding| finding.state == state)
    }
}

/// Runs the program on every host and returns what each said.
///
/// # Errors
/// When a host was lost meanwhile.
pub async fn run(preparation: &mut Preparation, program: Program<'_>) -> Result<Vec<Answer>, Fault> {
    let keeps = persistence_config(&guard::entries(&preparation.sharing().choice));
    let keeps = &keeps;
    let turns = preparation.reached.iter_mut().map(async |host| {
        let script = script(keeps, host, program)?;
        let (exit, lines) = ask(host, &script).await?;
        Ok(answered(host.name.clone(), exit, &lines))
    });
    join_all(turns).await.into_iter().collect()
}

fn script(keeps: &str, host: &Reached, program: Program<'_>) -> Result<String, Fault> {
    let layout = host.facts.layout();
    let context = context! {
        keeps,
        php => host.facts.php.as_ref().map_or("", |php| php.binary.as_str()),
        program => program.text,
        name => program.name,
        options => Value::from_iter(program.options.iter().copied()),
        deploy_to => layout.deploy_to(),
    };
    let rendered = Engine::new().shell("stand-alone.sh", RUN, &context);
    rendered.map(|rendered| rendered.text).map_err(Fault::usage)
}

/// Runs a script that looks at many files, and returns its exit code and its lines.
///
/// # Errors
/// When the host was lost meanwhile, or does not come to an end.
pub async fn ask(host: &mut Reached, script: &str) -> Result<(i32, Vec<String>), Fault> {
    match timeout(PATIENCE, follow(&mut host.session, script)).await {
        Ok(answer) => answer.map_err(|lost| Fault::usage(format!("{}: {lost}", host.name))),
        Err(_) => Err(Fault::usage(format!("{}: no end after {} s", host.name, PATIENCE.as_secs()))),
    }
}

async fn follow(session: &mut Session, script: &str) -> Result<(i32, Vec<String>), Lost> {
    session.run(script).await?;
    let mut lines = Vec::new();
    loop {
        match session.next().await? {
            Mark::Line(line) => lines.push(line),
            Mark::Done(code) => return Ok((code, lines)),
            Mark::Ready | Mark::Started(_) | Mark::Retried(..) | Mark::Ended(..) => {}
        }
    }
}

fn answered(host: HostName, exit: i32, lines: &[String]) -> Answer {
    let mut findings: Vec<_> = lines.iter().filter_map(|line| Finding::parse(line)).collect();
    let fail = |name: &str, text: String| Finding { state: State::Fail, name: name.to_owned(), text };
    if exit == NOTHING_THERE {
        findings.push(fail(NO_APPLICATION, "nothing was deployed there yet".to_owned()));
    } else if exit != 0 && !findings.iter().any(|finding| finding.state != State::Ok) {
        let said = lines.last().map_or("", String::as_str);
        findings.push(fail("program", format!("it ended with exit code {exit}: {said}")));
    }
    Answer { host, exit, findings }
}
