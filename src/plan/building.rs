//! The build in a plan: what recipes can name, what is kept, the way to the builder and back, and the
//! look at what was built.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::PlanBuilder;
use super::builtin::{self, Shell};
use super::contents::Contents;
use super::inputs::{Inputs, PlanError};
use super::step::{Action, OnFailure, Phase, Step, StepId, Undo};
use crate::build::Build;
use crate::build::kept::Kept;
use crate::build::offer::Place;
use crate::build::validation::Validation;
use crate::config::Cache;
use crate::config::build::BUILDER;
use crate::host::HostName;
use crate::release::ReleaseId;
use crate::template::quote;

/// Seconds that a tree may take to the builder, or from it.
const TRAVEL_TIMEOUT: u64 = 3600;

/// What recipes can name below `build`.
pub fn of_recipes(build: &Build) -> Value {
    context! {
        composer => build.composer.clone(),
        install => build.install.clone(),
        script => build.script.clone(),
    }
}

/// Returns the directory of this run's build on the builder.
pub fn directory(inputs: &Inputs<'_>, release: &ReleaseId) -> String {
    let work_dir = &inputs.source.build.work_dir;
    format!("{work_dir}/{}/builds/{}.{release}", inputs.config.application, inputs.config.stage)
}

/// Returns the builder, where a step needs one.
pub fn builder(inputs: &Inputs<'_>, release: &ReleaseId, steps: &[Step]) -> Option<PlanBuilder> {
    let Place::Builder(address) = &inputs.source.build.place else { return None };
    let is_used = steps.iter().any(|step| matches!(step.action, Action::Build { .. }));
    is_used.then(|| PlanBuilder { address: address.clone(), directory: directory(inputs, release) })
}

/// Returns a map for the builder alone.
fn for_builder(script: String) -> BTreeMap<HostName, String> {
    BTreeMap::from([(HostName::new(BUILDER), script)])
}

/// Returns the action of commands in the tree that is built, wherever that is.
pub fn action(inputs: &Inputs<'_>, release: &ReleaseId, script: String) -> Result<Action, PlanError> {
    match inputs.source.build.place {
        Place::Here => Ok(Action::Local { script }),
        Place::Builder(_) => {
            let tree = quote::word(&format!("{}/tree", directory(inputs, release)))?;
            Ok(Action::Build { scripts: for_builder(format!("cd {tree}\n{script}")) })
        }
    }
}

/// Returns commands that fill a directory so that they need not run while a copy of it is good.
///
/// # Errors
/// When a value cannot stand in shell text.
pub fn cached(inputs: &Inputs<'_>, cache: Cache, run: &str) -> Result<String, PlanError> {
    let build = &inputs.source.build;
    let Kept { versions, files, directories } = match build.kept.get(&cache) {
        Some(Ok(kept)) => kept.clone(),
        Some(Err(why)) => {
            let told = quote::word(&format!("{}: no copy is kept: {why}", cache.as_str()))?;
            return Ok(format!("echo {told}\n{run}"));
        }
        None => return Ok(run.to_owned()),
    };
    builtin::CACHED.script(&context! {
        directory => cache.as_str(),
        kept => format!("{}/{}/kept/{}", build.work_dir, inputs.config.application, cache.as_str()),
        checksum => build.checksum.as_str(),
        versions, files, directories, run,
    })
}

impl Contents<'_> {
    /// Adds the look at what was built, where there is anything to look at.
    pub fn validate(&mut self) -> Result<(), PlanError> {
        let inputs = self.inputs();
        let validation = held_to(inputs);
        if validation.is_empty() {
            return self.around(builtin::VALIDATE.name);
        }
        let flag = |flag: bool| if flag { "yes" } else { "" };
        let php = &inputs.source.build.php;
        let script = builtin::VALIDATE.script(&context! {
            files => validation.files,
            directories => validation.directories,
            loads => flag(validation.loads),
            boots => flag(validation.boots),
            is_vite => flag(validation.is_vite),
            has_php => flag(!php.is_empty()),
            php => php.clone(),
        })?;
        let action = action(inputs, self.release(), script)?;
        let summary =
            if validation.boots { "look whether it is whole and starts" } else { "look whether it is whole" };
        self.push(Phase::Build, builtin::VALIDATE.name, summary, action, Undo::NotNeeded)
    }

    /// Adds the ways to the builder and back: where a step builds there, the tree is there, and where one
    /// works on the controller, it is here.
    pub fn travel(&mut self) -> Result<(), PlanError> {
        let steps = std::mem::take(self.steps());
        let mut travels = 0;
        let mut is_there = false;
        for step in steps {
            let works_there = matches!(step.action, Action::Build { .. });
            let works_here = matches!(step.action, Action::Local { .. });
            if works_there && !is_there {
                travels += 1;
                if travels == 1 {
                    let step = self.on_builder(&builtin::BUILDER, 1)?;
                    self.steps().push(step);
                }
                let step = self.on_builder(&builtin::TO_BUILDER, travels)?;
                self.steps().push(step);
            } else if works_here && is_there {
                let step = self.on_builder(&builtin::FROM_BUILDER, travels)?;
                self.steps().push(step);
            }
            is_there = works_there || is_there && !works_here;
            self.steps().push(step);
        }
        if is_there {
            let step = self.on_builder(&builtin::FROM_BUILDER, travels)?;
            self.steps().push(step);
        }
        Ok(())
    }

    fn on_builder(&self, shell: &Shell, travels: usize) -> Result<Step, PlanError> {
        let inputs = self.inputs();
        let address = match &inputs.source.build.place {
            Place::Here => String::new(),
            Place::Builder(address) => address.clone(),
        };
        let values = context! {
            build => directory(inputs, self.release()),
            silence => super::TAKE_OVER,
            token => self.release().as_str(),
            checksum => inputs.source.build.checksum.as_str(),
        };
        let values = BTreeMap::from([(HostName::new(BUILDER), values)]);
        let scripts = shell.scripts(&values)?;
        let (action, summary) = match shell.name {
            "to-builder" => (Action::Deliver { scripts }, "send the source".to_owned()),
            "from-builder" => (Action::Collect { scripts }, "fetch what was built".to_owned()),
            _ => (Action::Build { scripts }, format!("make a directory for the build at {address}")),
        };
        Ok(Step {
            id: StepId(0),
            name: if travels > 1 { format!("{}-{travels}", shell.name) } else { shell.name.to_owned() },
            phase: Phase::Build,
            summary,
            action,
            undo: shell.undo(&values, false)?,
            barrier: false,
            once: false,
            timeout: TRAVEL_TIMEOUT,
            retry: 0,
            on_failure: OnFailure::Undo,
            secrets: std::collections::BTreeSet::new(),
        })
    }
}

/// Returns what the release must be once it is built.
fn held_to(inputs: &Inputs<'_>) -> Validation {
    let origin = inputs.source;
    let named = inputs.config.docroot.as_str();
    let is_served = inputs.config.hosts.iter().any(|host| host.public_html.is_some());
    Validation::of(
        &origin.frameworks,
        &origin.tree,
        !origin.build.composer.is_empty(),
        origin.build.is_vite,
        is_served.then_some(named),
        named,
    )
}
