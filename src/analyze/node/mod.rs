//! package.json and its lock file.

mod npm;
mod pnpm;
mod programs;
mod yarn;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::finding::{Finding, line_of_key};
use super::{Analysis, Files, Machine};

const MANIFEST: &str = "package.json";

/// The lock files, with the programs that write them.
const LOCKS: [(&str, &str); 6] = [
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
];

/// What package.json asks for: packages with their ranges, by name.
type Wanted = BTreeMap<String, String>;

/// A package that package.json asks for and the lock file does not have like that.
struct Difference {
    name: String,
    text: String,
}

/// Looks at what is built with node.
pub(super) fn analyze(analysis: &mut Analysis, files: &Files, here: &Machine) {
    let Some(text) = files.text(MANIFEST) else { return };
    let manifest: Map<String, Value> = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => {
            let line = u32::try_from(error.line()).ok();
            let finding = Finding::error(
                "package-json",
                format!("package.json is not JSON: {error}"),
                "nothing can be built",
            );
            analysis.findings.push(finding.at(MANIFEST, line));
            return;
        }
    };
    let wanted = wanted(&manifest);
    if wanted.is_empty() {
        return;
    }
    let program = manager(&manifest, files);
    programs::compare(analysis, &manifest, files, program, here);
    analysis.findings.extend(locks(files, &manifest, &wanted, program, &text));
}

/// Returns the packages that must be there. Optional ones may be missing.
fn wanted(manifest: &Map<String, Value>) -> Wanted {
    let list = |key: &str| manifest.get(key).and_then(Value::as_object).into_iter().flatten();
    let all = list("devDependencies").chain(list("dependencies"));
    all.filter_map(|(name, range)| Some((name.clone(), range.as_str()?.to_owned()))).collect()
}

/// Returns the program that installs the packages.
fn manager(manifest: &Map<String, Value>, files: &Files) -> &'static str {
    let named =
        manifest.get("packageManager").and_then(Value::as_str).and_then(|named| named.split('@').next());
    let known = LOCKS.iter().find(|(_, program)| Some(*program) == named);
    let there = || LOCKS.iter().find(|(file, _)| files.has(file));
    known.or_else(there).map_or("npm", |(_, program)| *program)
}

fn locks(
    files: &Files,
    manifest: &Map<String, Value>,
    wanted: &Wanted,
    program: &str,
    text: &str,
) -> Vec<Finding> {
    let there: Vec<_> = LOCKS.iter().filter(|(file, _)| files.has(file)).collect();
    let mut findings = Vec::new();
    if there.is_empty() {
        let said = "package.json has no lock file beside it";
        let effect = "each build takes the newest packages, which nobody has tried";
        let finding = Finding::warning("node-lock", said, effect).at(MANIFEST, None);
        findings.push(finding.fix("npm install --package-lock-only && git add package-lock.json"));
    }
    let strange: Vec<&str> =
        there.iter().filter(|(_, other)| *other != program).map(|(file, _)| *file).collect();
    if let Some(first) = strange.first().filter(|_| there.len() > strange.len()) {
        let names: Vec<&str> = there.iter().map(|(file, _)| *file).collect();
        let effect = format!("the build uses {program}; what the other says is not what is built");
        let finding = Finding::warning(
            "two-locks",
            format!("there are {} lock files: {}", names.len(), names.join(", ")),
            effect,
        );
        findings.push(finding.at(first, None).fix(format!("git rm {}", strange.join(" "))));
    }
    for (file, _) in there.iter().filter(|(_, writer)| *writer == program) {
        findings.extend(differences(files, file, manifest, wanted, text));
    }
    findings
}

fn differences(
    files: &Files,
    file: &'static str,
    manifest: &Map<String, Value>,
    wanted: &Wanted,
    text: &str,
) -> Option<Finding> {
    let lock = files.text(file)?;
    let (found, install, update) = match file {
        "pnpm-lock.yaml" => (
            pnpm::differences(&lock, manifest, wanted),
            "pnpm install --frozen-lockfile",
            "pnpm install --lockfile-only",
        ),
        "yarn.lock" => {
            (yarn::differences(&lock, manifest, wanted), "yarn install --frozen-lockfile", "yarn install")
        }
        "package-lock.json" | "npm-shrinkwrap.json" => match npm::differences(&lock, wanted) {
            Ok(found) => (found, "npm ci", "npm install --package-lock-only"),
            Err(error) => {
                let line = u32::try_from(error.line()).ok();
                let finding = Finding::error(
                    "node-lock",
                    format!("{file} is not JSON: {error}"),
                    "`npm ci` refuses to build",
                );
                return Some(
                    finding
                        .at(file, line)
                        .fix(format!("git checkout HEAD -- {file} && npm install --package-lock-only")),
                );
            }
        },
        _ => return None,
    };
    let first = found.first()?;
    let more = if found.len() > 1 { format!(", and {} more", found.len() - 1) } else { String::new() };
    let finding = Finding::error(
        "node-lock",
        format!("{file} {}{more}", first.text),
        format!("`{install}` refuses to build"),
    );
    Some(finding.at(MANIFEST, line_of_key(text, &first.name)).fix(update))
}
