//! What package.json and the lock files say about building assets.

use serde_json::Value;

use super::manifest::{ManifestError, Manifests};
use crate::persist::Tree;

/// What there is to do for a package manager of Node.js.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Which.
    pub manager: Manager,
    /// The lock file that decides.
    pub lock: Option<&'static str>,
    /// Whether packages are installed: `node_modules` is not committed.
    pub installs: bool,
    /// The build script.
    pub script: Option<&'static str>,
    /// Whether Laravel's plugin for Vite builds the assets.
    pub is_vite: bool,
    /// Why no copy of `node_modules` can be kept.
    pub not_kept: Option<String>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// A package manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manager {
    /// npm.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn 1.
    Yarn,
    /// Yarn 2 and later; the path of the Yarn that the release ships, where it does.
    Berry(Option<String>),
}

/// Lock files, the one that npm itself prefers first.
const LOCKS: [&str; 4] = ["npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];

/// What shows that the assets were built before they were committed.
const BUILT: [&str; 3] =
    ["public/build/manifest.json", "public/build/.vite/manifest.json", "public/mix-manifest.json"];

/// How lock files write that a package is in the release itself.
const LOCAL: [&str; 4] = ["file:", "link:", "portal:", "patch:"];

/// The scripts that installing runs in the application itself.
const OWN: [&str; 4] = ["preinstall", "install", "postinstall", "prepare"];

impl Manager {
    /// Returns the program's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn | Self::Berry(_) => "yarn",
        }
    }

    /// Returns what the program is told to install packages. Those for development are what builds.
    pub fn install(&self, is_locked: bool) -> &'static [&'static str] {
        match (self, is_locked) {
            (Self::Npm, true) => &["ci", "--include", "dev", "--no-audit", "--no-fund"],
            (Self::Npm, false) => {
                &["install", "--include", "dev", "--no-audit", "--no-fund", "--no-package-lock"]
            }
            (Self::Pnpm, true) => &["install", "--frozen-lockfile", "--prod=false"],
            (Self::Pnpm, false) => &["install", "--prod=false"],
            (Self::Yarn, true) => {
                &["install", "--frozen-lockfile", "--production=false", "--non-interactive"]
            }
            (Self::Yarn, false) => &["install", "--production=false", "--non-interactive"],
            (Self::Berry(_), true) => &["install", "--immutable"],
            (Self::Berry(_), false) => &["install"],
        }
    }
}

impl Node {
    /// Looks at a release. `None`: it has no package.json, or nothing that asks for a build.
    ///
    /// # Errors
    /// When a file is not JSON.
    pub fn of(manifests: &Manifests, tree: &Tree) -> Result<Option<Self>, ManifestError> {
        let Some(json) = manifests.json("package.json")? else { return Ok(None) };
        let (lock, others) = lock(manifests, &json);
        let parsed = match lock {
            Some(name) if name.ends_with(".json") => manifests.json(name)?,
            _ => None,
        };
        let script = ["build", "production"]
            .into_iter()
            .find(|name| json.pointer(&format!("/scripts/{name}")).is_some());
        let is_built = BUILT.iter().any(|path| tree.is_file(path));
        if lock.is_none() && (script.is_none() || is_built) {
            return Ok(None);
        }
        let mut notes = Vec::new();
        if lock.is_none() {
            let command = format!("`{} install`", manager(lock, manifests, &json, tree).name());
            notes.push(format!("package.json has no lock file: each build may get other versions; run {command} and commit it"));
        }
        if let (Some(lock), false) = (lock, others.is_empty()) {
            notes.push(format!("packages are installed by {lock}; {} is left aside", others.join(" and ")));
        }
        Ok(Some(Self {
            manager: manager(lock, manifests, &json, tree),
            lock,
            installs: !tree.is_dir("node_modules"),
            script,
            is_vite: requires(&json, "laravel-vite-plugin")
                && script.is_some_and(|name| runs_vite(&json, name)),
            not_kept: not_kept(manifests, &json, lock, parsed.as_ref()),
            notes,
        }))
    }
}

/// Returns the lock file that decides, and those that do not.
fn lock(manifests: &Manifests, json: &Value) -> (Option<&'static str>, Vec<&'static str>) {
    let mut there: Vec<_> = LOCKS.into_iter().filter(|name| manifests.has(name)).collect();
    if let Some(asked) = asked(json)
        && let Some(place) = there.iter().position(|name| made_by(name) == asked)
    {
        there.swap(0, place);
    }
    let mut there = there.into_iter();
    let lock = there.next();
    (lock, there.filter(|name| lock.is_some_and(|lock| made_by(lock) != made_by(name))).collect())
}

fn made_by(lock: &str) -> &'static str {
    match lock {
        "pnpm-lock.yaml" => "pnpm",
        "yarn.lock" => "yarn",
        _ => "npm",
    }
}

/// Returns the program that `packageManager` asks for.
fn asked(json: &Value) -> Option<&str> {
    json.get("packageManager")?.as_str()?.split('@').next()
}

fn manager(lock: Option<&str>, manifests: &Manifests, json: &Value, tree: &Tree) -> Manager {
    match lock.map(made_by).or(asked(json)) {
        Some("pnpm") => Manager::Pnpm,
        Some("yarn") => {
            let is_modern = manifests.text("yarn.lock").is_some_and(|text| text.contains("__metadata:"));
            let own = manifests.text(".yarnrc.yml").and_then(|text| {
                let path = text.lines().find_map(|line| line.strip_prefix("yarnPath:"))?;
                let path = path.trim().trim_matches(['"', '\'']).trim_start_matches("./");
                tree.is_file(path).then(|| path.to_owned())
            });
            if is_modern || own.is_some() { Manager::Berry(own) } else { Manager::Yarn }
        }
        _ => Manager::Npm,
    }
}

fn requires(json: &Value, package: &str) -> bool {
    ["dependencies", "devDependencies"]
        .iter()
        .any(|list| json.get(list).and_then(|list| list.get(package)).is_some())
}

fn runs_vite(json: &Value, script: &str) -> bool {
    let text = json.pointer(&format!("/scripts/{script}")).and_then(Value::as_str).unwrap_or_default();
    text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == "vite")
}

fn not_kept(
    manifests: &Manifests,
    json: &Value,
    lock: Option<&str>,
    parsed: Option<&Value>,
) -> Option<String> {
    let Some(lock) = lock else { return Some("there is no lock file".to_owned()) };
    if let Some(name) = OWN.iter().find(|name| json.pointer(&format!("/scripts/{name}")).is_some()) {
        return Some(format!("installing runs the script `{name}` of package.json"));
    }
    if json.get("workspaces").is_some() || manifests.has("pnpm-workspace.yaml") {
        return Some("package.json is a workspace".to_owned());
    }
    if manifests.has(".pnpmfile.cjs") {
        return Some(".pnpmfile.cjs decides what is installed".to_owned());
    }
    let linked = parsed.is_some_and(|lock| {
        let packages = lock.get("packages").and_then(Value::as_object);
        packages.is_some_and(|packages| packages.values().any(|package| package.get("link").is_some()))
    });
    let text = manifests.text(lock).unwrap_or_default();
    let local = text
        .split(|c: char| !c.is_alphanumeric() && c != ':')
        .any(|word| LOCAL.iter().any(|prefix| word.starts_with(prefix)));
    (linked || local).then(|| format!("{lock} takes packages from the release itself"))
}

#[cfg(test)]
pub(super) mod tests;
