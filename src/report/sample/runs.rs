//! Runs as they happen.

use super::{NEW, Recording, id, plan};
use crate::event::{EventKind, Finished, Left, Next, Outcome, StepOutcome};

pub(in crate::report) fn next(run: &str, why: &str) -> Next {
    Next { run: run.to_owned(), why: why.to_owned() }
}

const BEFORE_CACHES: [&str; 7] =
    ["lock", "checkout", "composer-install", "npm-build", "package", "upload", "link"];

/// Everything goes well.
pub(in crate::report) fn deployed(hosts: usize) -> Recording {
    let caches = ["config-cache", "route-cache", "event-cache", "view-cache"];
    Recording::of(plan(hosts))
        .well(&BEFORE_CACHES, 3.1)
        .well(&caches, 0.4)
        .well(&["backup", "migrate", "switch", "health", "queue-restart", "prune", "unlock"], 0.3)
        .finished(|finished| Finished {
            outcome: Outcome::Deployed,
            exit: 0,
            live: finished.live.keys().map(|host| (host.clone(), Some(id(NEW)))).collect(),
            next: vec![next("deployer rollback production", "the way back to 20261119091502")],
            ..finished
        })
}

/// A command fails on one of three hosts, before the switch.
pub(in crate::report) fn fails_on_one() -> Recording {
    let output =
        ["", "\u{1b}[41mLogicException\u{1b}[0m", "Unable to prepare route [cart] for serialization."];
    let recording = Recording::of(plan(3))
        .well(&BEFORE_CACHES, 3.1)
        .well(&["config-cache"], 0.4)
        .end("route-cache", "web1", StepOutcome::Ok, &["Routes cached."])
        .end("route-cache", "web2", StepOutcome::Failed, &output)
        .end("route-cache", "web3", StepOutcome::Ok, &["Routes cached."])
        .back(&["upload", "lock"], &["web1", "web2", "web3"], None);
    let failed = vec![recording.failure("route-cache", "web2", "exit code 1")];
    recording.finished(|finished| Finished {
        failed,
        next: vec![next("deployer run production", "after fixing the route")],
        ..finished
    })
}

/// The site does not answer on any host after the switch.
pub(in crate::report) fn fails_after_the_switch() -> Recording {
    let hosts = ["web1", "web2", "web3"];
    let mut recording = Recording::of(plan(3)).well(&BEFORE_CACHES, 3.1).well(
        &["config-cache", "route-cache", "event-cache", "view-cache", "backup", "migrate", "switch"],
        0.4,
    );
    for host in hosts {
        let output = ["curl: (22) The requested URL returned error: 500"];
        recording = recording.end("health", host, StepOutcome::Failed, &output);
    }
    let failed = hosts.map(|host| recording.failure("health", host, "exit code 1")).to_vec();
    recording.back(&["switch", "upload", "lock"], &hosts, None).finished(|finished| Finished {
        failed,
        left: vec![
            Left { host: Some("web1".into()), text: "2 migrations ran and stay".to_owned() },
            Left {
                host: Some("web1".into()),
                text: "backup from before: backups/20261120141203.sql.gz".to_owned(),
            },
        ],
        next: vec![
            next("deployer run production", "after fixing the cause"),
            next("deployer restore production 20261120141203", "take the database back too"),
        ],
        was_live: Some(6.4),
        ..finished
    })
}

/// One host cannot be taken back.
pub(in crate::report) fn stuck() -> Recording {
    let recording = fails_after_the_switch();
    let mut recording = Recording { events: recording.events, ..Recording::of(recording.plan) };
    recording.events.retain(|event| {
        !matches!(
            event.kind,
            EventKind::RunFinished(_) | EventKind::UndoStarted { .. } | EventKind::UndoFinished { .. }
        )
    });
    recording.now = recording.events.last().map_or(0.0, |event| event.t);
    let failed = vec![
        recording.failure("health", "web1", "exit code 1"),
        recording.failure("switch", "web2", "undo failed: Disk quota exceeded"),
    ];
    recording
        .back(&["switch"], &["web1", "web3"], None)
        .back(&["switch"], &["web2"], Some("Disk quota exceeded"))
        .back(&["upload", "lock"], &["web1", "web3"], None)
        .finished(|mut finished| {
            finished.live.insert("web2".into(), Some(id(NEW)));
            Finished {
                outcome: Outcome::Stuck,
                exit: 3,
                failed,
                left: vec![Left {
                    host: Some("web2".into()),
                    text: "the lock, so that nobody makes it worse".to_owned(),
                }],
                next: vec![
                    next("deployer ssh production --host web2", "make room, then"),
                    next("deployer run production", "finish it"),
                ],
                ..finished
            }
        })
}

/// The person stops the run during the upload.
pub(in crate::report) fn interrupted() -> Recording {
    let mut recording = Recording::of(plan(3))
        .well(&["lock", "checkout", "composer-install", "npm-build", "package"], 3.1)
        .start("upload", "web1")
        .start("upload", "web2")
        .start("upload", "web3")
        .pass(1.0)
        .progress("upload", "web1", 1_900_000)
        .progress("upload", "web2", 2_900_000);
    recording.put(EventKind::Interrupted { signal: "SIGINT".to_owned() });
    let step = recording.number("upload");
    for host in ["web1", "web2", "web3"] {
        let reason = Some("stopped".to_owned());
        let (host, outcome) = (Some(host.into()), StepOutcome::Failed);
        recording.put(EventKind::StepFinished {
            step,
            host,
            outcome,
            seconds: 1.0,
            exit: None,
            reason,
            sent: None,
            taken: None,
        });
    }
    recording
        .back(&["upload", "lock"], &["web1", "web2", "web3"], None)
        .finished(|finished| Finished { exit: 130, ..finished })
}
