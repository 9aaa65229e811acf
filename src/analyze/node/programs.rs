//! node and the program that installs packages, against what the project asks for.

use serde_json::{Map, Value};

use super::super::constraint::{Dialect, Version, allows};
use super::super::finding::{Finding, line_of_key};
use super::super::{Analysis, Files, Found, Machine, Place, Requirement};
use super::MANIFEST;

/// What becomes of a build without them.
const EFFECT: &str = "scripts and styles cannot be built here";

/// Compares them.
pub(super) fn compare(
    analysis: &mut Analysis,
    manifest: &Map<String, Value>,
    files: &Files,
    program: &str,
    here: &Machine,
) {
    let range = || manifest.get("engines")?.get("node")?.as_str().map(str::to_owned);
    node(analysis, range(), files, here);
    let (version, install) = match program {
        "pnpm" => (&here.pnpm, "corepack enable pnpm"),
        "yarn" => (&here.yarn, "corepack enable yarn"),
        "npm" => (&here.npm, "npm install -g npm"),
        _ => return,
    };
    analysis.requirements.push(requirement(program, None, version.clone(), version.is_some()));
    if version.is_none() && here.node.is_some() {
        let finding = Finding::error("node", format!("there is no {program} here"), EFFECT);
        analysis.findings.push(finding.at(MANIFEST, None).fix(install));
    }
}

fn requirement(what: &str, required: Option<String>, found: Option<String>, fits: bool) -> Requirement {
    let found = vec![Found { place: Place::Here, found, fits }];
    Requirement { what: what.to_owned(), required: required.unwrap_or_else(|| "any".to_owned()), found }
}

fn node(analysis: &mut Analysis, range: Option<String>, files: &Files, here: &Machine) {
    let named = [".nvmrc", ".node-version"];
    let named = named.into_iter().find_map(|file| Some((file, files.text(file)?.trim().to_owned())));
    let found = here.node.as_deref();
    let allowed = range.as_deref().zip(found).and_then(|(range, found)| allows(Dialect::Npm, range, found));
    let fits = found.is_some() && allowed != Some(false);
    let required = range.clone().or_else(|| named.as_ref().map(|(_, version)| version.clone()));
    analysis.requirements.push(requirement("node", required, here.node.clone(), fits));
    let finding = match found {
        None => Some(Finding::error("node", "there is no node here", EFFECT).at(MANIFEST, None)),
        Some(found) if !fits => {
            let asked = range.unwrap_or_default();
            let text = format!("node {found} is here, and package.json asks for {asked}");
            let line = line_of_key(&files.text(MANIFEST).unwrap_or_default(), "node");
            Some(Finding::error("node", text, EFFECT).at(MANIFEST, line))
        }
        Some(found) => named.and_then(|(file, wanted)| other(file, &wanted, found)),
    };
    analysis.findings.extend(finding);
}

/// Compares node with the file that tells version managers which one to use.
fn other(file: &str, wanted: &str, found: &str) -> Option<Finding> {
    let (pinned, there) = (Version::parse(wanted)?, Version::parse(found)?);
    let text = format!("node {found} is here, and {file} says {wanted}");
    let effect = "scripts and styles are built with another node than the project is developed with";
    let finding = Finding::warning("node", text, effect).at(file, Some(1)).fix("nvm install");
    (pinned.major() != there.major()).then_some(finding)
}
