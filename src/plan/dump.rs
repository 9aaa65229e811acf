//! The dump of the database before it is migrated, and which dumps stay.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use minijinja::{Value, context};

use super::builtin::{self, Shell};
use super::contents::Contents;
use super::database::{self, Purpose};
use super::inputs::PlanError;
use super::restore::DATA_TIMEOUT;
use super::step::{Phase, Step, Undo};
use super::{ARM, CLOSED, MIGRATE};
use crate::backup::retention::DAYS;
use crate::config::recipe::is_builtin_file;
use crate::host::HostName;
use crate::persist::Framework;
use crate::release::ReleaseId;

/// The steps that show visitors a page of maintenance.
const PAGE: [&str; 3] = [ARM, "down", CLOSED];

impl Contents<'_> {
    /// Adds the dump, before all else in the phase of migrations, where the plan migrates.
    pub fn dump(&mut self) -> Result<(), PlanError> {
        let migrate = self.migrates()?;
        let is_later = |step: &Step| step.phase >= Phase::MidRelease || step.name == MIGRATE;
        let first = self.steps().iter().position(is_later).unwrap_or(self.steps().len());
        // Behind a page of maintenance nobody writes any more.
        let is_page = |step: &Step| step.phase == Phase::MidRelease && PAGE.contains(&step.name.as_str());
        let page = self.steps().iter().rposition(is_page).map(|place| place + 1);
        let migrates = self.steps().iter().position(|step| step.name == MIGRATE);
        let place = page.unwrap_or(first).min(migrates.unwrap_or(usize::MAX));
        let later = self.steps().split_off(place);
        match migrate {
            Some(migrate) => self.before(&migrate)?,
            None => self.around(builtin::DUMP.name)?,
        }
        self.steps().extend(later);
        Ok(())
    }

    /// Returns the step that migrates, where its database is to be dumped.
    fn migrates(&self) -> Result<Option<Step>, PlanError> {
        let inputs = self.inputs();
        let Some(config) = inputs.config.steps.iter().find(|step| step.name == MIGRATE) else {
            return Ok(None);
        };
        // A step of that name may be about anything, unless there is an application that is known.
        let migrates = |known: &Framework| {
            matches!(known, Framework::Laravel | Framework::CodeIgniter | Framework::Symfony)
        };
        let is_known = is_builtin_file(&config.run.at.file) || inputs.source.frameworks.iter().any(migrates);
        if inputs.config.backup.database && is_known { self.as_it_runs(MIGRATE) } else { Ok(None) }
    }

    fn before(&mut self, migrate: &Step) -> Result<(), PlanError> {
        let release = self.release();
        let Some(values) = migrate.hosts().next().and_then(|host| self.of_database(host)) else {
            return Ok(());
        };
        let phase = migrate.phase.min(Phase::MidRelease);
        let summary = format!("dump the database into backups/database-{release}, if it is to be migrated");
        self.once(phase, &builtin::DUMP, &summary, &values, false)
    }

    /// Returns the values of the host that migrates.
    fn of_database(&self, name: &HostName) -> Option<BTreeMap<HostName, Value>> {
        let (inputs, release) = (self.inputs(), self.release());
        let (host, facts) = inputs.hosts().find(|(host, _)| host.name == *name)?;
        let (stage, place) = (&inputs.config.stage, facts.layout().release(release));
        let values = database::values(host, facts, stage, place, Purpose::Deploy, release);
        let values = context! { looks => self.looks(), ..values };
        Some(BTreeMap::from([(name.clone(), values)]))
    }

    /// Tells whether Laravel can say what is pending: only of its own way to migrate.
    fn looks(&self) -> &'static str {
        let step = self.inputs().config.steps.iter().find(|step| step.name == MIGRATE);
        let is_own = step.is_some_and(|step| {
            is_builtin_file(&step.run.at.file) && step.run.text.contains(" artisan migrate")
        });
        if is_own { "yes" } else { "" }
    }

    /// Adds a step that runs on one host for all of them.
    pub(super) fn once(
        &mut self,
        phase: Phase,
        shell: &Shell,
        summary: &str,
        values: &BTreeMap<HostName, Value>,
        vital: bool,
    ) -> Result<(), PlanError> {
        let (action, undo) = (shell.action(values)?, shell.undo(values, vital)?);
        self.push(phase, shell.name, summary, action, undo)?;
        if let Some(step) = self.steps().iter_mut().rfind(|step| step.name == shell.name) {
            step.once = true;
            step.timeout = DATA_TIMEOUT;
        }
        Ok(())
    }

    /// Adds the removal of old dumps, where this run makes one.
    pub fn prune_dumps(&mut self) -> Result<(), PlanError> {
        let shell = &builtin::PRUNE_DUMPS;
        let dump = self.steps().iter().find(|step| step.name == builtin::DUMP.name);
        let Some(name) = dump.and_then(|step| step.hosts().next().cloned()) else {
            return self.around(shell.name);
        };
        let backup = self.inputs().config.backup;
        let values = self.inputs().hosts().find(|(host, _)| host.name == name).map(|(_, facts)| {
            context! {
                backups => facts.layout().backups(),
                records => facts.layout().records(),
                cutoff => cutoff(self.release(), backup.keep_days.unwrap_or(DAYS)),
                count => backup.keep.unwrap_or(0),
                // What was made by hand stays, unless deploy.yml says otherwise.
                own => if backup.keep_days.is_none() { "yes" } else { "" },
            }
        });
        let values: BTreeMap<_, _> = values.map(|values| (name, values)).into_iter().collect();
        let action = shell.action(&values)?;
        self.push(Phase::Cleanup, shell.name, "remove old dumps of the database", action, Undo::NotNeeded)
    }
}

/// Returns the oldest id that stays, as text.
fn cutoff(release: &ReleaseId, days: u32) -> String {
    let age = SignedDuration::from_hours(24 * i64::from(days));
    release.time().checked_sub(age).map_or_else(|_| String::new(), |time| ReleaseId::at(time).to_string())
}
