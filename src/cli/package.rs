//! `deployer package`: the archive of a release for use elsewhere, and the list of what goes in. The
//! plan has only the steps on the controller, and no host is contacted.
#![expect(clippy::disallowed_methods, reason = "the time that it takes is told")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::args::{Common, Package};
use super::fault::Fault;
use super::offers::Asking;
use super::preparation::{Look, identity, origin};
use super::released::Released;
use super::surroundings::Surroundings;
use super::{secrets, signals, wants_json};
use crate::build::offer::Obstacle;
use crate::config::{BuildConfig, Config, Site};
use crate::event::{Event, EventKind, Failure};
use crate::execute::emitter::Emitter;
use crate::execute::stop::{Stop, Wish};
use crate::execute::workshop::Workshop;
use crate::execute::{Context, package as execute};
use crate::package::{self, Inventory, Packed, Resolved};
use crate::plan::inputs::{Inputs, Origin};
use crate::plan::{self, Plan, trial};
use crate::release::ReleaseId;
use crate::report::package::Archive;
use crate::report::{self, Reporter};
use crate::secret::redact::Redactor;

/// Makes an archive, or lists what would go in.
///
/// # Errors
/// When there is nothing to pack, or deploy.yml is wrong.
pub async fn package(args: &Package, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open_or_first(args.stage.as_deref(), common, surroundings)?;
    let Released { resolved, needs_dev, build, .. } = released(&config, surroundings).await?;
    let Some(resolved) = resolved else { return Err(Fault::usage("there is nothing to release")) };
    if let Some(refusal) = build.problems.first().filter(|_| !args.no_build) {
        let Obstacle { text, detail, .. } = &refusal.obstacle;
        return Err(Fault::usage(format!("it cannot be built here: {text}\n{}", detail.join("\n"))));
    }
    let release = args.release_id.clone().unwrap_or_else(|| {
        // The same commit gives the same archive, whenever it is made.
        ReleaseId::at(resolved.time.unwrap_or(surroundings.now))
    });
    let source = Origin { needs_dev, build, ..origin(Some(&resolved), &BTreeMap::new(), None).await };
    let mut plan = planned(&config, &source, &release, surroundings)?;
    if args.no_build {
        plan.steps.retain(|step| matches!(step.action, plan::Action::Checkout));
    }
    let file = args.out.as_ref().map(|file| surroundings.directory.join(file));
    let file = file
        .unwrap_or_else(|| surroundings.directory.join(format!("{}-{release}.tar.gz", config.application)));
    if file.is_dir() {
        return Err(Fault::usage(format!("{} is a folder: name a file", file.display())));
    }
    if !args.list && !file.parent().is_some_and(Path::is_dir) {
        return Err(Fault::usage(format!("cannot write {}: there is no such folder", file.display())));
    }
    let commit = resolved.revision.commit.clone();
    let wanted = (!args.list).then_some(file.as_path());
    match make(&plan, &config, resolved, wanted, common, surroundings).await? {
        Made::Failed(exit) => return Ok(exit),
        Made::Listing(listing) => list(&listing, args, common)?,
        Made::Archive(packed) => told(&archive(&packed, &file, release, commit, surroundings), common)?,
    }
    Ok(0)
}

/// Finds what is released; it is built here, for no other machine is asked.
async fn released(config: &Config, surroundings: &Surroundings) -> Result<Released, Fault> {
    let build = BuildConfig { on: vec![Site::Local], builder: None, ..config.build.clone() };
    let config = Config { build, ..config.clone() };
    let (secrets, identity) = (BTreeMap::new(), identity(surroundings));
    let redactor = Redactor::new(&secrets);
    let asking =
        Asking { config: &config, surroundings, secrets: &secrets, identity: &identity, redactor: &redactor };
    Released::find(Look::HostsAndSource, &asking).await
}

fn planned(
    config: &Config,
    source: &Origin,
    release: &ReleaseId,
    surroundings: &Surroundings,
) -> Result<Plan, Fault> {
    let facts = trial::unasked(config);
    let inputs = Inputs {
        config,
        facts: &facts,
        addresses: &BTreeMap::new(),
        source,
        environment: &surroundings.environment,
        now: surroundings.now,
    };
    plan::package(&inputs, release).map_err(|error| Fault::because(&error))
}

/// What came of it.
enum Made {
    /// A step failed, or the person stopped it, who has been told; with the exit code.
    Failed(u8),
    /// What would go in.
    Listing(Inventory),
    /// The archive.
    Archive(Box<Packed>),
}

