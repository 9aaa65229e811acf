//! The shell of the built-in steps: the texts of `templates/`, with a host's values put in.

use std::collections::BTreeMap;

use minijinja::Value;

use super::inputs::PlanError;
use super::step::{Action, Undo};
use crate::host::HostName;
use crate::template::Engine;

/// A built-in step's shell.
pub struct Shell {
    /// The name of the step.
    pub name: &'static str,
    text: &'static str,
    undo: Option<&'static str>,
}

macro_rules! shell {
    ($name:literal) => {
        Shell { name: $name, text: include_str!(concat!("../../templates/", $name, ".sh")), undo: None }
    };
    ($name:literal, undo) => {
        Shell {
            name: $name,
            text: include_str!(concat!("../../templates/", $name, ".sh")),
            undo: Some(include_str!(concat!("../../templates/", $name, ".undo.sh"))),
        }
    };
}

/// Takes the lock.
pub const LOCK: Shell = shell!("lock", undo);
/// Makes missing directories.
pub const SETUP: Shell = shell!("setup", undo);
/// Writes `shared/.env` where there is none.
pub const ENV_FILE: Shell = shell!("env-file", undo);
/// Unpacks the archive.
pub const UPLOAD: Shell = shell!("upload", undo);
/// Gives the release its final name.
pub const PUBLISH: Shell = shell!("publish", undo);
/// Makes missing shared paths.
pub const SHARE: Shell = shell!("share", undo);
/// Links shared paths into the release.
pub const LINK: Shell = shell!("link");
/// Takes what the host keeps in its docroot along into the release.
pub const CARRY: Shell = shell!("carry", undo);
/// Gives the release a page that proves which one is served.
pub const TOKEN: Shell = shell!("token", undo);
/// Copies files to a docroot that cannot be a link.
pub const MIRROR: Shell = shell!("mirror", undo);
/// Exchanges the files of such a docroot.
pub const STATICS: Shell = shell!("statics", undo);
/// Puts what serves the live release in the place of `public_html`.
pub const DOCROOT: Shell = shell!("docroot", undo);
/// Removes what only an undo needs.
pub const TIDY: Shell = shell!("tidy");
/// Makes the release live.
pub const SWITCH: Shell = shell!("switch", undo);
/// Removes old releases.
pub const PRUNE: Shell = shell!("prune");
/// Records the run.
pub const RECORD: Shell = shell!("record");
/// Gives the lock back.
pub const UNLOCK: Shell = shell!("unlock");

impl Shell {
    /// Returns the texts for each host.
    ///
    /// # Errors
    /// When a value cannot stand in shell text.
    pub fn scripts(
        &self,
        values: &BTreeMap<HostName, Value>,
    ) -> Result<BTreeMap<HostName, String>, PlanError> {
        self.render(self.text, values)
    }

    /// Returns the action on hosts.
    ///
    /// # Errors
    /// As [`Self::scripts`].
    pub fn action(&self, values: &BTreeMap<HostName, Value>) -> Result<Action, PlanError> {
        Ok(Action::Remote { scripts: self.scripts(values)? })
    }

    /// Returns how the step is taken back.
    ///
    /// # Errors
    /// As [`Self::scripts`].
    pub fn undo(&self, values: &BTreeMap<HostName, Value>, vital: bool) -> Result<Undo, PlanError> {
        match self.undo {
            Some(text) => Ok(Undo::Run { scripts: self.render(text, values)?, vital }),
            None => Ok(Undo::NotNeeded),
        }
    }

    fn render(
        &self,
        text: &str,
        values: &BTreeMap<HostName, Value>,
    ) -> Result<BTreeMap<HostName, String>, PlanError> {
        let engine = Engine::new();
        let mut scripts = BTreeMap::new();
        for (host, values) in values {
            let rendered = engine.shell(self.name, text, values);
            let rendered = rendered
                .map_err(|source| PlanError::BuiltIn { step: self.name, source: Box::new(source) })?;
            scripts.insert(host.clone(), rendered.text);
        }
        Ok(scripts)
    }
}
