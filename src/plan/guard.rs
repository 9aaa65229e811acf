//! What is written into `shared/` for people who look after the data without the controller.

use minijinja::{Value, context};

use super::sharing;
use crate::config::Shared;
use crate::persist::record::{Entry, Exclusion, Kind, persistence_config, shared_exclusions};
use crate::persist::script::{EMERGENCY_RECOVERY, HEALTH_CHECK, MARK};

/// Returns what is shared and why.
pub fn entries(shared: &Shared) -> Vec<Entry> {
    let reason = "deploy.yml or its recipe shares it";
    let entry = |kind, path| Entry { kind, path, reason: reason.to_owned() };
    let dirs = sharing::dirs(shared).into_iter().map(|path| entry(Kind::Dir, path));
    let files = sharing::files(shared).into_iter().map(|path| entry(Kind::File, path));
    dirs.chain(files).collect()
}

/// Returns what in `public/` was looked at and is not shared, and why.
pub fn exclusions(shared: &Shared) -> Vec<Exclusion> {
    let in_public = shared.never.iter().filter(|path| path.starts_with("public/"));
    let reason = "deploy.yml says that it is never shared";
    in_public.map(|path| Exclusion { path: path.clone(), reason: reason.to_owned() }).collect()
}

/// Returns the values of the step: the files with their modes and texts.
pub fn values(shared: &Shared) -> Value {
    let file = |mode: &str, name: &str, text: String| context! { mode, name, text };
    let exclusions = exclusions(shared);
    context! {
        mark => MARK,
        written => [
            file("0755", "health-check.sh", HEALTH_CHECK.to_owned()),
            file("0755", "emergency-recovery.sh", EMERGENCY_RECOVERY.to_owned()),
            file("0644", ".persistence-config", persistence_config(&entries(shared))),
        ],
        exclusions => context! {
            name => "public/.shared-exclusions",
            count => exclusions.len(),
            text => shared_exclusions(&exclusions),
        },
    }
}
