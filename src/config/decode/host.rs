//! Hosts: how each is reached and where the application lives there.

use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::fields::{Fields, mismatch};
use super::settings::Settings;
use super::{name, secret, value};
use crate::config::check::RESERVED;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::node::{Entry, Node, Value};
use crate::config::recipe::is_builtin_file;
use crate::config::{DocrootMode, HostConfig, Location};
use crate::host::HostName;

/// The keys of a host.
pub const KEYS: &[&str] = &[
    "address",
    "port",
    "user",
    "deploy_to",
    "domain_path",
    "public_html",
    "docroot_mode",
    "existing",
    "url",
    "roles",
    "php",
    "identity",
    "password",
    "jump",
    "host_key",
    "vars",
];

/// Reads `vars:`.
pub fn vars(name: &str, node: &Node, out: &mut Diagnostics) -> Option<IndexMap<String, Json>> {
    let mut vars = IndexMap::new();
    for (name, entry) in value::map(name, node, out)? {
        name::check_identifier("a variable", name, &entry.key, out);
        if RESERVED.contains(&name.as_str()) {
            let message = format!(
                "`{name}` cannot be a variable: deployer itself gives templates a value of that name"
            );
            out.push(Diagnostic::new(&entry.key, message));
        }
        if let Some(value) = value::variable(name, &entry.node, out) {
            vars.insert(name.clone(), value);
        }
    }
    Some(vars)
}

/// The spelling of `docroot_mode`.
pub const DOCROOT_MODES: [(&str, DocrootMode); 2] =
    [("link", DocrootMode::Link), ("stub", DocrootMode::Stub)];

/// Reads one host, with the settings of its stage.
pub fn host(name: &str, entry: &Entry, settings: &Settings, out: &mut Diagnostics) -> Option<HostConfig> {
    let fields = Fields::new(name, &entry.node, &entry.key, &[KEYS], out)?;
    let is_name = name::check("a host", name, &entry.key, out);
    let reach = reach(name, &fields, out);
    let deploy_to = deploy_to(name, &fields, out);
    let identity = fields.get("identity", value::line, out);
    let password = fields.get("password", secret::reference, out);
    let jump = fields.get("jump", value::argument, out);
    let host_key = fields.get("host_key", host_key, out);
    let roles = fields.get("roles", value::lines, out);
    let docroot_mode = fields.get("docroot_mode", docroot_mode, out);
    let url = fields.get("url", value::url, out);
    let vars = own_vars(&fields, &settings.vars, url.as_deref(), out);
    let php_at = php_at(&fields).or_else(|| settings.php_at.clone());
    Some(HostConfig {
        name: is_name.then(|| HostName::new(name))?,
        address: reach.address?,
        port: reach.port,
        user: reach.user,
        roles: roles.unwrap_or_default(),
        deploy_to: deploy_to?,
        public_html: public_html(&fields, out),
        docroot_mode: docroot_mode.unwrap_or_default(),
        existing: fields.get("existing", value::line, out),
        url: url.or_else(|| settings.url.clone()),
        identity: identity.map(PathBuf::from),
        password,
        jump,
        host_key,
        vars,
        php_at,
        at: entry.key.at.clone(),
    })
}

/// Returns where a map names the PHP, with `php` or in its `vars`. The built-in recipes name none.
pub fn php_at(fields: &Fields<'_>) -> Option<Location> {
    let vars = fields.entry("vars").and_then(|vars| vars.node.as_map()?.get("php"));
    let at = &fields.entry("php").or(vars)?.key.at;
    (!is_builtin_file(&at.file)).then(|| at.clone())
}

fn own_vars(
    fields: &Fields<'_>,
    vars: &IndexMap<String, Json>,
    url: Option<&str>,
    out: &mut Diagnostics,
) -> IndexMap<String, Json> {
    let mut vars = vars.clone();
    vars.extend(fields.get("vars", self::vars, out).unwrap_or_default());
    if let Some(php) = fields.get("php", value::variable, out) {
        vars.insert("php".to_owned(), php);
    }
    vars.extend(url.map(|url| ("url".to_owned(), Json::from(url))));
    vars
}

/// `user@address:port`, in one key or in three.
pub(super) struct Reach {
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
}

