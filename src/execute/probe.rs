//! Asking a host what it looks like: one read-only script, one round trip.

use minijinja::context;

use super::session::Session;
use crate::facts::parse::parse;
use crate::facts::{Facts, docroot, survey};
use crate::plan::sharing;
use crate::plan::stub::MARKER;
use crate::template::Engine;

const PROBE: &str = include_str!("../../templates/probe.sh");
const SURVEY: &str =
    concat!(include_str!("../../templates/inventory.sh"), include_str!("../../templates/survey.sh"));

/// What the probe is to look for.
#[derive(Clone, Debug)]
pub struct Question {
    /// The application's directory, as deploy.yml gives it.
    pub deploy_to: String,
    /// The shared paths, from the application's directory.
    pub shared: Vec<String>,
    /// The directory that the web server serves, as deploy.yml gives it.
    pub public_html: Option<String>,
    /// The release's directory that it is to serve; `.`: all of it.
    pub docroot: String,
    /// The directory of an old application, as deploy.yml gives it.
    pub existing: Option<String>,
    /// The PHP program; empty: none is needed.
    pub php: String,
    /// Whether the live release is compared with what was shipped.
    pub survey: bool,
    /// Whether `.env` files are judged.
    pub judges: bool,
    /// Directories of the release in which nobody looks for data.
    pub caches: Vec<String>,
}

impl Question {
    /// Returns the script that asks.
    ///
    /// # Errors
    /// A reason in words, when a value cannot stand in a script.
    pub fn script(&self) -> Result<String, String> {
        let (deploy_to, below_home) = split(&self.deploy_to);
        let (public_html, public_html_below_home) = self.public_html.as_deref().map_or(("", ""), split);
        let (existing, existing_below_home) = self.existing.as_deref().map_or(("", ""), split);
        let inner = |path: &String| path.strip_prefix(&format!("{}/", self.docroot)).map(str::to_owned);
        let context = context! {
            existing, existing_below_home,
            inner => self.shared.iter().filter_map(inner).collect::<Vec<_>>(),
            docroot => self.docroot.as_str(),
            deploy_to, below_home, public_html, public_html_below_home,
            way => self.public_html.as_ref().map_or_else(String::new, |_| docroot::way(&self.docroot)),
            marker => MARKER,
            shared => self.shared.clone(),
            php => self.php.as_str(),
            survey => self.survey,
            judged => if self.judges { "yes" } else { "" },
            noise => sharing::noise(&self.caches),
            limit => survey::LIMIT,
        };
        let text = if self.survey { format!("{SURVEY}{PROBE}") } else { PROBE.to_owned() };
        let rendered = Engine::new().shell("probe.sh", &text, &context);
        rendered.map(|rendered| rendered.text).map_err(|error| error.to_string())
    }
}

/// Returns an absolute path, or the part below the home directory; the other one is empty.
pub fn split(path: &str) -> (&str, &str) {
    if path.starts_with('/') { (path, "") } else { ("", path.strip_prefix("~/").unwrap_or(path)) }
}

/// Asks one host.
///
/// # Errors
/// A reason in words.
pub async fn probe(session: &mut Session, question: &Question) -> Result<Facts, String> {
    let lines = session.ask(&question.script()?).await.map_err(|lost| lost.reason)?;
    parse(&lines.join("\n")).map_err(|error| error.to_string())
}
