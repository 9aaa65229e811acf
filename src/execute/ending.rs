//! How a run ended: what is live now, what was left behind, what to type next.

use std::collections::BTreeMap;

use super::Context;
use super::member::Member;
use super::stop::Wish;
use crate::event::{Failure, Finished, Left, Next, Outcome};
use crate::host::HostName;
use crate::plan::{self, Kind, Undo};
use crate::release::{Layout, ReleaseId};
use crate::template::quote;

/// Exit code of the lock's script: another run has it.
const LOCKED: &str = "exit code 75";
/// Exit code of the lock's script: the host is not as the plan saw it.
const STALE: &str = "exit code 76";

/// Sums up a run that is over.
pub async fn finished(
    context: &Context<'_>,
    members: &mut [Member],
    here: Option<Option<Failure>>,
    committed: bool,
) -> Finished {
    let failed: Vec<_> =
        here.into_iter().flatten().chain(members.iter().flat_map(|member| member.failures.clone())).collect();
    let (outcome, exit) = if committed { (Outcome::Deployed, 0) } else { verdict(context, members, &failed) };
    let live = if committed && context.plan.kind != Kind::Restore {
        members.iter().map(|member| (member.name.clone(), Some(context.plan.release.clone()))).collect()
    } else {
        live(context, members).await
    };
    let left = if committed { kept(context, members) } else { left(context, members) };
    let next = next(context, outcome, exit, &failed);
    let was_live = members.iter().filter_map(|member| member.live).filter_map(|(from, to)| Some(to? - from));
    let was_live = was_live.max_by(f64::total_cmp);
    Finished { outcome, exit, live, failed, left, next, seconds: context.emit.seconds(), was_live }
}

fn verdict(context: &Context<'_>, members: &[Member], failed: &[Failure]) -> (Outcome, u8) {
    let vital = |failure: &Failure| {
        let step = context.plan.step(failure.step);
        step.is_some_and(|step| matches!(step.undo, Undo::Run { vital: true, .. }))
    };
    let interrupted = match context.stop.wish() {
        Wish::Go => None,
        Wish::TakeBack { terminate } | Wish::Leave { terminate } => Some(if terminate { 143 } else { 130 }),
    };
    if members.iter().flat_map(|member| &member.stuck).any(vital) {
        let leave = matches!(context.stop.wish(), Wish::Leave { .. });
        return (Outcome::Stuck, interrupted.filter(|_| leave).unwrap_or(3));
    }
    if let Some(code) = interrupted {
        return (Outcome::Undone, code);
    }
    let at_lock = failed.iter().filter(|failure| is_lock(context, failure)).collect::<Vec<_>>();
    if at_lock.is_empty() || at_lock.len() < failed.len() {
        return (Outcome::Undone, 1);
    }
    let all = |code: &str| at_lock.iter().any(|failure| failure.reason == code);
    (
        Outcome::NotStarted,
        if all(LOCKED) {
            5
        } else if all(STALE) {
            6
        } else {
            4
        },
    )
}

fn is_lock(context: &Context<'_>, failure: &Failure) -> bool {
    context.plan.named(plan::LOCK).is_some_and(|lock| lock.id == failure.step)
}

/// Asks every host that can be asked which release it serves.
async fn live(context: &Context<'_>, members: &mut [Member]) -> BTreeMap<HostName, Option<ReleaseId>> {
    let asked = members.iter_mut().map(async |member| {
        let host = context.plan.host(&member.name);
        let id = match (host, &mut member.session) {
            (Some(host), Some(session)) => ask(&host.layout(), session).await,
            _ => None,
        };
        (member.name.clone(), id)
    });
    futures::future::join_all(asked).await.into_iter().collect()
}

async fn ask(layout: &Layout, session: &mut super::session::Session) -> Option<ReleaseId> {
    let current = quote::word(&layout.current()).ok()?;
    let lines = session.ask(&format!("readlink -- {current}")).await.ok()?;
    lines.last()?.rsplit('/').next()?.parse().ok()
}

