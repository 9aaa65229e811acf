//! `deployer.lock`: the programs that releases are built with, written once and compared from then on.

use std::collections::BTreeMap;

use super::constraint::Version;
use super::finding::{Finding, Severity, line_of};
use super::machine::Machine;

/// The name of the file, at the top of the project.
pub const FILE: &str = "deployer.lock";

/// The programs that releases are built with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pinned {
    versions: BTreeMap<String, String>,
}

/// How far versions of a program may differ.
#[derive(Clone, Copy)]
enum Same {
    /// Not in the second number: PHP 8.2 and 8.3 are different languages.
    Minor,
    /// Not in the first number.
    Major,
}

const PROGRAMS: [(&str, Same); 6] = [
    ("php", Same::Minor),
    ("composer", Same::Major),
    ("node", Same::Major),
    ("npm", Same::Major),
    ("pnpm", Same::Major),
    ("yarn", Same::Major),
];

impl Pinned {
    /// Takes the programs of a machine, of those that a project needs.
    pub fn of(machine: &Machine, needed: &[&str]) -> Self {
        let versions = PROGRAMS.iter().filter(|(program, _)| needed.contains(program));
        let versions = versions
            .filter_map(|(program, _)| Some(((*program).to_owned(), version(machine, program)?.to_owned())));
        Self { versions: versions.collect() }
    }

    /// Returns the text of the file.
    pub fn text(&self) -> String {
        let head = "# The programs that releases are built with, written by `deployer analyze --write-lock`.\n\
                    # A deploy stops when PHP differs in its second number, or another program in its first.\n";
        let line = |program: &&str| Some(format!("{program}: \"{}\"\n", self.versions.get(*program)?));
        head.to_owned() + &PROGRAMS.iter().map(|(program, _)| program).filter_map(line).collect::<String>()
    }

    /// Compares the file with a machine.
    pub fn check(text: &str, here: &Machine) -> Vec<Finding> {
        let effect = "the release is not built with what it was tried with";
        let write = "deployer analyze --write-lock";
        let Ok(versions) = serde_saphyr::from_str::<BTreeMap<String, String>>(text) else {
            let finding = Finding::error("version-lock", format!("{FILE} cannot be read"), effect);
            return vec![finding.at(FILE, Some(1)).fix(write)];
        };
        let mut findings = Vec::new();
        for (program, same) in PROGRAMS {
            let Some(pinned) = versions.get(program) else { continue };
            let Some(severity) = difference(pinned, version(here, program), same) else { continue };
            let found = version(here, program)
                .map_or_else(|| "it is not here".to_owned(), |found| format!("{found} is here"));
            let said = format!("{FILE} says {program} {pinned}, and {found}");
            let finding = Finding { severity, ..Finding::error("version-lock", said, effect) };
            findings.push(finding.at(FILE, line_of(text, &format!("{program}:"))).fix(write));
        }
        findings
    }
}

fn version<'m>(machine: &'m Machine, program: &str) -> Option<&'m str> {
    match program {
        "php" => machine.php.as_deref(),
        "composer" => machine.composer.as_deref(),
        "node" => machine.node.as_deref(),
        "npm" => machine.npm.as_deref(),
        "pnpm" => machine.pnpm.as_deref(),
        "yarn" => machine.yarn.as_deref(),
        _ => None,
    }
}

/// Tells how bad it is that a program has another version; `None`: not at all.
fn difference(pinned: &str, found: Option<&str>, same: Same) -> Option<Severity> {
    let Some(found) = found else { return Some(Severity::Error) };
    if pinned == found {
        return None;
    }
    let (Some(pinned), Some(found)) = (Version::parse(pinned), Version::parse(found)) else {
        return Some(Severity::Warning);
    };
    let alike = match same {
        Same::Minor => pinned.minor() == found.minor(),
        Same::Major => pinned.major() == found.major(),
    };
    (!alike).then_some(Severity::Error)
}
