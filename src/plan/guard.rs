//! What is written into `shared/` for people who look after the data without the controller.

use minijinja::{Value, context};

use crate::persist::Choice;
use crate::persist::record::{Entry, Exclusion, persistence_config, shared_exclusions};
use crate::persist::script::{EMERGENCY_RECOVERY, HEALTH_CHECK, MARK};

/// Returns what is shared and why.
pub fn entries(choice: &Choice) -> Vec<Entry> {
    let links = choice.links();
    links
        .map(|link| Entry { kind: link.kind, path: link.path.clone(), reason: link.reason.to_string() })
        .collect()
}

/// Returns what in `public/` was looked at and is not shared, and why.
pub fn exclusions(choice: &Choice) -> Vec<Exclusion> {
    let left = choice.decisions.iter().filter(|found| !found.shared && found.path.starts_with("public/"));
    left.map(|found| Exclusion { path: found.path.clone(), reason: found.reason.to_string() }).collect()
}

/// Returns the values of the step: the files with their modes and texts.
pub fn values(choice: &Choice) -> Value {
    let file = |mode: &str, name: &str, text: String| context! { mode, name, text };
    let exclusions = exclusions(choice);
    context! {
        mark => MARK,
        written => [
            file("0755", "health-check.sh", HEALTH_CHECK.to_owned()),
            file("0755", "emergency-recovery.sh", EMERGENCY_RECOVERY.to_owned()),
            file("0644", ".persistence-config", persistence_config(&entries(choice))),
        ],
        exclusions => context! {
            name => "public/.shared-exclusions",
            count => exclusions.len(),
            text => shared_exclusions(&exclusions),
        },
    }
}
