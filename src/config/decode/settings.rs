//! What a stage says besides its steps and hosts.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::fields::{Fields, mismatch};
use super::unsupported;
use super::{build, health, host, maintenance, opcache, secret, shared, value};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Node, Value};
use crate::config::{
    BuildConfig, Health, KnownHostsPolicy, Maintenance, Opcache, SecretSource, Shared, Source, SshConfig,
    Unchanged,
};
use crate::secret::SecretName;

/// The keys of `source:`.
pub const SOURCE: &[&str] = &["git", "ref", "path"];

/// The keys of `package:`.
pub const PACKAGE: &[&str] = &["exclude", "unchanged"];

/// The keys of `rollout:`.
pub const ROLLOUT: &[&str] = &["batch", "max_parallel"];

/// The keys of `ssh:`.
pub const SSH: &[&str] = &["known_hosts", "known_hosts_file", "config", "connect_timeout"];

/// The keys of `backup:`.
pub const BACKUP: &[&str] = &["database", "keep_days"];

/// The spelling of `ssh.known_hosts`.
pub const POLICIES: [(&str, KnownHostsPolicy); 2] =
    [("strict", KnownHostsPolicy::Strict), ("accept-new", KnownHostsPolicy::AcceptNew)];

/// The spelling of `package.unchanged`.
pub const UNCHANGED: [(&str, Unchanged); 2] = [("copy", Unchanged::Copy), ("hardlink", Unchanged::Hardlink)];

/// The part of [`Config`](crate::config::Config) that is read here.
#[derive(Debug)]
pub struct Settings {
    pub keep_releases: usize,
    pub source: Option<Source>,
    pub build: BuildConfig,
    pub exclude: Vec<String>,
    pub unchanged: Unchanged,
    pub shared: Shared,
    pub docroot: String,
    pub url: Option<String>,
    pub env_file: Option<PathBuf>,
    pub max_parallel: usize,
    pub backup_days: Option<u32>,
    pub confirm_timeout: u64,
    pub maintenance: Option<Maintenance>,
    pub health: Option<Health>,
    pub opcache: Opcache,
    pub ssh: SshConfig,
    pub secrets: IndexMap<SecretName, SecretSource>,
    pub vars: IndexMap<String, Json>,
}

/// Reads the settings of a merged file.
pub fn settings(top: &Fields<'_>, out: &mut Diagnostics) -> Settings {
    unsupported::refuse(top, out);
    let package = top.below("package", PACKAGE, out);
    let url = top.get("url", value::url, out);
    let mut vars = top.get("vars", host::vars, out).unwrap_or_default();
    vars.extend(url.clone().map(|url| ("url".to_owned(), Json::String(url))));
    Settings {
        keep_releases: top.get("keep_releases", count, out).unwrap_or(5),
        source: source(top, out),
        build: build::build(top, out),
        exclude: package.get("exclude", value::lines, out).unwrap_or_default(),
        unchanged: package.get("unchanged", unchanged, out).unwrap_or_default(),
        shared: shared::shared(top, out),
        docroot: top.get("docroot", docroot, out).unwrap_or_else(|| "public".to_owned()),
        url,
        env_file: top.get("env_file", env_file, out),
        max_parallel: max_parallel(top, out),
        backup_days: backup_days(top, out),
        confirm_timeout: top.get("confirm_timeout", confirm_timeout, out).unwrap_or(60),
        maintenance: maintenance::maintenance(top, out),
        health: health::health(top, out),
        opcache: opcache::opcache(top, out),
        ssh: ssh(top, out),
        secrets: top.get("secrets", secret::sources, out).unwrap_or_default(),
        vars,
    }
}

/// Reads the name of the file with a stage's settings. The developer's own `.env` never travels.
fn env_file(name: &str, node: &Node, out: &mut Diagnostics) -> Option<PathBuf> {
    let path = PathBuf::from(value::line(name, node, out)?);
    if path.strip_prefix(".").unwrap_or(&path) != Path::new(".env") {
        return Some(path);
    }
    let message = "`env_file` cannot be .env: that holds this machine's own settings, which never travel";
    let help = "copy it to .env.production, and change what is different there";
    out.push(Diagnostic::new(&node.span, message).help(help));
    None
}

