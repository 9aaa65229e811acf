//! Taking back what was started: on every host, in reverse, whatever became of the others.

use std::time::Duration;

use super::member::Member;
use super::script::Direction;
use super::{Context, migrations, proving, reconnection, run};
use crate::plan::{self, Step, taken_back};

/// How often a lost host is tried again, and how long it is waited between.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)];

/// Takes back the started steps of all members. What could not be taken back is kept there.
///
/// What visitors see goes back first, and is looked at: the release that goes must not be removed while a
/// worker of PHP still finds it.
pub async fn unwind(context: &Context<'_>, members: &mut [Member]) {
    take_back_each(context, members, Part::Live).await;
    tokio::select! {
        () = proving::back(context, members) => {}
        () = context.stop.leave() => {}
    }
    take_back_each(context, members, Part::Rest).await;
}

/// A part of what is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The switch and all that came after it.
    Live,
    /// What came before; all, where the switch did not begin.
    Rest,
}

async fn take_back_each(context: &Context<'_>, members: &mut [Member], part: Part) {
    run::on_each(context, members, async |member: &mut Member| {
        tokio::select! {
            () = take_back(context, member, part) => {}
            // The person had enough: everything is left as it is.
            () = context.stop.leave() => left(context, member, part, "it was left as it is"),
        }
    })
    .await;
}

async fn take_back(context: &Context<'_>, member: &mut Member, part: Part) {
    let steps = of_part(context, member, part);
    let is_given_up = |step: &&Step| member.stuck.iter().any(|failure| failure.step == step.id);
    if steps.is_empty() || part == Part::Rest && steps.iter().any(is_given_up) {
        return;
    }
    // A connection may have broken unnoticed: the first script that is sent over it tells.
    for _ in 0..2 {
        if member.session.is_none()
            && let Err(reason) = reconnection::reopen(context, member, &TRIES).await
        {
            return left(context, member, part, &format!("the host could not be reached to undo: {reason}"));
        }
        if part == Part::Rest {
            migrations::ask_again(context, member).await;
        }
        member.stuck.retain(|failure| !steps.iter().any(|step| step.id == failure.step));
        member.perform(context, &steps, Direction::Undo).await;
        if member.session.is_some() {
            return;
        }
    }
    left(context, member, part, "the connection was lost while undoing");
}

/// Returns the steps of a part whose undo is a script, the last started first.
fn of_part<'a>(context: &Context<'a>, member: &Member, part: Part) -> Vec<&'a Step> {
    let switch = context.plan.named(plan::SWITCH).map(|step| step.id);
    let switch = switch.filter(|id| member.started.contains(id));
    let is_in = |step: &&Step| match (switch, part) {
        (Some(switch), Part::Live) => step.id >= switch,
        (Some(switch), Part::Rest) => step.id < switch,
        (None, Part::Live) => false,
        (None, Part::Rest) => true,
    };
    to_undo(context, member).into_iter().filter(is_in).collect()
}

/// Returns the steps of a host whose undo is a script, in the order in which they are taken back.
fn to_undo<'a>(context: &Context<'a>, member: &Member) -> Vec<&'a Step> {
    let began: Vec<_> = member.started.iter().filter_map(|id| context.plan.step(*id)).collect();
    taken_back(&began, &context.plan.steps, &member.name)
}

/// Records that the undo of a part, and of what would have come after it, did not run, step by step.
fn left(context: &Context<'_>, member: &mut Member, part: Part, reason: &str) {
    let steps = match part {
        Part::Live => to_undo(context, member),
        Part::Rest => of_part(context, member, part),
    };
    let known: Vec<_> = member.stuck.iter().map(|failure| failure.step).collect();
    for step in steps.into_iter().filter(|step| !known.contains(&step.id)) {
        member.undone(context, step.id, Some(reason.to_owned()), 0.0);
    }
}
