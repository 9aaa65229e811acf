//! Asking a host what it looks like: one read-only script, one round trip.

use minijinja::context;

use super::session::Session;
use crate::facts::parse::parse;
use crate::facts::{Facts, docroot};
use crate::template::Engine;

const PROBE: &str = include_str!("../../templates/probe.sh");

/// What the probe is to look for.
#[derive(Clone, Debug)]
pub struct Question {
    /// The application's directory, as deploy.yml gives it.
    pub deploy_to: String,
    /// The shared paths, from the application's directory.
    pub shared: Vec<String>,
    /// The directory that the web server serves, as deploy.yml gives it; empty: none is looked at.
    pub public_html: String,
    /// The release's directory that it is to serve; `.`: all of it.
    pub docroot: String,
    /// The PHP program; empty: none is needed.
    pub php: String,
}

impl Question {
    /// Returns the script that asks.
    ///
    /// # Errors
    /// A reason in words, when a value cannot stand in a script.
    pub fn script(&self) -> Result<String, String> {
        let below_home = self.deploy_to.strip_prefix("~/").unwrap_or_default();
        let context = context! {
            deploy_to => self.deploy_to.as_str(),
            below_home => below_home,
            public_html => self.public_html.as_str(),
            public_html_below_home => self.public_html.strip_prefix("~/").unwrap_or_default(),
            way => docroot::way(&self.docroot),
            shared => self.shared.clone(),
            php => self.php.as_str(),
        };
        let rendered = Engine::new().shell("probe.sh", PROBE, &context);
        rendered.map(|rendered| rendered.text).map_err(|error| error.to_string())
    }
}

/// Asks one host.
///
/// # Errors
/// A reason in words.
pub async fn probe(session: &mut Session, question: &Question) -> Result<Facts, String> {
    let lines = session.ask(&question.script()?).await.map_err(|lost| lost.reason)?;
    parse(&lines.join("\n")).map_err(|error| error.to_string())
}
