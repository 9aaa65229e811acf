//! `deployer run`, `deployer plan` and `deployer rollback`: a plan is made, and shown or run.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use super::args::{Common, Plan as PlanArgs, Rollback, Run};
use super::execution::execute;
use super::fault::Fault;
use super::preparation::{Look, Preparation, of_stage};
use super::reload;
use super::saved;
use super::secrets::Need;
use super::sql;
use super::surroundings::Surroundings;
use crate::facts::Facts;
use crate::plan::inputs::PlanError;
use crate::plan::{self, Plan, Revision};
use crate::release::ReleaseId;
use crate::report::plan::Depth;
use crate::report::{self};

/// Deploys, or runs a saved plan.
///
/// # Errors
/// When the run does not begin.
pub async fn run(args: &Run, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    if let Some(file) = &args.plan {
        return run_saved(file, args.stage.as_deref(), common, surroundings).await;
    }
    let stage = args.stage.as_deref().unwrap_or_default();
    if args.dry_run {
        let args = PlanArgs { stage: stage.to_owned(), files: false, commands: false, sql: false, out: None };
        return show(&args, common, surroundings).await;
    }
    let preparation = of_stage(stage, Look::HostsAndSource, common, surroundings).await?;
    preparation.must_be_ready(surroundings)?;
    let inputs = preparation.inputs(surroundings);
    let plan = plan::deploy(&inputs, &inputs.next_release())
        .map_err(|error| planless(error, &preparation.config.stage))?;
    execute(plan, preparation, common, surroundings).await
}

/// Shows the plan of a deploy.
///
/// # Errors
/// When it cannot be made.
pub async fn show(args: &PlanArgs, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut preparation = of_stage(&args.stage, Look::HostsAndSource, common, surroundings).await?;
    preparation.must_be_ready(surroundings)?;
    let inputs = preparation.inputs(surroundings);
    let mut plan = plan::deploy(&inputs, &inputs.next_release())
        .map_err(|error| planless(error, &preparation.config.stage))?;
    if args.sql {
        sql::pretend(&mut plan, &mut preparation).await?;
    }
    if let Some(file) = &args.out {
        saved::write(file, &plan)?;
    }
    let depth = match args {
        PlanArgs { commands: true, .. } => Depth::Commands,
        PlanArgs { files: true, .. } => Depth::Files,
        PlanArgs { .. } if common.verbose => Depth::Commits,
        PlanArgs { .. } => Depth::Summary,
    };
    print(&plan, depth, args.out.as_deref(), common, surroundings)?;
    Ok(0)
}

