//! `deployer env`: the settings of a stage, here and on its hosts. Values are shown to nobody who does
//! not ask for them on a terminal; they travel over the session's input and output, and are kept nowhere
//! but in the files themselves.

mod diff;
mod here;
pub mod key;
mod list;
mod pull;
mod push;
mod remote;
mod replace;
mod set;

use futures::future::join_all;

use super::args::{Common, Env, EnvAction};
use super::fault::Fault;
use super::preparation::{Look, Preparation, of_stage};
use super::surroundings::Surroundings;
use crate::dotenv::Settings;
use crate::host::HostName;
use crate::plan::preflight::{HostReport, Problem};
use remote::Remote;

/// Does what the command line names.
///
/// # Errors
/// When deploy.yml is wrong, a host does not answer, or nobody could be asked.
pub async fn env(args: &Env, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let stage = &args.stage;
    match &args.action {
        EnvAction::Diff { path } => diff::diff(stage, path.as_deref(), common, surroundings).await,
        EnvAction::Push { path } => push::push(stage, path.as_deref(), common, surroundings).await,
        EnvAction::Pull { path, unignored } => {
            pull::pull(stage, path.as_deref(), *unignored, common, surroundings).await
        }
        EnvAction::List { show } => list::list(stage, *show, common, surroundings).await,
        EnvAction::Set { key, generate } => set::set(stage, key, *generate, common, surroundings).await,
    }
}

/// A stage whose hosts have been asked for their settings.
struct Stage {
    preparation: Preparation,
    /// In the order of deploy.yml.
    hosts: Vec<(HostName, Remote)>,
}

impl Stage {
    /// Asks all hosts.
    async fn look(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<Self, Fault> {
        let mut preparation = of_stage(stage, Look::Hosts, common, surroundings).await?;
        let turns = preparation.reached.iter_mut().map(async |host| {
            let read = remote::read(host).await;
            read.map(|remote| (host.name.clone(), remote)).map_err(|reason| (host.name.clone(), reason))
        });
        let (mut hosts, mut silent) = (Vec::new(), Vec::new());
        for read in join_all(turns).await {
            match read {
                Ok(host) => hosts.push(host),
                Err((host, reason)) => silent.push((host, Problem::new(reason))),
            }
        }
        let stage = Self { preparation, hosts };
        if silent.is_empty() { Ok(stage) } else { Err(stage.refused(silent)) }
    }

    /// Says that nothing was done, and why.
    fn refused(&self, problems: Vec<(HostName, Problem)>) -> Fault {
        let report = |(host, problem)| HostReport { host, problems: vec![problem], ..HostReport::default() };
        Fault::NotReady {
            application: self.preparation.config.application.clone(),
            stage: self.preparation.config.stage.clone(),
            reports: problems.into_iter().map(report).collect(),
        }
    }

    /// Returns the name of the stage.
    fn name(&self) -> &str {
        &self.preparation.config.stage
    }

    /// Reads what each host has; hosts without a file have nothing.
    ///
    /// # Errors
    /// All files with a line that PHP does not read.
    fn settings(&self) -> Result<Vec<(HostName, Option<Settings>)>, Fault> {
        let (mut all, mut wrong) = (Vec::new(), Vec::new());
        for (host, remote) in &self.hosts {
            match remote.bytes.as_deref().map(Settings::read).transpose() {
                Ok(settings) => all.push((host.clone(), settings)),
                Err(mistake) => {
                    let run = format!("deployer env {} pull --host {host}", self.name());
                    let problem = Problem::new(format!("shared/.env, {mistake}"));
                    wrong.push((
                        host.clone(),
                        problem.next(run, "brings it here; correct the line and push it"),
                    ));
                }
            }
        }
        if wrong.is_empty() { Ok(all) } else { Err(self.refused(wrong)) }
    }
}

/// Refuses to go on where a person has to say yes and nobody is there, else asks.
fn sure(question: &str, again: String, common: &Common, surroundings: &Surroundings) -> Result<bool, Fault> {
    if common.yes {
        return Ok(true);
    }
    if surroundings.ask.is_none() {
        return Err(Fault::usage("there is no terminal to ask; nothing was changed").next(again, "does it"));
    }
    Ok(super::ask::confirm(question))
}
