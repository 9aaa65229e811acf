//! Plans before they run.

use super::{is, printed};
use crate::plan::{Action, Kind, Plan};
use crate::report::plan::{Depth, print};
use crate::report::sample::{OLD, id, plan, screen};

fn text(plan: &Plan, depth: Depth) -> String {
    printed(|out| print(out, plan, depth, None, &screen(80, 24)))
}

#[test]
fn a_plan_shows_counts_first_and_names_every_step() {
    let plan = plan(3);
    let text = printed(|out| print(out, &plan, Depth::Summary, Some("plan.json"), &screen(80, 24)));
    is("plan", &text);
    for step in &plan.steps {
        assert!(text.contains(&step.name), "{} is hidden", step.name);
    }
}

#[test]
fn a_plan_lists_the_files_that_differ() {
    let mut plan = plan(1);
    let changes = plan.changes.as_mut().unwrap();
    changes.changed = (0..300).map(|number| format!("public/{number}.css")).collect();
    let text = text(&plan, Depth::Files);
    assert!(text.contains("    and 104 more\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("  ~ public/")).count(), 197);
}

#[test]
fn a_plan_shows_the_exact_commands_of_each_host() {
    let mut plan = plan(3);
    let Action::Remote { scripts } = &mut plan.steps[6].action else { panic!("linking is remote") };
    scripts.insert("web2".into(), "ln -s ../../shared/.env .env\n\n  echo '\u{1b}[8mhidden'  ".to_owned());
    is("plan-commands", &text(&plan, Depth::Commands));
}

#[test]
fn the_first_deploy_to_one_of_the_hosts_stands_out() {
    let mut plan = plan(3);
    let new = &mut plan.hosts[2];
    (new.live, new.live_commit) = (None, None);
    new.prune.clear();
    new.links.clear();
    is("plan-first-deploy-of-one", &text(&plan, Depth::Summary));
}

#[test]
fn the_very_first_deploy_has_nothing_to_compare_with() {
    let mut plan = plan(1);
    (plan.changes, plan.hosts[0].live, plan.hosts[0].live_commit) = (None, None, None);
    plan.hosts[0].prune.clear();
    plan.warnings.clear();
    is("plan-first-deploy", &text(&plan, Depth::Summary));
}

#[test]
fn a_rollback_names_the_release_that_comes_back() {
    let mut plan = plan(2);
    plan.kind = Kind::Rollback;
    (plan.changes, plan.migrations, plan.release) = (None, None, id(OLD));
    plan.hosts.iter_mut().for_each(|host| host.live = Some(id("20261120141203")));
    plan.hosts.iter_mut().for_each(|host| host.prune.clear());
    plan.steps.retain(|step| ["lock", "switch", "unlock"].contains(&step.name.as_str()));
    is("plan-rollback", &text(&plan, Depth::Summary));
}
