//! A dump in the place of the database: the plan of a restore of it, and what a rollback does for it.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::builtin;
use super::contents::{Contents, Vital};
use super::database::{self, Loading, Purpose};
use super::inputs::{Inputs, PlanError};
use super::restore::Restoration;
use super::step::Phase;
use super::values::Subject;
use super::{Kind, Plan, Revision};
use crate::config::Config;
use crate::host::HostName;

/// What the history says was restored.
const WHAT: &str = "database";

/// Makes the plan of a restore of the database.
///
/// # Errors
/// When a template cannot be rendered.
pub fn restore_database(inputs: &Inputs<'_>, loading: &Loading) -> Result<Plan, PlanError> {
    let Loading { host, dump, before, .. } = loading;
    // The steps of the user and of recipes are about releases.
    let config = Config { steps: Vec::new(), ..inputs.config.clone() };
    let inputs = Inputs { config: &config, ..inputs.clone() };
    let revision = Revision { commit: None, reference: dump.to_string(), subject: WHAT.to_owned() };
    let subject = Subject { kind: Kind::Restore, release: &before.id, revision: &revision };
    let mut steps = Contents::new(&inputs, &subject);
    steps.also(&context! {
        what_is_restored => format!("the database from {dump}; before: backups/{before}"),
        restoring => "",
    });
    steps.add(Phase::Prepare, &builtin::LOCK, "take the lock", Vital::No)?;
    // A load that nobody sees the end of is taken back by the host.
    steps.arm(Phase::Switch)?;
    steps.reload(loading)?;
    steps.confirm()?;
    steps.add(Phase::Finalize, &builtin::RESTORE_RECORD, "record the restore", Vital::No)?;
    steps.add(Phase::Finalize, &builtin::UNLOCK, "give the lock back", Vital::No)?;
    steps.complete_arm()?;
    let restoration = Restoration {
        archive: dump.to_string(),
        part: None,
        kept: BTreeMap::from([(host.clone(), format!("backups/{before}"))]),
    };
    let (restoration, loading) = (Some(restoration), Some(loading.clone()));
    // What preflight warns of is about releases.
    Ok(Plan { restoration, loading, warnings: Vec::new(), ..steps.plan() })
}

impl Contents<'_> {
    /// Adds the dump of the present database and the loading of another.
    pub fn reload(&mut self, loading: &Loading) -> Result<(), PlanError> {
        let Loading { dump, before, .. } = loading;
        let Some(values) = self.of_loading(loading) else { return Ok(()) };
        let summary = format!("dump the present database into backups/{before}");
        self.once(Phase::Switch, &builtin::DUMP, &summary, &values, false)?;
        let summary = format!("put backups/{dump} in the place of the database");
        self.once(Phase::Switch, &builtin::RESTORE_DATABASE, &summary, &values, true)
    }

    fn of_loading(&self, loading: &Loading) -> Option<BTreeMap<HostName, Value>> {
        let Loading { host: name, dump, sha256, before } = loading;
        let inputs = self.inputs();
        let (host, facts) = inputs.hosts().find(|(host, _)| host.name == *name)?;
        let (layout, stage) = (facts.layout(), &inputs.config.stage);
        let place = layout.release(&facts.live()?);
        let values = database::values(host, facts, stage, place, Purpose::Restore, &before.id);
        let archive = format!("{}/{dump}", layout.backups());
        Some(BTreeMap::from([(name.clone(), context! { archive, sum => sha256.as_str(), ..values })]))
    }
}
