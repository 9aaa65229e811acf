//! `deployer persist STAGE --repair`: brings shared data back into reach, after having shown how.

use super::super::args::Common;
use super::super::ask;
use super::super::fault::Fault;
use super::super::preparation::{Look, Preparation, of_stage};
use super::super::surroundings::Surroundings;
use super::program::{self, Answer, NO_APPLICATION, Program};
use crate::event::Next;
use crate::persist::finding::State;
use crate::persist::script::EMERGENCY_RECOVERY;
use crate::report::findings;

/// Exit code when another run has the lock.
const LOCKED: u8 = 5;

/// Shows what it would do, asks, and does it. The program on the host takes the application's lock
/// as a deploy does, and gives it back also when this one is killed.
///
/// # Errors
/// When a host does not answer, or nobody could be asked.
pub async fn repair(
    stage: &str,
    fix_modes: bool,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let mut preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
    let answers = recover(&mut preparation, fix_modes, Depth::Show).await?;
    let todo = answers.iter().any(|answer| answer.has(State::Todo));
    if !todo || !common.yes {
        show(&preparation, &answers, ending(&answers), common, surroundings)?;
    }
    if !todo || super::super::wants_json(common) && !common.yes {
        return Ok(exit(&answers));
    }
    if !sure(stage, fix_modes, common, surroundings)? {
        return Ok(1);
    }
    let answers = recover(&mut preparation, fix_modes, Depth::Do).await?;
    show(&preparation, &answers, ending(&answers), common, surroundings)?;
    Ok(exit(&answers))
}

/// How far a recovery goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Show,
    Do,
}

async fn recover(preparation: &mut Preparation, fix_modes: bool, depth: Depth) -> Result<Vec<Answer>, Fault> {
    let mut options = vec!["--machine"];
    options.extend(fix_modes.then_some("--fix-modes"));
    options.extend((depth == Depth::Do).then_some("--yes"));
    let program = Program { name: "emergency-recovery.sh", text: EMERGENCY_RECOVERY, options: &options };
    program::run(preparation, program).await
}

fn ending(answers: &[Answer]) -> &'static str {
    let any = |state| answers.iter().any(|answer| answer.has(state));
    if answers.iter().any(Answer::is_locked) {
        "Another run is under way: there nothing was changed."
    } else if any(State::Todo) {
        "Nothing was changed yet. What has to make way is moved into backups/; nothing is deleted."
    } else if any(State::Fail) {
        "Something is left that needs a person."
    } else if any(State::Ok) {
        "Repaired."
    } else {
        "There is nothing to repair."
    }
}

fn exit(answers: &[Answer]) -> u8 {
    if answers.iter().all(|answer| answer.exit == 0) {
        0
    } else if answers.iter().any(Answer::is_locked) {
        LOCKED
    } else {
        1
    }
}

fn show(
    preparation: &Preparation,
    answers: &[Answer],
    ending: &str,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<(), Fault> {
    if super::super::wants_json(common) {
        return super::super::answer(&answers);
    }
    let stage = &preparation.config.stage;
    let heading = findings::Heading { application: &preparation.config.application, stage };
    let all: Vec<_> =
        answers.iter().map(|answer| (answer.host.clone(), answer.findings.as_slice())).collect();
    let next = next(stage, answers);
    let mut out = std::io::stdout().lock();
    Ok(findings::print(&mut out, &heading, &all, ending, &next, &surroundings.stdout(common))?)
}

/// Returns what to type next; nothing where a question follows.
fn next(stage: &str, answers: &[Answer]) -> Vec<Next> {
    let nothing_there =
        |answer: &Answer| answer.findings.iter().any(|finding| finding.name == NO_APPLICATION);
    let (run, why) = if answers.iter().any(Answer::is_locked) {
        (format!("deployer status {stage}"), "who has the lock, and since when")
    } else if answers.iter().any(|answer| answer.has(State::Todo)) {
        return Vec::new();
    } else if answers.iter().any(nothing_there) {
        (format!("deployer run {stage}"), "deploys it")
    } else {
        (format!("deployer persist {stage} --verify"), "looks at all of it")
    };
    vec![Next { run, why: why.to_owned() }]
}

fn sure(stage: &str, fix_modes: bool, common: &Common, surroundings: &Surroundings) -> Result<bool, Fault> {
    if common.yes {
        return Ok(true);
    }
    if surroundings.ask.is_none() {
        let modes = if fix_modes { " --fix-modes" } else { "" };
        let fault = Fault::usage("nothing was repaired: there is no terminal to ask");
        return Err(
            fault.next(format!("deployer persist {stage} --repair{modes} --yes"), "does what is shown above")
        );
    }
    Ok(ask::confirm("Do this?"))
}
