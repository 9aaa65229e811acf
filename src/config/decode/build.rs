//! `build:`, where a release is built and what is kept.

use std::path::PathBuf;

use indexmap::IndexMap;

use super::fields::Fields;
use super::{host, secret, value};
use crate::config::build::{BUILDER, BuildConfig, Cache, Site};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Node, Value};
use crate::config::{DocrootMode, HostConfig};
use crate::host::HostName;

/// The keys of `build:`.
pub const KEYS: &[&str] = &["on", "cache", "builder"];

/// The keys of `build.builder:`.
pub const BUILDER_KEYS: &[&str] =
    &["address", "port", "user", "identity", "password", "jump", "host_key", "work_dir"];

/// The spelling of `build.on`.
pub const SITES: [(&str, Site); 2] = [("builder", Site::Builder), ("local", Site::Local)];

/// The spelling of `build.cache`, and of a step's `cache`.
pub const CACHES: [(&str, Cache); 2] = [("vendor", Cache::Vendor), ("node_modules", Cache::NodeModules)];

/// Where a builder works, from the home of its account.
const WORK_DIR: &str = "~/.cache/deployer";

/// Reads `build:`.
pub fn build(top: &Fields<'_>, out: &mut Diagnostics) -> BuildConfig {
    let fields = top.below("build", KEYS, out);
    let on = fields.get("on", sites, out).unwrap_or_else(|| vec![Site::Local]);
    let cache = fields.get("cache", caches, out);
    let builder = builder(&fields, out);
    if on.contains(&Site::Builder)
        && fields.entry(BUILDER).is_none()
        && let Some(entry) = fields.entry("on")
    {
        let message = "`build.on` names the builder, and `build.builder` does not say where it is";
        let help = "add `builder: { address: ana@build.example }` to `build`";
        out.push(Diagnostic::new(&entry.node.span, message).help(help));
    }
    BuildConfig {
        on,
        cache: cache.map_or_else(|| Cache::ALL.into(), |list| list.into_iter().collect()),
        builder,
    }
}

fn sites(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<Site>> {
    let sites = words(name, node, &SITES, out)?;
    if sites.is_empty() {
        out.push(Diagnostic::new(&node.span, format!("`{name}` must have builder, local or both")));
        return None;
    }
    Some(sites)
}

fn caches(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<Cache>> {
    if node.value == Value::Null {
        return Some(Vec::new());
    }
    words(name, node, &CACHES, out)
}

/// Reads the word of a step's `cache`.
pub fn cache(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Cache> {
    let place = value::choice(name, node, &CACHES.map(|(word, _)| word), out)?;
    CACHES.get(place).map(|(_, cache)| *cache)
}

/// Reads one word, or a list of them.
fn words<T: Copy>(name: &str, node: &Node, known: &[(&str, T); 2], out: &mut Diagnostics) -> Option<Vec<T>> {
    let spelling = known.each_ref().map(|(word, _)| *word);
    let nodes = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let read = |node: &Node, out: &mut Diagnostics| {
        let place = value::choice(name, node, &spelling, out)?;
        known.get(place).map(|(_, value)| *value)
    };
    nodes.iter().map(|node| read(node, out)).collect::<Vec<_>>().into_iter().collect()
}

/// Reads `build.builder`: a host of which only the way to it and a directory are known.
fn builder(fields: &Fields<'_>, out: &mut Diagnostics) -> Option<HostConfig> {
    let entry = fields.entry(BUILDER)?;
    let fields = Fields::new(BUILDER, &entry.node, &entry.key, &[BUILDER_KEYS], out)?;
    fields.require("address", "`build.builder`", value::argument, out)?;
    let reach = host::reach(BUILDER, &fields, out);
    Some(HostConfig {
        name: HostName::new(BUILDER),
        address: reach.address?,
        port: reach.port,
        user: reach.user,
        roles: Vec::new(),
        deploy_to: fields.get("work_dir", value::line, out).unwrap_or_else(|| WORK_DIR.to_owned()),
        public_html: None,
        docroot_mode: DocrootMode::default(),
        existing: None,
        url: None,
        identity: fields.get("identity", value::line, out).map(PathBuf::from),
        password: fields.get("password", secret::reference, out),
        jump: fields.get("jump", value::argument, out),
        host_key: fields.get("host_key", host::host_key, out),
        vars: IndexMap::new(),
        php_at: None,
        at: entry.key.at.clone(),
    })
}
