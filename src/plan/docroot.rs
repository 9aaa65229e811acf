//! What becomes of the directory that a web server serves: decided from the facts. Pure.

use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use super::Kind;
use super::stub;
use super::values::Subject;
use crate::config::{Config, DocrootMode, HostConfig};
use crate::facts::docroot::{Docroot, way};
use crate::facts::{Facts, Kind as What};
use crate::release::ReleaseId;

/// What becomes of the directory that a web server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// It serves whatever is live already.
    Serves,
    /// A link to the live release takes its place.
    Link,
    /// A directory takes its place, in which a script finds the live release.
    Stub,
    /// It is such a directory; files in it are exchanged.
    Exchange,
    /// It is a link to something else, which somebody made: it is left alone.
    Leave,
}

/// What a run does to the directory that a web server serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// What becomes of it.
    pub treatment: Treatment,
    /// What the link holds that takes its place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
    /// Where what is there now is kept, from the application's directory.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub aside: Option<String>,
}

/// Returns what a run does to a host's docroot, if anything.
pub fn change(config: &Config, host: &HostConfig, facts: &Facts, release: &ReleaseId) -> Option<Change> {
    let docroot = facts.docroot.as_ref()?;
    let treatment = treatment(host.docroot_mode, facts)?;
    let is_replaced = matches!(treatment, Treatment::Link | Treatment::Stub);
    let aside = is_replaced && docroot.kind != What::Missing;
    (is_replaced || treatment == Treatment::Exchange).then(|| Change {
        path: docroot.path.clone(),
        treatment,
        link: (treatment == Treatment::Link).then(|| link(docroot, &config.docroot)),
        aside: aside.then(|| format!("backups/{}", aside_name(docroot, release))),
    })
}

/// Returns the name under which what was served before a release is kept.
fn aside_name(docroot: &Docroot, release: &ReleaseId) -> String {
    let name = docroot.path.rsplit('/').next().unwrap_or_default();
    format!("{name}-{release}")
}

/// Returns what becomes of a host's docroot; `None`: deploy.yml names none.
pub fn treatment(mode: DocrootMode, facts: &Facts) -> Option<Treatment> {
    let docroot = facts.docroot.as_ref()?;
    Some(match mode {
        _ if docroot.leads_elsewhere() => Treatment::Leave,
        DocrootMode::Link if docroot.serves_current() => Treatment::Serves,
        DocrootMode::Link => Treatment::Link,
        DocrootMode::Stub if docroot.stub => Treatment::Exchange,
        DocrootMode::Stub => Treatment::Stub,
    })
}

/// Returns why the docroot of a host cannot serve releases, in one line, and more about it.
pub fn obstacle(mode: DocrootMode, facts: &Facts) -> Option<(String, &'static str)> {
    let docroot = facts.docroot.as_ref()?;
    if !matches!(treatment(mode, facts)?, Treatment::Link | Treatment::Stub) {
        return None;
    }
    let (path, user) = (&docroot.path, &facts.user);
    let (text, detail) = match docroot.kind {
        What::File => (format!("{path} is not a directory"), "it is left alone"),
        _ if within(&docroot.deploy_to, path) => (
            format!("{} lies in {path}, which the web server serves", docroot.deploy_to),
            "releases, .env and backups would be open to everybody; `deploy_to` must lie outside",
        ),
        _ if inside_of_the_application(docroot) => (
            format!("{path} lies where the application keeps its releases and data"),
            "`public_html` is the directory that the web server serves, as ~/public_html",
        ),
        _ if docroot.elsewhere => (
            format!("{path} and {} are on different file systems", docroot.deploy_to),
            "what is served now could not be kept aside in one step",
        ),
        _ if !matches!(docroot.parent, What::Dir | What::LinkToDir) => (
            format!("{path} cannot be replaced by {user}: its directory cannot be written"),
            "the web server can be told to serve the live release instead",
        ),
        _ => return None,
    };
    Some((text, detail))
}

/// Returns what a person should know about it before a run.
pub fn warning(mode: DocrootMode, facts: &Facts) -> Option<String> {
    let docroot = facts.docroot.as_ref()?;
    let (path, target) = (&docroot.path, docroot.target.as_deref().unwrap_or_default());
    match treatment(mode, facts)? {
        Treatment::Serves | Treatment::Exchange => None,
        Treatment::Leave => Some(format!(
            "{path} is a link to {target}, not to the live release; it is left alone, and what is \
             deployed is not served there"
        )),
        Treatment::Link | Treatment::Stub if docroot.kind == What::Missing || docroot.target.is_some() => {
            None
        }
        Treatment::Link | Treatment::Stub => {
            let files = match docroot.files {
                1 => "1 file".to_owned(),
                10_000.. => "10,000 files or more".to_owned(),
                files => format!("{files} files"),
            };
            let own = docroot.holds.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let along =
                if own.is_empty() { own } else { format!("; of {own}, what is the host's goes along") };
            Some(format!("{path} is a directory with {files}; it is kept in backups/ as it is{along}"))
        }
    }
}

