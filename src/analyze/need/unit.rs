//! The project's own PHP files, and the classes they define.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::super::composer::Manifest;
use super::super::files::Files;
use super::super::php::{self, Kind, Reference, Source};
use super::area::{Area, Areas};

/// A PHP file of the project.
#[derive(Debug)]
pub(super) struct Unit {
    /// From the top of the release.
    pub path: String,
    /// What it is for.
    pub area: Area,
    /// What it says.
    pub source: Source,
}

/// The PHP files of the project.
#[derive(Debug)]
pub(super) struct Project {
    /// The files, by path.
    pub units: Vec<Unit>,
    /// The functions they define, without namespaces.
    pub functions: HashSet<String>,
    classes: HashMap<String, Vec<usize>>,
    factories: HashMap<String, Vec<usize>>,
    seeders: HashMap<String, Vec<usize>>,
}

impl Project {
    /// Reads all of them.
    pub fn read(files: &Files, manifest: &Manifest) -> Self {
        let areas = Areas::new(manifest);
        let texts = files.php();
        let units = texts.par_iter().filter_map(|(path, text)| {
            let area = areas.of(path)?;
            Some(Unit { path: (*path).to_owned(), area, source: php::read(text) })
        });
        let units: Vec<Unit> = units.collect();
        let mut project = Self {
            units,
            functions: HashSet::new(),
            classes: HashMap::new(),
            factories: HashMap::new(),
            seeders: HashMap::new(),
        };
        project.index();
        project
    }

    fn index(&mut self) {
        for (at, unit) in self.units.iter().enumerate() {
            self.functions.extend(unit.source.functions.iter().cloned());
            for class in &unit.source.classes {
                let full = class.to_ascii_lowercase();
                let short = full.rsplit('\\').next().unwrap_or(&full).to_owned();
                match unit.area {
                    Area::Factory => self.factories.entry(short).or_default().push(at),
                    Area::Seeder => self.seeders.entry(short).or_default().push(at),
                    Area::Production | Area::Development => {}
                }
                self.classes.entry(full).or_default().push(at);
            }
        }
    }

    /// Tells whether a class is the project's own.
    pub fn defines(&self, class: &str) -> bool {
        self.classes.contains_key(&class.to_ascii_lowercase())
    }

    /// Returns the files that a reference leads to, besides its own.
    pub fn targets(&self, from: usize, reference: &Reference) -> Vec<usize> {
        let name = reference.name.to_ascii_lowercase();
        let short = name.rsplit('\\').next().unwrap_or(&name);
        let mut found = self.classes.get(&name).cloned().unwrap_or_default();
        match reference.kind {
            // A model finds its factory by its name.
            Kind::Factory => {
                found.extend(self.factories.get(&format!("{short}factory")).into_iter().flatten())
            }
            // What is seeded can be named without its namespace.
            Kind::Text if !name.contains('\\') => found.extend(self.seeders.get(short).into_iter().flatten()),
            // Before Laravel 8 all factories were files without classes.
            Kind::Call if name == "factory" => found.extend(self.old_factories()),
            _ => {}
        }
        found.retain(|at| *at != from);
        found
    }

    fn old_factories(&self) -> impl Iterator<Item = usize> {
        let old = |unit: &Unit| unit.area == Area::Factory && unit.source.classes.is_empty();
        self.units.iter().enumerate().filter(move |(_, unit)| old(unit)).map(|(at, _)| at)
    }
}