fn print(
    plan: &Plan,
    depth: Depth,
    saved: Option<&Path>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    if super::wants_json(common) {
        serde_json::to_writer_pretty(&mut out, plan).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    let saved = saved.map(|file| file.display().to_string());
    report::plan::print(&mut out, plan, depth, saved.as_deref(), &surroundings.stdout(common))?;
    Ok(())
}

async fn run_saved(
    file: &Path,
    stage: Option<&str>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let plan = saved::read(file)?;
    if stage.is_some_and(|stage| stage != plan.stage) {
        return Err(Fault::usage(format!("{} is a plan for {}", file.display(), plan.stage)));
    }
    let stage = &plan.stage;
    let no_restore =
        || Fault::usage(format!("{} is a plan of a restore, which is not saved", file.display()));
    let preparation = match plan.kind {
        plan::Kind::Deploy => of_stage(stage, Look::HostsAndSource, common, surroundings).await?,
        plan::Kind::Rollback => rollback_preparation(stage, common, surroundings).await?,
        plan::Kind::Restore => return Err(no_restore()),
    };
    preparation.must_be_ready(surroundings)?;
    let inputs = preparation.inputs(surroundings);
    let now = match plan.kind {
        plan::Kind::Deploy => plan::deploy(&inputs, &plan.release),
        plan::Kind::Rollback => plan::rollback(&inputs, &plan.release),
        plan::Kind::Restore => return Err(no_restore()),
    };
    saved::must_be_same(&plan, &now.map_err(|error| planless(error, stage))?)?;
    execute(plan, preparation, common, surroundings).await
}

/// Makes an older release live.
///
/// # Errors
/// When the run does not begin.
pub async fn rollback(args: &Rollback, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut preparation = rollback_preparation(&args.stage, common, surroundings).await?;
    preparation.must_be_ready(surroundings)?;
    let release = target(&preparation, args.to.as_ref()).map_err(|error| planless(error, &args.stage))?;
    preparation.origin.revision = described(&preparation, &release);
    preparation.origin.packages = packages(&preparation, &release);
    let loading = match args.with_db {
        true => {
            match reload::loading(&mut preparation, &release, args.dry_run, common, surroundings).await? {
                Some(loading) => Some(loading),
                None => {
                    writeln!(std::io::stderr(), "Not started. Nothing was changed on any host.")?;
                    return Ok(4);
                }
            }
        }
        false => None,
    };
    let inputs = preparation.inputs(surroundings);
    let plan = match &loading {
        Some(loading) => plan::rollback_with_database(&inputs, &release, loading),
        None => plan::rollback(&inputs, &release),
    };
    let plan = plan.map_err(|error| planless(error, &args.stage))?;
    if args.dry_run {
        print(&plan, Depth::Summary, None, common, surroundings)?;
        return Ok(0);
    }
    execute(plan, preparation, common, surroundings).await
}

async fn rollback_preparation(
    stage: &str,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<Preparation, Fault> {
    let config = super::stage::open(stage, common, surroundings)?;
    Preparation::with(config, Look::Survey, Need::Steps, surroundings).await
}

/// Returns the release to go back to: the same on all hosts.
fn target(preparation: &Preparation, wanted: Option<&ReleaseId>) -> Result<ReleaseId, PlanError> {
    let mut chosen: Vec<(ReleaseId, String)> = Vec::new();
    for host in &preparation.config.hosts {
        let facts = &preparation.facts[&host.name];
        let release = match wanted {
            Some(wanted) => whole(facts, wanted).ok_or_else(|| PlanError::NoSuchRelease {
                host: host.name.clone(),
                release: wanted.clone(),
            })?,
            None => {
                facts.previous().ok_or_else(|| PlanError::NothingToGoBackTo { host: host.name.clone() })?
            }
        };
        chosen.push((release, host.name.to_string()));
    }
    let (first, _) = chosen.first().cloned().expect("a stage has hosts");
    if chosen.iter().all(|(release, _)| *release == first) {
        return Ok(first);
    }
    let each: Vec<_> = chosen.into_iter().map(|(release, host)| format!("{host}: {release}")).collect();
    Err(PlanError::Different(each.join(", ")))
}

/// Returns the release if it is there whole: it has been live, so its run has made it ready.
fn whole(facts: &Facts, wanted: &ReleaseId) -> Option<ReleaseId> {
    facts.good().contains(wanted).then(|| wanted.clone())
}

/// Returns what a release says it is made of.
fn described(preparation: &Preparation, release: &ReleaseId) -> Revision {
    let description = preparation.facts.values().find_map(|facts| facts.descriptions.get(release));
    description.cloned().map_or_else(Revision::default, |found| Revision {
        commit: found.commit,
        reference: found.reference,
        subject: found.subject,
    })
}

/// Returns what a release says of its packages.
fn packages(preparation: &Preparation, release: &ReleaseId) -> BTreeMap<String, String> {
    let description = preparation.facts.values().find_map(|facts| facts.descriptions.get(release));
    description.map(|found| found.packages.clone()).unwrap_or_default()
}

/// Says why there is no plan, and what to type instead.
fn planless(error: PlanError, stage: &str) -> Fault {
    let next = match &error {
        PlanError::NothingToGoBackTo { .. } | PlanError::NoSuchRelease { .. } => {
            Some((format!("deployer releases {stage}"), "what is there"))
        }
        PlanError::Different(_) => {
            Some((format!("deployer rollback {stage} --to ID"), "the same on all hosts"))
        }
        PlanError::Step { .. } | PlanError::BuiltIn { .. } | PlanError::Value(_) => None,
    };
    let fault = Fault::because(&error);
    match next {
        Some((run, why)) => fault.next(run, why),
        None => fault,
    }
}
