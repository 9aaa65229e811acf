//! Running a plan: the executor, the reporter and the person's signals together.
#![expect(clippy::disallowed_methods, reason = "the time of a run is taken here")]

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::args::{Common, OutputFormat};
use super::fault::Fault;
use super::hosts::target;
use super::notify::sending::Teller;
use super::preparation::Preparation;
use super::signals;
use super::surroundings::Surroundings;
use crate::event::Event;
use crate::execute::emitter::Emitter;
use crate::execute::member::Member;
use crate::execute::run::run;
use crate::execute::stop::Stop;
use crate::execute::workshop::Workshop;
use crate::execute::{Context, Reconnect};
use crate::plan::Plan;
use crate::report::{self, Format, Reporter};
use crate::transport::{Connection, ssh};

/// How often what moves on the screen is drawn.
const FRAME: Duration = Duration::from_millis(100);

/// Runs a plan on the hosts that were prepared, and returns the exit code.
///
/// # Errors
/// When the controller has no place to work in.
pub async fn execute(
    plan: Plan,
    preparation: Preparation,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let workshop = workshop(&preparation, surroundings)?;
    let teller = Teller::new(&plan, &preparation);
    let (sender, receiver) = unbounded_channel();
    let began = Instant::now();
    let (wish, stop) = Stop::new();
    let signals = tokio::spawn(signals::watch(wish));
    let reporting = tokio::spawn(report(receiver, reporter(common, surroundings), began));
    let reconnect = reconnect(&preparation, surroundings);
    let Preparation { secrets, redactor, identity, reached, builder, .. } = preparation;
    let context = Context {
        plan: &plan,
        identity,
        secrets,
        redactor,
        emit: Emitter::new(began, sender),
        stop,
        reconnect,
        builder: builder.map(Mutex::new),
        workshop,
    };
    let begun = teller.begin(&plan);
    let members =
        reached.into_iter().map(|host| Member::new(host.name, host.connection, host.session)).collect();
    let finished = run(&context, members).await;
    signals.abort();
    // The reporter ends when nobody can send it anything any more.
    drop(context);
    let _told = reporting.await;
    teller.end(begun, &plan, &finished).await;
    Ok(finished.exit)
}

fn workshop(preparation: &Preparation, surroundings: &Surroundings) -> Result<Workshop, Fault> {
    let spool: PathBuf = surroundings.cache.join("spool");
    std::fs::create_dir_all(&spool)
        .map_err(|error| Fault::usage(format!("cannot make {}: {error}", spool.display())))?;
    let mut workshop = Workshop::new(
        preparation.resolved.clone(),
        preparation.config.application.clone(),
        surroundings.cache.clone(),
        spool,
    );
    workshop.variables.extend(composer_auth(preparation, surroundings));
    Ok(workshop)
}

/// Returns the logins for Composer that lie beside deploy.yml, where they are not committed: the clean
/// copy lacks them.
fn composer_auth(preparation: &Preparation, surroundings: &Surroundings) -> Option<(OsString, OsString)> {
    const VARIABLE: &str = "COMPOSER_AUTH";
    let is_set = surroundings.variable(VARIABLE).is_some();
    let is_committed = preparation.origin.files.iter().any(|name| name == "auth.json");
    let text = std::fs::read(preparation.config.root.join("auth.json")).ok()?;
    (!is_set && !is_committed).then(|| (VARIABLE.into(), OsString::from_vec(text)))
}

fn reconnect(preparation: &Preparation, surroundings: &Surroundings) -> Reconnect {
    let targets: std::collections::BTreeMap<_, _> = preparation
        .config
        .hosts
        .iter()
        .map(|host| {
            let target = target(&preparation.config, host, surroundings, &preparation.secrets);
            // Nobody is asked for anything while a failed run is taken back.
            (host.name.clone(), Arc::new(ssh::Target { ask: None, ..target }))
        })
        .collect();
    Arc::new(move |host| {
        let target = targets.get(&host).cloned();
        Box::pin(async move {
            let target = target.ok_or("nobody knows how to reach it")?;
            ssh::connect(&target).await.map(Connection::Ssh).map_err(|error| error.to_string())
        })
    })
}

fn reporter(common: &Common, surroundings: &Surroundings) -> Box<dyn Reporter + Send> {
    let stderr = || -> Box<dyn Write + Send> { Box::new(std::io::stderr()) };
    let screen = surroundings.stderr(common);
    match common.output {
        OutputFormat::Json => report::for_output(Format::Json, Box::new(std::io::stdout()), screen),
        _ if common.quiet => report::quiet(&stderr, screen),
        _ if common.verbose => report::verbose(&stderr, screen),
        OutputFormat::Human => report::for_output(Format::Human, stderr(), screen),
        OutputFormat::Plain => report::for_output(Format::Plain, stderr(), screen),
    }
}

async fn report(
    mut events: UnboundedReceiver<Event>,
    mut reporter: Box<dyn Reporter + Send>,
    began: Instant,
) {
    let terminal = console::Term::stderr();
    let mut frame = tokio::time::interval(FRAME);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => reporter.event(&event),
                None => return,
            },
            _ = frame.tick() => {
                let (rows, columns) = terminal.size();
                reporter.resize(columns.into(), rows.into());
                reporter.tick(began.elapsed().as_secs_f64());
            }
        }
    }
}
