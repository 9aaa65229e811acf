//! The migrations of a deploy, below the step that runs them.

use super::Depth;
use super::effects::line;
use crate::plan::{self, Migration, Migrations, Plan, Pretended, Step};
use crate::report::measure::number_of;
use crate::report::paint::Paint;
use crate::report::printable::printable;

/// The step that keeps the database as it was before.
const DUMP: &str = "dump";

/// How many are named where nobody asked for more.
const NAMED: usize = 12;

/// Returns the lines below a step; `None`: it does not migrate, or nothing is known of it.
pub(super) fn text(step: &Step, plan: &Plan, depth: Depth, paint: Paint) -> Option<String> {
    let migrations = plan.migrations.as_ref().filter(|_| step.name == plan::MIGRATE)?;
    let Migrations { host, pending, unknown, installer: _ } = migrations;
    let mut text = unknown.as_ref().map_or_else(String::new, |reason| {
        format!("      which have run could not be asked, the run asks again: {}\n", printable(reason))
    });
    let is_first = plan.host(host).is_some_and(|host| host.live.is_none());
    let new = match unknown {
        Some(_) => ", new since the live release",
        None if is_first => ", all that the release has",
        None => "",
    };
    if pending.is_empty() {
        let none = if unknown.is_some() { "no file of one is new" } else { "no migration is pending" };
        return Some(text + &format!("      {none}\n"));
    }
    let dump = if plan.named(DUMP).is_some() { ", hence the dump" } else { "" };
    let thing = number_of(pending.len(), "migration");
    text += &line(&paint.changed("~"), &thing, &format!("cannot be taken back{dump}{new}"));
    text.push('\n');
    let shown = if depth == Depth::Summary && !is_asked(pending) { NAMED } else { pending.len() };
    for migration in pending.iter().take(shown) {
        text += &format!("      {}\n{}", printable(&migration.name), sql(migration));
    }
    if pending.len() > shown {
        text += &format!("      and {} more (--files lists them)\n", pending.len() - shown);
    }
    Some(text)
}

fn is_asked(pending: &[Migration]) -> bool {
    pending.iter().any(|migration| migration.sql.is_some())
}

/// Returns what a migration would run, where that was asked.
fn sql(migration: &Migration) -> String {
    let indented = |text: &str, first: &str| {
        let lines = text.lines().enumerate();
        lines.fold(String::new(), |all, (number, line)| {
            let sign = if number == 0 { first } else { " " };
            all + &format!("        {sign} {}\n", printable(line))
        })
    };
    match &migration.sql {
        None => String::new(),
        Some(Pretended::Queries(queries)) if queries.is_empty() => "        it runs nothing\n".to_owned(),
        Some(Pretended::Queries(queries)) => queries.iter().map(|query| indented(query, ">")).collect(),
        Some(Pretended::Failed(reason)) => indented(&format!("cannot be told: {reason}"), "!"),
    }
}
