//! From the YAML tree to the types: every mistake is collected, none ends the reading.
//!
//! The tree of a stage is merged already; what is missing gets its default here.

pub(super) mod backup;
pub(super) mod build;
pub(super) mod fields;
pub(super) mod health;
pub(super) mod host;
pub(super) mod logs;
pub(super) mod maintenance;
pub(super) mod name;
pub(super) mod notify;
pub(super) mod opcache;
pub(super) mod secret;
pub(super) mod settings;
pub(super) mod shared;
pub(super) mod step;
pub(super) mod unsupported;
pub(super) mod value;

use std::path::Path;

use super::diagnostic::{Diagnostic, Diagnostics, Span};
use super::node::Node;
use super::{Config, HostConfig, check, order};
use fields::Fields;

/// The keys that deploy.yml, recipes and stages have in common.
pub const SETTINGS: &[&str] = &[
    "keep_releases",
    "source",
    "build",
    "package",
    "shared",
    "docroot",
    "url",
    "vars",
    "steps",
    "hooks",
    "env_file",
    "rollout",
    "confirm_timeout",
    "ssh",
    "secrets",
    "health",
    "logs",
    "opcache",
    "maintenance",
    "backup",
    "notify",
];

/// The other keys of deploy.yml.
pub const FILE: &[&str] = &["application", "recipe", "stages"];

/// The other key of a recipe.
pub const RECIPE: &[&str] = &["recipe"];

/// The other key of a stage.
pub const STAGE: &[&str] = &["hosts"];

/// What a stage is called and belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'p> {
    /// The name of the application.
    pub application: &'p str,
    /// The name of the stage.
    pub name: &'p str,
    /// The key of the stage in deploy.yml.
    pub at: &'p Span,
    /// The recipe that deploy.yml names.
    pub recipe: &'p str,
    /// The folder of deploy.yml.
    pub root: &'p Path,
}

/// Reads the merged tree of a stage. `None`: there was a mistake.
pub fn stage(stage: &Stage<'_>, tree: &Node, out: &mut Diagnostics) -> Option<Config> {
    let top = Fields::new("stage", tree, stage.at, &[SETTINGS, FILE, STAGE], out)?;
    let settings = settings::settings(&top, out);
    let drafts = step::drafts(&top, out);
    let mut steps = order::arrange(&drafts, out);
    check::again(&steps, out);
    let hosts = hosts(stage, &top, &settings, out);
    if let Some(hosts) = &hosts {
        check_whole(&top, &settings, hosts, out);
        check::roles(&mut steps, &drafts, hosts, out);
    }
    Some(Config {
        application: stage.application.to_owned(),
        stage: stage.name.to_owned(),
        recipe: stage.recipe.to_owned(),
        keep_releases: settings.keep_releases,
        source: settings.source?,
        build: settings.build,
        exclude: settings.exclude,
        unchanged: settings.unchanged,
        shared: settings.shared,
        docroot: settings.docroot,
        steps,
        env_file: settings.env_file,
        max_parallel: settings.max_parallel,
        backup: settings.backup,
        confirm_timeout: settings.confirm_timeout,
        maintenance: settings.maintenance,
        health: settings.health,
        notify: settings.notify.into_iter().map(|draft| draft.notification).collect(),
        logs: settings.logs,
        opcache: settings.opcache,
        ssh: settings.ssh,
        secrets: settings.secrets,
        hosts: hosts?,
        root: stage.root.to_owned(),
    })
}

/// Finds mistakes that only the settings and the hosts together show.
fn check_whole(top: &Fields<'_>, settings: &settings::Settings, hosts: &[HostConfig], out: &mut Diagnostics) {
    check::same_place(hosts, out);
    check::builder(hosts, settings.build.builder.as_ref(), out);
    check::passwords(hosts.iter().chain(&settings.build.builder), &settings.secrets, out);
    check::page(hosts, settings.health.as_ref(), out);
    check::notifications(&settings.notify, &settings.secrets, out);
    check::maintenance(top, settings.maintenance.as_ref(), &settings.secrets, out);
}

/// Reads what a file says outside of its stages, only to find mistakes.
pub fn without_stage(tree: &Node, out: &mut Diagnostics) {
    if let Some(top) = Fields::new("deploy.yml", tree, &tree.span, &[SETTINGS, FILE, RECIPE], out) {
        settings::settings(&top, out);
        order::arrange(&step::drafts(&top, out), out);
    }
}

fn hosts(
    stage: &Stage<'_>,
    top: &Fields<'_>,
    settings: &settings::Settings,
    out: &mut Diagnostics,
) -> Option<Vec<HostConfig>> {
    let entry = top.entry("hosts");
    let map = entry.and_then(|entry| value::map("hosts", &entry.node, out));
    let is_mistyped = entry.is_some() && map.is_none();
    let map = map.filter(|map| !map.is_empty());
    if map.is_none() && !is_mistyped {
        out.push(Diagnostic::new(stage.at, format!("stage `{}` has no hosts", stage.name)));
    }
    let hosts: Vec<Option<HostConfig>> =
        map?.iter().map(|(name, entry)| host::host(name, entry, settings, out)).collect();
    hosts.into_iter().collect()
}
