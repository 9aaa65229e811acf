//! Whether the application reaches its database, found before anything is changed: pure, from facts.

use std::collections::BTreeMap;

use super::inputs::Inputs;
use super::migrations;
use super::preflight::Problem;
use super::settings::{Place, Subject, subject};
use super::sharing::Sharing;
use crate::config::{HostConfig, StepConfig};
use crate::dotenv::Credentials;
use crate::facts::{Database, Facts};
use crate::host::HostName;
use crate::persist::Framework;

/// Returns how the database is reached from hosts without a release that could be asked: by the file that their
/// release will run with. `here` is what the file on this machine says.
pub fn untried(
    inputs: &Inputs<'_>,
    sharing: &Sharing,
    here: Option<&Credentials>,
) -> BTreeMap<HostName, Credentials> {
    let mut found = BTreeMap::new();
    if !inputs.source.frameworks.contains(&Framework::Laravel) {
        return found;
    }
    for (host, facts) in inputs.hosts().filter(|(_, facts)| facts.live().is_none() && facts.php.is_some()) {
        let Some(Subject { name, place, .. }) = subject(inputs, sharing, facts) else { continue };
        let credentials = match place {
            Place::Host | Place::OldSite => facts.env_files.credentials(&name),
            Place::Here => here,
        };
        found.extend(credentials.map(|credentials| (host.name.clone(), credentials.clone())));
    }
    found
}

/// Returns what was found, where it answers.
pub fn found(facts: &Facts) -> Option<String> {
    match facts.database.as_ref()? {
        Database::Reached { driver, tables: 0 } => Some(format!("{driver} answers, without a table yet")),
        Database::Reached { driver, tables } => Some(format!("{driver} answers, with {tables} tables")),
        Database::Refused(_) | Database::Untried(_) => None,
    }
}

/// Returns that the database does not answer, where a step of the run needs it on that host.
pub fn problem(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> Option<Problem> {
    let Some(Database::Refused(why)) = &facts.database else { return None };
    if !is_needed(inputs, host) {
        return None;
    }
    let problem = Problem::new(format!("the database does not take the application's settings: {why}"));
    let stage = &inputs.config.stage;
    let Some(Subject { name, place, .. }) = subject(inputs, sharing, facts) else { return Some(problem) };
    let problem = problem.detail(format!("they stand in {name}"));
    Some(match place {
        Place::Host => problem
            .next(format!("deployer env {stage} set DB_PASSWORD"), "or DB_HOST, DB_DATABASE, DB_USERNAME")
            .next(format!("deployer check {stage}"), "tries again"),
        Place::OldSite => problem.detail("correct them there: the file is copied from the old site"),
        Place::Here => problem.detail("correct them; nothing was sent yet"),
    })
}

/// Returns that the database does not answer, where the run can do without, or that nobody could try.
pub fn warning(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> Option<String> {
    let name = || subject(inputs, sharing, facts).map_or_else(|| ".env".to_owned(), |subject| subject.name);
    match facts.database.as_ref()? {
        Database::Refused(why) if !is_needed(inputs, host) => {
            Some(format!("the database does not take the settings in {}: {why}", name()))
        }
        Database::Untried(why) => Some(format!("it could not be tried whether the database answers: {why}")),
        Database::Refused(_) | Database::Reached { .. } => None,
    }
}

/// Tells whether a step of the run works on the database. An application may have none, and leave what
/// `.env.example` says of one as it is.
fn is_needed(inputs: &Inputs<'_>, host: &HostConfig) -> bool {
    let migrates = |step: &&StepConfig| step.run.text.contains("migrat") && host.does(&step.roles);
    // Before its own installer has run, an application has settings that nobody has filled in yet.
    inputs.config.steps.iter().filter(migrates).any(|step| !migrations::is_left_out(inputs, step))
}
