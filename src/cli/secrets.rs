//! Which secrets a run needs, and their values: resolved once, before any host is contacted.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::fault::Fault;
use super::surroundings::Surroundings;
use crate::config::{Config, SecretSource, StepConfig, Text, UndoConfig};
use crate::plan::Plan;
use crate::plan::values::ENV_FILE;
use crate::secret::{SecretName, SecretValue, source};
use crate::template::Engine;

/// What a command needs of the secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Only what it takes to log in.
    Login,
    /// What the steps use, too.
    Steps,
}

/// Finds the values that are needed.
///
/// # Errors
/// All that could not be found, at once.
pub async fn resolve(
    config: &Config,
    need: Need,
    surroundings: &Surroundings,
) -> Result<BTreeMap<SecretName, SecretValue>, Fault> {
    let logins = config.hosts.iter().chain(&config.build.builder);
    let mut wanted: BTreeSet<_> = logins.filter_map(|host| host.password.clone()).collect();
    let mut sources = config.secrets.clone();
    if need == Need::Steps {
        wanted.extend(config.steps.iter().flat_map(|step| used(step, config)));
        wanted.extend(config.maintenance.as_ref().and_then(|maintenance| maintenance.secret.clone()));
        if let Some(file) = &config.env_file {
            let name = SecretName(ENV_FILE.to_owned());
            sources.insert(name.clone(), SecretSource::File(file.clone()));
            wanted.insert(name);
        }
    }
    found(config, &sources, &wanted, surroundings).await
}

/// Finds the values of these secrets.
///
/// # Errors
/// As [`resolve`].
pub async fn of_plan(
    config: &Config,
    plan: &Plan,
    surroundings: &Surroundings,
) -> Result<BTreeMap<SecretName, SecretValue>, Fault> {
    found(config, &config.secrets, &plan.secrets.keys().cloned().collect(), surroundings).await
}

async fn found(
    config: &Config,
    sources: &IndexMap<SecretName, SecretSource>,
    wanted: &BTreeSet<SecretName>,
    surroundings: &Surroundings,
) -> Result<BTreeMap<SecretName, SecretValue>, Fault> {
    let environment = |name: &str| surroundings.environment.get(name).cloned();
    let found = source::resolve(sources, wanted, &environment, &surroundings.home, &config.root).await;
    found.map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(|error| format!("error: {error}")).collect();
        let text = format!("{}\n\nNo host was contacted.", lines.join("\n"));
        Fault::Usage { text, next: Vec::new() }
    })
}

/// Returns the secrets that the texts of a step name.
fn used(step: &StepConfig, config: &Config) -> BTreeSet<SecretName> {
    let engine = Engine::new();
    let undo = match &step.undo {
        UndoConfig::Run(text) => Some(text),
        UndoConfig::NotNeeded | UndoConfig::Impossible(_) => None,
    };
    let texts = [Some(&step.run), undo].into_iter().flatten().chain(step.env.values());
    let names = texts.flat_map(|text: &Text| engine.undeclared(&text.text).unwrap_or_default());
    let secrets =
        names.filter_map(|name| name.strip_prefix("secrets.").map(|name| SecretName(name.to_owned())));
    secrets.filter(|name| config.secrets.contains_key(name)).collect()
}
