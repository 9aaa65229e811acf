//! Archives that hosts keep, brought to the controller.
#![expect(clippy::disallowed_methods, reason = "the time of a download is taken here")]

use std::path::Path;
use std::time::Instant;

use minijinja::context;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::hosts::Reached;
use super::super::surroundings::Surroundings;
use super::{on_host, script, streamed};
use crate::backup::receive::{receive, verify};
use crate::backup::store::{self, Store};
use crate::config::Config;
use crate::event::Next;
use crate::plan::preflight::{HostReport, Problem};
use crate::release::ReleaseId;
use crate::report::backup::{self, Act, Backup, Good, HostBackup};

/// Brings the archives with that id from all hosts that have one.
///
/// # Errors
/// When what happened cannot be told. The exit code tells whether all arrived.
pub async fn download(
    id: &ReleaseId,
    config: &Config,
    base: &Path,
    answers: Vec<Result<Reached, HostReport>>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let began = Instant::now();
    let mut hosts = Vec::new();
    // One after the other: each is told as a whole, and one line is soon full.
    for answer in answers {
        hosts.push(one(answer, id, base, &config.stage).await);
    }
    let arrived = hosts.iter().any(|host| host.archive.is_some());
    let exit = match hosts.iter().all(|host| host.problems.is_empty()) {
        true => 0,
        false if arrived || hosts.iter().any(|host| !host.not_started) => 1,
        false => 4,
    };
    let mut next: Vec<Next> = hosts.iter().flat_map(|host| host.next.clone()).collect();
    if arrived {
        let run = format!("deployer restore {} {id}", config.stage);
        next.push(Next { run, why: "puts this data back".to_owned() });
    }
    let (application, stage) = (config.application.clone(), config.stage.clone());
    let seconds = began.elapsed().as_secs_f64();
    let made = Backup { application, stage, act: Act::Downloaded, id: id.clone(), seconds, hosts, next };
    if super::super::wants_json(common) {
        super::super::answer(&made)?;
    } else {
        backup::print(&mut std::io::stderr().lock(), &made, &surroundings.stderr(common))?;
    }
    Ok(exit)
}

async fn one(answer: Result<Reached, HostReport>, id: &ReleaseId, base: &Path, stage: &str) -> HostBackup {
    let began = Instant::now();
    let mut host = match answer {
        Ok(host) => host,
        Err(report) => return HostBackup::not_started(report.host, report.problems),
    };
    match on_host::list(&mut host.session, &host.facts).await {
        Ok(stored) if stored.iter().any(|archive| archive.id == *id) => {}
        Ok(_) => {
            let next =
                Next { run: format!("deployer backup {stage} --list"), why: "what is there".to_owned() };
            let text = format!("there is no backup {id} on the host");
            return HostBackup::not_started(
                host.name,
                vec![Problem { next: vec![next], ..Problem::new(text) }],
            );
        }
        Err(reason) => return HostBackup::not_started(host.name, vec![Problem::new(reason)]),
    }
    let outcome = whole(&host, id, base).await;
    host.session.close().await;
    HostBackup::ended(host.name, outcome, began.elapsed().as_secs_f64())
}

async fn whole(host: &Reached, id: &ReleaseId, base: &Path) -> Result<Good, Vec<String>> {
    store::make_base(base).map_err(|error| streamed::because(&error))?;
    let store = Store::new(base, host.name.as_str());
    let mut partial = store.begin(id).map_err(|error| streamed::because(&error))?;
    let token = streamed::token();
    let values = context! { archive => on_host::path(&host.facts, id), token => token.as_str() };
    let text = script::SEND.render(&values).map_err(|reason| vec![reason])?;
    let received = receive(&host.connection, &text, &token, &mut partial, |_| ()).await?;
    let contents = verify(&received, &partial).await.map_err(|reason| vec![reason])?;
    let path = partial.finish(&contents.sha256).map_err(|error| streamed::because(&error))?;
    Ok(Good {
        archive: path.display().to_string(),
        bytes: contents.bytes,
        entries: contents.entries,
        warnings: Vec::new(),
        removed: Vec::new(),
    })
}
