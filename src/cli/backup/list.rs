//! The archives of a stage, on the controller and on its hosts.

use std::path::Path;

use futures::future::join_all;
use jiff::Timestamp;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::hosts::Reached;
use super::super::surroundings::Surroundings;
use super::on_host;
use crate::backup::store::{Store, Stored};
use crate::config::Config;
use crate::event::Next;
use crate::host::HostName;
use crate::plan::preflight::HostReport;
use crate::report::archives::{self, Archive, Archives, Place, Unasked, What};

/// Lists them, oldest first; a host that does not answer keeps no other from being shown.
///
/// # Errors
/// When the controller's own cannot be read. With a host that did not answer, the exit code is 4.
pub async fn list(
    config: &Config,
    base: &Path,
    answers: Vec<Result<Reached, HostReport>>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let mut found = Vec::new();
    for host in &config.hosts {
        let stored = Store::new(base, host.name.as_str()).all().map_err(|error| Fault::because(&error))?;
        found.extend(
            stored.into_iter().map(|stored| archive(stored, &host.name, Place::Here, surroundings.now)),
        );
    }
    let (mut unasked, mut next) = (Vec::new(), Vec::new());
    for answer in join_all(answers.into_iter().map(of_host)).await {
        match answer {
            Ok((name, stored)) => found.extend(
                stored.into_iter().map(|stored| archive(stored, &name, Place::Host, surroundings.now)),
            ),
            Err((host, problem, wanted)) => {
                unasked.push(Unasked { host, problem });
                next.extend(wanted);
            }
        }
    }
    found.sort_by(|a, b| (&a.id, &a.host, a.place).cmp(&(&b.id, &b.host, b.place)));
    let exit = if unasked.is_empty() { 0 } else { 4 };
    let folder = base.display().to_string();
    if found.is_empty() && unasked.is_empty() {
        next.push(Next { run: format!("deployer backup {}", config.stage), why: "makes one".to_owned() });
    }
    let list = Archives { folder, archives: found, unasked, next };
    if super::super::wants_json(common) {
        super::super::answer(&list)?;
    } else {
        archives::print(&mut std::io::stdout().lock(), &list, &surroundings.stdout(common))?;
    }
    Ok(exit)
}

type Unknown = (HostName, String, Vec<Next>);

async fn of_host(answer: Result<Reached, HostReport>) -> Result<(HostName, Vec<Stored>), Unknown> {
    let mut host = answer.map_err(|report| {
        let problem = report.problems.into_iter().next();
        let (text, next) = problem.map_or_else(Default::default, |problem| (problem.text, problem.next));
        (report.host, text, next)
    })?;
    let stored = on_host::all(&mut host.session, &host.facts).await;
    host.session.close().await;
    let stored = stored.map_err(|reason| (host.name.clone(), reason, Vec::new()))?;
    Ok((host.name, stored))
}

fn archive(stored: Stored, host: &HostName, place: Place, now: Timestamp) -> Archive {
    let Stored { id, bytes, recorded, dump } = stored;
    let age = now.duration_since(id.time()).as_secs_f64().max(0.0);
    let what = if dump.is_some() { What::Database } else { What::Shared };
    Archive { id, host: host.clone(), what, place, bytes, age, checksum: recorded }
}
