//! Dumps of the database by hand: made on its host, as a deploy makes them, and brought here.
#![expect(clippy::disallowed_methods, reason = "the time of a dump is taken here")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use minijinja::context;

use super::super::args::{Backup as Args, Common};
use super::super::fault::Fault;
use super::super::hosts::Reached;
use super::super::surroundings::Surroundings;
use super::{make, on_host, script, streamed};
use crate::backup::dump::Dump;
use crate::backup::receive::receive;
use crate::backup::retention::{Keep, surplus};
use crate::backup::store::{self, Store};
use crate::config::{Config, HostConfig};
use crate::event::Next;
use crate::plan::database::{self, Purpose};
use crate::plan::preflight::HostReport;
use crate::release::ReleaseId;
use crate::report::backup::{self, Act, Backup, Good, HostBackup};

/// Dumps the database, or brings a dump here; `config` has the one host that looks after it.
///
/// # Errors
/// When what happened cannot be told. The exit code tells whether there is a dump.
pub async fn database(
    args: &Args,
    config: &Config,
    base: &Path,
    answers: Vec<Result<Reached, HostReport>>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let began = Instant::now();
    let id = args.download.clone().unwrap_or_else(|| ReleaseId::at(surroundings.now));
    let keep = make::keep(args, config);
    let mut hosts = Vec::new();
    for (answer, host) in answers.into_iter().zip(&config.hosts) {
        let began = Instant::now();
        let mut reached = match answer {
            Ok(reached) => reached,
            Err(report) => {
                hosts.push(HostBackup::not_started(report.host, report.problems));
                continue;
            }
        };
        let outcome = match args.download {
            Some(_) => download(&reached, &id, base).await,
            None => dump(&mut reached, host, &config.stage, &id, keep, surroundings).await,
        };
        reached.session.close().await;
        hosts.push(HostBackup::ended(reached.name, outcome, began.elapsed().as_secs_f64()));
    }
    let exit = match hosts.iter().all(|host| host.problems.is_empty()) {
        true => 0,
        false if hosts.iter().all(|host| host.not_started) => 4,
        false => 1,
    };
    let act = if args.download.is_some() { Act::Downloaded } else { Act::Made };
    let (application, stage) = (config.application.clone(), config.stage.clone());
    let (seconds, next) = (began.elapsed().as_secs_f64(), next(&hosts, &stage, &id));
    let made = Backup { application, stage, act, id, seconds, hosts, next };
    if super::super::wants_json(common) {
        super::super::answer(&made)?;
    } else {
        backup::print(&mut std::io::stderr().lock(), &made, &surroundings.stderr(common))?;
    }
    Ok(exit)
}

fn next(hosts: &[HostBackup], stage: &str, id: &ReleaseId) -> Vec<Next> {
    let mut next: Vec<Next> = hosts.iter().flat_map(|host| host.next.clone()).collect();
    if hosts.iter().any(|host| host.archive.is_some()) {
        let run = format!("deployer restore {stage} {id} --database");
        next.push(Next { run, why: "puts this dump in the place of the database".to_owned() });
    } else {
        let run = format!("deployer backup {stage} --list");
        next.push(Next { run, why: "which dumps there are".to_owned() });
    }
    next
}

/// Makes a dump on the host and removes what is no longer kept.
async fn dump(
    reached: &mut Reached,
    host: &HostConfig,
    stage: &str,
    id: &ReleaseId,
    keep: Keep,
    surroundings: &Surroundings,
) -> Result<Good, Vec<String>> {
    let facts = &reached.facts;
    let live =
        facts.live().ok_or_else(|| vec!["no release is live that knows of the database".to_owned()])?;
    let place = facts.layout().release(&live);
    let values = database::values(host, facts, stage, place, Purpose::Backup, id);
    let mut said = Vec::new();
    let code = script::DUMP.run(&mut reached.session, &values, |line| said.push(line.to_owned())).await;
    said.retain(|line| !line.trim().is_empty());
    if code.map_err(|reason| vec![reason])? != 0 {
        return Err(if said.is_empty() { vec!["the dump was not made".to_owned()] } else { said });
    }
    let stored = on_host::all(&mut reached.session, &reached.facts).await.map_err(|reason| vec![reason])?;
    let made = stored
        .iter()
        .find_map(|stored| Some((stored.dump.as_ref().filter(|dump| dump.id == *id)?, stored.bytes)));
    // There is none of a database in memory.
    let Some((dump, bytes)) = made else { return Err(said) };
    let archive = format!("backups/{dump}");
    // The last line says that it is there.
    said.pop();
    let mut good = Good { archive, bytes, entries: 0, warnings: said, removed: Vec::new() };
    match prune(reached, &stored, keep, surroundings).await {
        Ok(removed) => good.removed = removed,
        Err(reason) => good.warnings.push(format!("old dumps were not removed: {reason}")),
    }
    Ok(good)
}

async fn prune(
    reached: &mut Reached,
    stored: &[store::Stored],
    keep: Keep,
    surroundings: &Surroundings,
) -> Result<Vec<ReleaseId>, String> {
    let recorded = stored.iter().filter(|stored| stored.recorded);
    let dumps: Vec<&Dump> = recorded.filter_map(|stored| stored.dump.as_ref()).collect();
    let good: BTreeSet<_> = dumps.iter().map(|dump| dump.id.clone()).collect();
    let gone = surplus(&good, keep, surroundings.now);
    if !gone.is_empty() {
        let names: Vec<_> =
            dumps.iter().filter(|dump| gone.contains(&dump.id)).map(ToString::to_string).collect();
        let values = context! { backups => reached.facts.layout().backups(), surplus => names };
        script::PRUNE.lines(&mut reached.session, &values).await?;
    }
    Ok(gone)
}

/// Brings a dump here. It is what was recorded when it was made, to the last byte.
async fn download(reached: &Reached, id: &ReleaseId, base: &Path) -> Result<Good, Vec<String>> {
    let Some(dump) = reached.facts.dumps.iter().find(|dump| dump.id == *id) else {
        return Err(vec![format!("there is no dump {id} with its checksum on the host")]);
    };
    store::make_base(base).map_err(|error| streamed::because(&error))?;
    let store = Store::new(base, reached.name.as_str());
    let mut partial = store.begin_as(&dump.to_string()).map_err(|error| streamed::because(&error))?;
    let token = streamed::token();
    let archive = format!("{}/{dump}", reached.facts.layout().backups());
    let values = context! { archive, token => token.as_str() };
    let text = script::SEND.render(&values).map_err(|reason| vec![reason])?;
    let received = receive(&reached.connection, &text, &token, &mut partial, |_| ()).await?;
    let sum = received.told.sum.unwrap_or_default();
    if sum != received.sha256 {
        let text = format!("the dump arrived changed: SHA-256 is {}, not {sum}", received.sha256);
        return Err(vec![text]);
    }
    let bytes =
        partial.reader().and_then(|file| store::size(&file)).map_err(|error| streamed::because(&error))?;
    let path = partial.finish(&received.sha256).map_err(|error| streamed::because(&error))?;
    Ok(Good {
        archive: path.display().to_string(),
        bytes,
        entries: 0,
        warnings: Vec::new(),
        removed: Vec::new(),
    })
}
