//! What a restore would replace on a host, and what forbids it.

use minijinja::context;

use super::super::backup::script;
use super::super::hosts::Reached;
use super::found::Found;
use crate::facts::{Facts, Kind};
use crate::host::HostName;
use crate::plan::preflight::Problem;
use crate::plan::restore::Replacement;

/// Refuses a host whose data cannot be replaced by a rename.
///
/// # Errors
/// Why.
pub fn refuse(host: &HostName, facts: &Facts) -> Result<(), Problem> {
    let layout = facts.layout();
    for (kind, path) in [(facts.shared, layout.shared()), (facts.backups, layout.backups())] {
        let what = match kind {
            Kind::Missing | Kind::Dir => continue,
            Kind::ReadOnly => "cannot be written to",
            Kind::Link | Kind::LinkToDir => "is a link",
            Kind::File => "is no directory",
        };
        let text = format!("{path} {what}: what is there cannot be replaced by a rename");
        let way_out = match kind {
            Kind::ReadOnly => "Its mode, its owner or a read-only file system forbids it.",
            _ => "Unpack the archive by hand: tar -xpzf FILE -C DIRECTORY",
        };
        return Err(Problem::new(text).detail(way_out));
    }
    if facts.rename.is_none() && facts.php.is_none() {
        return Err(Problem::new(format!("{host} has neither mv -T nor PHP to rename with")));
    }
    script::lacking(host, facts).map_or(Ok(()), Err)
}

/// Looks at what an archive would replace.
///
/// # Errors
/// Why it cannot be replaced.
pub async fn look(host: &mut Reached, archive: Found, part: Option<&str>) -> Result<Replacement, Problem> {
    let layout = host.facts.layout();
    let data = part.map_or_else(|| layout.shared(), |part| format!("{}/{part}", layout.shared()));
    let values =
        context! { data => data.as_str(), backups => layout.backups(), deploy_to => layout.deploy_to() };
    let lines = script::LOOK.lines(&mut host.session, &values).await.map_err(Problem::new)?;
    let value = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let number = |name: &str| value(name).and_then(|text| text.trim().parse::<u64>().ok());
    if let Some(dir) = value("closed") {
        return Err(Problem::new(format!("{dir} cannot be written to by {}", host.facts.user)));
    }
    if let Some(what) = value("apart") {
        let text = format!("{what} is on another file system than {data}: no rename leads there");
        return Err(Problem::new(text).detail("Unpack the archive by hand: tar -xpzf FILE -C DIRECTORY"));
    }
    let free = host.facts.free_kilobytes.map(|kilobytes| kilobytes.saturating_mul(1024));
    if free.is_some_and(|free| free < archive.unpacked) {
        let [needed, free] = [archive.unpacked, free.unwrap_or_default()].map(|bytes| bytes / 1_000_000);
        return Err(Problem::new(format!("the data takes {needed} MB unpacked, {free} MB are free")));
    }
    let Some(near) = value("near").filter(|_| lines.iter().any(|line| line == "looked")) else {
        return Err(Problem::new("the host did not say what there is"));
    };
    let mut warnings = archive.warnings;
    if let Some(others) = number("others").filter(|others| *others > 0) {
        warnings.push(format!(
            "{others} files of the present data belong to other accounts; all that is restored will belong to {}",
            host.facts.user
        ));
    }
    Ok(Replacement {
        source: archive.source,
        entries: archive.entries,
        present: number("present"),
        near: near.to_owned(),
        warnings,
    })
}
