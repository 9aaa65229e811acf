//! Which files of a project can run in production. A class that is only used where the code has made
//! sure that it is not production cannot; a factory can only where live code makes models with it.

use std::collections::HashSet;

use super::super::composer::Owners;
use super::super::php::{Kind, Reference};
use super::area::Area;
use super::load;
use super::unit::{Project, Unit};

/// Whether a file can run in production.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Live {
    /// Nothing leads to it.
    No,
    /// When somebody seeds the database.
    Seeding,
    /// When the application runs, or the deploy.
    Always,
}

/// A use of one file by another.
struct Edge {
    from: usize,
    to: usize,
    /// Whether it is made sure before that it is not production, or that the class is there.
    guarded: bool,
    /// Whether it makes PHP look for the class.
    loads: bool,
}

/// Tells whether a name is used only where it is there, or where it is not production.
pub(super) fn is_guarded(reference: &Reference, owners: &Owners) -> bool {
    // A model names its factory there; nothing runs it but those who ask for the factory.
    let names_factory = reference.context.function.as_deref() == Some("newFactory");
    names_factory
        || reference.guard.development
        || reference.guard.present.iter().any(|name| owners.knows(name))
}

/// Returns for each file whether it can run in production.
pub(super) fn live(project: &Project, owners: &Owners, seeds: bool) -> Vec<Live> {
    let edges = edges(project, owners);
    let dead = dead(project, owners, &edges);
    let root = |(at, unit): (usize, &Unit)| match unit.area {
        Area::Production if !dead.contains(&at) => Live::Always,
        _ => Live::No,
    };
    let mut live: Vec<Live> = project.units.iter().enumerate().map(root).collect();
    spread(project, &edges, &mut live, Live::Always);
    let when = if seeds || is_seeded(project, owners, &live) { Live::Always } else { Live::Seeding };
    for seeder in seeding_roots(project, &edges) {
        live[seeder] = live[seeder].max(when);
    }
    spread(project, &edges, &mut live, when);
    live
}

fn edges(project: &Project, owners: &Owners) -> Vec<Edge> {
    let of_unit = |(from, unit): (usize, &Unit)| {
        let edge = move |reference: &Reference| {
            let guarded = is_guarded(reference, owners);
            let loads = load::loads(reference, unit) || reference.kind == Kind::Factory;
            let edge = move |to| Edge { from, to, guarded, loads };
            project.targets(from, reference).into_iter().map(edge).collect::<Vec<_>>()
        };
        unit.source.references.iter().flat_map(edge).collect::<Vec<_>>()
    };
    project.units.iter().enumerate().flat_map(of_unit).collect()
}

/// Returns the files of the application that nothing uses in production: those that are used, but always
/// behind a guard, by others of the kind, or by factories; providers that are not registered; and what is
/// made of a package for development and no more than mentioned.
fn dead(project: &Project, owners: &Owners, edges: &[Edge]) -> HashSet<usize> {
    let mut used: Vec<Vec<&Edge>> = project.units.iter().map(|_| Vec::new()).collect();
    for edge in edges.iter().filter(|edge| project.units[edge.from].area != Area::Development) {
        used[edge.to].push(edge);
    }
    let mut dead = HashSet::new();
    loop {
        let unused = |at: &usize| {
            let unit = &project.units[*at];
            let made = is_made_of(unit, owners);
            let lives = |edge: &&Edge| {
                let from_live =
                    project.units[edge.from].area == Area::Production && !dead.contains(&edge.from);
                from_live && !edge.guarded && (edge.loads || !made)
            };
            unit.area == Area::Production
                && !is_found_by_itself(unit)
                && !used[*at].iter().any(lives)
                && (!used[*at].is_empty() || made || is_provider(unit))
        };
        let all: HashSet<usize> = (0..project.units.len()).filter(unused).collect();
        if all.len() == dead.len() {
            return dead;
        }
        dead = all;
    }
}

/// Tells whether a framework loads the file because of where it is.
fn is_found_by_itself(unit: &Unit) -> bool {
    let path = &unit.path;
    unit.source.classes.is_empty() || path.contains("/Console/Commands/") || path.contains("igrations/")
}

/// Tells whether the file is loaded only where something registers it.
fn is_provider(unit: &Unit) -> bool {
    let extends = |reference: &&Reference| reference.kind == Kind::Extends;
    unit.path.starts_with("app/Providers/")
        && unit
            .source
            .references
            .iter()
            .filter(extends)
            .any(|parent| parent.name.ends_with("ServiceProvider"))
}

/// Tells whether the file is a class on top of one of a package for development. When nothing in the
/// application uses it, it is there for tests.
fn is_made_of(unit: &Unit, owners: &Owners) -> bool {
    let base = |reference: &Reference| {
        matches!(reference.kind, Kind::Extends | Kind::Implements | Kind::Trait)
            && owners.class(&reference.name).is_some()
    };
    unit.source.references.iter().any(base)
}

/// Follows the uses from files that are live to seeders, factories, and what only they use.
/// A seeder is run although it is only mentioned: others are given its name.
fn spread(project: &Project, edges: &[Edge], live: &mut [Live], when: Live) {
    let leads =
        |edge: &&Edge| !edge.guarded && (edge.loads || project.units[edge.to].area != Area::Production);
    let leads: Vec<&Edge> = edges.iter().filter(leads).collect();
    loop {
        let mut changed = false;
        for edge in &leads {
            if live[edge.from] >= when && live[edge.to] < when {
                live[edge.to] = when;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Tells whether the application seeds its database, as an installer does. A command for the console is
/// run by a person, who can as well seed by hand.
fn is_seeded(project: &Project, owners: &Owners, live: &[Live]) -> bool {
    let seeds = |unit: &Unit| {
        let seed = |reference: &Reference| reference.kind == Kind::Seed && !is_guarded(reference, owners);
        !unit.path.contains("/Console/") && unit.source.references.iter().any(seed)
    };
    project
        .units
        .iter()
        .zip(live)
        .any(|(unit, live)| *live == Live::Always && unit.area == Area::Production && seeds(unit))
}

/// Returns the seeder that `db:seed` runs. Where there is none of that name, those that no other code uses
/// are run by theirs.
fn seeding_roots(project: &Project, edges: &[Edge]) -> Vec<usize> {
    let used: HashSet<usize> = edges.iter().map(|edge| edge.to).collect();
    let seeders = || project.units.iter().enumerate().filter(|(_, unit)| unit.area == Area::Seeder);
    let first: Vec<usize> =
        seeders().filter(|(_, unit)| unit.path.ends_with("DatabaseSeeder.php")).map(|(at, _)| at).collect();
    if first.is_empty() {
        seeders().map(|(at, _)| at).filter(|at| !used.contains(at)).collect()
    } else {
        first
    }
}
