//! `deployer restore`: the shared data of a backup in the place of the present data.

pub(super) mod database;
mod found;
mod look;

use std::collections::BTreeMap;
use std::io::Write;

use futures::future::join_all;

use super::args::{Common, Restore};
use super::execution::execute;
use super::fault::Fault;
use super::hosts::Reached;
use super::preparation::{Look, Preparation};
use super::secrets::Need;
use super::surroundings::Surroundings;
use super::{ask, backup};
use crate::host::HostName;
use crate::plan::preflight::{HostReport, Problem};
use crate::plan::restore::{Replacement, Subject};
use crate::plan::{self};
use crate::release::ReleaseId;
use crate::report::restore as question;
use crate::template::quote;

/// What the command line names.
enum Wanted {
    /// The archives of a backup, one for each host.
    Id(ReleaseId),
    /// One file.
    File(std::path::PathBuf),
}

/// Returns the command line again: what a person types must not replace more than they asked for.
fn again(args: &Restore, common: &Common) -> Result<String, Fault> {
    let mut words = vec!["deployer", "restore", &args.stage, &args.archive];
    words.extend(args.only.iter().flat_map(|only| ["--only", only.as_str()]));
    let from = args.from.as_ref().map(|from| from.display().to_string());
    words.extend(from.iter().flat_map(|from| ["--from", from.as_str()]));
    words.extend(common.host.iter().flat_map(|host| ["--host", host.as_str()]));
    words.extend(common.role.iter().flat_map(|role| ["--role", role.as_str()]));
    let words: Result<Vec<_>, _> = words.into_iter().map(quote::word).collect();
    Ok(words.map_err(Fault::usage)?.join(" "))
}

/// Restores a backup, after a look at it and a question.
///
/// # Errors
/// When the restore does not begin.
pub async fn restore(args: &Restore, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    if args.database {
        return database::restore(args, common, surroundings).await;
    }
    let part = args.only.as_deref().map(part).transpose()?;
    if !common.yes && surroundings.ask.is_none() {
        let text = "a restore replaces the shared data, and there is no terminal to ask whether it may";
        let run = format!("{} --yes", again(args, common)?);
        return Err(Fault::usage(text).next(run, "if it may"));
    }
    let config = super::stage::open(&args.stage, common, surroundings)?;
    let preparation = Preparation::with(config, Look::Hosts, Need::Notify, surroundings).await?;
    let wanted = wanted(args, &preparation, surroundings)?;
    let base = backup::base(&preparation.config, args.from.as_deref(), surroundings);
    let (preparation, hosts) = look_at(preparation, &wanted, &base, part.as_deref()).await?;
    let id = next(&preparation, surroundings);
    let subject = Subject { id, archive: wanted.name(), part, hosts };
    let place = format!("{} to {}", preparation.config.application, preparation.config.stage);
    if !common.yes && !sure(&place, &subject, common, surroundings)? {
        writeln!(std::io::stderr(), "Not started. Nothing was changed on any host.")?;
        return Ok(4);
    }
    let plan =
        plan::restore(&preparation.inputs(surroundings), &subject).map_err(|error| Fault::because(&error))?;
    execute(plan, preparation, common, surroundings).await
}

impl Wanted {
    /// Returns the file name of the archive.
    fn name(&self) -> String {
        match self {
            Self::Id(id) => crate::backup::name::of(id),
            Self::File(file) => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }
}

/// Returns the id of the restore: newer than all releases and all runs that any host knows.
fn next(preparation: &Preparation, surroundings: &Surroundings) -> ReleaseId {
    let entries = preparation.facts.values().flat_map(|facts| facts.history.entries());
    let newest = entries.map(|entry| entry.id.clone()).max();
    ReleaseId::after(preparation.inputs(surroundings).next_release().time(), newest.as_ref())
}

/// Reads a path below `shared`.
fn part(text: &str) -> Result<String, Fault> {
    let path = text.trim_end_matches('/').trim_start_matches("./");
    let is_odd = |part: &str| matches!(part, "" | "." | "..");
    if path.split('/').any(is_odd) || path.chars().any(char::is_control) {
        return Err(Fault::usage(format!("--only takes a path below shared, as storage/app, not `{text}`")));
    }
    Ok(path.to_owned())
}

fn wanted(args: &Restore, preparation: &Preparation, surroundings: &Surroundings) -> Result<Wanted, Fault> {
    if let Ok(id) = args.archive.parse() {
        return Ok(Wanted::Id(id));
    }
    let hosts = &preparation.config.hosts;
    if let [first, _, ..] = hosts.as_slice() {
        let text = format!("{} is one file, and {} has {} hosts", args.archive, args.stage, hosts.len());
        let run = format!("{} --host {}", again(args, &Common::default())?, first.name);
        return Err(Fault::usage(text).next(run, "one host"));
    }
    Ok(Wanted::File(surroundings.directory.join(&args.archive)))
}

/// Looks at the archive of each host and at what it replaces.
async fn look_at(
    mut preparation: Preparation,
    wanted: &Wanted,
    base: &std::path::Path,
    part: Option<&str>,
) -> Result<(Preparation, BTreeMap<HostName, Replacement>), Fault> {
    let reached = std::mem::take(&mut preparation.reached);
    let stage = preparation.config.stage.clone();
    let turns = reached.into_iter().map(async |mut host| {
        let found = of_host(&mut host, wanted, base, part).await;
        (host, found.map_err(|problem| with_next(problem, &stage)))
    });
    let (mut hosts, mut reports, mut is_wrong) = (BTreeMap::new(), Vec::new(), false);
    for (host, found) in join_all(turns).await {
        let mut report = HostReport {
            host: host.name.clone(),
            summary: "has its archive".to_owned(),
            ..HostReport::default()
        };
        match found {
            Ok(found) => {
                hosts.insert(host.name.clone(), found);
            }
            Err(problem) => {
                is_wrong = true;
                report.problems.push(problem);
            }
        }
        reports.push(report);
        preparation.reached.push(host);
    }
    if is_wrong {
        let application = preparation.config.application.clone();
        return Err(Fault::NotReady { application, stage: preparation.config.stage.clone(), reports });
    }
    Ok((preparation, hosts))
}

fn with_next(mut problem: Problem, stage: &str) -> Problem {
    // What is wrong with the host itself is not mended by another archive.
    if problem.next.is_empty() && problem.detail.is_empty() {
        let run = format!("deployer backup {stage} --list");
        problem.next.push(crate::event::Next { run, why: "which backups there are".to_owned() });
    }
    problem
}

async fn of_host(
    host: &mut Reached,
    wanted: &Wanted,
    base: &std::path::Path,
    part: Option<&str>,
) -> Result<Replacement, Problem> {
    look::refuse(&host.name, &host.facts)?;
    let archive = found::find(host, wanted, base, part).await?;
    look::look(host, archive, part).await
}

fn sure(place: &str, subject: &Subject, common: &Common, surroundings: &Surroundings) -> Result<bool, Fault> {
    let screen = surroundings.stderr(common);
    question::print(&mut std::io::stderr().lock(), place, subject, &screen)?;
    Ok(ask::confirm("Replace it?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_path_below_shared() {
        assert_eq!(part("./storage/app/").unwrap(), "storage/app");
        for odd in ["", ".", "/etc", "a/../b", "..", "a//b", "a\nb"] {
            assert!(part(odd).is_err(), "{odd:?}");
        }
    }
}
