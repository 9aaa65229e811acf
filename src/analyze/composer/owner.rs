//! Which package a class belongs to, by the beginnings of names that packages register.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::constraint::Version;
use super::known::{ALIASES, CLASSES, FUNCTIONS};
use super::{Lock, Manifest, Package};

/// The owners of names, as far as they are packages for development.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    /// By what a name begins with, the last `\` included. `None`: it is there in production.
    prefixes: HashMap<String, Option<String>>,
    /// Classes of old packages: `Swift_Message`.
    underscored: BTreeMap<String, Option<String>>,
    aliases: HashMap<String, Option<String>>,
    functions: HashMap<&'static str, String>,
    packages: BTreeSet<String>,
    old_laravel: bool,
}

impl Owners {
    /// Takes the packages of the lock file; without one, those of `require-dev` that are well known.
    pub fn new(manifest: &Manifest, lock: Option<&Lock>) -> Self {
        let mut owners = Self { old_laravel: is_old_laravel(lock), ..Self::default() };
        // Tools are applications themselves: there is one whose classes are called `App\`, too.
        for prefix in manifest.prefixes().filter(|prefix| !prefix.is_empty()) {
            owners.add_prefix(prefix, &None);
        }
        match lock {
            Some(lock) => lock.packages.iter().for_each(|package| owners.add(package)),
            None => {
                let required = manifest.requires("require");
                for name in manifest.requires("require-dev").into_keys() {
                    let development = !required.contains_key(&name);
                    owners.add(&Package { name, development, ..Package::default() });
                }
            }
        }
        owners
    }

    /// Tells whether there is a package for development at all.
    pub fn any(&self) -> bool {
        !self.packages.is_empty()
    }

    fn add(&mut self, package: &Package) {
        let owner = package.development.then(|| package.name.clone());
        let known = |table: &[(&str, &'static [&'static str])]| {
            table.iter().find(|(name, _)| *name == package.name).map_or(&[][..], |(_, names)| *names)
        };
        let classes = if package.prefixes.is_empty() { known(&CLASSES) } else { &[] };
        for prefix in package.prefixes.iter().map(String::as_str).chain(classes.iter().copied()) {
            self.add_prefix(prefix, &owner);
        }
        let aliases = if package.aliases.is_empty() { known(&ALIASES) } else { &[] };
        for alias in package.aliases.iter().map(String::as_str).chain(aliases.iter().copied()) {
            merge(self.aliases.entry(alias.to_owned()), &owner);
        }
        if let Some(owner) = owner {
            self.functions.extend(known(&FUNCTIONS).iter().map(|function| (*function, owner.clone())));
            self.packages.insert(owner);
        }
    }

    fn add_prefix(&mut self, prefix: &str, owner: &Option<String>) {
        if prefix.ends_with('_') {
            let entry = self.underscored.entry(prefix.to_owned()).or_insert_with(|| owner.clone());
            if owner.is_none() {
                *entry = None;
            }
            return;
        }
        let prefix = format!("{}\\", prefix.trim_end_matches('\\'));
        merge(self.prefixes.entry(prefix), owner);
    }

    /// Returns the package for development that a class belongs to.
    pub fn class(&self, name: &str) -> Option<&str> {
        let mut end = name.len();
        while let Some(slash) = name[..end].rfind('\\') {
            if let Some(owner) = self.prefixes.get(&name[..=slash]) {
                return owner.as_deref();
            }
            end = slash;
        }
        if name.contains('\\') {
            return None;
        }
        if let Some(owner) = self.aliases.get(name) {
            return owner.as_deref();
        }
        // A class without a namespace can be the only one of its package: `Mockery`.
        let class = self.prefixes.get(&format!("{name}\\"));
        let underscored = || {
            let longest = self.underscored.iter().rev().find(|(prefix, _)| name.starts_with(prefix.as_str()));
            longest.map(|(_, owner)| owner)
        };
        class.filter(|_| name == "Mockery").or_else(underscored)?.as_deref()
    }

    /// Returns the package for development that defines a function.
    pub fn function(&self, name: &str) -> Option<&str> {
        self.functions.get(name).map(String::as_str)
    }

    /// Returns the package for development that makes fake data.
    pub fn faker(&self) -> Option<&str> {
        self.class("Faker\\Generator")
    }

    /// Returns the package for development that each of Laravel's factories needs to be made at all: up to
    /// version 9 they begin with asking for a maker of fake data.
    pub fn faker_of_factories(&self) -> Option<&str> {
        self.faker().filter(|_| self.old_laravel)
    }

    /// Tells whether it is the name of a class, a function or a package for development.
    pub fn knows(&self, name: &str) -> bool {
        let short = name.rsplit('\\').next().unwrap_or(name);
        self.packages.contains(name) || self.class(name).is_some() || self.function(short).is_some()
    }
}

fn is_old_laravel(lock: Option<&Lock>) -> bool {
    let laravel = lock.and_then(|lock| lock.package("laravel/framework"));
    laravel.and_then(|laravel| Version::parse(&laravel.version)).is_some_and(|version| version.major() <= 9)
}

/// What two packages register belongs to the one that production has.
fn merge(entry: std::collections::hash_map::Entry<'_, String, Option<String>>, owner: &Option<String>) {
    let owner = owner.clone();
    entry
        .and_modify(|there| {
            if owner.is_none() {
                *there = None
            }
        })
        .or_insert(owner);
}