fn count(name: &str, node: &Node, out: &mut Diagnostics) -> Option<usize> {
    value::number::<1, 1000>(name, node, out).and_then(|number| usize::try_from(number).ok())
}

fn unchanged(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Unchanged> {
    let place = value::choice(name, node, &UNCHANGED.map(|(word, _)| word), out)?;
    UNCHANGED.get(place).map(|(_, unchanged)| *unchanged)
}

fn source(top: &Fields<'_>, out: &mut Diagnostics) -> Option<Source> {
    let head = "HEAD".to_owned();
    let Some(entry) = top.entry("source") else {
        return Some(Source::Git { repository: ".".to_owned(), reference: head });
    };
    let fields = top.below("source", SOURCE, out);
    let repository = fields.get("git", value::repository, out);
    let reference = fields.get("ref", value::argument, out);
    let path = fields.get("path", value::line, out);
    let has = |key: &str| fields.entry(key).is_some();
    match (has("path"), has("git") || has("ref")) {
        (true, true) => {
            out.push(Diagnostic::new(&entry.key, "`source` must have git and ref, or path"));
            None
        }
        (true, false) => Some(Source::Folder(PathBuf::from(path?))),
        (false, _) => Some(Source::Git {
            repository: if has("git") { repository? } else { ".".to_owned() },
            reference: if has("ref") { reference? } else { head },
        }),
    }
}

fn docroot(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    match &node.value {
        Value::Text(text, _) if text == "." => Some(text.clone()),
        Value::Text(..) => value::path(name, node, out),
        _ => {
            out.push(mismatch(name, "a directory of the release, as in public, or `.` for its top", node));
            None
        }
    }
}

fn max_parallel(top: &Fields<'_>, out: &mut Diagnostics) -> usize {
    let fields = top.below("rollout", ROLLOUT, out);
    unsupported::refuse_unless(&fields, "batch", "rollout.batch", |node| node.found() == "`100%`", out);
    fields.get("max_parallel", count, out).unwrap_or(10)
}

fn backup_days(top: &Fields<'_>, out: &mut Diagnostics) -> Option<u32> {
    let fields = top.below("backup", BACKUP, out);
    let is_off = |node: &Node| node.value == Value::Bool(false);
    unsupported::refuse_unless(&fields, "database", "backup.database", is_off, out);
    let days = fields.get("keep_days", value::number::<1, 36_500>, out)?;
    u32::try_from(days).ok()
}

/// Reads how long a host waits for the controller. Much longer, and its lock would count as dead meanwhile.
fn confirm_timeout(name: &str, node: &Node, out: &mut Diagnostics) -> Option<u64> {
    if matches!(&node.value, Value::Number(number, _) if number.as_u64() == Some(0)) {
        return Some(0);
    }
    match value::seconds(name, node, &mut Diagnostics::default()) {
        Some(seconds) if (10..=120).contains(&seconds) => Some(seconds),
        _ => {
            out.push(mismatch(name, "a time from 10s to 2m, or 0 to switch it off", node));
            None
        }
    }
}

fn ssh(top: &Fields<'_>, out: &mut Diagnostics) -> SshConfig {
    let fields = top.below("ssh", SSH, out);
    SshConfig {
        known_hosts: fields.get("known_hosts", policy, out).unwrap_or_default(),
        known_hosts_file: fields.get("known_hosts_file", value::line, out).map(PathBuf::from),
        config: fields.get("config", value::line, out).map(PathBuf::from),
        connect_timeout: fields.get("connect_timeout", value::seconds, out).unwrap_or(15),
    }
}

fn policy(name: &str, node: &Node, out: &mut Diagnostics) -> Option<KnownHostsPolicy> {
    let place = value::choice(name, node, &POLICIES.map(|(word, _)| word), out)?;
    POLICIES.get(place).map(|(_, policy)| *policy)
}
