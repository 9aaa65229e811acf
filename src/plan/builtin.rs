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

/// The text of a file of `templates/`, after the functions that it needs.
macro_rules! text {
    ($($file:literal)+) => { concat!($(include_str!(concat!("../../templates/", $file))),+) };
}

/// Takes the lock.
pub const LOCK: Shell =
    Shell { name: "lock", text: text!("lock.sh"), undo: Some(text!("undone.sh" "lock.undo.sh")) };
/// Makes missing directories.
pub const SETUP: Shell = Shell { name: "setup", text: text!("setup.sh"), undo: Some(text!("setup.undo.sh")) };
/// Writes `shared/.env` where there is none.
pub const ENV_FILE: Shell =
    Shell { name: "env-file", text: text!("env-file.sh"), undo: Some(text!("env-file.undo.sh")) };
/// Makes the release of what is on the host and of the archive.
pub const UPLOAD: Shell = Shell {
    name: "upload",
    text: text!("inventory.sh" "survey.sh" "upload.sh"),
    undo: Some(text!("upload.undo.sh")),
};
/// Makes a directory for the build on the builder.
pub const BUILDER: Shell =
    Shell { name: super::BUILDER, text: text!("builder.sh"), undo: Some(text!("builder.undo.sh")) };
/// Unpacks the source on the builder.
pub const TO_BUILDER: Shell = Shell { name: "to-builder", text: text!("to-builder.sh"), undo: None };
/// Packs what was built on the builder.
pub const FROM_BUILDER: Shell = Shell { name: "from-builder", text: text!("from-builder.sh"), undo: None };
/// Looks whether what was built can run.
pub const VALIDATE: Shell = Shell { name: "validate", text: text!("validate.sh"), undo: None };
/// Fills a directory, or takes a copy that is kept.
pub const CACHED: Shell = Shell { name: "cached", text: text!("cached.sh"), undo: None };
/// Gives the release its final name.
pub const PUBLISH: Shell =
    Shell { name: "publish", text: text!("publish.sh"), undo: Some(text!("publish.undo.sh")) };
/// Fills shared data with what belongs there and is not there yet.
pub const SHARE: Shell = Shell {
    name: "share",
    text: text!("inventory.sh" "survey.sh" "unshare.sh" "renew.sh" "share.sh"),
    undo: Some(text!("inventory.sh" "unshare.sh" "share.undo.sh")),
};
/// Links shared paths into the release.
pub const LINK: Shell = Shell { name: "link", text: text!("link.sh"), undo: None };
/// Takes what an old site wrote since its data was copied.
pub const INHERIT: Shell = Shell { name: "inherit", text: text!("inventory.sh" "inherit.sh"), undo: None };
/// Records what the release consists of.
pub const SEAL: Shell = Shell { name: "seal", text: text!("inventory.sh" "seal.sh"), undo: None };
/// Takes care of what the application wrote into the live release.
pub const ADOPT: Shell = Shell {
    name: "adopt",
    text: text!("inventory.sh" "survey.sh" "adoption.sh" "renew.sh" "adopt.sh"),
    undo: Some(text!("adopt.undo.sh")),
};
/// Copies files to a docroot that cannot be a link.
pub const MIRROR: Shell =
    Shell { name: "mirror", text: text!("mirror.sh"), undo: Some(text!("mirror.undo.sh")) };
/// Takes what the host keeps in its docroot along into the release.
pub const CARRY: Shell = Shell { name: "carry", text: text!("carry.sh"), undo: Some(text!("carry.undo.sh")) };
/// Gives releases a page that proves which one is served.
pub const TOKEN: Shell = Shell {
    name: "token",
    text: text!("ask.sh" "pages.sh" "put-pages.sh" "token.sh"),
    undo: Some(text!("pages.sh" "token.undo.sh")),
};
/// Has the web's PHP forget where it found the release before.
pub const OPCACHE: Shell =
    Shell { name: "opcache", text: text!("ask.sh" "reset.sh" "opcache.sh"), undo: None };
/// Puts what serves the live release in the place of `public_html`.
pub const DOCROOT: Shell =
    Shell { name: "docroot", text: text!("docroot.sh"), undo: Some(text!("docroot.undo.sh")) };
