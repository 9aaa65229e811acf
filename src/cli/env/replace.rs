//! New bytes for `shared/.env` on several hosts: all are locked and made ready before the first changes.

use futures::future::join_all;
use minijinja::{Value, context};

use super::super::backup::script::Script;
use super::super::fault::Fault;
use super::super::hosts::Reached;
use super::Stage;
use crate::event::Next;
use crate::host::HostName;
use crate::plan::TAKE_OVER;
use crate::plan::preflight::Problem;
use crate::template::quote;

macro_rules! script {
    ($name:literal) => {
        Script::new($name, include_str!(concat!("../../../templates/", $name)))
    };
}

const LOCK: Script = script!("lock.sh");
const STAGE: Script = script!("env-stage.sh");
const SWAP: Script = script!("env-swap.sh");
const DROP: Script = script!("env-drop.sh");
const UNLOCK: Script = script!("unlock.sh");

/// Exit code of a host on which another run has the lock.
const LOCKED: i32 = 75;

/// What becomes of one host's file.
pub struct Change {
    /// The host.
    pub host: HostName,
    /// What it must hold now; `None`: it must not be there.
    pub old: Option<Vec<u8>>,
    /// What it is to hold.
    pub new: Vec<u8>,
}

/// What became of it.
#[derive(Debug)]
pub struct Changed {
    /// The host.
    pub host: HostName,
    /// Where the old file is kept, if there was one; or what went wrong, as a sentence.
    pub kept: Result<Option<String>, String>,
}

/// Replaces the files.
///
/// # Errors
/// When a host is locked or not as it was: then nothing was changed on any.
pub async fn replace(stage: &mut Stage, changes: &[Change], id: &str) -> Result<Vec<Changed>, Fault> {
    let name = stage.name().to_owned();
    let mut reached = std::mem::take(&mut stage.preparation.reached);
    let mut turns: Vec<Turn<'_>> = reached
        .iter_mut()
        .filter_map(|host| {
            Some(Turn {
                change: changes.iter().find(|change| change.host == host.name)?,
                host,
                has_lock: false,
            })
        })
        .collect();
    // The first host before the others: of two that begin at once, one gets all locks.
    let mut problems = Vec::new();
    for turn in &mut turns {
        problems.extend(turn.lock().await.err().map(|problem| (turn.host.name.clone(), problem)));
        if !problems.is_empty() {
            break;
        }
    }
    if problems.is_empty() {
        let staged =
            join_all(turns.iter_mut().map(async |turn| (turn.host.name.clone(), turn.stage(&name).await)))
                .await;
        problems.extend(staged.into_iter().filter_map(|(host, done)| Some((host, done.err()?))));
    }
    let mut changed = Vec::new();
    if problems.is_empty() {
        changed = join_all(turns.iter_mut().map(async |turn| turn.swap(id).await)).await;
    }
    join_all(turns.iter_mut().map(async |turn| turn.give_back().await)).await;
    drop(turns);
    stage.preparation.reached = reached;
    if problems.is_empty() { Ok(changed) } else { Err(stage.refused(problems)) }
}

/// One host's turn.
struct Turn<'a> {
    host: &'a mut Reached,
    change: &'a Change,
    has_lock: bool,
}

impl Turn<'_> {
    fn values(&self) -> Value {
        let layout = self.host.facts.layout();
        let bytes = |bytes: Option<&Vec<u8>>| bytes.map_or_else(String::new, |bytes| quote::octal(bytes));
        context! {
            deploy_to => layout.deploy_to(),
            records => layout.records(),
            shared => layout.shared(),
            backups => layout.backups(),
            log => format!("{}/deployment.log", layout.deploy_to()),
            silence => TAKE_OVER,
            live => self.host.facts.target.clone().unwrap_or_default(),
            absent => Vec::<String>::new(),
            what => "env",
            was_there => if self.change.old.is_some() { "yes" } else { "no" },
            old => bytes(self.change.old.as_ref()),
            new => quote::octal(&self.change.new),
        }
    }

    async fn run(&mut self, script: &Script, values: &Value) -> Result<(i32, Vec<String>), Problem> {
        let mut lines = Vec::new();
        let code = script.run(&mut self.host.session, values, |line| lines.push(line.to_owned())).await;
        Ok((code.map_err(Problem::new)?, lines))
    }

    async fn lock(&mut self) -> Result<(), Problem> {
        let (code, lines) = self.run(&LOCK, &self.values()).await?;
        if code == 0 {
            self.has_lock = true;
            self.host.session.hold(&self.host.facts.layout().records()).await;
            return Ok(());
        }
        // The lock may be ours already where only `current` has changed meanwhile.
        self.has_lock = code != LOCKED;
        Err(Problem { locked: code == LOCKED, ..said(code, lines) })
    }

    async fn stage(&mut self, stage: &str) -> Result<(), Problem> {
        let (code, lines) = self.run(&STAGE, &self.values()).await?;
        if code == 0 {
            return Ok(());
        }
        let next = Next { run: format!("deployer env {stage} diff"), why: "what is there now".to_owned() };
        Err(Problem { next: vec![next], ..said(code, lines) })
    }

    async fn swap(&mut self, id: &str) -> Changed {
        let values = context! { kept => format!("env-{id}"), ..self.values() };
        let host = self.host.name.clone();
        let kept = match self.run(&SWAP, &values).await {
            Ok((0, lines)) => Ok(lines.iter().find_map(|line| line.strip_prefix("kept ").map(str::to_owned))),
            Ok((code, lines)) => Err(format!("shared/.env was left as it is: {}", said(code, lines).text)),
            Err(problem) => Err(format!("nobody knows whether shared/.env was changed: {}", problem.text)),
        };
        Changed { host, kept }
    }

    /// Takes back what was put beside the file, and gives the lock back. What does not work because the
    /// host is gone, its session does by itself.
    async fn give_back(&mut self) {
        if self.has_lock {
            let values = self.values();
            let _dropped = self.run(&DROP, &values).await;
            let _unlocked = self.run(&UNLOCK, &values).await;
            self.host.session.free().await;
        }
    }
}

fn said(code: i32, mut lines: Vec<String>) -> Problem {
    Problem::new(lines.pop().unwrap_or_else(|| format!("exit code {code}")))
}
