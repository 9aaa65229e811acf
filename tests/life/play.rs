//! A life from its first deploy to its last.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use deployer::event::{Event, EventKind};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use super::check::{self, Before};
use super::fault;
use super::run::{self, Ending, Setting};
use super::script::{Act, Chapter, Fault, Kind, Life, Run};
use super::site::Site;
use crate::harness::Processes;

/// Why a run may not begin.
const REFUSALS: [&str; 3] = ["is shared", "nowhere to go back to", "should be a "];

/// What was played, in all lives.
#[derive(Debug, Default)]
pub struct Count {
    lives: AtomicUsize,
    runs: AtomicUsize,
    deployed: AtomicUsize,
    undone: AtomicUsize,
    stuck: AtomicUsize,
    refused: AtomicUsize,
    killed: AtomicUsize,
    power_losses: AtomicUsize,
    cut: AtomicUsize,
    moments: AtomicUsize,
}

fn one(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Plays a life.
///
/// # Errors
/// What was lost, and when.
pub fn play(life: &Life, mut site: Site, count: &Count) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let plain = || Run { kind: Kind::Deploy, fault: Fault::None, moments: Vec::new() };
        let all = [Chapter { acts: Vec::new(), run: plain() }];
        let all = all.iter().chain(&life.0);
        for (number, Chapter { acts, run }) in all.enumerate() {
            for act in acts {
                match act {
                    Act::User(deed) => site.act(deed),
                    Act::Vendor(change) => {
                        let number = site.number();
                        site.version.change(change, number);
                    }
                }
            }
            perform(&mut site, run, count).await.map_err(|error| format!("chapter {number}: {error}"))?;
        }
        perform(&mut site, &plain(), count).await.map_err(|error| format!("at last: {error}"))
    })?;
    one(&count.lives);
    Ok(())
}

async fn perform(site: &mut Site, run: &Run, count: &Count) -> Result<(), String> {
    one(&count.runs);
    let setting = site.setting.clone();
    site.version.write(&setting.project, &setting.deploy_to, &fault::steps(run, setting.target.is_some()));
    silence(&setting);
    let before = Before::of(site);
    let ready = match setting.prepare(run.kind).await {
        Ok(ready) => ready,
        Err(reason) => {
            one(&count.refused);
            assert!(REFUSALS.iter().any(|part| reason.contains(part)), "{reason}");
            return check::check(site, run, &before, &Ending::Refused(reason));
        }
    };
    let (plan, owner) = (ready.plan.clone(), ready.identity.run.clone());
    let id = plan.release.to_string();
    if matches!(run.kind, Kind::Deploy) {
        site.shipped.insert(id.clone(), site.version.files.clone());
    }
    let mut told = Vec::new();
    let (sender, mut receiver) = run::events();
    let ending = tokio::select! {
        exit = setting.execute(ready, sender) => Ending::Exit(exit),
        () = disturb(run.fault, &setting, &owner, &mut receiver, &mut told) => Ending::Killed,
        never = moments(site, run, &before, count) => never,
    };
    told.extend(std::iter::from_fn(|| receiver.try_recv().ok()));
    after(&setting, run, &ending).await;
    if site.live().as_ref() == Some(&id) || told.iter().any(|event| is_live(event, &plan)) {
        site.was_live.insert(id);
    }
    if ending == Ending::Killed || matches!(run.fault, Fault::Cut(_)) {
        site.dead.insert(plan.release.to_string());
    }
    tally(&ending, run.fault, count);
    check::check(site, run, &before, &ending)
        .map_err(|error| format!("{error}\n{ending:?}\n{}", run::told(&plan, &told)))
}

fn tally(ending: &Ending, fault: Fault, count: &Count) {
    one(match (ending, fault) {
        (Ending::Refused(_), _) => &count.refused,
        (Ending::Killed, Fault::PowerLoss { .. }) => &count.power_losses,
        (Ending::Killed, _) => &count.killed,
        (Ending::Exit(0), _) => &count.deployed,
        (Ending::Exit(3), _) => &count.stuck,
        (Ending::Exit(_), Fault::Cut(_)) => &count.cut,
        (Ending::Exit(_), _) => &count.undone,
    });
}

