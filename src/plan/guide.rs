//! What a person must do by hand before a host can serve releases: pure, from the facts.

use serde::Serialize;

use super::docroot::{Treatment, link, obstacle, treatment};
use crate::config::{Config, DocrootMode, HostConfig};
use crate::event::Next;
use crate::facts::docroot::{Docroot, way};
use crate::facts::{Facts, Kind};
use crate::host::HostName;
use crate::template::quote;

/// What must be done by hand on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guide {
    /// The host.
    pub host: HostName,
    /// How it is, in one line.
    pub state: String,
    /// What to do. Empty: nothing. Any one of several ways is enough.
    pub ways: Vec<Way>,
}

/// One way to have a host serve releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// What to do, in one line.
    pub text: String,
    /// What to type, and for what.
    pub run: Vec<Next>,
}

/// Returns what must be done by hand on a host.
pub fn guide(config: &Config, host: &HostConfig, facts: &Facts) -> Guide {
    let (state, ways) = match &facts.docroot {
        None => unknown(config, facts),
        Some(docroot) => known(config, host.docroot_mode, facts, docroot),
    };
    Guide { host: host.name.clone(), state, ways }
}

fn known(config: &Config, mode: DocrootMode, facts: &Facts, docroot: &Docroot) -> (String, Vec<Way>) {
    let path = &docroot.path;
    if let Some((text, _)) = obstacle(mode, facts) {
        return (text, vec![panel(config, facts), replace(config, docroot)]);
    }
    let becomes = match treatment(mode, facts) {
        Some(Treatment::Leave) => {
            let target = docroot.target.as_deref().unwrap_or_default();
            let state = format!("{path} is a link to {target}, which somebody made; it is left alone");
            return (state, vec![panel(config, facts), replace(config, docroot)]);
        }
        Some(Treatment::Link) => "will be made a link to the live release",
        Some(Treatment::Stub) => "will be made a directory that finds the live release",
        Some(Treatment::Exchange) => "finds the live release",
        Some(Treatment::Serves) | None => "is a link to the live release",
    };
    (format!("{path} {becomes}"), Vec::new())
}

/// A host whose docroot deploy.yml does not name: nobody can tell what its web server serves.
fn unknown(config: &Config, facts: &Facts) -> (String, Vec<Way>) {
    let text = "where the web server cannot be told, write `public_html:` with the directory that it serves \
                into the host's part of deploy.yml";
    let name = Way { text: text.to_owned(), run: Vec::new() };
    ("deploy.yml does not say what the web server serves".to_owned(), vec![panel(config, facts), name])
}

fn panel(config: &Config, facts: &Facts) -> Way {
    let served = format!("{}{}", facts.deploy_to, way(&config.docroot));
    Way {
        text: format!(
            "in the hosting panel or the web server's configuration, make {served} the document root \
             (in nginx with $realpath_root), and name only `deploy_to: {}` in deploy.yml",
            facts.deploy_to
        ),
        run: Vec::new(),
    }
}

fn replace(config: &Config, docroot: &Docroot) -> Way {
    let word = |text: &str| quote::word(text).unwrap_or_default();
    let (path, aside) = (word(&docroot.path), word(&format!("{}.before", docroot.path)));
    let next = |run: String, why: &str| Next { run, why: why.to_owned() };
    let mut run =
        vec![next(format!("ln -s {} {path}", word(&link(docroot, &config.docroot))), "serve releases")];
    if docroot.kind != Kind::Missing {
        run.insert(0, next(format!("mv {path} {aside}"), "keep what is there"));
    }
    Way { text: "on the host, as somebody who may".to_owned(), run }
}
