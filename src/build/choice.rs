//! The choice of a place to build in, and of the programs there.

use std::collections::{BTreeMap, BTreeSet};

use super::Build;
use super::composer::Composer;
use super::kept::Kept;
use super::node::{Manager, Node};
use super::offer::{Obstacle, Offer, Place, Refusal};
use super::toolchain::{Php, Toolchain};
use crate::config::Cache;
use crate::plan::php;

/// What a build needs.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What there is to do for Composer.
    pub composer: Option<Composer>,
    /// Whether the user has named the Composer, whatever its version.
    pub insists: bool,
    /// What there is to do for npm and its like.
    pub node: Option<Node>,
    /// The PHP that the release asks for, to look at it once it is built.
    pub php: Option<String>,
    /// The directories of which copies are kept.
    pub cache: BTreeSet<Cache>,
}

impl Wanted {
    /// Returns the programs of Node.js that a place is asked for.
    pub fn programs(&self) -> Vec<&'static str> {
        let Some(node) = &self.node else { return Vec::new() };
        let by_corepack = (node.manager != Manager::Npm).then_some("corepack");
        ["node", node.manager.name()].into_iter().chain(by_corepack).collect()
    }

    /// Tells whether there is anything that a place must have.
    pub fn is_any(&self) -> bool {
        self.composer.is_some() || self.node.is_some() || self.php.is_some()
    }
}

/// The programs of a place.
struct Programs {
    php: Vec<String>,
    composer: Vec<String>,
    node: Vec<String>,
    versions: BTreeMap<Cache, Vec<String>>,
}

/// Takes the first place that can build the release. Where none can, the answer says what each lacks.
pub fn choose(wanted: &Wanted, offers: &[Offer]) -> Build {
    let notes = wanted.composer.iter().flat_map(|composer| &composer.notes);
    let notes: Vec<_> = notes.chain(wanted.node.iter().flat_map(|node| &node.notes)).cloned().collect();
    let mut problems = Vec::new();
    for offer in offers {
        let found = offer.answer.as_ref().map_err(Clone::clone);
        match found.and_then(|toolchain| Ok((toolchain, programs(wanted, &offer.place, toolchain)?))) {
            Ok((toolchain, programs)) => {
                let mut build = of(wanted, &offer.place, toolchain, programs);
                build.notes = notes;
                build.notes.extend(problems.iter().map(|refusal| passed_over(refusal, &offer.place)));
                return build;
            }
            Err(obstacle) => problems.push(Refusal { place: offer.place.clone(), obstacle }),
        }
    }
    Build { notes, problems, ..Build::default() }
}

fn passed_over(refusal: &Refusal, place: &Place) -> String {
    let Refusal { place: other, obstacle } = refusal;
    format!("the release is built on {}, and not on {}: {}", place.name(), other.name(), obstacle.text)
}

fn of(wanted: &Wanted, place: &Place, toolchain: &Toolchain, programs: Programs) -> Build {
    let node = wanted.node.as_ref();
    let words = |arguments: &[&str]| {
        programs.node.iter().cloned().chain(arguments.iter().map(|word| (*word).to_owned())).collect()
    };
    let kept = wanted.cache.iter().filter_map(|cache| {
        let versions = programs.versions.get(cache).cloned().unwrap_or_default();
        Some((*cache, kept(wanted, *cache, versions)?))
    });
    Build {
        place: place.clone(),
        work_dir: toolchain.work_dir.clone(),
        checksum: toolchain.checksum.clone().unwrap_or_default(),
        composer: programs.composer.clone(),
        install: node
            .filter(|node| node.installs)
            .map_or_else(Vec::new, |node| words(node.manager.install(node.lock.is_some()))),
        script: node.and_then(|node| node.script).map_or_else(Vec::new, |script| words(&["run", script])),
        kept: kept.collect(),
        is_vite: node.is_some_and(|node| node.is_vite),
        php: programs.php.clone(),
        notes: Vec::new(),
        problems: Vec::new(),
    }
}

fn kept(wanted: &Wanted, cache: Cache, versions: Vec<String>) -> Option<Result<Kept, String>> {
    let text = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let (not_kept, files, directories) = match cache {
        Cache::Vendor => {
            let composer = wanted.composer.as_ref()?;
            (&composer.not_kept, text(&["composer.json", "composer.lock"]), composer.directories.clone())
        }
        Cache::NodeModules => {
            let node = wanted.node.as_ref()?;
            let lock = node.lock.unwrap_or("package-lock.json");
            (&node.not_kept, text(&["package.json", lock, ".npmrc", ".yarnrc.yml"]), Vec::new())
        }
    };
    Some(match not_kept {
        Some(why) => Err(why.clone()),
        None => Ok(Kept { versions, files, directories }),
    })
}

