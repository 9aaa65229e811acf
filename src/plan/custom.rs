//! The steps of recipes and users: from templates to shell text for each host.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value;

use super::building;
use super::inputs::{Inputs, PlanError};
use super::step::{Action, OnFailure, Phase, Step, StepId, Undo};
use super::values;
use crate::config::{Dir, HostConfig, On, StepConfig, Text, UndoConfig};
use crate::facts::Facts;
use crate::host::HostName;
use crate::release::ReleaseId;
use crate::secret::SecretName;
use crate::template::{Engine, Rendered, TemplateError, quote};

/// Turns configured steps into steps of a plan.
pub struct Custom<'a> {
    inputs: &'a Inputs<'a>,
    release: &'a ReleaseId,
    engine: Engine,
}

impl<'a> Custom<'a> {
    /// Takes what the plan is made of, and the release it is about.
    pub fn new(inputs: &'a Inputs<'a>, release: &'a ReleaseId) -> Self {
        Self { inputs, release, engine: Engine::new() }
    }

    /// Returns the step, or nothing when no host is to run it.
    ///
    /// # Errors
    /// When a template cannot be rendered.
    pub fn step(&self, config: &StepConfig) -> Result<Option<Step>, PlanError> {
        let mut secrets = BTreeSet::new();
        let hosts = self.hosts(config)?;
        if hosts.is_empty() {
            return Ok(None);
        }
        let action = match config.on {
            On::Hosts => Action::Remote { scripts: self.scripts(config, &config.run, &hosts, &mut secrets)? },
            On::Local | On::Builder => {
                let first = hosts.first().into_iter();
                let script =
                    first.map(|(host, facts)| self.script(config, &config.run, host, facts, &mut secrets));
                let script: String = script.collect::<Result<_, _>>()?;
                // Only the build itself is elsewhere: what comes after it works on what came back.
                if config.on == On::Builder && config.phase == Phase::Build {
                    building::action(self.inputs, self.release, script)?
                } else {
                    Action::Local { script }
                }
            }
        };
        let undo = self.undo(config, &hosts, &mut secrets)?;
        let summary = self.summary(config, &hosts)?;
        let warns = config.allow_failure || config.phase >= Phase::Cleanup;
        Ok(Some(Step {
            id: StepId(0),
            name: config.name.clone(),
            phase: config.phase,
            summary,
            action,
            undo,
            barrier: config.once,
            once: config.once && config.on == On::Hosts,
            timeout: config.timeout,
            retry: config.retry,
            on_failure: if warns { OnFailure::Warn } else { OnFailure::Undo },
            secrets,
        }))
    }

    /// Returns the hosts that are to run the step.
    fn hosts(&self, config: &StepConfig) -> Result<Vec<(&'a HostConfig, &'a Facts)>, PlanError> {
        let mut hosts: Vec<_> = self.inputs.hosts().filter(|(host, _)| host.does(&config.roles)).collect();
        if config.once {
            // A step that somebody must do is done by somebody, whatever the roles are called.
            if hosts.is_empty() {
                hosts = self.inputs.hosts().collect();
            }
            hosts.truncate(1);
        }
        let Some(when) = &config.when else { return Ok(hosts) };
        let mut chosen = Vec::new();
        for (host, facts) in hosts {
            let values = values::for_steps(self.inputs, host, facts, self.release);
            let runs =
                self.engine.evaluate(&when.text, &values).map_err(|error| failed(config, when, error))?;
            if runs {
                chosen.push((host, facts));
            }
        }
        Ok(chosen)
    }

    fn scripts(
        &self,
        config: &StepConfig,
        text: &Text,
        hosts: &[(&HostConfig, &Facts)],
        secrets: &mut BTreeSet<SecretName>,
    ) -> Result<BTreeMap<HostName, String>, PlanError> {
        let script = |(host, facts): &(&HostConfig, &Facts)| {
            Ok((host.name.clone(), self.script(config, text, host, facts, secrets)?))
        };
        hosts.iter().map(script).collect()
    }

