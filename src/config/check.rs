//! Mistakes that only the whole of a stage shows, and the names that its templates may use.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::decode::fields::Fields;
use super::decode::step::Drafts;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::recipe;
use super::suggest::closest;
use super::{Config, Health, HostConfig, Maintenance, SecretSource, StepConfig};
use crate::secret::SecretName;

/// The names that deployer itself gives to templates; no variable may take one.
pub const RESERVED: &[&str] = &[
    "application",
    "stage",
    "release",
    "commit",
    "reference",
    "deploy_to",
    "release_path",
    "current_path",
    "shared_path",
    "host",
    "facts",
    "source",
    "build",
    "secrets",
    "env",
];

/// The names below [`RESERVED`] ones. Those below `env` are open: any environment variable of the controller.
const NESTED: &[&str] = &[
    "host.name",
    "host.address",
    "host.user",
    "host.roles",
    "facts.first_deploy",
    "facts.php_version",
    "source.files",
    "source.needs_dev",
    "build.composer",
    "build.install",
    "build.script",
];

/// Returns every name that a template of that host may use, but those below `env`.
pub fn template_names(config: &Config, host: &HostConfig) -> BTreeSet<String> {
    let fixed = RESERVED.iter().chain(NESTED).map(|name| (*name).to_owned());
    let secrets = config.secrets.keys().map(|name| format!("secrets.{name}"));
    fixed.chain(secrets).chain(host.vars.keys().cloned()).collect()
}

/// Refuses two hosts that are one: their releases would overwrite each other.
pub fn same_place(hosts: &[HostConfig], out: &mut Diagnostics) {
    let mut seen = HashMap::new();
    for host in hosts {
        let place = (&host.address, host.port, &host.user, host.deploy_to.trim_end_matches('/'));
        if let Some(other) = seen.insert(place, &host.name) {
            let message = format!("`{}` is the same account and directory as `{other}`", host.name);
            out.push(Diagnostic::new(&host.at, message));
        }
    }
}

/// Refuses a host that is called as the builder is: nobody could tell the two apart.
pub fn builder(hosts: &[HostConfig], builder: Option<&HostConfig>, out: &mut Diagnostics) {
    let Some(builder) = builder else { return };
    for host in hosts.iter().filter(|host| host.name == builder.name) {
        let message = format!("a host cannot be called `{}` where there is a `build.builder`", host.name);
        out.push(Diagnostic::new(&host.at, message));
    }
}

/// Refuses passwords whose secret is not below `secrets:`.
pub fn passwords<'h>(
    hosts: impl Iterator<Item = &'h HostConfig>,
    secrets: &IndexMap<SecretName, SecretSource>,
    out: &mut Diagnostics,
) {
    for host in hosts {
        if let Some(name) = host.password.as_ref().filter(|name| !secrets.contains_key(*name)) {
            let message = format!("the password of `{}`: there is no secret `{name}`", host.name);
            let meant = closest(&name.0, secrets.keys().map(|name| name.0.as_str()));
            out.push(Diagnostic::new(&host.at, message).meant(meant));
        }
    }
}

/// Refuses a way past the page of maintenance whose secret is not below `secrets:`.
pub fn maintenance(
    top: &Fields<'_>,
    maintenance: Option<&Maintenance>,
    secrets: &IndexMap<SecretName, SecretSource>,
    out: &mut Diagnostics,
) {
    let name = maintenance.and_then(|maintenance| maintenance.secret.as_ref());
    let (Some(name), Some(entry)) = (name, top.entry("maintenance")) else { return };
    if !secrets.contains_key(name) {
        let meant = closest(&name.0, secrets.keys().map(|name| name.0.as_str()));
        let message = format!("`maintenance.secret`: there is no secret `{name}`");
        out.push(Diagnostic::new(&entry.key, message).meant(meant));
    }
}

/// Refuses a page that is named by its path alone for hosts whose site has no address.
pub fn page(hosts: &[HostConfig], health: Option<&Health>, out: &mut Diagnostics) {
    let Some(path) = health.map(|health| &health.url).filter(|url| url.starts_with('/')) else { return };
    for host in hosts.iter().filter(|host| host.url.is_none()) {
        let message = format!("`{}` has no `url`, which the page {path} of `health` lies below", host.name);
        out.push(Diagnostic::new(&host.at, message));
    }
}

/// Refuses steps that no host would run.
///
/// A recipe cannot know the roles of a stage: its steps then run as if they named none.
pub fn roles(steps: &mut [StepConfig], drafts: &Drafts, hosts: &[HostConfig], out: &mut Diagnostics) {
    let known: BTreeSet<&str> = hosts.iter().flat_map(|host| &host.roles).map(String::as_str).collect();
    for draft in &drafts.steps {
        if hosts.iter().any(|host| host.does(&draft.roles)) {
            continue;
        }
        if recipe::is_builtin_file(&draft.roles_at.at.file) {
            steps.iter_mut().filter(|step| step.name == draft.name).for_each(|step| step.roles.clear());
            continue;
        }
        let message =
            format!("no host has the role `{}` of step `{}`", draft.roles.join("` or `"), draft.name);
        let meant = draft.roles.iter().find_map(|role| closest(role, known.iter().copied()));
        out.push(Diagnostic::new(&draft.roles_at, message).meant(meant));
    }
}
