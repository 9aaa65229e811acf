//! Taking back what was started: on every host, in reverse, whatever became of the others.

use std::time::Duration;

use super::member::Member;
use super::script::Direction;
use super::{Context, reconnection, run};
use crate::plan::{SWITCH, Step, Undo};

/// How often a lost host is tried again, and how long it is waited between.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)];

/// Takes back the started steps of all members. What could not be taken back is kept there.
pub async fn unwind(context: &Context<'_>, members: &mut [Member]) {
    run::on_each(context, members, async |member: &mut Member| {
        tokio::select! {
            () = take_back(context, member) => {}
            // The person had enough: everything is left as it is.
            () = context.stop.leave() => left(context, member, "it was left as it is"),
        }
    })
    .await;
}

async fn take_back(context: &Context<'_>, member: &mut Member) {
    let steps = to_undo(context, member);
    if steps.is_empty() {
        return;
    }
    // A connection may have broken unnoticed: the first script that is sent over it tells.
    for _ in 0..2 {
        if member.session.is_none()
            && let Err(reason) = reconnection::reopen(context, member, &TRIES).await
        {
            return left(context, member, &format!("the host could not be reached to undo: {reason}"));
        }
        member.stuck.clear();
        member.perform(context, &steps, Direction::Undo).await;
        if member.session.is_some() {
            return;
        }
    }
    left(context, member, "the connection was lost while undoing");
}

/// Returns the steps of a host whose undo is a script, the last started first. What is to be told again
/// follows the switch, where one began.
fn to_undo<'a>(context: &Context<'a>, member: &Member) -> Vec<&'a Step> {
    let started = member.started.iter().rev().filter_map(|id| context.plan.step(*id));
    let mut steps = Vec::new();
    for step in started {
        steps.extend(matches!(step.undo, Undo::Run { .. }).then_some(step));
        if step.name == SWITCH {
            let again = |step: &&Step| match &step.undo {
                Undo::Again { scripts, .. } => scripts.contains_key(&member.name),
                Undo::Run { .. } | Undo::NotNeeded | Undo::Impossible { .. } => false,
            };
            steps.extend(context.plan.steps.iter().filter(again));
        }
    }
    steps
}

/// Records that the undo of what was started did not run, step by step.
fn left(context: &Context<'_>, member: &mut Member, reason: &str) {
    for step in to_undo(context, member) {
        member.undone(context, step.id, Some(reason.to_owned()), 0.0);
    }
}