fn programs(wanted: &Wanted, place: &Place, toolchain: &Toolchain) -> Result<Programs, Obstacle> {
    let installs = wanted.composer.is_some() || wanted.node.is_some();
    if !toolchain.lacks.is_empty() && (installs || *place != Place::Here) {
        let text = format!("it lacks {}", toolchain.lacks.join(", "));
        return Err(Obstacle::new(text, "install what is missing there"));
    }
    let mut versions = BTreeMap::new();
    let system = toolchain.system.clone();
    let mut composer = Vec::new();
    let fitting = fitting(wanted, toolchain);
    if let Some(wish) = &wanted.composer {
        let php = fitting.ok_or_else(|| no_php(wish.php.as_deref(), toolchain))?;
        let (words, version) = composer_of(wish, wanted.insists, php, toolchain)?;
        composer = words;
        versions.insert(
            Cache::Vendor,
            vec![format!("php {}", php.version), format!("composer {version}"), system.clone()],
        );
    }
    let mut node = Vec::new();
    if let Some(wish) = &wanted.node {
        let (words, version) = node_of(&wish.manager, wish.lock, toolchain)?;
        let engine = toolchain.node.get("node").cloned().unwrap_or_default();
        node = words;
        versions.insert(
            Cache::NodeModules,
            vec![format!("node {engine}"), format!("{} {version}", wish.manager.name()), system],
        );
    }
    let php = fitting.map(|php| php.name.clone()).into_iter().collect();
    Ok(Programs { php, composer, node, versions })
}

/// Returns the first PHP that the release can run on.
fn fitting<'t>(wanted: &Wanted, toolchain: &'t Toolchain) -> Option<&'t Php> {
    let fits = |php: &&Php| {
        wanted.php.as_deref().is_none_or(|asked| php::allows(asked, &php.version) != Some(false))
    };
    let pretends = wanted.composer.as_ref().is_some_and(|composer| composer.pretends);
    let any = || toolchain.php.first().filter(|_| pretends);
    toolchain.php.iter().find(fits).or_else(any)
}

fn no_php(asked: Option<&str>, toolchain: &Toolchain) -> Obstacle {
    let mut there: Vec<_> = toolchain.php.iter().map(|php| php.version.as_str()).collect();
    there.dedup();
    if there.is_empty() {
        return Obstacle::new(
            "there is no PHP, and Composer needs it",
            "install PHP there, or build on another machine: `build.on`",
        );
    }
    let text = format!(
        "no PHP is what composer.json asks for: {} (there: {})",
        asked.unwrap_or_default(),
        there.join(", ")
    );
    Obstacle::new(text, "install one that is, as `php8.3` or `php`, or build on another machine: `build.on`")
}

fn composer_of(
    wish: &Composer,
    insists: bool,
    php: &Php,
    toolchain: &Toolchain,
) -> Result<(Vec<String>, String), Obstacle> {
    if let (Some(own), false) = (&wish.own, insists) {
        return Ok((vec![php.name.clone(), own.clone()], "of the release".to_owned()));
    }
    let second = toolchain.composer.iter().find(|composer| insists || !composer.is_first());
    let Some(composer) = second else {
        let help = "install Composer 2 (https://getcomposer.org/download), or name it: `vars: { composer: /path/to/composer.phar }`";
        return Err(match toolchain.composer.first() {
            Some(first) => Obstacle::new(
                format!("{} is Composer {}, which nobody maintains any more", first.path, first.version),
                format!("{help}; named, an old one is used, too"),
            ),
            None => Obstacle::new("there is no Composer", help),
        });
    };
    let by_php = composer.is_php.then(|| php.name.clone());
    Ok((by_php.into_iter().chain([composer.path.clone()]).collect(), composer.version.clone()))
}

fn node_of(
    manager: &Manager,
    lock: Option<&str>,
    toolchain: &Toolchain,
) -> Result<(Vec<String>, String), Obstacle> {
    let name = manager.name();
    let reason = lock.unwrap_or("package.json");
    let version = |program: &str| toolchain.node.get(program).cloned();
    if version("node").is_none() {
        return Err(Obstacle::new(
            format!("there is no Node.js, and {reason} asks for a build"),
            "install it there, or build on another machine: `build.on`",
        ));
    }
    if let Manager::Berry(Some(own)) = manager {
        return Ok((vec!["node".to_owned(), own.clone()], own.clone()));
    }
    match version(name) {
        Some(found) if *manager != Manager::Berry(None) || !found.starts_with("1.") => {
            Ok((vec![name.to_owned()], found))
        }
        _ => match version("corepack") {
            Some(found) if name != "npm" => {
                Ok((vec!["corepack".to_owned(), name.to_owned()], format!("by corepack {found}")))
            }
            _ => Err(Obstacle::new(
                format!(
                    "there is no {name}{}, and {reason} asks for it",
                    if *manager == Manager::Berry(None) { " 2 or later" } else { "" }
                ),
                format!(
                    "`corepack enable` or `npm install -g {name}` there, or build on another machine: `build.on`"
                ),
            )),
        },
    }
}

#[cfg(test)]
mod tests;
