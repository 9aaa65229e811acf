//! A plan from its first step to its ending.

use futures::future::join_all;
use tokio::sync::Semaphore;

use super::batch::{Batch, batches};
use super::member::Member;
use super::stop::Wish;
use super::{Context, builder, controller, ending, fetch, proving, send, transfer, unwind};
use crate::event::{EventKind, Failure, Finished};
use crate::plan::{self, OnFailure};

/// Makes the plan happen, or takes it back. The last event has been sent when this returns.
pub async fn run(context: &Context<'_>, mut members: Vec<Member>) -> Finished {
    let by = context.identity.by.clone();
    context.emit.emit(EventKind::RunStarted { by, plan: Box::new(context.plan.clone()) });
    let here = forward(context, &mut members).await.err();
    let committed = here.is_none() && committed(context, &members);
    if !committed {
        if let Wish::TakeBack { terminate } | Wish::Leave { terminate } = context.stop.wish() {
            let signal = if terminate { "SIGTERM" } else { "SIGINT" }.to_owned();
            context.emit.emit(EventKind::Interrupted { signal });
        }
        unwind::unwind(context, &mut members).await;
        fetch::look_back(context, &mut members).await;
    }
    builder::leave(context).await;
    let finished = ending::finished(context, &mut members, here, committed).await;
    context.emit.emit(EventKind::RunFinished(Box::new(finished.clone())));
    join_all(members.into_iter().filter_map(|member| member.session).map(super::session::Session::close))
        .await;
    finished
}

/// Does one batch after the other, until one fails on any host.
async fn forward(context: &Context<'_>, members: &mut [Member]) -> Result<(), Option<Failure>> {
    for batch in batches(context.plan) {
        if context.stop.wish() != Wish::Go && !committed(context, members) {
            return Err(None);
        }
        match &batch {
            Batch::Controller(step) => controller::perform(context, step).await.map_err(Some)?,
            Batch::Builder(step) => builder::perform(context, step).await.map_err(Some)?,
            Batch::Transfer { package, upload } => {
                transfer::perform(context, package, upload, members).await.map_err(Some)?;
            }
            Batch::Fetch(step) => fetch::perform(context, step, members).await,
            Batch::Prove(step) => proving::perform(context, step, members).await,
            Batch::Send(step) => send::send_each(context, step, members).await,
            Batch::Remote(steps) => {
                // Of several runs that begin at once, the one that has the first host's lock gets the
                // others' too: asked all at once, each could get some, and all would give up.
                let locks = steps.iter().any(|step| step.name == plan::LOCK);
                let (first, rest) = members.split_at_mut(usize::from(locks));
                remote(context, &batch, first).await;
                if first.iter().all(|member| member.failures.is_empty()) {
                    remote(context, &batch, rest).await;
                }
            }
        }
        if members.iter().any(|member| !member.failures.is_empty()) {
            return Err(None);
        }
    }
    Ok(())
}

/// Does the hosts' parts of a batch.
async fn remote(context: &Context<'_>, batch: &Batch<'_>, members: &mut [Member]) {
    on_each(context, members, async |member: &mut Member| {
        let steps = batch.of(&member.name);
        member.perform(context, &steps, super::script::Direction::Do).await;
    })
    .await;
}

/// Tells whether every step whose failure counts has passed on all of its hosts: the release is
/// live, and from here on nothing is taken back.
pub fn committed(context: &Context<'_>, members: &[Member]) -> bool {
    let counts = context.plan.steps.iter().filter(|step| step.on_failure == OnFailure::Undo);
    let missing = |member: &Member| {
        counts
            .clone()
            .any(|step| step.hosts().any(|host| *host == member.name) && !member.passed.contains(&step.id))
    };
    !members.iter().any(missing)
}

/// Does something on each member, on so many at once as the plan allows.
pub async fn on_each(context: &Context<'_>, members: &mut [Member], act: impl AsyncFn(&mut Member)) {
    let places = Semaphore::new(context.plan.max_parallel.max(1));
    let turns = members.iter_mut().map(async |member| {
        let _place = places.acquire().await;
        act(member).await;
    });
    join_all(turns).await;
}
