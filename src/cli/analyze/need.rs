//! Whether a release is built with the packages for development, known before it is planned.

use super::super::fault::Fault;
use crate::analyze::{self, DevNeed};
use crate::config::Config;
use crate::package::{self, Resolved};

/// Finds the packages for development that the release needs in production.
///
/// # Errors
/// When it cannot be read.
pub async fn dev_need(resolved: &Resolved, config: &Config) -> Result<DevNeed, Fault> {
    // Most of a project is only read where it has such packages.
    let manifest = package::requirement::manifest(resolved).await;
    if !manifest.is_some_and(|text| text.contains("\"require-dev\"")) {
        return Ok(DevNeed::default());
    }
    let files = package::read(resolved, analyze::is_read).await.map_err(|error| Fault::because(&error))?;
    Ok(analyze::dev_need(&files, seeds(config)))
}

/// Returns a line for each package for development that production needs, with the first place.
pub fn notes(need: &DevNeed) -> Vec<String> {
    let mut packages: Vec<(&str, Vec<String>)> = Vec::new();
    for reason in need.always() {
        let place = format!("{}:{}", reason.file, reason.line);
        match packages.iter_mut().find(|(package, _)| *package == reason.package) {
            Some((_, places)) => places.push(place),
            None => packages.push((&reason.package, vec![place])),
        }
    }
    let note = |(package, places): (&str, Vec<String>)| {
        let more =
            if places.len() > 1 { format!(" and {} more places", places.len() - 1) } else { String::new() };
        let first = places.first().cloned().unwrap_or_default();
        format!(
            "production code uses {package}, a package for development: {first}{more}; all of those are installed until you `composer require {package}`"
        )
    };
    packages.into_iter().map(note).collect()
}

/// Tells whether a step of the deploy seeds the database.
pub fn seeds(config: &Config) -> bool {
    config.steps.iter().any(|step| step.run.text.contains("db:seed") || step.run.text.contains("--seed"))
}
