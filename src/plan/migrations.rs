//! What a deploy does to the database: the migrations that are pending, as far as the release's own files
//! and the live release tell. Those of packages are only known to the new release, on the host.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::inputs::Inputs;
use super::preflight;
use super::step::Step;
use crate::analyze::schema;
use crate::config::recipe::is_builtin_file;
use crate::config::{Config, HostConfig, On, StepConfig, Text, UndoConfig};
use crate::facts::{self, Facts};
use crate::host::HostName;
use crate::persist::Framework;

/// The step of recipes that migrates the database.
pub const MIGRATE: &str = "migrate";
/// The step right before it, which asks what has run.
pub const PENDING: &str = "pending";

/// Seconds that asking may take.
const TIMEOUT: u64 = 60;

const ASKING: &str =
    concat!(include_str!("../../templates/migrations.sh"), include_str!("../../templates/pending.sh"));

/// What a deploy does to the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migrations {
    /// The host that migrates.
    pub host: HostName,
    /// What is pending, in the order of its run.
    pub pending: Vec<Migration>,
    /// Why it is not known which have run; what is pending is then what git says is new.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unknown: Option<String>,
    /// Where the application's own installer is, which makes the tables instead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub installer: Option<String>,
}

/// One migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// Its name, as the database lists it.
    pub name: String,
    /// Its file, from the top of the release.
    pub file: String,
    /// What it would do to the database, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sql: Option<Pretended>,
}

/// What became of a migration that was only pretended to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pretended {
    /// The statements that it would run.
    Queries(Vec<String>),
    /// Why that cannot be told.
    Failed(String),
}

/// Tells whether a host is the one that migrates, by deploy.yml.
pub fn is_run_by(config: &Config, host: &HostConfig) -> bool {
    migrating(config).is_some_and(|(_, chosen)| chosen.name == host.name)
}

/// Returns the step that migrates, and its first host.
fn migrating(config: &Config) -> Option<(&StepConfig, &HostConfig)> {
    let step = config.steps.iter().find(|step| step.name == MIGRATE && step.on == On::Hosts)?;
    let host = config.hosts.iter().find(|host| host.does(&step.roles)).or(config.hosts.first())?;
    Some((step, host))
}

/// Returns what the steps of a deploy do to the database; `None`: nothing that is known.
pub fn of(inputs: &Inputs<'_>, steps: &[Step]) -> Option<Migrations> {
    let (_, host) = migrating(inputs.config)?;
    let host = host.name.clone();
    if let Some(installer) = first_install(inputs) {
        let installer = Some(installer.page);
        return Some(Migrations { host, pending: Vec::new(), unknown: None, installer });
    }
    let runs = |step: &Step| step.name == MIGRATE && step.hosts().any(|name| *name == host);
    if !is_laravel(inputs) || !steps.iter().any(runs) {
        return None;
    }
    let named = |migration: &schema::Migration| Migration {
        name: migration.name.clone(),
        file: migration.path.clone(),
        sql: None,
    };
    let pending = pending(inputs).into_iter().map(named).collect();
    let unknown = inputs.facts.get(&host).and_then(unknown);
    Some(Migrations { host, pending, unknown, installer: None })
}

fn is_laravel(inputs: &Inputs<'_>) -> bool {
    inputs.source.frameworks.contains(&Framework::Laravel)
}

/// Returns why it is not known which migrations have run, on a host with a live release.
fn unknown(facts: &Facts) -> Option<String> {
    facts.live()?;
    match &facts.migrations {
        Some(migrations) => migrations.unknown().map(str::to_owned),
        None => Some("the live release is not asked".to_owned()),
    }
}

/// Returns the files of the migrations that are pending, in the order of their run.
pub(super) fn pending<'a>(inputs: &Inputs<'a>) -> Vec<&'a schema::Migration> {
    let source = inputs.source;
    let facts = migrating(inputs.config).and_then(|(_, host)| inputs.facts.get(&host.name));
    let told = facts.and_then(|facts| facts.migrations.as_ref());
    let own = source.migrations.iter().filter(|migration| is_run(migration, told));
    let Some(facts) = facts.filter(|facts| facts.live().is_some()) else { return own.collect() };
    match told.filter(|_| unknown(facts).is_none()) {
        Some(told) => own.filter(|migration| !told.ran.contains(&migration.name)).collect(),
        None => {
            let added: BTreeSet<&str> =
                source.changes.iter().flat_map(|changes| &changes.added).map(String::as_str).collect();
            own.filter(|migration| added.contains(migration.path.as_str())).collect()
        }
    }
}

/// Tells whether `artisan migrate` looks into the migration's directory: the framework's own, that of a
/// module, or one that the live release registers.
fn is_run(migration: &schema::Migration, told: Option<&facts::Migrations>) -> bool {
    let Some((dir, _)) = migration.path.rsplit_once('/') else { return false };
    let parts: Vec<&str> = dir.split('/').collect();
    let is_module =
        matches!(parts.as_slice(), ["Modules", _, database, _] if database.eq_ignore_ascii_case("database"));
    match told {
        _ if dir == "database/migrations" => true,
        Some(told) if is_module => told.runs(dir),
        Some(told) => told.dirs.contains(dir),
        None => is_module,
    }
}

