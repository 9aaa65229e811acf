//! What templates can name: the values of one host in one run.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use minijinja::value::Serde;
use minijinja::{Value, context};

use super::building;
use super::caches;
use super::docroot;
use super::existing;
use super::guard;
use super::inputs::{Inputs, Origin};
use super::prune;
use super::settings::Settings;
use super::sharing::{self, Link, Sharing};
use super::shipment;
use super::{Kind, Revision};
use crate::config::{Config, HostConfig, SecretSource};
use crate::facts::{Down, Facts, Kind as What, Rename};
use crate::host::HostName;
use crate::release::{Layout, ReleaseId};
use crate::secret::SecretName;
use crate::template::references;

/// The name of the secret that holds the controller's environment file.
pub const ENV_FILE: &str = "env_file";
/// The name of the secret that is the key of an application that had none yet.
pub const APP_KEY: &str = "env_file_app_key";

/// The values that steps of recipes and users can name.
pub fn for_steps(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts, release: &ReleaseId) -> Value {
    let layout = facts.layout();
    let mut values: IndexMap<&str, Value> =
        host.vars.iter().map(|(name, value)| (name.as_str(), Value::from(Serde(value)))).collect();
    let Origin { revision, files, .. } = inputs.source;
    let text = |text: &str| Value::from(text.to_owned());
    let env: BTreeMap<_, _> =
        inputs.environment.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    values.extend([
        ("application", text(&inputs.config.application)),
        ("stage", text(&inputs.config.stage)),
        ("release", text(release.as_str())),
        ("commit", text(revision.commit.as_deref().unwrap_or_default())),
        ("reference", text(&revision.reference)),
        ("deploy_to", text(layout.deploy_to())),
        ("release_path", Value::from(layout.release(release))),
        ("current_path", Value::from(layout.current())),
        ("shared_path", Value::from(layout.shared())),
        ("host", of_host(host, facts)),
        ("facts", of_facts(facts)),
        ("source", context! { files => files.clone(), needs_dev => inputs.source.needs_dev }),
        ("build", building::of_recipes(&inputs.source.build)),
        ("secrets", references(inputs.config.secrets.keys())),
        ("env", Value::from_pairs(env)),
    ]);
    Value::from_pairs(values)
}

fn of_host(host: &HostConfig, facts: &Facts) -> Value {
    context! {
        name => host.name.as_str(),
        address => host.address.as_str(),
        user => facts.user.as_str(),
        roles => host.roles.clone(),
    }
}

fn of_facts(facts: &Facts) -> Value {
    context! {
        first_deploy => facts.live().is_none(),
        php_version => facts.php.as_ref().map_or("", |php| php.version.as_str()),
    }
}

/// What the built-in steps of a run are about.
pub struct Subject<'a> {
    /// What kind of run it is.
    pub kind: Kind,
    /// The release that will be live.
    pub release: &'a ReleaseId,
    /// What it is made of.
    pub revision: &'a Revision,
}

/// The values of the built-in steps, for each host.
pub fn for_builtins(
    inputs: &Inputs<'_>,
    subject: &Subject<'_>,
    sharing: &Sharing,
) -> BTreeMap<HostName, Value> {
    let shared = context! { ..shared(inputs.config, sharing), ..guard::values(&sharing.choice) };
    let shipments = shipment::shipments(inputs);
    let of_host = |(host, facts): (&HostConfig, &Facts)| {
        let shipment = shipment::values(shipments.get(&host.name), inputs.config.unchanged, facts);
        let sources = context! { sources => sources(inputs, sharing, facts) };
        let of_host = builtin(inputs, subject, host, facts);
        (host.name.clone(), context! { ..of_host, ..shipment, ..sources, ..shared.clone() })
    };
    inputs.hosts().map(of_host).collect()
}

fn builtin(inputs: &Inputs<'_>, subject: &Subject<'_>, host: &HostConfig, facts: &Facts) -> Value {
    let of_run = context! {
        silence => super::TAKE_OVER,
        release => subject.release.as_str(),
        target => Layout::link_to(subject.release),
        what => format!("{} {}", verb(subject.kind), subject.release),
        what_is_live => format!("{} ({})", subject.release, subject.revision.short()),
        kind => match subject.kind {
            Kind::Deploy => "deployed",
            Kind::Rollback => "rolled back to",
            Kind::Restore => "restored",
        },
        entry => entry(subject, facts.live().as_ref()),
        surplus => surplus(inputs, facts),
        never_live => never_live(inputs, facts),
        deployed => deployed(facts, subject.release),
        host => host.name.as_str(),
        makes_key => inputs.source.settings.as_ref().is_some_and(Settings::makes_key),
        secrets => references(&[ENV_FILE, APP_KEY].map(|name| SecretName(name.to_owned()))),
    };
    let docroot = docroot::values(inputs.config, host, facts, subject);
    let caches = caches::values(inputs.config, host, facts);
    context! { ..paths(subject, facts), ..state(facts), ..docroot, ..caches, ..of_run }
}

fn verb(kind: Kind) -> &'static str {
    match kind {
        Kind::Deploy => "deploy",
        Kind::Rollback => "rollback",
        Kind::Restore => "restore",
    }
}

/// Where things are, and what must not be there yet.
fn paths(subject: &Subject<'_>, facts: &Facts) -> Value {
    let layout = facts.layout();
    let id = subject.release;
    let absent = match subject.kind {
        Kind::Deploy => vec![layout.release(id), layout.partial(id)],
        Kind::Rollback | Kind::Restore => Vec::new(),
    };
    context! {
        deploy_to => layout.deploy_to(),
        records => layout.records(),
        releases => layout.releases(),
        backups => layout.backups(),
        current_path => layout.current(),
        shared => layout.shared(),
        release_path => layout.release(id),
        partial => layout.partial(id),
        absent => absent,
    }
}

