//! What the command line says over the file.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::check::RESERVED;
use super::decode::name;
use super::error::ConfigError;
use super::{Config, Location, Source};

/// The last layer: what was typed for this one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Variables, over those of every host.
    pub vars: Vec<(String, String)>,
    /// The branch, tag or commit to release.
    pub reference: Option<String>,
    /// Only these hosts; none means all.
    pub hosts: Vec<String>,
    /// Only hosts with one of these roles; none means all.
    pub roles: Vec<String>,
}

impl Overrides {
    /// Lays the command line over a stage.
    ///
    /// # Errors
    /// When it names what the stage does not have, or leaves no host.
    pub fn apply(&self, mut config: Config) -> Result<Config, ConfigError> {
        self.limit(&mut config)?;
        self.set_vars(&mut config)?;
        self.set_reference(&mut config)?;
        Ok(config)
    }

    fn limit(&self, config: &mut Config) -> Result<(), ConfigError> {
        let hosts: Vec<String> = config.hosts.iter().map(|host| host.name.to_string()).collect();
        if let Some(name) = self.hosts.iter().find(|name| !hosts.contains(name)) {
            let known = hosts.iter().map(String::as_str);
            return Err(ConfigError::unknown("host", name, &config.stage, known));
        }
        let roles = roles(config);
        if let Some(name) = self.roles.iter().find(|name| !roles.contains(name.as_str())) {
            return Err(ConfigError::unknown("role", name, &config.stage, roles));
        }
        let is_named = |name: &str| self.hosts.is_empty() || self.hosts.iter().any(|host| host == name);
        config.hosts.retain(|host| is_named(host.name.as_str()) && host.does(&self.roles));
        if config.hosts.is_empty() {
            let hosts = hosts.into_iter().filter(|host| is_named(host)).collect();
            return Err(ConfigError::NoHosts {
                stage: config.stage.clone(),
                hosts,
                roles: self.roles.clone(),
            });
        }
        Ok(())
    }

    fn set_vars(&self, config: &mut Config) -> Result<(), ConfigError> {
        for (name, value) in &self.vars {
            if !name::is_identifier(name) || RESERVED.contains(&name.as_str()) {
                return Err(ConfigError::Variable(name.clone()));
            }
            for host in &mut config.hosts {
                host.vars.insert(name.clone(), Json::String(value.clone()));
                if name == "php" {
                    host.php_at = Some(Location { file: "--var".to_owned(), ..Location::default() });
                }
            }
        }
        Ok(())
    }

    fn set_reference(&self, config: &mut Config) -> Result<(), ConfigError> {
        let Some(wanted) = &self.reference else { return Ok(()) };
        if wanted.is_empty()
            || wanted.starts_with('-')
            || wanted.contains(|c: char| c.is_control() || c == ' ')
        {
            return Err(ConfigError::Reference(wanted.clone()));
        }
        match &mut config.source {
            Source::Git { reference, .. } => reference.clone_from(wanted),
            Source::Folder(folder) => {
                return Err(ConfigError::NoCommit {
                    stage: config.stage.clone(),
                    folder: folder.clone(),
                    reference: wanted.clone(),
                });
            }
        }
        Ok(())
    }
}

/// Returns the roles that hosts have or steps ask for.
fn roles(config: &Config) -> BTreeSet<&str> {
    let hosts = config.hosts.iter().flat_map(|host| &host.roles);
    hosts.chain(config.steps.iter().flat_map(|step| &step.roles)).map(String::as_str).collect()
}
