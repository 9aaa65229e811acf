//! The archive for a host: on the controller, else on the host itself. It is read to its end before
//! anything is changed.

use std::path::{Path, PathBuf};

use minijinja::context;

use super::super::backup::script;
use super::super::hosts::Reached;
use super::Wanted;
use crate::backup::scan::{Contents, scan};
use crate::backup::store::{self, Store};
use crate::backup::{name, told};
use crate::plan::preflight::Problem;
use crate::plan::restore::Source;
use crate::plan::{Archive, values};
use crate::release::ReleaseId;

/// An archive that was read to its end.
pub struct Found {
    /// Where it is.
    pub source: Source,
    /// Files and directories in it.
    pub entries: u64,
    /// Its size unpacked, in bytes.
    pub unpacked: u64,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Finds the archive of a host and reads it.
///
/// # Errors
/// Why it cannot be used.
pub async fn find(
    host: &mut Reached,
    wanted: &Wanted,
    base: &Path,
    part: Option<&str>,
) -> Result<Found, Problem> {
    match wanted {
        Wanted::File(file) => here(file.clone(), part).await,
        Wanted::Id(id) => {
            let store = Store::new(base, host.name.as_str());
            let stored = store.list().map_err(|error| Problem::new(because(&error)))?;
            if stored.iter().any(|archive| archive.id == *id) {
                here(store.path(id), part).await
            } else {
                on_host(host, id, base).await
            }
        }
    }
}

/// Reads an archive of the controller.
async fn here(path: PathBuf, part: Option<&str>) -> Result<Found, Problem> {
    let shown = path.display().to_string();
    let problem = |reason: String| Problem::new(format!("{shown}: {reason}"));
    let recorded = store::recorded(&path).map_err(|error| Problem::new(because(&error)))?;
    let file = store::open(&path).map_err(|error| Problem::new(because(&error)))?;
    let wanted = part.map(str::to_owned);
    let scanned = tokio::task::spawn_blocking(move || scan(file, wanted.as_deref())).await;
    let scanned = scanned.map_err(|error| problem(error.to_string()))?;
    let Contents { entries, unpacked, sha256, has_part, .. } =
        scanned.map_err(|error| problem(error.to_string()))?;
    let mut warnings = Vec::new();
    match recorded {
        Some(recorded) if recorded != sha256 => {
            return Err(problem(format!("it has changed: its SHA-256 is {sha256}, recorded is {recorded}")));
        }
        Some(_) => {}
        None => warnings.push(unrecorded(&shown)),
    }
    if !has_part {
        return Err(problem(format!("it has no {}", part.unwrap_or_default())));
    }
    Ok(Found { source: Source::Here(Archive { path, sha256 }), entries, unpacked, warnings })
}

/// Has the host read an archive of its own.
async fn on_host(host: &mut Reached, id: &ReleaseId, base: &Path) -> Result<Found, Problem> {
    let path = format!("{}/{}", host.facts.layout().backups(), name::of(id));
    let values = context! { archive => path.as_str(), checksum => values::checksum(&host.facts) };
    let lines = script::INSPECT.lines(&mut host.session, &values).await.map_err(Problem::new)?;
    let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let number = |name: &str| value(name).and_then(|text| text.trim().parse().ok());
    let problem = |reason: String| Problem::new(format!("{path}: {reason}"));
    if lines.iter().any(|line| line == "absent") {
        let text =
            format!("there is no backup {id}, neither in {} nor in backups on the host", base.display());
        return Err(Problem::new(text));
    }
    let (sum, recorded) = (value("sum").and_then(told::checksum), value("recorded").and_then(told::checksum));
    let mut warnings = Vec::new();
    match (&sum, &recorded) {
        (Some(sum), Some(recorded)) if sum != recorded => {
            return Err(problem(format!("it has changed: its SHA-256 is {sum}, recorded is {recorded}")));
        }
        (_, None) => warnings.push(unrecorded(&path)),
        _ => {}
    }
    if value("broken").is_some() {
        return Err(problem("the archive is damaged or cut short".to_owned()));
    }
    if let Some(entry) = value("outside") {
        return Err(problem(format!("the archive has an entry outside of itself: {entry}")));
    }
    if let Some(entry) = value("device") {
        return Err(problem(format!("the archive has an entry that is no file, directory or link: {entry}")));
    }
    let (Some(sha256), Some(entries), Some(unpacked)) = (sum, number("entries"), number("unpacked")) else {
        return Err(problem("the host did not say what is in it".to_owned()));
    };
    Ok(Found { source: Source::OnHost { path, sha256 }, entries, unpacked, warnings })
}

fn unrecorded(path: &str) -> String {
    format!("{path} has no recorded checksum: whether it was whole when it was made, nobody knows")
}

/// Returns an error with what it came from.
fn because(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
