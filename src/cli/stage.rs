//! A stage of the user's deploy.yml, read and checked whole.

use std::path::PathBuf;

use super::args::Common;
use super::fault::Fault;
use super::surroundings::Surroundings;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::project::Project;
use crate::config::{Config, Location, load};
use crate::plan::trial::{self, Mistake};

/// Finds deploy.yml, reads it, and returns one stage.
///
/// # Errors
/// All mistakes that can be found without contacting a host.
pub fn open(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<Config, Fault> {
    let colored = surroundings.stderr(common).color;
    let refused = |error: ConfigError| Fault::Usage { text: error.render(colored), next: Vec::new() };
    let project = project(common, surroundings).map_err(refused)?;
    let overrides = Overrides {
        vars: common.var.clone(),
        reference: common.reference.clone(),
        hosts: common.host.clone(),
        roles: common.role.clone(),
    };
    let config = project.stage(stage, &overrides).map_err(refused)?;
    let mistakes = trial::mistakes(&config, &surroundings.environment);
    if mistakes.is_empty() {
        return Ok(config);
    }
    let mut diagnostics = project.diagnostics();
    for mistake in &mistakes {
        add(&mut diagnostics, mistake);
    }
    Err(refused(ConfigError::Mistakes(Box::new(diagnostics))))
}

/// Returns the named stage, or the file's first for questions that are about all of them.
///
/// # Errors
/// As [`open`].
pub fn open_or_first(
    stage: Option<&str>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<Config, Fault> {
    let colored = surroundings.stderr(common).color;
    let refused = |error: ConfigError| Fault::Usage { text: error.render(colored), next: Vec::new() };
    match stage {
        Some(stage) => open(stage, common, surroundings),
        None => {
            let project = project(common, surroundings).map_err(refused)?;
            let first = project.stages().next().expect("a file without stages is refused").to_owned();
            open(&first, common, surroundings)
        }
    }
}

/// Returns the path of deploy.yml.
///
/// # Errors
/// When there is none.
pub fn file(common: &Common, surroundings: &Surroundings) -> Result<PathBuf, Fault> {
    found(common, surroundings).map_err(|error| Fault::because(&error))
}

fn found(common: &Common, surroundings: &Surroundings) -> Result<PathBuf, ConfigError> {
    let start = &surroundings.directory;
    let named = common.file.as_ref().map(|file| start.join(file));
    named.or_else(|| load::find(start)).ok_or_else(|| ConfigError::NotFound(start.clone()))
}

fn project(common: &Common, surroundings: &Surroundings) -> Result<Project, ConfigError> {
    load::load(&found(common, surroundings)?)
}

fn add(diagnostics: &mut Diagnostics, mistake: &Mistake) {
    let Mistake { step, at, error, meant } = mistake;
    // All lines of a block begin in the same column.
    let column = at.column + error.column.map_or(0, |column| column - 1);
    let at = Location { line: at.line + error.line - 1, column, ..at.clone() };
    let diagnostic = Diagnostic::new(&at, format!("step `{step}`: {error}"));
    diagnostics.push(diagnostic.meant(meant.as_deref()));
}
