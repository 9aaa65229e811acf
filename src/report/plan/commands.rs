//! The exact shell text of a step and of its undo, hosts that get the same one named together.

use std::collections::BTreeMap;

use crate::host::HostName;
use crate::plan::{Action, OnFailure, Page, Plan, Proof, Step, Undo};
use crate::report::groups::{grouped, names};
use crate::report::measure::whole_time;
use crate::report::printable::printable;

/// Returns all that the executor is told about a step, below its line.
pub(super) fn text(step: &Step, plan: &Plan) -> String {
    let mut text = format!("      {}\n", terms(step));
    if !step.secrets.is_empty() {
        text += &format!("      secrets: {}\n", secrets(step, plan));
    }
    text += &match &step.action {
        Action::Checkout => "      makes a clean copy of the source on this machine\n".to_owned(),
        Action::Local { script } => format!("      on this machine\n{}", indented(script)),
        Action::Build { scripts } => of_hosts("on", "", scripts),
        Action::Deliver { scripts } => of_hosts("on", "with the source as its input", scripts),
        Action::Collect { scripts } => of_hosts("on", "", scripts),
        Action::Package { exclude } if exclude.is_empty() => "      leaves nothing out\n".to_owned(),
        Action::Package { exclude } => format!("      leaves out\n{}", indented(&exclude.join("\n"))),
        Action::Upload { scripts, .. } => of_hosts("on", "with the archive as its input", scripts),
        Action::Send { archives: _, scripts } => of_hosts("on", "with its archive as the input", scripts),
        Action::Remote { scripts } => of_hosts("on", "", scripts),
        Action::Fetch { pages } => {
            let line = |page: &Page| format!("{} must answer\n{}", page.url, page.expect.in_words());
            let pages = pages.iter().map(|(host, page)| (host.clone(), line(page))).collect();
            of_hosts("from this machine, for", "", &pages)
        }
        Action::Prove { proofs } => {
            let proofs = proofs.iter().map(|(host, proof)| (host.clone(), shown(proof))).collect();
            of_hosts("from this machine, for", "", &proofs)
        }
    };
    text + &match &step.undo {
        Undo::Run { scripts, vital: _ } => of_hosts("undo on", "", scripts),
        Undo::Again { scripts, advice: _ } => {
            of_hosts("undo, once the switch was taken back, on", "", scripts)
        }
        Undo::NotNeeded => "      undo: not needed\n".to_owned(),
        Undo::Impossible { why } => format!("      undo: impossible, {}\n", printable(why)),
    }
}

/// Returns what is asked for, and what it means where it is not there.
fn shown(proof: &Proof) -> String {
    let Proof { site, page, php, resets, otherwise: _, required, advice: _ } = proof;
    let kind = if *php { "php" } else { "txt" };
    let forgets = if *php && *resets { "\nit makes PHP forget the release before" } else { "" };
    let warns = if *required { "" } else { "\nanother answer is only a warning" };
    format!("{site}/{page}.{kind} must be from this release{forgets}{warns}")
}

/// Returns the names of a step's secrets, each with the place where it is found.
pub(super) fn secrets(step: &Step, plan: &Plan) -> String {
    let found = |name| plan.secrets.get(name).map(|place| format!(" ({})", printable(place)));
    let secret = |name| format!("{name}{}", found(name).unwrap_or_default());
    step.secrets.iter().map(secret).collect::<Vec<_>>().join(", ")
}

/// Returns how long it may take, how often it is tried, and what its failure means.
fn terms(step: &Step) -> String {
    let mut terms = vec![format!("at most {}", whole_time(step.timeout as f64))];
    if step.barrier {
        terms.push("when all hosts are ready".to_owned());
    }
    if step.retry > 0 {
        terms.push(format!("up to {} tries", step.retry + 1));
    }
    if step.on_failure == OnFailure::Warn {
        terms.push("its failure is only a warning".to_owned());
    }
    terms.join("; ")
}

fn of_hosts(word: &str, note: &str, scripts: &BTreeMap<HostName, String>) -> String {
    let groups = grouped(scripts.iter().map(|(host, script)| (script.as_str(), host.clone())));
    groups.iter().fold(String::new(), |text, (script, hosts)| {
        let heading = format!("{word} {} {note}", names(hosts));
        text + &format!("      {}\n{}", heading.trim_end(), indented(script))
    })
}

/// Sets a script apart by a bar, so that its own indentation and empty lines stay visible. What
/// could hide a part of it from the reader (escape codes, carriage returns) is spelled out.
fn indented(script: &str) -> String {
    script.lines().fold(String::new(), |mut text, line| {
        text += if line.is_empty() { "        |" } else { "        | " };
        for character in line.chars() {
            if character.is_control() && character != '\t' {
                text.extend(character.escape_default());
            } else {
                text.push(character);
            }
        }
        text + "\n"
    })
}
