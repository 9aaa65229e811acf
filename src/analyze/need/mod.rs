//! Which packages for development production code needs: with `--no-dev` they would be missing.
//!
//! ```text
//! files ── unit ──▶ what each file says ── live ──▶ what of it can run in production ── load ──▶ reasons
//! ```
//! A reason is a place where PHP looks for a class: an import, a type or `Name::class` alone is none.
//! In doubt there is none: dev packages in production are a danger of their own.

mod area;
mod live;
mod load;
mod unit;

use serde::Serialize;

use super::composer::{Lock, Manifest, Owners};
use super::files::Files;
use super::php::{Kind, Reference};
use live::Live;
use unit::{Project, Unit};

/// What Laravel's factories are made of.
const FACTORY: &str = "Illuminate\\Database\\Eloquent\\Factories\\Factory";

/// Which packages for development production code needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DevNeed {
    /// Where, in the order of files and lines.
    pub reasons: Vec<Reason>,
}

/// A place in production code that needs a package for development.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    /// The file, from the top of the release.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The class or function that is missing.
    pub name: String,
    /// The package, as in `fakerphp/faker`.
    pub package: String,
    /// When it is missed.
    pub when: When,
}

/// When a package is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// When the application or its deploy runs.
    Always,
    /// Only when somebody seeds the database: no step of the deploy and no code does.
    Seeding,
    /// Only when somebody runs that command of the console.
    Command,
}

impl DevNeed {
    /// Returns the places that production reaches: the build needs packages for development if there
    /// are any.
    pub fn always(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|reason| reason.when == When::Always)
    }
}

/// Finds the packages for development that production code needs. `seeds` tells whether a step of the
/// deploy seeds the database.
///
/// Without a readable composer.json nothing is needed.
pub fn dev_need(files: &Files, seeds: bool) -> DevNeed {
    let Some(manifest) = files.text("composer.json").and_then(|text| Manifest::parse(&text).ok()) else {
        return DevNeed::default();
    };
    let owners = Owners::new(&manifest, installed(files).as_ref());
    if !owners.any() {
        return DevNeed::default();
    }
    let project = Project::read(files, &manifest);
    let seeds = seeds || manifest.scripts_say("db:seed") || manifest.scripts_say("--seed");
    let live = live::live(&project, &owners, seeds);
    let mut reasons = Vec::new();
    for (unit, live) in project.units.iter().zip(live) {
        let when = match live {
            Live::No => continue,
            Live::Seeding => When::Seeding,
            Live::Always => When::Always,
        };
        reasons.extend(missed(unit, &project, &owners, when));
    }
    reasons.sort();
    // The first place of a file where a name is missed tells enough.
    reasons.dedup_by(|later, first| {
        (&later.file, &later.package, &later.name) == (&first.file, &first.package, &first.name)
    });
    DevNeed { reasons }
}

fn installed(files: &Files) -> Option<Lock> {
    let lock = files.text("composer.lock").and_then(|text| Lock::parse(&text).ok());
    lock.or_else(|| Lock::parse_installed(&files.text("vendor/composer/installed.json")?))
}

/// Returns what a file misses without packages for development.
fn missed(unit: &Unit, project: &Project, owners: &Owners, when: When) -> Vec<Reason> {
    let used = unit
        .source
        .references
        .iter()
        .filter(|reference| !live::is_guarded(reference, owners) && load::loads(reference, unit));
    let missed = used.filter_map(|reference| {
        let (name, package) = match reference.kind {
            Kind::Faker => ("$this->faker".to_owned(), owners.faker()?),
            Kind::Call => {
                let name = reference.name.as_str();
                let package = if name.contains('\\') { owners.class(name) } else { owners.function(name) };
                let package = package.filter(|_| !project.functions.contains(name))?;
                (format!("{}()", name.rsplit('\\').next().unwrap_or(name)), package)
            }
            Kind::Extends if reference.name == FACTORY => {
                ("Faker\\Generator".to_owned(), owners.faker_of_factories()?)
            }
            _ if project.defines(&reference.name) => return None,
            _ => (reference.name.clone(), owners.class(&reference.name)?),
        };
        let (file, package) = (unit.path.clone(), package.to_owned());
        let when = if when == When::Always && is_run_by_hand(reference, unit) { When::Command } else { when };
        Some(Reason { file, line: reference.line, name, package, when })
    });
    missed.collect()
}

/// Tells whether a use stands in the work of a console command. What the command's class is made of is
/// needed by all commands: the console looks at each of them when it starts.
fn is_run_by_hand(reference: &Reference, unit: &Unit) -> bool {
    let function = reference.context.function.as_deref();
    let folders = ["/Commands/", "/Command/"];
    folders.iter().any(|folder| unit.path.contains(folder))
        && function.is_some_and(|name| name != "__construct")
}
