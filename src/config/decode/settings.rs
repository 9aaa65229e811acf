//! What a stage says besides its steps and hosts.

use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::fields::{Fields, mismatch};
use super::unsupported;
use super::{build, host, secret, shared, value};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Node, Value};
use crate::config::{BuildConfig, KnownHostsPolicy, SecretSource, Shared, Source, SshConfig};
use crate::secret::SecretName;

/// The keys of `source:`.
pub const SOURCE: &[&str] = &["git", "ref", "path"];

/// The keys of `package:`.
pub const PACKAGE: &[&str] = &["exclude"];

/// The keys of `rollout:`.
pub const ROLLOUT: &[&str] = &["batch", "max_parallel"];

/// The keys of `ssh:`.
pub const SSH: &[&str] = &["known_hosts", "known_hosts_file", "config", "connect_timeout"];

/// The keys of `backup:`.
pub const BACKUP: &[&str] = &["database", "keep_days"];

/// The spelling of `ssh.known_hosts`.
pub const POLICIES: [(&str, KnownHostsPolicy); 2] =
    [("strict", KnownHostsPolicy::Strict), ("accept-new", KnownHostsPolicy::AcceptNew)];

/// The part of [`Config`](crate::config::Config) that is read here.
#[derive(Debug)]
pub struct Settings {
    pub keep_releases: usize,
    pub source: Option<Source>,
    pub build: BuildConfig,
    pub exclude: Vec<String>,
    pub shared: Shared,
    pub docroot: String,
    pub url: Option<String>,
    pub env_file: Option<PathBuf>,
    pub max_parallel: usize,
    pub backup_days: Option<u32>,
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
        shared: shared::shared(top, out),
        docroot: top.get("docroot", docroot, out).unwrap_or_else(|| "public".to_owned()),
        url,
        env_file: top.get("env_file", value::line, out).map(PathBuf::from),
        max_parallel: max_parallel(top, out),
        backup_days: backup_days(top, out),
        ssh: ssh(top, out),
        secrets: top.get("secrets", secret::sources, out).unwrap_or_default(),
        vars,
    }
}

fn count(name: &str, node: &Node, out: &mut Diagnostics) -> Option<usize> {
    value::number::<1, 1000>(name, node, out).and_then(|number| usize::try_from(number).ok())
}

fn source(top: &Fields<'_>, out: &mut Diagnostics) -> Option<Source> {
    let head = "HEAD".to_owned();
    let Some(entry) = top.entry("source") else {
        return Some(Source::Git { repository: ".".to_owned(), reference: head });
    };
    let fields = top.below("source", SOURCE, out);
    let repository = fields.get("git", value::argument, out);
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
