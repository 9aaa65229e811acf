//! The script that takes a host's steps to its session. Pure.

use std::collections::BTreeMap;

use crate::host::HostName;
use crate::plan::{self, Action, OnFailure, Step, Undo};
use crate::secret::{SecretName, SecretValue};
use crate::template::quote::{self, NulByte};

/// Whether steps are done or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Each step is done; the first failure that counts ends the script.
    Do,
    /// Each step is taken back, whatever becomes of the others.
    Undo,
}

/// Returns the script for the steps of a host: a line `step ID RETRIES BODY` for each, and what its
/// end means for the next.
///
/// Values of secrets stand in front of the body that needs them. The text goes to the session's
/// input and is never an argument of a process.
///
/// # Errors
/// When a body or a secret holds a byte that no shell takes.
pub fn compose(
    steps: &[&Step],
    host: &HostName,
    direction: Direction,
    secrets: &BTreeMap<SecretName, SecretValue>,
) -> Result<String, NulByte> {
    let mut script = String::new();
    for step in steps {
        let Some(body) = body(step, host, direction) else { continue };
        let mut text = exports(step, secrets)?;
        text.push_str(body);
        let retries = if direction == Direction::Do { step.retry } else { 0 };
        script.push_str(&format!("step {} {retries} {}\n", step.id.0, quote::word(&text)?));
        let gives_back = if direction == Direction::Do { plan::UNLOCK } else { plan::LOCK };
        if step.name == gives_back {
            // The session checks before each step that its lock is still there.
            script.push_str("held=\n");
        }
        script.push_str(match (direction, step.on_failure) {
            (Direction::Do, OnFailure::Undo) => {
                "[ \"$code\" -eq 0 ] && [ -z \"$stopped\" ] || exit \"$code\"\n"
            }
            // One that took too long keeps no other from running.
            (Direction::Do, OnFailure::Warn) | (Direction::Undo, _) => "stopped=\n",
        });
    }
    Ok(script)
}

/// Returns what the step runs on that host in that direction, if anything.
pub fn body<'a>(step: &'a Step, host: &HostName, direction: Direction) -> Option<&'a str> {
    let scripts = match (direction, &step.action, &step.undo) {
        (
            Direction::Do,
            Action::Remote { scripts }
            | Action::Upload { scripts, .. }
            | Action::Send { scripts, .. }
            | Action::Build { scripts }
            | Action::Deliver { scripts }
            | Action::Collect { scripts },
            _,
        ) => scripts,
        (Direction::Undo, _, Undo::Run { scripts, .. } | Undo::Again { scripts, .. }) => scripts,
        _ => return None,
    };
    scripts.get(host).map(String::as_str)
}

/// Returns the lines that put the step's secrets into its environment.
pub fn exports(step: &Step, secrets: &BTreeMap<SecretName, SecretValue>) -> Result<String, NulByte> {
    let mut lines = String::new();
    for name in &step.secrets {
        let value = secrets.get(name).map_or("", SecretValue::reveal);
        let variable = name.variable();
        lines.push_str(&format!("{variable}={}\nexport {variable}\n", quote::word(value)?));
    }
    Ok(lines)
}