fn is_live(event: &Event, plan: &deployer::plan::Plan) -> bool {
    matches!(&event.kind, EventKind::StepFinished { step, .. } if plan.named("switch").is_some_and(|switch| switch.id == *step))
}

/// Waits until the run is to be killed, which it is when this returns.
async fn disturb(
    fault: Fault,
    setting: &Setting,
    owner: &str,
    events: &mut UnboundedReceiver<Event>,
    told: &mut Vec<Event>,
) {
    let (steps, milliseconds) = match fault {
        Fault::Killed { steps, milliseconds } | Fault::PowerLoss { steps, milliseconds } => {
            (steps, milliseconds)
        }
        Fault::None | Fault::Fails(_) | Fault::Cut(_) => return std::future::pending().await,
    };
    let mut left = usize::from(steps) + 1;
    while left > 0 {
        let Some(event) = events.recv().await else { return std::future::pending().await };
        left -= usize::from(matches!(event.kind, EventKind::StepStarted { .. }));
        told.push(event);
    }
    sleep(Duration::from_millis(milliseconds.into())).await;
    if matches!(fault, Fault::PowerLoss { .. }) {
        pull_the_plug(setting, owner);
    }
}

/// Kills the session that holds the run's lock, with all that it started.
fn pull_the_plug(setting: &Setting, owner: &str) {
    let beat = fs::read_to_string(setting.deploy_to.join(".deployer/lock.beat")).unwrap_or_default();
    let words: Vec<_> = beat.split(' ').collect();
    if words.first() == Some(&owner)
        && let Some(group) = words.get(2).and_then(|word| word.parse().ok()).and_then(Pid::from_raw)
    {
        kill_process_group(group, Signal::KILL).unwrap();
    }
}

/// Lets users act when the run comes to their moments.
async fn moments(site: &mut Site, run: &Run, before: &Before, count: &Count) -> Ending {
    let mut waiting: Vec<_> = run.moments.iter().enumerate().collect();
    while !waiting.is_empty() {
        let file = |index: usize| site.setting.home.join(format!("moment.{index}"));
        if let Some(place) = waiting.iter().position(|(index, _)| file(*index).exists()) {
            let (index, moment) = waiting.remove(place);
            let file = file(index);
            match &before.live {
                Some(previous) if moment.late => {
                    let is_settled = fault::moment(moment.at) == fault::LAST;
                    // What a run that is not recorded has looked after, the next looks after again: then
                    // a late version may still take the place of the one that was carried.
                    if !is_settled || matches!(run.fault, Fault::None | Fault::Fails(_)) {
                        site.act_late(&moment.deed, previous, is_settled);
                    }
                }
                _ => site.act(&moment.deed),
            }
            one(&count.moments);
            fs::remove_file(file).unwrap();
        }
        sleep(Duration::from_millis(5)).await;
    }
    std::future::pending().await
}

/// Waits until nothing of the run is left on the host.
async fn after(setting: &Setting, run: &Run, ending: &Ending) {
    if *ending == Ending::Killed || matches!(run.fault, Fault::Cut(_)) {
        let variable = format!("HOME={}", setting.home.display());
        if setting.target.is_some() {
            // The account is the one of all lives.
            quiet(setting).await;
        } else {
            for _ in 0..1500 {
                if Processes::with(&variable).is_empty() {
                    break;
                }
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    for index in 0..run.moments.len() {
        let _gone = fs::remove_file(setting.home.join(format!("moment.{index}")));
    }
}

/// Waits until the session has given the lock back, or will not.
async fn quiet(setting: &Setting) {
    for _ in 0..300 {
        if fs::symlink_metadata(setting.deploy_to.join(".deployer/lock")).is_err() {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    sleep(Duration::from_millis(300)).await;
}

/// A lock whose owner cannot give it back any more is as old as it must be to be taken over.
fn silence(setting: &Setting) {
    let records = setting.deploy_to.join(".deployer");
    if let Ok(text) = fs::read_link(records.join("lock")) {
        let owner = text.to_string_lossy().split(':').next().unwrap().to_owned();
        fs::write(records.join("lock.beat"), format!("{owner} 1 1 nowhere\n")).unwrap();
        // It may have been giving it back.
        if let Ok(guard) = fs::File::open(records.join(format!("lock.{owner}"))) {
            guard.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }
    }
}
