//! A dump in the place of the database: found, read to its end, and asked about.

use std::io::Write;

use minijinja::context;

use super::super::args::{Common, Restore};
use super::super::ask;
use super::super::backup::script;
use super::super::execution::execute;
use super::super::fault::Fault;
use super::super::preparation::{Look, Preparation};
use super::super::secrets::Need;
use super::super::stage;
use super::super::surroundings::Surroundings;
use crate::backup::dump::Dump;
use crate::backup::told;
use crate::config::HostConfig;
use crate::facts::Facts;
use crate::host::HostName;
use crate::plan::database::{self, Purpose};
use crate::plan::preflight::{HostReport, Problem};
use crate::plan::{Loading, restore_database};
use crate::release::ReleaseId;
use crate::report::reload;

/// Restores a dump, after a look at it and a question.
///
/// # Errors
/// When the restore does not begin.
pub async fn restore(args: &Restore, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let id = args.archive.parse().ok().or_else(|| Dump::read(&args.archive).map(|dump| dump.id));
    let id: ReleaseId = id.ok_or_else(|| {
        let text = format!("--database takes the id of a dump, as 20260102030405, not `{}`", args.archive);
        Fault::usage(text).next(format!("deployer backup {} --list", args.stage), "which there are")
    })?;
    if !common.yes && surroundings.ask.is_none() {
        let text = "a restore replaces the database, and there is no terminal to ask whether it may";
        let run = format!("deployer restore {} {id} --database --yes", args.stage);
        return Err(Fault::usage(text).next(run, "if it may"));
    }
    let config = stage::open(&args.stage, common, surroundings)?;
    let mut preparation = Preparation::with(config, Look::Hosts, Need::Notify, surroundings).await?;
    let place = format!("{} to {}", preparation.config.application, preparation.config.stage);
    let found = find(&mut preparation, &id, surroundings).await?;
    if !common.yes && !sure(&place, &found, &preparation.config.stage, common, surroundings)? {
        writeln!(std::io::stderr(), "Not started. Nothing was changed on any host.")?;
        return Ok(4);
    }
    let plan = restore_database(&preparation.inputs(surroundings), &found.loading);
    execute(plan.map_err(|error| Fault::because(&error))?, preparation, common, surroundings).await
}

/// A dump that was read to its end, and what it would replace.
pub struct Found {
    /// What is to happen.
    pub loading: Loading,
    /// What a person is told of it.
    pub told: reload::Told,
}

/// Asks for the name of the stage or of the database.
///
/// # Errors
/// When the question cannot be written.
pub fn sure(
    place: &str,
    found: &Found,
    stage: &str,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<bool, Fault> {
    let screen = surroundings.stderr(common);
    reload::print(&mut std::io::stderr().lock(), place, &found.loading, &found.told, &screen)?;
    let database = found.told.database.as_str();
    let question = format!("To replace it, type the name of the stage ({stage}) or of the database");
    Ok(ask::typed(&question, &[stage, database]))
}

/// Finds a dump on the host that looks after the database, and has it read there.
///
/// # Errors
/// Why it cannot be used.
pub async fn find(
    preparation: &mut Preparation,
    id: &ReleaseId,
    surroundings: &Surroundings,
) -> Result<Found, Fault> {
    let before = super::next(preparation, surroundings);
    let inputs = preparation.inputs(surroundings);
    let (host, facts) = database::host(&inputs)
        .map(|(host, facts)| (host.clone(), facts.clone()))
        .expect("a stage has hosts");
    let found = look(preparation, &host, &facts, id).await;
    let (dump, sha256, told) = found.map_err(|problem| {
        let run = format!("deployer backup {} --list", preparation.config.stage);
        not_ready(preparation, host.name.clone(), problem.next(run, "which dumps there are"))
    })?;
    let age = surroundings.now.duration_since(id.time()).as_secs_f64().max(0.0);
    let before = dump.with_id(&before);
    Ok(Found {
        loading: Loading { host: host.name, dump, sha256, before },
        told: reload::Told { age, ..told },
    })
}

async fn look(
    preparation: &mut Preparation,
    host: &HostConfig,
    facts: &Facts,
    id: &ReleaseId,
) -> Result<(Dump, String, reload::Told), Problem> {
    let Some(dump) = facts.dumps.iter().find(|dump| dump.id == *id).cloned() else {
        return Err(Problem::new(format!("there is no dump {id} with its checksum in backups")));
    };
    let live = facts.live().ok_or_else(|| Problem::new("no release is live that knows of the database"))?;
    let (layout, stage) = (facts.layout(), &preparation.config.stage);
    let values = database::values(host, facts, stage, layout.release(&live), Purpose::Backup, id);
    let path = format!("{}/{dump}", layout.backups());
    let values = context! { archive => path.as_str(), ..values };
    let session = preparation.reached.iter_mut().find(|reached| reached.name == host.name);
    let session = &mut session.expect("all hosts were reached").session;
    let lines = script::INSPECT_DUMP.lines(session, &values).await.map_err(Problem::new)?;
    let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let number = |name: &str| value(name).and_then(|text| text.trim().parse::<u64>().ok());
    let (sum, recorded) = (value("sum").and_then(told::checksum), value("recorded").and_then(told::checksum));
    match (sum, recorded) {
        (Some(sum), Some(recorded)) if sum == recorded && value("whole").is_some() => {
            let told = reload::Told {
                bytes: number("bytes").unwrap_or_default(),
                tables: number("tables").unwrap_or_default(),
                database: value("database").unwrap_or_default().to_owned(),
                age: 0.0,
            };
            Ok((dump, sum, told))
        }
        (Some(sum), Some(recorded)) if sum != recorded => {
            Err(Problem::new(format!("{path} has changed: its SHA-256 is {sum}, recorded is {recorded}")))
        }
        _ => Err(Problem::new(format!("{path} is damaged or cut short"))),
    }
}

fn not_ready(preparation: &Preparation, host: HostName, problem: Problem) -> Fault {
    let report = HostReport {
        host,
        summary: String::new(),
        found: Vec::new(),
        problems: vec![problem],
        warnings: Vec::new(),
    };
    let (application, stage) = (preparation.config.application.clone(), preparation.config.stage.clone());
    Fault::NotReady { application, stage, reports: vec![report] }
}
