//! Which migrations a run has made, for its ending: the new release is asked right before the step that
//! migrates, and once more when the run is taken back, while it is still there.

use super::Context;
use super::member::Member;
use super::script::{self, Direction};
use crate::event::{Left, Next};
use crate::facts::Migrations;
use crate::plan::{self, Step, StepId, Undo};

/// How many are named.
const NAMED: usize = 5;

/// What a host's new release said of its migrations.
#[derive(Debug, Default)]
pub struct Said {
    /// Before the step that migrates.
    pub before: Migrations,
    /// When the run was about to be taken back; `None`: nobody asked.
    after: Option<Migrations>,
}

/// Tells whether the step asks what has run: what it prints is no output.
pub fn is_asking(context: &Context<'_>, step: StepId) -> bool {
    context.plan.named(plan::PENDING).is_some_and(|asking| asking.id == step)
}

/// Asks the new release once more, where it may have migrated.
pub async fn ask_again(context: &Context<'_>, member: &mut Member) {
    let Some(asking) = context.plan.named(plan::PENDING) else { return };
    if !began(context, member) || member.migrations.before.unknown().is_some() {
        return;
    }
    let script = script::compose(&[asking], &member.name, Direction::Do, &context.secrets);
    let (Ok(script), Some(session)) = (script, &mut member.session) else { return };
    let mut after = Migrations::default();
    if let Ok(lines) = session.ask(&script).await {
        lines.iter().for_each(|line| _ = after.hear(line));
    }
    member.migrations.after = Some(after);
}

fn began(context: &Context<'_>, member: &Member) -> bool {
    context.plan.named(plan::MIGRATE).is_some_and(|step| member.started.contains(&step.id))
}

/// Returns what a step that migrates leaves behind on a host; `None`: it is another step.
pub fn left(context: &Context<'_>, member: &Member, step: &Step) -> Option<Vec<Left>> {
    if step.name != plan::MIGRATE || context.plan.named(plan::PENDING).is_none() {
        return None;
    }
    // Whoever takes it back in their own way knows what stays.
    let Undo::Impossible { why } = &step.undo else { return None };
    let line = |text: String| Left { host: Some(member.name.clone()), text };
    let Some((ran, pending)) = made(member) else {
        let Said { before, after } = &member.migrations;
        let reason = before.unknown().or_else(|| after.as_ref().and_then(Migrations::unknown));
        let reason = reason.unwrap_or("nobody could ask");
        return Some(vec![line(format!(
            "{}: {why}; which migrations ran is not known: {reason}",
            step.name
        ))]);
    };
    let mut left = Vec::new();
    if !ran.is_empty() {
        let (all, stay) = (ran.len() + pending.len(), if ran.len() == 1 { "stays" } else { "stay" });
        let things = if all == 1 { "migration" } else { "migrations" };
        left.push(line(format!("{} of {all} {things} ran and {stay}: {}", ran.len(), named(&ran))));
    }
    let half = half_way(member, step, &pending);
    left.extend(half.map(|name| {
        line(format!("{name} did not come to its end: what it did before stays, for this database takes none of it back"))
    }));
    if !left.is_empty() {
        left.extend(dump(member).map(|dump| line(format!("backups/{dump}, the database from before"))));
    }
    Some(left)
}

/// Returns the migrations that the run made, and those that it should have made besides.
fn made(member: &Member) -> Option<(Vec<&str>, Vec<&str>)> {
    let Said { before, after } = &member.migrations;
    let after = after.as_ref().filter(|after| after.unknown().is_none())?;
    before.unknown().is_none().then_some(())?;
    let pending = before.files.difference(&before.ran);
    Some(pending.map(String::as_str).partition(|name| after.ran.contains(*name)))
}

/// Returns the migration in which the step ended, where a part of it may stay.
fn half_way<'a>(member: &Member, step: &Step, pending: &[&'a str]) -> Option<&'a str> {
    let is_whole = member.migrations.before.whole;
    let passed = member.passed.contains(&step.id);
    pending.first().copied().filter(|_| !passed && !is_whole).map(title)
}

/// Returns what was kept of the database before the step that migrates.
fn dump(member: &Member) -> Option<&String> {
    member.migrations.after.as_ref()?.dumps.first()
}

/// Returns how the database is taken back, too, where a run left something in it and kept it before.
pub fn way_back(context: &Context<'_>, members: &[Member]) -> Option<Next> {
    let step = context.plan.named(plan::MIGRATE)?;
    let is_changed = |member: &&Member| left(context, member, step).is_some_and(|left| left.len() > 1);
    let member = members.iter().filter(|member| began(context, member)).find(is_changed)?;
    dump(member)?;
    let run = format!("deployer restore {} {} --database", context.plan.stage, context.plan.release);
    Some(Next { run, why: "take the database back, too".to_owned() })
}

fn named(names: &[&str]) -> String {
    let first: Vec<&str> = names.iter().take(NAMED).map(|name| title(name)).collect();
    let more = names.len().saturating_sub(NAMED);
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}

/// Returns a name without the time that it begins with.
fn title(name: &str) -> &str {
    let mut rest = name;
    for _ in 0..4 {
        match rest.split_once('_') {
            Some((digits, after)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => rest = after,
            Some(_) | None => return name,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_is_called_by_what_it_does() {
        assert_eq!(title("2026_11_18_090000_create_coupons_table"), "create_coupons_table");
        assert_eq!(title("create_coupons_table"), "create_coupons_table");
        assert_eq!(title("2026_11_create"), "2026_11_create");
        assert_eq!(named(&["2020_01_01_000000_a", "b", "c", "d", "e", "f"]), "a, b, c, d, e and 1 more");
    }
}