/// Returns what a run that is over has kept: the data before a restore, what the application wrote.
fn kept(context: &Context<'_>, members: &[Member]) -> Vec<Left> {
    let kept = context.plan.restoration.iter().flat_map(|restoration| &restoration.kept);
    let before = |(host, path): (&HostName, &String)| Left {
        host: Some(host.clone()),
        text: format!("{path}, the data as it was; nothing removes it but you"),
    };
    let told = members.iter().flat_map(|member| {
        let host = Some(member.name.clone());
        member.told.iter().map(move |text| Left { host: host.clone(), text: context.redactor.once(text) })
    });
    kept.map(before).chain(told).collect()
}

/// Returns what stays behind although the run was taken back.
fn left(context: &Context<'_>, members: &[Member]) -> Vec<Left> {
    let mut left = Vec::new();
    for member in members {
        let host = Some(member.name.clone());
        for step in member.started.iter().filter_map(|id| context.plan.step(*id)) {
            if let Undo::Impossible { why } = &step.undo {
                left.push(Left { host: host.clone(), text: format!("{}: {why}", step.name) });
            }
        }
        for stuck in &member.stuck {
            let name = context.plan.step(stuck.step).map_or("?", |step| &step.name);
            left.push(Left { host: host.clone(), text: format!("{name} was not undone: {}", stuck.reason) });
        }
        if goes_back(context, member) {
            let text =
                "it takes the run back by itself as soon as it hears nothing more from here".to_owned();
            left.push(Left { host, text });
        }
    }
    left
}

/// Tells whether a host that was not taken back, for it was lost or the person had enough, does that by itself.
fn goes_back(context: &Context<'_>, member: &Member) -> bool {
    let passed = |name| context.plan.named(name).is_some_and(|step| member.passed.contains(&step.id));
    let leaves = matches!(context.stop.wish(), Wish::Leave { .. });
    let is_alone = member.session.is_none() || leaves;
    is_alone && !member.stuck.is_empty() && passed(plan::ARM) && !passed(plan::CONFIRM)
}

fn restore_again(plan: &plan::Plan) -> String {
    let archive = plan.restoration.as_ref().map_or("ID", |restoration| &restoration.archive);
    let id = crate::backup::name::id(archive).map_or_else(|| "FILE".to_owned(), |id| id.to_string());
    // Without the part, all shared data would be replaced.
    let part = plan.restoration.as_ref().and_then(|restoration| restoration.part.as_deref());
    let only = part.and_then(|part| quote::word(part).ok()).map(|part| format!(" --only {part}"));
    format!("deployer restore {} {id}{}", plan.stage, only.unwrap_or_default())
}

fn next(context: &Context<'_>, outcome: Outcome, exit: u8, failed: &[Failure]) -> Vec<Next> {
    let stage = &context.plan.stage;
    let next = |run: String, why: &str| Next { run, why: why.to_owned() };
    let again = match context.plan.kind {
        Kind::Deploy => format!("deployer run {stage}"),
        Kind::Rollback => format!("deployer rollback {stage}"),
        Kind::Restore => restore_again(context.plan),
    };
    match (outcome, exit) {
        (Outcome::Deployed, _) if context.plan.kind == Kind::Rollback => {
            vec![next(format!("deployer releases {stage}"), "what else is there")]
        }
        (Outcome::Deployed, _) if context.plan.kind == Kind::Restore => {
            vec![next(format!("deployer history {stage}"), "when what was restored, and by whom")]
        }
        (Outcome::Deployed, _) => vec![next(format!("deployer rollback {stage}"), "back")],
        (Outcome::NotStarted, 5) => vec![
            next(format!("deployer status {stage}"), "who has the lock, and since when"),
            next(format!("deployer unlock {stage}"), "only if that run is dead"),
        ],
        (Outcome::NotStarted, 6) if context.plan.kind == Kind::Restore => {
            vec![next(again, "the host has changed since it was looked at")]
        }
        (Outcome::NotStarted, 6) => vec![next(format!("deployer plan {stage}"), "what would happen now")],
        (Outcome::Stuck, _) => vec![
            next(format!("deployer status {stage}"), "what each host serves"),
            next(again, "once the host is well: it needs no other hand work"),
        ],
        _ => {
            let step = failed.first().and_then(|failure| context.plan.step(failure.step));
            let why =
                step.map_or_else(|| "to try again".to_owned(), |step| format!("after fixing {}", step.name));
            vec![Next { run: again, why }]
        }
    }
}