/// Returns the step that asks what has run, before a step that migrates. It runs as that does: in its
/// directory, with its environment.
pub(super) fn asking(inputs: &Inputs<'_>, migrate: &StepConfig) -> Option<StepConfig> {
    let has_php = inputs.config.hosts.iter().all(|host| preflight::program(host).is_some());
    if migrate.name != MIGRATE || migrate.on != On::Hosts || !is_laravel(inputs) || !has_php {
        return None;
    }
    Some(StepConfig {
        name: PENDING.to_owned(),
        run: Text { text: ASKING.to_owned(), at: migrate.run.at.clone() },
        undo: UndoConfig::NotNeeded,
        timeout: TIMEOUT,
        retry: 0,
        allow_failure: true,
        cache: None,
        ..migrate.clone()
    })
}

/// A first install whose tables the application makes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FirstInstall {
    /// What shows that it has an installer.
    shown: String,
    /// Where that is.
    page: String,
    host: HostName,
}

impl FirstInstall {
    /// Says that the database is left alone, why, and what comes next.
    pub(super) fn told(&self) -> String {
        format!(
            "this application installs itself ({}), and nothing in shared/storage says that it has: its installer \
             makes the tables, so `{MIGRATE}` is left out; open {} after the deploy, and the next one migrates \
             (to migrate all the same, give the step a `when: 'true'` in deploy.yml)",
            self.shown, self.page
        )
    }

    /// Returns the host whose database it is.
    pub(super) fn host(&self) -> &HostName {
        &self.host
    }
}

/// Tells whether the application's own installer has yet to make the tables. Whoever writes the step in
/// deploy.yml has decided otherwise.
pub(super) fn first_install(inputs: &Inputs<'_>) -> Option<FirstInstall> {
    let (step, host) = migrating(inputs.config)?;
    let texts = [Some(&step.run), step.when.as_ref()];
    if !is_laravel(inputs) || texts.into_iter().flatten().any(|text| !is_builtin_file(&text.at.file)) {
        return None;
    }
    let installer = inputs.source.installer.as_ref()?;
    let facts = inputs.facts.get(&host.name)?;
    if !facts.installed.is_empty() || has_run_some(facts) {
        return None;
    }
    // Without a mark that the code is known to leave, an old site or a database that does not answer
    // leaves it in doubt, and then the step decides.
    let is_new = facts.live().is_none() && facts.existing.paths.is_empty();
    let is_empty = facts.live().is_some() && unknown(facts).is_none();
    if !(installer.leaves_mark || is_new || is_empty) {
        return None;
    }
    let site = host.url.as_deref().unwrap_or("https://your-site").trim_end_matches('/');
    Some(FirstInstall {
        shown: installer.shown.clone(),
        page: format!("{site}/install"),
        host: host.name.clone(),
    })
}

fn has_run_some(facts: &Facts) -> bool {
    facts.migrations.as_ref().is_some_and(|told| told.unknown().is_none() && !told.ran.is_empty())
}

/// Tells whether a step is left out of a first install.
pub(super) fn is_left_out(inputs: &Inputs<'_>, step: &StepConfig) -> bool {
    step.name == MIGRATE && first_install(inputs).is_some()
}

/// Warns of `migrate --isolated`: where it is skipped it ends as if it had migrated.
pub(super) fn isolated(config: &Config) -> Option<String> {
    let (step, _) = migrating(config)?;
    let is_isolated = step.run.text.split_whitespace().any(|word| word == "--isolated");
    is_isolated.then(|| {
        format!(
            "{} line {}: `--isolated` ends with 0 where it is skipped, and the release would go live without its \
             tables; it is not needed here, for one host migrates, under the lock of the run",
            step.run.at.file, step.run.at.line
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_directories_that_the_framework_looks_into_are_migrated() {
        let runs = |path: &str, told: Option<&facts::Migrations>| {
            let (_, name) = path.rsplit_once('/').unwrap();
            let migration =
                schema::Migration { name: name.to_owned(), path: path.to_owned(), deeds: Vec::new() };
            is_run(&migration, told)
        };
        let mut told = facts::Migrations::default();
        for line in [
            "dir database/migrations",
            "dir packages/shop/database/migrations",
            "dir Modules/On/Database/Migrations",
            "module Modules/On/Database/Migrations",
            "module Modules/Off/Database/Migrations",
        ] {
            told.read(line);
        }
        for (path, known, unknown) in [
            ("database/migrations/1_a.php", true, true),
            ("packages/shop/database/migrations/1_a.php", true, false),
            ("packages/other/database/migrations/1_a.php", false, false),
            ("Modules/On/Database/Migrations/1_a.php", true, true),
            ("Modules/Off/Database/Migrations/1_a.php", false, true),
            ("Modules/New/database/migrations/1_a.php", true, true),
            ("Modules/New/Stubs/Migrations/1_a.php", false, false),
        ] {
            assert_eq!((runs(path, Some(&told)), runs(path, None)), (known, unknown), "{path}");
        }
    }
}
