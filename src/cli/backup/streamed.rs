//! A backup that is streamed to the controller while the host makes it.

use std::collections::BTreeSet;
use std::path::Path;

use minijinja::context;

use super::super::hosts::Reached;
use super::script;
use crate::backup::receive::{receive, verify};
use crate::backup::retention::{Keep, surplus};
use crate::backup::store::{self, Store};
use crate::plan::values;
use crate::release::ReleaseId;
use crate::report::backup::Good;

/// Makes one host's archive here.
///
/// # Errors
/// Why there is none, a line each.
pub async fn make(
    host: &Reached,
    id: &ReleaseId,
    base: &Path,
    arrived: impl Fn(u64),
) -> Result<Good, Vec<String>> {
    store::make_base(base).map_err(|error| because(&error))?;
    let store = Store::new(base, host.name.as_str());
    let mut partial = store.begin(id).map_err(|error| because(&error))?;
    let (layout, token) = (host.facts.layout(), token());
    let values = context! {
        shared => layout.shared(),
        records => layout.records(),
        checksum => values::checksum(&host.facts),
        token => token.as_str(),
    };
    let text = script::STREAM.render(&values).map_err(|error| vec![error])?;
    let received = receive(&host.connection, &text, &token, &mut partial, arrived).await?;
    let warnings = received.told.verdict()?;
    let contents = verify(&received, &partial).await.map_err(|reason| vec![reason])?;
    let path = partial.finish(&contents.sha256).map_err(|error| because(&error))?;
    Ok(Good {
        archive: path.display().to_string(),
        bytes: contents.bytes,
        entries: contents.entries,
        warnings,
        removed: Vec::new(),
    })
}

/// Removes what is no longer kept here; returns the ids.
///
/// # Errors
/// A reason in words.
pub fn prune(
    host: &Reached,
    base: &Path,
    keep: Keep,
    now: jiff::Timestamp,
) -> Result<Vec<ReleaseId>, String> {
    let store = Store::new(base, host.name.as_str());
    let one = |error: store::StoreError| because(&error).concat();
    let stored = store.list().map_err(one)?;
    let good: BTreeSet<_> =
        stored.into_iter().filter(|archive| archive.recorded).map(|archive| archive.id).collect();
    let gone = surplus(&good, keep, now);
    for id in &gone {
        store.remove(id).map_err(one)?;
    }
    Ok(gone)
}

/// Returns a word that no login shell prints by chance.
pub fn token() -> String {
    format!("{:016x}", rand::random::<u64>())
}

/// Returns an error with what it came from.
pub fn because(error: &dyn std::error::Error) -> Vec<String> {
    vec![match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }]
}