/// Returns the values of the built-in steps that the docroot has to do with.
pub fn values(config: &Config, host: &HostConfig, facts: &Facts, subject: &Subject<'_>) -> Value {
    let (Some(docroot), Some(treatment)) = (&facts.docroot, treatment(host.docroot_mode, facts)) else {
        return context! {};
    };
    let (id, layout) = (subject.release, facts.layout());
    let (parent, name) = docroot.path.rsplit_once('/').unwrap_or(("", &docroot.path));
    let is_link = host.docroot_mode == DocrootMode::Link;
    let release_public = public(&layout.release(id), &config.docroot);
    let staging = format!("{parent}/.{name}.{id}");
    let live_record = format!("{}/.deployer-shipped", layout.current());
    let previous = facts.live().map(|live| public(&layout.release(&live), &config.docroot));
    let of_steps = context! {
        carry_into => if is_link { &release_public } else { &staging },
        live_record => if docroot.serves_current() { live_record } else { String::new() },
        fresh => subject.kind == Kind::Deploy || treatment == Treatment::Stub,
        again => subject.kind == Kind::Rollback,
        exchanged => treatment == Treatment::Exchange,
        was_there => docroot.kind != What::Missing,
        link_before => docroot.target.as_deref().unwrap_or_default(),
        link_text => if is_link { link(docroot, &config.docroot) } else { String::new() },
        stub => stub::index(&stub_way(docroot), &config.docroot),
        htaccess => stub::HTACCESS,
        marker => stub::MARKER,
        previous_public => previous.unwrap_or_default(),
    };
    let of_host = context! {
        public_html => docroot.path.as_str(),
        aside => format!("{}/{}", layout.backups(), aside_name(docroot, id)),
        release_public, staging,
    };
    context! { ..of_host, ..of_steps }
}

/// Returns the way from the docroot itself to `current`.
fn stub_way(docroot: &Docroot) -> String {
    relative(&docroot.path, &format!("{}/current", docroot.deploy_to))
}

/// Returns what the link in the docroot's place holds: relative, so that it stays right when the
/// host sees its directories under another path.
pub fn link(docroot: &Docroot, served: &str) -> String {
    let parent = docroot.path.rsplit_once('/').map_or("", |(parent, _)| parent);
    relative(parent, &format!("{}{}", docroot.deploy_to, way(served)))
}

/// Returns the directory of a release that a web server is to serve.
pub fn public(release: &str, docroot: &str) -> String {
    if docroot == "." { release.to_owned() } else { format!("{release}/{docroot}") }
}

/// Returns the way from one absolute directory to an absolute path.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &'_ str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let (from, to): (Vec<String>, Vec<String>) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    up.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

/// Tells whether a path is a directory or below it.
fn within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn inside_of_the_application(docroot: &Docroot) -> bool {
    let own = ["current", "releases", "shared", "backups", ".deployer"];
    own.iter().any(|name| within(&docroot.path, &format!("{}/{name}", docroot.deploy_to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docroot(path: &str, deploy_to: &str) -> Facts {
        let docroot = Docroot {
            path: path.to_owned(),
            deploy_to: deploy_to.to_owned(),
            kind: What::Dir,
            parent: What::Dir,
            ..Docroot::default()
        };
        Facts { user: "ana".to_owned(), docroot: Some(docroot), ..Facts::default() }
    }

    #[test]
    fn the_link_is_relative_wherever_both_are() {
        let link = |path: &str, deploy_to: &str, served: &str| {
            link(docroot(path, deploy_to).docroot.as_ref().unwrap(), served)
        };
        let home = "/home/ana/domains/shop.example";
        assert_eq!(
            link(&format!("{home}/public_html"), &format!("{home}/deploy"), "public"),
            "deploy/current/public"
        );
        assert_eq!(link("/home/ana/public_html", "/home/ana/apps/a shop", "."), "apps/a shop/current");
        assert_eq!(link("/var/www/html", "/srv/shop", "web"), "../../srv/shop/current/web");
    }

    #[test]
    fn an_application_is_never_served_with_its_data() {
        let obstacle =
            |path, deploy_to| obstacle(DocrootMode::Link, &docroot(path, deploy_to)).map(|(text, _)| text);
        assert_eq!(obstacle("/home/ana/public_html", "/home/ana/public_html2"), None);
        assert_eq!(
            obstacle("/home/ana/public_html", "/home/ana/public_html/app").unwrap(),
            "/home/ana/public_html/app lies in /home/ana/public_html, which the web server serves"
        );
        assert_eq!(
            obstacle("/home/ana/app/shared/www", "/home/ana/app").unwrap(),
            "/home/ana/app/shared/www lies where the application keeps its releases and data"
        );
        assert_eq!(obstacle("/home/ana/app/public_html", "/home/ana/app"), None);
    }
}
