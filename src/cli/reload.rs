//! `deployer rollback --with-db`: the dump that takes the database back with the release.

use super::args::Common;
use super::fault::Fault;
use super::preparation::Preparation;
use super::restore::database::{find, sure};
use super::surroundings::Surroundings;
use crate::facts::Facts;
use crate::plan::{Loading, database};
use crate::release::ReleaseId;

/// Finds the dump for a rollback to that release, and asks whether it may replace the database. `None`:
/// the person says no.
///
/// # Errors
/// When there is no such dump, or it cannot be used.
pub async fn loading(
    preparation: &mut Preparation,
    release: &ReleaseId,
    dry_run: bool,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<Option<Loading>, Fault> {
    let (application, stage) = (preparation.config.application.clone(), preparation.config.stage.clone());
    let needs_word = !common.yes && !dry_run;
    if needs_word && surroundings.ask.is_none() {
        let text = "--with-db replaces the database, and there is no terminal to ask whether it may";
        let run = format!("deployer rollback {stage} --with-db --yes");
        return Err(Fault::usage(text).next(run, "if it may"));
    }
    let inputs = preparation.inputs(surroundings);
    let facts = database::host(&inputs).map(|(_, facts)| facts);
    let Some(id) = facts.and_then(|facts| since(facts, release)) else {
        let text = format!(
            "there is no dump of the database from before the releases after {release}: none of them migrated it, \
             or the dump is not kept any more"
        );
        return Err(Fault::usage(text)
            .next(format!("deployer rollback {stage}"), "the release alone")
            .next(format!("deployer backup {stage} --list"), "which dumps there are"));
    };
    let found = find(preparation, &id, surroundings).await?;
    let place = format!("{application} to {stage}");
    if needs_word && !sure(&place, &found, &stage, common, surroundings)? {
        return Ok(None);
    }
    Ok(Some(found.loading))
}

/// Returns the id of the dump that is the database as that release left it: the first that was made by
/// a release after it.
fn since(facts: &Facts, release: &ReleaseId) -> Option<ReleaseId> {
    let trail = facts.trail();
    let after = trail.iter().position(|id| id == release).map_or(0, |place| place + 1);
    let later = trail.into_iter().skip(after).filter(|id| id != release);
    later.filter(|id| facts.dumps.iter().any(|dump| dump.id == *id)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::dump::Dump;

    #[test]
    fn the_first_dump_after_a_release_is_the_database_as_it_left_it() {
        let id = |second: u32| -> ReleaseId { format!("202601020304{second:02}").parse().unwrap() };
        let mut facts = Facts { target: Some("releases/20260102030404".to_owned()), ..Facts::default() };
        for second in 1..=4 {
            facts.entries.insert(id(second).to_string());
            let entry = serde_json::json!({ "id": id(second), "kind": "deploy", "outcome": "deployed" });
            facts.history.push(serde_json::from_value(entry).unwrap());
        }
        assert_eq!(since(&facts, &id(1)), None);
        facts.dumps = ["20260102030401", "20260102030403", "20260102030404"]
            .map(|id| Dump::read(&format!("database-{id}.sql.gz")).unwrap())
            .into();
        assert_eq!(since(&facts, &id(1)), Some(id(3)));
        assert_eq!(since(&facts, &id(3)), Some(id(4)));
        assert_eq!(since(&facts, &id(4)), None);
    }
}
