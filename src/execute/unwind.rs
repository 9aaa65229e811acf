//! Taking back what was started: on every host, in reverse, whatever became of the others.

use std::time::Duration;

use super::member::Member;
use super::script::Direction;
use super::{Context, migrations, reconnection, run};
use crate::plan::{Step, taken_back};

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
        migrations::ask_again(context, member).await;
        member.stuck.clear();
        member.perform(context, &steps, Direction::Undo).await;
        if member.session.is_some() {
            return;
        }
    }
    left(context, member, "the connection was lost while undoing");
}

/// Returns the steps of a host whose undo is a script, in the order in which they are taken back.
fn to_undo<'a>(context: &Context<'a>, member: &Member) -> Vec<&'a Step> {
    let began: Vec<_> = member.started.iter().filter_map(|id| context.plan.step(*id)).collect();
    taken_back(&began, &context.plan.steps, &member.name)
}

/// Records that the undo of what was started did not run, step by step.
fn left(context: &Context<'_>, member: &mut Member, reason: &str) {
    for step in to_undo(context, member) {
        member.undone(context, step.id, Some(reason.to_owned()), 0.0);
    }
}