pub(super) fn reach(name: &str, fields: &Fields<'_>, out: &mut Diagnostics) -> Reach {
    let port = fields.get("port", value::number::<1, 65535>, out).and_then(|port| u16::try_from(port).ok());
    let user = fields.get("user", value::argument, out);
    let Some(entry) = fields.entry("address") else {
        return Reach { address: Some(name.to_owned()), port, user };
    };
    let Some(text) = value::argument("address", &entry.node, out) else {
        return Reach { address: None, port, user };
    };
    let Some(within) = split(&text) else {
        out.push(mismatch("address", "a host, or user@host:port", &entry.node));
        return Reach { address: None, port, user };
    };
    for (key, twice) in
        [("user", user.is_some() && within.user.is_some()), ("port", port.is_some() && within.port.is_some())]
    {
        if twice {
            out.push(Diagnostic::new(
                &entry.node.span,
                format!("the {key} is given twice: here and as `{key}`"),
            ));
        }
    }
    Reach { address: within.address, port: port.or(within.port), user: user.or(within.user) }
}

/// Splits `user@address:port`. More than one colon outside of brackets is an IPv6 address.
fn split(text: &str) -> Option<Reach> {
    let (user, rest) = text.rsplit_once('@').map_or((None, text), |(user, rest)| (Some(user), rest));
    let (address, port) = match rest.strip_prefix('[') {
        Some(rest) => match rest.split_once(']')? {
            (address, "") => (address, None),
            (address, port) => (address, Some(port.strip_prefix(':')?)),
        },
        None if rest.matches(':').count() == 1 => {
            let (address, port) = rest.split_once(':')?;
            (address, Some(port))
        }
        None => (rest, None),
    };
    let port = match port.map(str::parse) {
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => return None,
        None => None,
    };
    if address.is_empty() || address.starts_with('-') || user.is_some_and(str::is_empty) {
        return None;
    }
    Some(Reach { address: Some(address.to_owned()), port, user: user.map(str::to_owned) })
}

fn deploy_to(name: &str, fields: &Fields<'_>, out: &mut Diagnostics) -> Option<String> {
    let deploy_to = fields.get("deploy_to", value::line, out);
    let domain_path = fields.get("domain_path", value::line, out);
    match (fields.entry("deploy_to"), fields.entry("domain_path")) {
        (None, None) => {
            let message = format!("host `{name}` has neither `deploy_to` nor `domain_path`");
            out.push(Diagnostic::new(fields.owner(), message));
        }
        (Some(_), Some(_)) => {
            let message = format!("host `{name}` must have one of deploy_to or domain_path");
            out.push(Diagnostic::new(fields.owner(), message));
        }
        _ => {}
    }
    deploy_to.or_else(|| Some(format!("{}/deploy", domain_path?.trim_end_matches('/'))))
}

/// Returns the directory that the web server serves: the one named, or the one of the domain.
fn public_html(fields: &Fields<'_>, out: &mut Diagnostics) -> Option<String> {
    if fields.entry("public_html").is_some() {
        return fields.get("public_html", value::line, out);
    }
    match &fields.entry("domain_path")?.node.value {
        Value::Text(domain_path, _) => Some(format!("{}/public_html", domain_path.trim_end_matches('/'))),
        _ => None,
    }
}

fn docroot_mode(name: &str, node: &Node, out: &mut Diagnostics) -> Option<DocrootMode> {
    let place = value::choice(name, node, &DOCROOT_MODES.map(|(word, _)| word), out)?;
    DOCROOT_MODES.get(place).map(|(_, mode)| *mode)
}

pub(super) fn host_key(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    match &node.value {
        Value::Text(text, _) if text.starts_with("SHA256:") && !text.contains(char::is_whitespace) => {
            Some(text.clone())
        }
        _ => {
            out.push(mismatch(name, "a fingerprint, as in SHA256:kQ0vT7Yd…", node));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_hold_user_and_port() {
        let parts = |text| split(text).map(|reach| (reach.user, reach.address.unwrap(), reach.port));
        let address = |user: Option<&str>, address: &str, port| {
            Some((user.map(str::to_owned), address.to_owned(), port))
        };
        assert_eq!(parts("web1"), address(None, "web1", None));
        assert_eq!(parts("ana@web1:65002"), address(Some("ana"), "web1", Some(65002)));
        assert_eq!(parts("2001:db8::1"), address(None, "2001:db8::1", None));
        assert_eq!(parts("ana@[2001:db8::1]:22"), address(Some("ana"), "2001:db8::1", Some(22)));
        for bad in
            ["@web1", "web1:0", "web1:ssh", ":22", "ana@-oProxyCommand=x", "[::1", "[::1]22", "web1:70000"]
        {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }
}