/// Exchanges the files of a docroot that cannot be a link.
pub const STATICS: Shell =
    Shell { name: "statics", text: text!("statics.sh"), undo: Some(text!("statics.undo.sh")) };
/// Removes what only an undo needs.
pub const TIDY: Shell = Shell { name: "tidy", text: text!("pages.sh" "tidy.sh"), undo: None };
/// Looks whether a release is still what was live.
pub const EXAMINE: Shell =
    Shell { name: "examine", text: text!("inventory.sh" "survey.sh" "examine.sh"), undo: None };
/// Has the host take the run back by itself from here on, should the controller go.
pub const ARM: Shell = Shell { name: super::ARM, text: text!("arm.sh"), undo: Some(text!("arm.undo.sh")) };
/// What the host does then.
pub const TAKE_BACK: Shell = Shell { name: "take-back", text: text!("undone.sh" "take-back.sh"), undo: None };
/// Ends that: the run is not taken back any more.
pub const CONFIRM: Shell = Shell { name: super::CONFIRM, text: text!("confirm.sh"), undo: None };
/// Shows visitors a page of maintenance.
pub const DOWN: Shell =
    Shell { name: "down", text: text!("down.sh"), undo: Some(text!("lift.sh" "down.undo.sh")) };
/// Ends that.
pub const UP: Shell = Shell { name: "up", text: text!("lift.sh" "up.sh"), undo: None };
/// Makes the release live.
pub const SWITCH: Shell = Shell {
    name: "switch",
    text: text!("switch.sh"),
    undo: Some(text!("inventory.sh" "survey.sh" "adoption.sh" "ask.sh" "reset.sh" "switch.undo.sh")),
};
/// Takes care of what was still written into the release that was live before.
pub const SETTLE: Shell =
    Shell { name: "settle", text: text!("inventory.sh" "survey.sh" "adoption.sh" "settle.sh"), undo: None };
/// Removes old releases.
pub const PRUNE: Shell =
    Shell { name: "prune", text: text!("inventory.sh" "survey.sh" "adoption.sh" "prune.sh"), undo: None };
/// Writes what people need who look after shared data on the host.
pub const GUARD: Shell = Shell { name: "guard", text: text!("guard.sh"), undo: None };
/// Records the run.
pub const RECORD: Shell = Shell { name: "record", text: text!("record.sh"), undo: None };
/// Makes the directory for restored data.
pub const RESTORE_SETUP: Shell = Shell {
    name: "restore-setup",
    text: text!("restore-setup.sh"),
    undo: Some(text!("restore-setup.undo.sh")),
};
/// Unpacks a backup that arrives.
pub const RESTORE_SEND: Shell = Shell { name: "restore-send", text: text!("restore-send.sh"), undo: None };
/// Unpacks a backup that the host has.
pub const RESTORE_UNPACK: Shell =
    Shell { name: "restore-unpack", text: text!("restore-unpack.sh"), undo: None };
/// Counts what was unpacked.
pub const RESTORE_VERIFY: Shell =
    Shell { name: "restore-verify", text: text!("restore-verify.sh"), undo: None };
/// Puts restored data in the place of the present data.
pub const RESTORE_SWAP: Shell =
    Shell { name: "restore-swap", text: text!("restore-swap.sh"), undo: Some(text!("restore-swap.undo.sh")) };
/// Records a restore.
pub const RESTORE_RECORD: Shell =
    Shell { name: "restore-record", text: text!("restore-record.sh"), undo: None };
/// Gives the lock back.
pub const UNLOCK: Shell = Shell { name: "unlock", text: text!("unlock.sh"), undo: None };

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

    /// Returns the text for one place.
    ///
    /// # Errors
    /// As [`Self::scripts`].
    pub fn script(&self, values: &Value) -> Result<String, PlanError> {
        let rendered = Engine::new().shell(self.name, self.text, values);
        let failed = |source| PlanError::BuiltIn { step: self.name, source: Box::new(source) };
        rendered.map(|rendered| rendered.text).map_err(failed)
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
