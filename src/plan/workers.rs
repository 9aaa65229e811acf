//! What is known of processes that outlive a switch: pure.

use std::collections::{BTreeMap, BTreeSet};

use super::SWITCH;
use super::inputs::Inputs;
use super::step::{Step, Undo};
use crate::config::recipe;
use crate::host::HostName;

/// Returns the steps of a host that are taken back by a script, in that order: the last that began first. What
/// is told again follows the switch at once, whether it had begun or not: from there on what begins anew runs
/// the release that was live before.
pub fn taken_back<'a>(began: &[&'a Step], all: &'a [Step], host: &HostName) -> Vec<&'a Step> {
    let is_told_again = |step: &&Step| match &step.undo {
        Undo::Again { scripts, .. } => scripts.contains_key(host),
        Undo::Run { .. } | Undo::NotNeeded | Undo::Impossible { .. } => false,
    };
    let mut steps = Vec::new();
    for step in began.iter().rev().copied() {
        steps.extend(matches!(step.undo, Undo::Run { .. }).then_some(step));
        if step.name == SWITCH {
            steps.extend(all.iter().filter(is_told_again));
        }
    }
    steps
}

/// Has the first that is told again on each host wait: frameworks note the second of a signal, and another one in
/// the same second is no news.
pub fn space(steps: &mut [Step]) {
    let mut waited = BTreeSet::new();
    for step in steps {
        if let Undo::Again { scripts, .. } = &mut step.undo {
            let first = scripts.iter_mut().filter(|(host, _)| waited.insert((*host).clone()));
            first.for_each(|(_, script)| script.insert_str(0, "sleep 1\n"));
        }
    }
}

/// Warns of Octane, whose own reload keeps it in the directory that it was started in. Whoever has changed the
/// step knows about it.
pub fn octane(inputs: &Inputs<'_>) -> Option<String> {
    let is_own = |file: &str| recipe::is_builtin_file(file);
    let reloads = |name: &str| name == "octane-reload";
    let step = inputs.config.steps.iter().find(|step| reloads(&step.name) && is_own(&step.run.at.file))?;
    let text = "Octane serves the release that it was started in, also after octane:reload, unless it was made to \
                follow `current`: have the server restarted, as with";
    let stands = inputs.source.packages.contains_key("laravel/octane");
    stands.then(|| format!("{text} `{}: {{ run: supervisorctl restart octane }}` below `steps`", step.name))
}

/// Returns the packages that the texts of steps name: what a rollback to the release has to know.
pub fn packages(inputs: &Inputs<'_>) -> BTreeMap<String, String> {
    let texts: Vec<&str> = inputs
        .config
        .steps
        .iter()
        .flat_map(|step| step.when.iter().chain([&step.run]))
        .map(|text| text.text.as_str())
        .collect();
    let named = |(name, _): &(&String, &String)| texts.iter().any(|text| text.contains(name.as_str()));
    inputs
        .source
        .packages
        .iter()
        .filter(named)
        .map(|(name, version)| (name.clone(), version.clone()))
        .collect()
}
