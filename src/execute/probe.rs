//! Asking a host what it looks like: one read-only script, one round trip.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use minijinja::context;

use super::session::Session;
use crate::dotenv::Credentials;
use crate::facts::parse::{add, parse};
use crate::facts::{Facts, docroot, survey};
use crate::plan::database::PROGRAM;
use crate::plan::sharing;
use crate::plan::stub::MARKER;
use crate::template::Engine;

const MIGRATIONS: &str = include_str!("../../templates/migrations.sh");
const PROBE: &str = concat!(
    include_str!("../../templates/php-start.sh"),
    include_str!("../../templates/phps.sh"),
    include_str!("../../templates/limits.sh"),
    include_str!("../../templates/database-look.sh"),
    include_str!("../../templates/probe.sh")
);
const PHP_LOOK: &str =
    concat!(include_str!("../../templates/php-start.sh"), include_str!("../../templates/php-look.sh"));
const DATABASE_TRY: &str = concat!(
    include_str!("../../templates/database-look.sh"),
    include_str!("../../templates/database-try.sh")
);
/// A program for PHP as [`PROGRAM`] is, with settings that are put into it.
const WITH_SETTINGS: &str =
    concat!(include_str!("../../templates/database-given.php"), include_str!("../../templates/database.php"));
const SURVEY: &str =
    concat!(include_str!("../../templates/inventory.sh"), include_str!("../../templates/survey.sh"));

/// What the probe is to look for.
#[derive(Clone, Debug, Default)]
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
    /// Whether nobody named it, and the one that the site runs on is looked for.
    pub seeks_php: bool,
    /// The name of the site, where its address is known.
    pub domain: String,
    /// Whether the live release is compared with what was shipped.
    pub survey: bool,
    /// Whether the live release is asked which migrations have run.
    pub migrates: bool,
    /// Whether `.env` files are judged.
    pub judges: bool,
    /// Whether the live release is asked for its database.
    pub database: bool,
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
            seeks_php => if self.seeks_php { "yes" } else { "" },
            served => docroot::way(&self.docroot),
            domain => self.domain.as_str(),
            survey => self.survey,
            migrates => self.migrates,
            judged => if self.judges { "yes" } else { "" },
            database => if self.database { PROGRAM } else { "" },
            noise => sharing::noise(&self.caches),
            limit => survey::LIMIT,
        };
        let functions = [(self.survey, SURVEY), (self.migrates, MIGRATIONS)];
        let functions = functions.iter().filter(|(needed, _)| *needed).map(|(_, text)| *text);
        let text: String = functions.chain([PROBE]).collect();
        let rendered = Engine::new().shell("probe.sh", &text, &context);
        rendered.map(|rendered| rendered.text).map_err(|error| error.to_string())
    }
}

/// Returns an absolute path, or the part below the home directory; the other one is empty.
pub fn split(path: &str) -> (&str, &str) {
    if path.starts_with('/') { (path, "") } else { ("", path.strip_prefix("~/").unwrap_or(path)) }
}

/// Starts another PHP of a host than the probe did, and adds what it says of itself.
///
/// # Errors
/// A reason in words.
pub async fn look_at_php(session: &mut Session, program: &str, facts: &mut Facts) -> Result<(), String> {
    let rendered = Engine::new().shell("php-look.sh", PHP_LOOK, &context! { php => program });
    let script = rendered.map_err(|error| error.to_string())?.text;
    let lines = session.ask(&script).await.map_err(|lost| lost.reason)?;
    add(facts, &lines.join("\n"));
    Ok(())
}

/// Tries the settings of a database on a host, and adds the answer. They are sent on the standard input of
/// the session, and go from there to that of PHP.
///
/// # Errors
/// A reason in words.
pub async fn try_database(
    session: &mut Session,
    credentials: &Credentials,
    facts: &mut Facts,
) -> Result<(), String> {
    let Some(php) = &facts.php else { return Ok(()) };
    let settings = BASE64.encode(credentials.json());
    let program = WITH_SETTINGS.replace("SETTINGS", &settings);
    let context = context! { php => php.binary.as_str(), program };
    let rendered = Engine::new().shell("database-try.sh", DATABASE_TRY, &context);
    // The error of a template may show a part of it.
    let script = rendered.map_err(|_| "its settings cannot stand in a script".to_owned())?.text;
    let lines = session.ask(&script).await.map_err(|lost| lost.reason)?;
    add(facts, &lines.join("\n"));
    Ok(())
}

/// Asks one host.
///
/// # Errors
/// A reason in words.
pub async fn probe(session: &mut Session, question: &Question) -> Result<Facts, String> {
    let lines = session.ask(&question.script()?).await.map_err(|lost| lost.reason)?;
    parse(&lines.join("\n")).map_err(|error| error.to_string())
}
