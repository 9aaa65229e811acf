//! Where secrets are found. A value written here by mistake is never printed again.

use std::path::PathBuf;

use indexmap::IndexMap;

use super::fields::Fields;
use super::name;
use super::value;
use crate::config::SecretSource;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Entry, Node, Value};
use crate::secret::SecretName;

/// The keys of a source; one of them is given.
pub const KEYS: &[&str] = &["env", "file", "run"];

/// Reads `secrets:`.
pub fn sources(name: &str, node: &Node, out: &mut Diagnostics) -> Option<IndexMap<SecretName, SecretSource>> {
    let mut sources = IndexMap::new();
    for (name, entry) in value::map(name, node, out)? {
        name::check_identifier("a secret", name, &entry.key, out);
        if let Some(source) = source(name, entry, out) {
            sources.insert(SecretName(name.clone()), source);
        }
    }
    Some(sources)
}

fn source(name: &str, entry: &Entry, out: &mut Diagnostics) -> Option<SecretSource> {
    match &entry.node.value {
        Value::Text(text, _) if text.starts_with("op://") => {
            let command = ["op", "read", "--no-newline", text];
            Some(SecretSource::Run(command.map(str::to_owned).to_vec()))
        }
        Value::Map(map) => {
            // Not the usual message for an unknown key: it would print the line.
            if map.len() != 1 || map.keys().any(|key| !KEYS.contains(&key.as_str())) {
                let message = format!("secret `{name}` must have one of env, file or run");
                out.push(Diagnostic::new(&entry.key, message).hidden());
                return None;
            }
            let fields = Fields::new(name, &entry.node, &entry.key, &[KEYS], out)?;
            let env = fields.get("env", value::line, out).map(SecretSource::Env);
            let file =
                fields.get("file", value::line, out).map(|path| SecretSource::File(PathBuf::from(path)));
            let run = fields.get("run", command, out).map(SecretSource::Run);
            env.or(file).or(run)
        }
        _ => {
            let message = format!("secret `{name}`: this looks like a value, not a place to find it");
            let ways = "use op://…, { env: NAME }, { file: PATH } or { run: [command, argument] }";
            out.push(Diagnostic::new(&entry.key, message).help(ways).hidden());
            None
        }
    }
}

fn command(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<String>> {
    let words = value::lines(name, node, out)?;
    if words.is_empty() {
        out.push(Diagnostic::new(&node.span, format!("`{name}` is an empty list; it must name a command")));
        return None;
    }
    Some(words)
}

/// Reads `"{{ secrets.NAME }}"`, the only way to give a password.
pub fn reference(name: &str, node: &Node, out: &mut Diagnostics) -> Option<SecretName> {
    let secret = match &node.value {
        Value::Text(text, _) => referred(text),
        _ => None,
    };
    if secret.is_none() {
        let message = format!("`{name}` must name a secret, as in \"{{{{ secrets.SSH_PASSWORD }}}}\"");
        let help = "say below `secrets:` where it is found; its value does not belong in this file";
        out.push(Diagnostic::new(&node.span, message).help(help).hidden());
    }
    secret
}

fn referred(text: &str) -> Option<SecretName> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let name = inner.strip_prefix("secrets.")?;
    name::is_identifier(name).then(|| SecretName(name.to_owned()))
}
