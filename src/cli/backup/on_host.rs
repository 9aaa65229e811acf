//! A backup that stays on its host.

use std::collections::BTreeSet;

use jiff::Timestamp;
use minijinja::{Value, context};

use super::super::hosts::Reached;
use super::script;
use crate::backup::retention::{Keep, surplus};
use crate::backup::told::Told;
use crate::backup::{name, store};
use crate::execute::session::Session;
use crate::facts::Facts;
use crate::plan::values;
use crate::release::ReleaseId;
use crate::report::backup::Good;

/// Makes an archive in the host's `backups`.
///
/// # Errors
/// Why there is none, a line each.
pub async fn make(host: &mut Reached, id: &ReleaseId) -> Result<Good, Vec<String>> {
    let one = |reason: String| vec![reason];
    let values = values(&host.facts, id);
    let mut told = Told::default();
    let code = script::KEEP.run(&mut host.session, &values, |line| {
        if !told.fact(line) {
            told.message(line);
        }
    });
    if code.await.map_err(one)? != 0 {
        // The script has removed what it made.
        let messages = told.messages();
        return Err(if messages.is_empty() { one("the archive was not made".to_owned()) } else { messages });
    }
    let finished = finish(&mut host.session, &told, id, &values).await;
    if finished.is_err() {
        // Where the host does not answer any more, the rest keeps a name that is no archive's.
        let _gone = script::DROP.lines(&mut host.session, &values).await;
    }
    let (warnings, entries, bytes) = finished?;
    let archive = format!("backups/{}", name::of(id));
    Ok(Good { archive, bytes, entries, warnings, removed: Vec::new() })
}

/// Gives the archive its name if it is good; returns what a person should know, and its sizes.
async fn finish(
    session: &mut Session,
    told: &Told,
    id: &ReleaseId,
    values: &Value,
) -> Result<(Vec<String>, u64, u64), Vec<String>> {
    let warnings = told.verdict()?;
    let (Some(sum), Some(entries), Some(bytes)) = (&told.sum, told.entries, told.bytes) else {
        return Err(vec!["the host did not say what is in the archive".to_owned()]);
    };
    let named = context! { sum => sum.as_str(), name => name::of(id), ..values.clone() };
    script::FINISH.lines(session, &named).await.map_err(|reason| vec![reason])?;
    Ok((warnings, entries, bytes))
}

fn values(facts: &Facts, id: &ReleaseId) -> Value {
    let layout = facts.layout();
    context! {
        shared => layout.shared(),
        backups => layout.backups(),
        archive => path(facts, id),
        checksum => values::checksum(facts),
    }
}

/// Returns the path of an archive on a host.
pub fn path(facts: &Facts, id: &ReleaseId) -> String {
    format!("{}/{}", facts.layout().backups(), name::of(id))
}

/// Lists the archives on a host, oldest first.
///
/// # Errors
/// A reason in words.
pub async fn list(session: &mut Session, facts: &Facts) -> Result<Vec<store::Stored>, String> {
    let all = all(session, facts).await?;
    Ok(all.into_iter().filter(|stored| stored.dump.is_none()).collect())
}

/// Lists the archives and the dumps on a host.
///
/// # Errors
/// A reason in words.
pub async fn all(session: &mut Session, facts: &Facts) -> Result<Vec<store::Stored>, String> {
    let values = context! { backups => facts.layout().backups() };
    let lines = script::LIST.lines(session, &values).await?;
    Ok(lines.iter().filter_map(|line| listed(line)).collect())
}

/// Reads `archive BYTES recorded|missing NAME`.
fn listed(line: &str) -> Option<store::Stored> {
    let mut words = line.split_whitespace();
    let ("archive", bytes, sum, name) = (words.next()?, words.next()?, words.next()?, words.next()?) else {
        return None;
    };
    let (bytes, recorded) = (bytes.parse().ok()?, sum == "recorded");
    store::Stored::named(name, bytes, recorded)
}

/// Removes what is no longer kept on a host; returns the ids.
///
/// # Errors
/// A reason in words.
pub async fn prune(host: &mut Reached, keep: Keep, now: Timestamp) -> Result<Vec<ReleaseId>, String> {
    let stored = list(&mut host.session, &host.facts).await?;
    let good: BTreeSet<_> =
        stored.into_iter().filter(|archive| archive.recorded).map(|archive| archive.id).collect();
    let gone = surplus(&good, keep, now);
    if !gone.is_empty() {
        let names: Vec<_> = gone.iter().map(name::of).collect();
        let values = context! { backups => host.facts.layout().backups(), surplus => names };
        script::PRUNE.lines(&mut host.session, &values).await?;
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_archives_are_listed() {
        let own = listed("archive 12 recorded shared-20260102030405.tar.gz").unwrap();
        assert_eq!((own.bytes, own.recorded, own.dump), (12, true, None));
        let dump = listed("archive 12 missing database-20260102030405.sql.gz").unwrap();
        assert_eq!((dump.id, dump.recorded), (own.id, false));
        assert!(dump.dump.is_some());
        assert_eq!(listed("archive 12 recorded shared-mine.tar.gz"), None);
        assert_eq!(listed("You have mail"), None);
    }
}
