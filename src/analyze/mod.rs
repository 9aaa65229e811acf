//! What a tree of PHP and JavaScript asks for, and what is wrong with it before it is deployed. Pure:
//! the caller gives the files, and says what machines have.

mod committed;
pub mod composer;
pub mod constraint;
mod files;
mod finding;
pub mod installer;
mod machine;
pub mod need;
mod node;
pub mod php;
pub mod pinned;
pub mod platform;
mod requirement;
pub mod schema;

use serde::Serialize;

use composer::{Lock, Manifest, step};
pub use files::{Files, is_read};
pub use finding::{Finding, Mend, Severity};
pub use machine::Machine;
pub use need::{DevNeed, Reason, When, dev_need};
use pinned::Pinned;
pub use platform::Platform;
use platform::Texts;
pub use requirement::{Found, Place, Requirement};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Analysis {
    /// How many files there are.
    pub files: usize,
    /// What is asked for, and what machines have.
    pub requirements: Vec<Requirement>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
}

impl Analysis {
    /// Returns how many findings are as bad as that.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What an analysis is made of.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The project.
    pub files: &'a Files,
    /// Whether a step of the deploy seeds the database.
    pub seeds: bool,
    /// The controller.
    pub here: &'a Machine,
    /// The hosts.
    pub hosts: &'a [(String, Machine)],
}

/// Looks at a project.
pub fn analyze(inputs: Inputs<'_>) -> Analysis {
    let Inputs { files, seeds, here, hosts } = inputs;
    let mut analysis = Analysis { files: files.paths().count(), ..Analysis::default() };
    match step::unreadable(files) {
        Some(finding) => analysis.findings.push(finding),
        None => with_composer(&mut analysis, files, here, hosts),
    }
    node::analyze(&mut analysis, files, here);
    analysis.findings.extend(committed::committed(files));
    analysis.findings.extend(missing_packages(&dev_need(files, seeds)));
    if let Some(text) = files.text(pinned::FILE) {
        analysis.findings.extend(Pinned::check(&text, here));
    }
    analysis.findings.sort_by_key(|finding| finding.severity);
    analysis
}

fn with_composer(analysis: &mut Analysis, files: &Files, here: &Machine, hosts: &[(String, Machine)]) {
    let Some(text) = files.text("composer.json") else { return };
    let Ok(manifest) = Manifest::parse(&text) else { return };
    let lock_text = files.text("composer.lock").unwrap_or_default();
    let lock = Lock::parse(&lock_text).ok();
    let built_here = !files.has("vendor/autoload.php");
    let mut machines: Vec<(Place, &Machine)> = Vec::new();
    if built_here {
        machines.push((Place::Here, here));
    }
    machines.extend(hosts.iter().map(|(name, machine)| (Place::Host(name.clone()), machine)));
    let texts = Texts { manifest: &text, lock: &lock_text };
    let (requirements, findings) = Platform::new(&manifest, lock.as_ref()).compare(&machines, &texts);
    analysis.requirements.extend(requirements);
    analysis.findings.extend(findings);
    if built_here {
        let (requirement, finding) = step::program(&manifest, lock.as_ref(), here);
        analysis.requirements.push(requirement);
        analysis.findings.extend(finding);
    }
    analysis.findings.extend(step::differences(files, &manifest, lock.as_ref()));
}

/// Makes findings of the places where production code misses packages for development.
fn missing_packages(need: &DevNeed) -> impl Iterator<Item = Finding> {
    need.reasons.iter().map(|reason| {
        let Reason { file, line, name, package, when } = reason;
        let text = format!("{name} is of {package}, a package for development");
        let finding = match when {
            When::Always => {
                Finding::error("dev-package", text, "without packages for development it is not found")
            }
            When::Command => {
                let effect = "whoever runs the command in production learns that it is not found";
                Finding::warning("dev-package", text, effect)
            }
            When::Seeding => {
                let effect = "whoever seeds the database in production learns that it is not found";
                Finding::warning("dev-package", text, effect)
            }
        };
        finding.at(file, Some(*line)).fix(format!("composer require {package}"))
    })
}