    /// Returns the shell text for one host: the directory, the environment, the commands.
    fn script(
        &self,
        config: &StepConfig,
        text: &Text,
        host: &HostConfig,
        facts: &Facts,
        secrets: &mut BTreeSet<SecretName>,
    ) -> Result<String, PlanError> {
        let values = values::for_steps(self.inputs, host, facts, self.release);
        let mut script = String::new();
        if let Some(dir) = directory(config.dir, facts, self.release) {
            script.push_str(&format!("cd {}\n", quote::word(&dir)?));
        }
        for (name, value) in &config.env {
            let value = self.value(config, value, &values, secrets)?;
            script.push_str(&format!("{name}={value}\nexport {name}\n"));
        }
        let rendered = self.rendered(config, text, host, facts)?;
        secrets.extend(rendered.secrets);
        let run = rendered.text.trim_end();
        match config.cache {
            Some(cache) => script.push_str(building::cached(self.inputs, cache, run)?.trim_end()),
            None => script.push_str(run),
        }
        script.push('\n');
        Ok(script)
    }

    fn rendered(
        &self,
        config: &StepConfig,
        text: &Text,
        host: &HostConfig,
        facts: &Facts,
    ) -> Result<Rendered, PlanError> {
        let values = values::for_steps(self.inputs, host, facts, self.release);
        self.engine.shell(&config.name, &text.text, &values).map_err(|error| failed(config, text, error))
    }

    /// Returns the first command on the first host, for one line on a screen.
    fn summary(&self, config: &StepConfig, hosts: &[(&HostConfig, &Facts)]) -> Result<String, PlanError> {
        let Some((host, facts)) = hosts.first() else { return Ok(String::new()) };
        let text = self.rendered(config, &config.run, host, facts)?.text;
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.next().unwrap_or_default().to_owned();
        Ok(if lines.next().is_some() { format!("{first} …") } else { first })
    }

    /// Says what a failure means for what keeps running, and what to type.
    fn advice(&self, config: &StepConfig, hosts: &[(&HostConfig, &Facts)]) -> Result<String, PlanError> {
        let (stage, command) = (&self.inputs.config.stage, self.summary(config, hosts)?);
        let by_hand = match config.dir {
            Dir::Current if !command.ends_with('…') => {
                format!("deployer exec {stage} -- {}", quote::word(&command)?)
            }
            _ => format!("its commands by hand (deployer plan {stage} --commands shows them)"),
        };
        Ok(format!("workers may still run the code of the other release; tell them with {by_hand}"))
    }

    /// Returns the value of an environment variable as a shell word.
    fn value(
        &self,
        config: &StepConfig,
        value: &Text,
        values: &Value,
        secrets: &mut BTreeSet<SecretName>,
    ) -> Result<String, PlanError> {
        if value.text.contains("secrets.") {
            let rendered = self.engine.shell(&config.name, &value.text, values);
            let rendered = rendered.map_err(|error| failed(config, value, error))?;
            secrets.extend(rendered.secrets);
            return Ok(rendered.text);
        }
        let plain = self.engine.plain(&config.name, &value.text, values);
        Ok(quote::word(&plain.map_err(|error| failed(config, value, error))?)?)
    }

    fn undo(
        &self,
        config: &StepConfig,
        hosts: &[(&HostConfig, &Facts)],
        secrets: &mut BTreeSet<SecretName>,
    ) -> Result<Undo, PlanError> {
        match (&config.undo, config.on) {
            (UndoConfig::Run(text), On::Hosts) => {
                Ok(Undo::Run { scripts: self.scripts(config, text, hosts, secrets)?, vital: true })
            }
            (UndoConfig::Again, On::Hosts) => {
                // Where nothing was live before, nothing begins anew.
                let mut served = hosts.to_vec();
                served.retain(|(_, facts)| facts.live().is_some());
                let scripts = self.scripts(config, &config.run, &served, secrets)?;
                Ok(Undo::Again { scripts, advice: self.advice(config, hosts)? })
            }
            // The clean checkout is made anew by every run.
            (UndoConfig::NotNeeded | UndoConfig::Run(_) | UndoConfig::Again, _) => Ok(Undo::NotNeeded),
            (UndoConfig::Impossible(why), _) => Ok(Undo::Impossible { why: why.clone() }),
        }
    }
}

fn failed(config: &StepConfig, text: &Text, source: TemplateError) -> PlanError {
    PlanError::Step { step: config.name.clone(), at: text.at.clone(), source: Box::new(source) }
}

/// Returns the directory on the host; none for the clean checkout, where local steps begin.
fn directory(dir: Dir, facts: &Facts, release: &ReleaseId) -> Option<String> {
    let layout = facts.layout();
    match dir {
        Dir::Release => Some(layout.release(release)),
        Dir::Current => Some(layout.current()),
        Dir::Shared => Some(layout.shared()),
        Dir::DeployTo => Some(layout.deploy_to().to_owned()),
        Dir::Build => None,
    }
}
