//! Whether composer.lock belongs to composer.json, and which Composer the two need.

use super::super::constraint::{Dialect, allows};
use super::super::files::Files;
use super::super::finding::{Finding, line_of, line_of_key};
use super::super::machine::Machine;
use super::super::requirement::{Found, Place, Requirement};
use super::{Lock, Manifest, hash};

const MANIFEST: &str = "composer.json";
const LOCK: &str = "composer.lock";

/// Returns what is wrong with composer.json and composer.lock as files.
pub(in super::super) fn unreadable(files: &Files) -> Option<Finding> {
    let broken = |file: &'static str, error: &serde_json::Error| {
        let text = format!("{file} is not JSON: {error}");
        let finding =
            Finding::error("composer-json", text, "`composer install` stops, and nothing can be built");
        finding.at(file, u32::try_from(error.line()).ok())
    };
    if let Some(Err(error)) = files.text(MANIFEST).map(|text| Manifest::parse(&text)) {
        return Some(broken(MANIFEST, &error).fix("composer validate"));
    }
    let text = files.text(LOCK)?;
    let error = Lock::parse(&text).err()?;
    if let Some(line) = line_of(&text, "<<<<<<<") {
        let text = "composer.lock has marks of a merge in it";
        let finding =
            Finding::error("composer-lock", text, "`composer install` stops, and nothing can be built");
        return Some(
            finding.at(LOCK, Some(line)).fix("git checkout HEAD -- composer.lock && composer update --lock"),
        );
    }
    Some(broken(LOCK, &error).fix("git checkout HEAD -- composer.lock"))
}

/// Returns how composer.lock and composer.json differ.
pub(in super::super) fn differences(files: &Files, manifest: &Manifest, lock: Option<&Lock>) -> Vec<Finding> {
    let text = files.text(MANIFEST).unwrap_or_default();
    let Some(lock) = lock else { return missing(files, manifest, &text).into_iter().collect() };
    let mut findings = Vec::new();
    for (list, development) in [("require", false), ("require-dev", true)] {
        for (name, constraint) in manifest.requires(list) {
            let finding = unmet(&name, &constraint, lock, development);
            findings.extend(finding.map(|finding| finding.at(MANIFEST, line_of_key(&text, &name))));
        }
    }
    let stale = || {
        let there = lock.content_hash.as_deref().filter(|there| !there.is_empty())?;
        let fresh = hash::content_hash(&text).ok()?;
        (there != fresh).then(|| {
            let text = "composer.json was changed after composer.lock was written";
            let effect = "what is installed is what the lock file says, not what was changed";
            let line = line_of(&files.text(LOCK).unwrap_or_default(), "content-hash");
            Finding::warning("composer-lock", text, effect).at(LOCK, line).fix("composer update --lock")
        })
    };
    if findings.is_empty() {
        findings.extend(stale());
    }
    findings
}

fn missing(files: &Files, manifest: &Manifest, text: &str) -> Option<Finding> {
    let is_package = |name: &String| name.contains('/');
    let line = line_of_key(text, "require");
    let needs = manifest.requires("require").keys().any(is_package);
    if !needs || files.has("vendor/autoload.php") || files.has(LOCK) {
        return None;
    }
    let ignored = files.text(".gitignore").unwrap_or_default();
    let ignored = ignored.lines().any(|line| line.trim().trim_start_matches('/') == LOCK);
    let add = if ignored { "git add -f composer.lock" } else { "git add composer.lock" };
    let text = "composer.lock is not in the release";
    let effect = "each build takes the newest packages, which nobody has tried";
    let finding = Finding::error("composer-lock", text, effect);
    Some(finding.at(MANIFEST, line).fix(format!("composer install && {add}")))
}

/// Says why a requirement is not met by the lock file: Composer would refuse to install.
fn unmet(name: &str, constraint: &str, lock: &Lock, development: bool) -> Option<Finding> {
    if !name.contains('/') {
        return None;
    }
    let mut packages = lock.packages.iter().filter(|package| development || !package.development);
    let effect = "`composer install` refuses to build";
    let Some(package) = packages.clone().find(|package| package.name == name) else {
        if packages.any(|package| package.provides.contains_key(name)) {
            return None;
        }
        let text = format!("{name} is required, and composer.lock does not have it");
        return Some(Finding::error("composer-lock", text, effect).fix(format!("composer update {name}")));
    };
    // The names of branches, and what stands for versions of them, are not numbers.
    let numbers = package.version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    let stable = numbers
        && !package.version.contains('-')
        && !constraint.contains(" as ")
        && !constraint.contains('#');
    if !stable || allows(Dialect::Composer, constraint, &package.version) != Some(false) {
        return None;
    }
    let text = format!("{name} {constraint} is required, and composer.lock has {}", package.version);
    Some(Finding::error("composer-lock", text, effect).fix(format!("composer update {name}")))
}

/// Compares the Composer that is needed with the controller's.
pub(in super::super) fn program(
    manifest: &Manifest,
    lock: Option<&Lock>,
    here: &Machine,
) -> (Requirement, Option<Finding>) {
    let (major, why) = needed(manifest, lock);
    let found = here.composer.clone();
    let fits = found.as_deref().is_some_and(|found| major == 0 || found.starts_with(&format!("{major}.")));
    let required = if major == 0 { "any".to_owned() } else { major.to_string() };
    let finding = match &found {
        _ if fits => None,
        None => Some(Finding::error("composer", "there is no Composer here", "nothing can be built")),
        Some(version) => {
            let text = format!("Composer {version} is here, and {why} needs Composer {major}");
            let command = format!("composer self-update --{major}");
            Some(Finding::error("composer", text, "`composer install` fails").fix(command))
        }
    };
    let requirement = Requirement {
        what: "composer".to_owned(),
        required,
        found: vec![Found { place: Place::Here, found, fits }],
    };
    (requirement, finding)
}

/// Returns the Composer that is needed, and by whom; 0: any will do.
fn needed(manifest: &Manifest, lock: Option<&Lock>) -> (u32, String) {
    let interfaces = ["composer-plugin-api", "composer-runtime-api"];
    let root = manifest.requires("require");
    let packages = lock.into_iter().flat_map(|lock| &lock.packages);
    let asked = packages.map(|package| (package.name.as_str(), &package.requires)).chain([(MANIFEST, &root)]);
    let mut second = None;
    for (who, requires) in asked {
        for constraint in interfaces.iter().filter_map(|interface| requires.get(*interface)) {
            let takes = |version| allows(Dialect::Composer, constraint, version);
            let (first_ok, second_ok) = (takes("1.1.0"), takes("2.6.0").or(takes("2.2.0")));
            if first_ok == Some(true) && second_ok == Some(false) && takes("2.0.0") == Some(false) {
                return (1, who.to_owned());
            }
            if first_ok == Some(false) {
                second.get_or_insert_with(|| who.to_owned());
            }
        }
    }
    if second.is_none()
        && lock.and_then(|lock| lock.plugin_api.as_deref()).is_some_and(|api| api.starts_with('2'))
    {
        second = Some(LOCK.to_owned());
    }
    second.map_or((0, String::new()), |who| (2, who))
}