/// Does the steps of the plan, and packs into the file, or lists where there is none.
async fn make(
    plan: &Plan,
    config: &Config,
    resolved: Resolved,
    file: Option<&Path>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<Made, Fault> {
    let secrets = secrets::of_plan(config, plan, surroundings).await?;
    let (sender, receiver) = unbounded_channel();
    let (wish, stop) = Stop::new();
    let signals = tokio::spawn(signals::watch(wish));
    let reporting = tokio::spawn(report(receiver, reporter(common, surroundings)));
    let context = Context {
        plan,
        identity: identity(surroundings),
        redactor: Redactor::new(&secrets),
        secrets,
        emit: Emitter::new(Instant::now(), sender),
        stop,
        reconnect: Arc::new(|_| Box::pin(async { Err("no host is contacted".to_owned()) })),
        builder: None,
        workshop: workshop(config, resolved, surroundings)?,
    };
    context.emit.emit(EventKind::RunStarted { by: surroundings.by.clone(), plan: Box::new(plan.clone()) });
    let made = execute::make(&context, file).await;
    // While no other run has the tree.
    let listing = context.workshop.tree().map(|tree| package::list(&tree, &config.exclude));
    let wish = context.stop.wish();
    signals.abort();
    drop(context);
    let _told = reporting.await;
    match (made, listing) {
        (Ok(Some(packed)), _) => Ok(Made::Archive(Box::new(packed))),
        (Ok(None), Some(listing)) => Ok(Made::Listing(listing.map_err(|error| Fault::because(&error))?)),
        (Ok(None), None) => Ok(Made::Failed(1)),
        (Err(failure), _) => failed(plan, &failure, wish, common).map(Made::Failed),
    }
}

fn workshop(config: &Config, resolved: Resolved, surroundings: &Surroundings) -> Result<Workshop, Fault> {
    let spool = surroundings.cache.join("spool");
    std::fs::create_dir_all(&spool)
        .map_err(|error| Fault::usage(format!("cannot make {}: {error}", spool.display())))?;
    Ok(Workshop::new(Some(resolved), config.application.clone(), surroundings.cache.clone(), spool))
}

/// Tells that nothing was made, and returns the exit code.
fn failed(plan: &Plan, failure: &Failure, wish: Wish, common: &Common) -> Result<u8, Fault> {
    let name = plan.step(failure.step).map_or("", |step| step.name.as_str());
    let text = format!("{name}: {}\nNothing was made, and no host was contacted.", failure.reason);
    let exit = match wish {
        Wish::Go => 1,
        Wish::TakeBack { terminate: true } | Wish::Leave { terminate: true } => 143,
        Wish::TakeBack { terminate: false } | Wish::Leave { terminate: false } => 130,
    };
    refused(&text, exit, common)?;
    Ok(exit)
}

fn refused(text: &str, exit: u8, common: &Common) -> Result<(), Fault> {
    if wants_json(common) {
        let error = serde_json::json!({ "exit": exit, "message": text });
        writeln!(std::io::stdout(), "{}", serde_json::json!({ "v": 1, "ok": false, "error": error }))?;
    } else {
        writeln!(std::io::stderr(), "\nerror: {text}")?;
    }
    Ok(())
}

fn reporter(common: &Common, surroundings: &Surroundings) -> Box<dyn Reporter + Send> {
    let silent = wants_json(common) || common.quiet;
    let out: Box<dyn Write + Send> =
        if silent { Box::new(std::io::sink()) } else { Box::new(std::io::stderr()) };
    report::making(out, surroundings.stderr(common), common.verbose)
}

async fn report(mut events: UnboundedReceiver<Event>, mut reporter: Box<dyn Reporter + Send>) {
    while let Some(event) = events.recv().await {
        reporter.event(&event);
    }
}

fn list(listing: &Inventory, args: &Package, common: &Common) -> Result<(), Fault> {
    if wants_json(common) {
        let left: Vec<_> = listing
            .left
            .iter()
            .map(|left| serde_json::json!({ "path": left.path, "rule": left.rule, "where": left.place }))
            .collect();
        return super::answer(&serde_json::json!({
            "files": listing.files, "bytes": listing.bytes, "paths": listing.travels, "ignored": left,
        }));
    }
    report::package::print_listing(&mut std::io::stdout().lock(), listing, args.ignored)?;
    if !common.quiet {
        writeln!(std::io::stderr(), "{}", report::package::summary(listing))?;
    }
    Ok(())
}

fn archive(
    packed: &Packed,
    file: &Path,
    release: ReleaseId,
    commit: Option<String>,
    surroundings: &Surroundings,
) -> Archive {
    let shown = file.strip_prefix(&surroundings.directory).unwrap_or(file);
    Archive {
        path: shown.display().to_string(),
        release,
        commit,
        bytes: packed.bytes,
        sha256: packed.sha256.clone(),
        files: packed.files,
        unpacked: packed.unpacked,
    }
}

fn told(archive: &Archive, common: &Common) -> Result<(), Fault> {
    if wants_json(common) {
        return super::answer(archive);
    }
    report::package::print(&mut std::io::stdout().lock(), archive)?;
    Ok(())
}