/// What the host is like now, and how things are done there.
fn state(facts: &Facts) -> Value {
    let live = facts.live();
    let missing = missing_dirs(facts, &facts.layout());
    let missing_reversed: Vec<_> = missing.iter().rev().cloned().collect();
    context! {
        checksum => checksum(facts),
        php => facts.php.as_ref().map_or("php", |php| php.binary.as_str()),
        lifts => facts.down == Some(Down::ByOthers),
        rename => rename(facts),
        live => facts.target.clone().unwrap_or_default(),
        previous => facts.target.clone().filter(|_| facts.live().is_some()),
        previous_id => live.as_ref().map_or("", ReleaseId::as_str),
        previous_path => live.as_ref().map_or_else(String::new, |id| facts.layout().release(id)),
        missing => missing,
        missing_reversed => missing_reversed,
    }
}

/// What is shared, and how.
fn shared(config: &Config, sharing: &Sharing) -> Value {
    let inside = |path: &str| if path.is_empty() { ".".to_owned() } else { format!("./{path}") };
    let links = sharing.links();
    let link = |link: &Link| context! { path => inside(&link.path), target => link.target.as_str() };
    context! {
        dirs => sharing.choice.dirs().map(str::to_owned).collect::<Vec<_>>(),
        files => sharing.choice.files().map(str::to_owned).collect::<Vec<_>>(),
        tree => sharing.choice.tree.clone(),
        links => links.iter().map(link).collect::<Vec<_>>(),
        link_paths => links.iter().map(|link| inside(&link.path)).collect::<Vec<_>>(),
        link_dirs => sharing.parents().iter().map(|dir| inside(dir)).collect::<Vec<_>>(),
        shared_paths => sharing.paths().collect::<Vec<_>>().join("\n"),
        noise => sharing::noise(&sharing.caches),
        stray => config.shared.stray.as_str(),
    }
}

/// What is taken from an old site.
fn sources(inputs: &Inputs<'_>, sharing: &Sharing, facts: &Facts) -> Vec<Value> {
    let sources = existing::sources(sharing, &inputs.config.docroot, facts);
    sources.into_iter().map(|(path, source)| context! { path, source }).collect()
}

/// How many of the releases that were live are asked about what was carried to them.
const RECENT: usize = 100;

/// Returns the releases that were live, this one included: what was carried to them has arrived.
fn deployed(facts: &Facts, release: &ReleaseId) -> Vec<String> {
    let mut all: BTreeSet<_> = facts.history.deployed().chain(&facts.live()).cloned().collect();
    all.insert(release.clone());
    all.iter().rev().take(RECENT).rev().map(ToString::to_string).collect()
}

/// Returns the releases that go, as text.
pub fn surplus(inputs: &Inputs<'_>, facts: &Facts) -> Vec<String> {
    prune::surplus(facts, inputs.config.keep_releases).iter().map(ToString::to_string).collect()
}

/// Returns those of them that no run has recorded as live.
fn never_live(inputs: &Inputs<'_>, facts: &Facts) -> Vec<String> {
    let good = facts.good();
    let surplus = prune::surplus(facts, inputs.config.keep_releases);
    surplus.iter().filter(|id| !good.contains(*id)).map(ToString::to_string).collect()
}

/// Returns the directories of the application that a host lacks.
pub fn missing_dirs(facts: &Facts, layout: &Layout) -> Vec<String> {
    let all = [
        (facts.releases, layout.releases()),
        (facts.shared, layout.shared()),
        (facts.backups, layout.backups()),
    ];
    all.into_iter().filter(|(kind, _)| *kind == What::Missing).map(|(_, path)| path).collect()
}

/// Returns the command that prints the SHA-256 of its input.
pub fn checksum(facts: &Facts) -> String {
    facts.checksum.clone().unwrap_or_else(|| hash_by_php(facts))
}

/// PHP hashes where no tool does: it is what such a host is for.
fn hash_by_php(facts: &Facts) -> String {
    let php = php(facts);
    format!("{php} -r 'echo hash_file(\"sha256\", \"php://stdin\"), \"\\n\";'")
}

/// Returns the command that renames a link over another, without following either.
pub fn rename(facts: &Facts) -> String {
    match facts.rename {
        Some(Rename::Gnu) => "mv -fT --".to_owned(),
        Some(Rename::Bsd) => "mv -fh --".to_owned(),
        None => format!("{} -r 'exit(rename($argv[1], $argv[2]) ? 0 : 1);' --", php(facts)),
    }
}

fn php(facts: &Facts) -> String {
    let binary = facts.php.as_ref().map_or("php", |php| &php.binary);
    crate::template::quote::word(binary).unwrap_or_default()
}

/// Returns the part of the history's entry that the plan knows: JSON without its last brace.
fn entry(subject: &Subject<'_>, previous: Option<&ReleaseId>) -> String {
    let Revision { commit, reference, subject: title } = subject.revision;
    let json = serde_json::json!({
        "id": subject.release, "kind": verb(subject.kind), "previous": previous,
        "commit": commit, "reference": reference, "subject": title,
    });
    let text = json.to_string();
    text.strip_suffix('}').unwrap_or(&text).to_owned()
}

/// Tells in words where a secret is found.
pub fn whence(source: &SecretSource) -> String {
    match source {
        SecretSource::Env(name) => format!("env {name}"),
        SecretSource::File(path) => format!("file {}", path.display()),
        SecretSource::Run(command) => format!("run {}", command.first().map_or("", String::as_str)),
    }
}
