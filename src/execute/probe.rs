//! Asking a host what it looks like: one read-only script, one round trip.

use minijinja::context;

use super::session::Session;
use crate::facts::Facts;
use crate::facts::parse::parse;
use crate::facts::survey;
use crate::plan::sharing;
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
    /// The PHP program; empty: none is needed.
    pub php: String,
    /// Whether the live release is compared with what was shipped.
    pub survey: bool,
    /// Directories of the release in which nobody looks for data.
    pub caches: Vec<String>,
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
            shared => self.shared.clone(),
            php => self.php.as_str(),
            survey => self.survey,
            noise => sharing::noise(&self.caches),
            limit => survey::LIMIT,
        };
        let text = if self.survey { format!("{SURVEY}{PROBE}") } else { PROBE.to_owned() };
        let rendered = Engine::new().shell("probe.sh", &text, &context);
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
