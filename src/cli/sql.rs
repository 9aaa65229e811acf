//! `deployer plan STAGE --sql`: what the pending migrations would run. The live release pretends to run them;
//! the database is only read.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::fault::Fault;
use super::preparation::Preparation;
use crate::analyze::{Files, schema};
use crate::facts::Facts;
use crate::host::HostName;
use crate::package;
use crate::plan::{Migration, Plan, Pretended, preflight};
use crate::template::Engine;

const PRETEND: &str =
    concat!(include_str!("../../templates/migrations.sh"), include_str!("../../templates/pretend.sh"));

/// How large all files together may be.
const LARGEST: usize = 4_000_000;

/// Asks for the SQL of the plan's pending migrations and puts it into the plan.
///
/// # Errors
/// Why it cannot be told.
pub async fn pretend(plan: &mut Plan, preparation: &mut Preparation) -> Result<(), Fault> {
    let Some(migrations) = &mut plan.migrations else {
        return Err(Fault::usage("there is no SQL to show: the plan runs no migrations of Laravel"));
    };
    let host = migrations.host.clone();
    if let Some(page) = &migrations.installer {
        return Err(Fault::usage(format!(
            "there is no SQL to show: the installer makes the tables, at {page}"
        )));
    }
    if migrations.pending.is_empty() {
        return Ok(());
    }
    let refused = |why: &str| Fault::usage(format!("{host}: the SQL cannot be shown: {why}"));
    let script = script(preparation, &host, &migrations.pending).await?;
    let reached = preparation.reached.iter_mut().find(|reached| reached.name == host);
    let Some(reached) = reached else { return Err(refused("the host was not reached")) };
    let lines = reached.session.ask(&script).await.map_err(|lost| refused(&lost.reason))?;
    let mut answer = answer(&lines).map_err(|why| refused(&why))?;
    for migration in &mut migrations.pending {
        let missing = || Pretended::Failed("the live release does not know it as a migration".to_owned());
        migration.sql = Some(answer.remove(&migration.name).unwrap_or_else(missing));
    }
    Ok(())
}

/// Returns the script that asks, with the files of the migrations in it.
async fn script(preparation: &Preparation, host: &HostName, pending: &[Migration]) -> Result<String, Fault> {
    let refused = |why: String| Fault::usage(format!("{host}: the SQL cannot be shown: {why}"));
    let facts = &preparation.facts[host];
    let config = preparation.config.hosts.iter().find(|config| config.name == *host);
    let php =
        config.and_then(preflight::program).ok_or_else(|| refused("deploy.yml names no PHP".to_owned()))?;
    let live = live(facts)
        .ok_or_else(|| refused("no release is live there yet, which could pretend to run them".to_owned()))?;
    let resolved = preparation.resolved.as_ref().expect("a deploy releases something");
    let files =
        package::read(resolved, schema::is_migration).await.map_err(|error| Fault::because(&error))?;
    let files: Vec<Value> = pending.iter().filter_map(|migration| file(&files, migration)).collect();
    let context = context! { php, release_path => live, files };
    let rendered =
        Engine::new().shell("pretend.sh", PRETEND, &context).map_err(|error| refused(error.to_string()))?;
    if rendered.text.len() > LARGEST {
        return Err(refused("the files of the migrations are too large".to_owned()));
    }
    Ok(rendered.text)
}

fn live(facts: &Facts) -> Option<String> {
    facts.live().map(|live| facts.layout().release(&live))
}

fn file(files: &Files, migration: &Migration) -> Option<Value> {
    let text = files.text(&migration.file)?.into_owned();
    Some(context! { name => format!("{}.php", migration.name), text })
}

/// Reads what `templates/pretend.sh` says.
fn answer(lines: &[String]) -> Result<BTreeMap<String, Pretended>, String> {
    let mut answer: BTreeMap<String, Pretended> = BTreeMap::new();
    let (mut name, mut refused, mut complete) = (String::new(), None, false);
    for line in lines.iter().filter_map(|line| line.strip_prefix("pretend ")) {
        let (word, text) = line.split_once(' ').unwrap_or((line, ""));
        match (word, &mut refused) {
            ("refused", _) => refused = Some(text.to_owned()),
            ("line", Some(why)) => *why += &format!("\n{text}"),
            ("migration", _) => {
                text.clone_into(&mut name);
                answer.insert(name.clone(), Pretended::Queries(Vec::new()));
            }
            ("end", _) => complete = true,
            _ => say(answer.get_mut(&name), word, text),
        }
    }
    match (refused, complete) {
        (Some(why), _) => Err(why),
        (None, true) => Ok(answer),
        (None, false) => Err("PHP ended before it had answered".to_owned()),
    }
}

/// Takes what is said of one migration.
fn say(pretended: Option<&mut Pretended>, word: &str, text: &str) {
    let Some(pretended) = pretended else { return };
    match (word, &mut *pretended) {
        ("query", Pretended::Queries(queries)) => queries.push(text.to_owned()),
        ("line", Pretended::Queries(queries)) => {
            if let Some(last) = queries.last_mut() {
                *last += &format!("\n{text}");
            }
        }
        ("line", Pretended::Failed(why)) => *why += &format!("\n{text}"),
        ("error", Pretended::Queries(_) | Pretended::Failed(_)) => {
            *pretended = Pretended::Failed(text.to_owned())
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<String, Pretended>, String> {
        answer(&text.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn sql_of_several_lines_stays_together() {
        let answer = read(
            "noise\n\npretend migration 2020_a\npretend query create table a (\npretend line   id int)\n\
             pretend query select 1\npretend migration 2020_b\npretend error Class X\npretend line not found\n\
             pretend migration 2020_c\npretend end \n",
        )
        .unwrap();
        let queries =
            |queries: &[&str]| Pretended::Queries(queries.iter().map(|query| (*query).to_owned()).collect());
        assert_eq!(answer["2020_a"], queries(&["create table a (\n  id int)", "select 1"]));
        assert_eq!(answer["2020_b"], Pretended::Failed("Class X\nnot found".to_owned()));
        assert_eq!(answer["2020_c"], queries(&[]));
    }

    #[test]
    fn half_an_answer_is_none() {
        assert!(read("pretend migration a\npretend query drop table a\n").is_err());
        let why =
            read("pretend refused PHP ended with exit code 255\npretend line Parse error\n").unwrap_err();
        assert_eq!(why, "PHP ended with exit code 255\nParse error");
    }
}
