//! What is wrong with the `.env` that a release will run with, found before anything is changed: pure.
//!
//! Nothing in here knows a value. What would keep the application from starting is a problem; what a
//! person may have meant that way is a warning.

use super::existing;
use super::inputs::Inputs;
use super::preflight::Problem;
use super::sharing::{self, Sharing};
use crate::config::{Config, HostConfig};
use crate::dotenv::Summary;
use crate::facts::Facts;
use crate::host::HostName;

/// The key that Laravel encrypts with.
pub const APP_KEY: &str = "APP_KEY";

/// How many keys are named before the rest is counted.
const NAMED: usize = 12;

/// What is known of the settings of a release, besides what its hosts have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether phpdotenv reads them: other libraries have other rules.
    pub phpdotenv: bool,
    /// The `.env.example` of the release.
    pub example: Option<Summary>,
    /// The file that goes to hosts without one.
    pub local: Option<Summary>,
}

impl Settings {
    /// Tells whether the file that goes to hosts gets its key on the way.
    pub fn makes_key(&self) -> bool {
        self.local.as_ref().is_some_and(|local| local.has(APP_KEY) == Some(false))
    }
}

/// The file that a host's release will run with.
pub struct Subject<'a> {
    /// As a person calls it.
    pub name: String,
    /// What may be told of it.
    pub summary: &'a Summary,
    /// Where it is.
    pub place: Place,
}

/// Where the file is that a host's release will run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the host's shared data.
    Host,
    /// In the old site, from where it is copied.
    OldSite,
    /// On this machine, from where it is sent.
    Here,
}

/// Tells whether a host gets the controller's file: it has none, and no old site has one.
pub fn gets_file(config: &Config, sharing: &Sharing, facts: &Facts) -> bool {
    config.env_file.is_some()
        && !sharing::missing([".env".to_owned()], facts).is_empty()
        && !existing::sources(sharing, &config.docroot, facts).contains_key(".env")
}

/// Returns the file that a host's release will run with, where one is known.
pub fn subject<'a>(inputs: &'a Inputs<'_>, sharing: &Sharing, facts: &'a Facts) -> Option<Subject<'a>> {
    if !sharing.holds(".env") {
        return None;
    }
    let path = format!("{}/.env", facts.layout().shared());
    if let Some(summary) = facts.env_files.get(&path) {
        return Some(Subject { name: path, summary, place: Place::Host });
    }
    if let Some(path) = existing::sources(sharing, &inputs.config.docroot, facts).remove(".env") {
        return Some(Subject { summary: facts.env_files.get(&path)?, name: path, place: Place::OldSite });
    }
    let file = inputs.config.env_file.as_ref().filter(|_| gets_file(inputs.config, sharing, facts))?;
    let summary = inputs.source.settings.as_ref()?.local.as_ref()?;
    Some(Subject { name: file.display().to_string(), summary, place: Place::Here })
}

/// Returns what would keep the application from starting.
pub fn problems(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> Vec<Problem> {
    let Some(settings) = inputs.source.settings.as_ref().filter(|settings| settings.phpdotenv) else {
        return Vec::new();
    };
    let Some(subject) = subject(inputs, sharing, facts) else { return Vec::new() };
    let is_made = subject.place == Place::Here && settings.makes_key();
    if let Some(mistake) = &subject.summary.mistake {
        let problem = Problem::new(format!("{}: {mistake}", subject.name))
            .detail("PHP reads nothing of a file with such a line: the application would not start");
        return vec![mended(problem, subject.place, &inputs.config.stage, &host.name)];
    }
    if subject.summary.has(APP_KEY) != Some(false) || is_made {
        return Vec::new();
    }
    let problem = Problem::new(format!("{}: APP_KEY is empty", subject.name))
        .detail("Laravel encrypts with it and does not start without one");
    let run = format!("deployer env {} set APP_KEY --generate", inputs.config.stage);
    vec![match subject.place {
        Place::Host => problem.next(run, "makes one, the same for all hosts"),
        Place::OldSite | Place::Here => {
            problem.detail("run `php artisan key:generate` where the old site is")
        }
    }]
}

fn mended(problem: Problem, place: Place, stage: &str, host: &HostName) -> Problem {
    match place {
        Place::Host => problem
            .next(format!("deployer env {stage} pull --host {host}"), "brings it here; correct the line")
            .next(format!("deployer env {stage} push --host {host}"), "puts it back, and keeps the old one"),
        Place::OldSite => problem.detail("correct the line there: the file is copied from the old site"),
        Place::Here => problem.detail("correct the line; nothing was sent yet"),
    }
}

/// Returns how many settings a release will run with, and where they are.
pub fn found(inputs: &Inputs<'_>, sharing: &Sharing, facts: &Facts) -> Option<(String, String)> {
    let Subject { name, summary, .. } = subject(inputs, sharing, facts)?;
    let count = summary.keys.len();
    summary.mistake.is_none().then(|| (format!("{count} setting{}", if count == 1 { "" } else { "s" }), name))
}

/// Returns what a person should look at.
pub fn warnings(inputs: &Inputs<'_>, sharing: &Sharing, facts: &Facts) -> Vec<String> {
    let Some(settings) = &inputs.source.settings else { return Vec::new() };
    let Some(Subject { name, summary, .. }) = subject(inputs, sharing, facts) else { return Vec::new() };
    if summary.mistake.is_some() {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    if let Some(line) = summary.unread.filter(|_| settings.phpdotenv) {
        warnings.push(format!(
            "{name}: line {line} opens a quote that is never closed; PHP reads nothing from there on"
        ));
    }
    if summary.debug && (summary.production || is_production(&inputs.config.stage)) {
        warnings.push(format!("{name}: APP_DEBUG is on; error pages show visitors the settings"));
    }
    let example = settings.example.as_ref().filter(|example| example.mistake.is_none());
    let lacking = example.map(|example| summary.lacks(example)).unwrap_or_default();
    if !lacking.is_empty() {
        warnings.push(format!("{name} lacks what .env.example has: {}", named(&lacking)));
    }
    warnings
}

/// Tells whether visitors are served by a stage, going by its name.
fn is_production(stage: &str) -> bool {
    matches!(stage, "production" | "prod" | "live")
}

/// Returns the first names, and how many more there are.
pub fn named(keys: &[&str]) -> String {
    let first = keys.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if keys.len() > NAMED { format!("{first} and {} more", keys.len() - NAMED) } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_are_counted() {
        assert_eq!(named(&["A", "B"]), "A, B");
        let keys: Vec<_> = (0..14).map(|_| "K").collect();
        assert_eq!(named(&keys), "K, K, K, K, K, K, K, K, K, K, K, K and 2 more");
    }

    #[test]
    fn a_stage_is_production_by_its_name() {
        assert!(is_production("production") && is_production("live"));
        assert!(!is_production("staging") && !is_production("preproduction"));
    }
}
