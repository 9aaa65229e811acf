//! What visitors of a Laravel application see of a deploy.

use std::collections::BTreeSet;

use super::application::laravel;
use super::machine::Machine;
use super::project::Project;
use super::web::Web;
use super::{live, sh};
use crate::part::program;

/// A page that names the release that its front controller, its classes and its cached configuration
/// are from, and says how many rows the database has.
const VERSION: &str = "/version";

#[test]
fn visitors_see_one_whole_release_or_the_other_and_no_failure() {
    let (Some(bash), Some(_)) = (program("bash"), program("composer")) else { return };
    let Some(machine) = Machine::start("", &[("visited", &bash)]) else { return };
    let deploy_to = machine.home(0).join("shop");
    let project = shop(&machine);
    project.deploy();
    let first = live(&deploy_to);
    let Some(web) = Web::start(&machine.user(0), &deploy_to) else { return };
    assert_eq!(web.get(VERSION), (200, format!("{first}|{first}|one|0")));

    let visitor = web.visit(VERSION);
    project.write("VERSION", "two\n");
    project.commit("A second version");
    project.deploy();
    let after: BTreeSet<_> = (0..20).map(|_| web.get(VERSION)).collect();
    let second = live(&deploy_to);
    let new = (200, format!("{second}|{second}|two|0"));
    assert_eq!(after, BTreeSet::from([new.clone()]));

    let mut seen = visitor.leave();
    assert!(seen.len() > 20, "{} visits", seen.len());
    seen.dedup();
    assert_eq!(seen, [(200, format!("{first}|{first}|one|0")), new]);
}

#[test]
fn visitors_see_nothing_of_a_deploy_that_fails_before_the_switch() {
    let (Some(bash), Some(_)) = (program("bash"), program("composer")) else { return };
    let Some(machine) = Machine::start("", &[("unharmed", &bash)]) else { return };
    let deploy_to = machine.home(0).join("shop");
    let project = shop(&machine);
    project.deploy();
    let release = live(&deploy_to);
    let Some(web) = Web::start(&machine.user(0), &deploy_to) else { return };

    let visitor = web.visit(VERSION);
    project.write("VERSION", "two\n");
    // Where it is built nothing is wrong with it.
    let only_there =
        "<?php if (is_dir(base_path('../../shared'))) throw new Exception('a route that is not there');\n";
    project.write("routes/web.php", only_there);
    project.commit("Break the routes");
    let run = project.deployer(&["run", "production"]).with(1);
    assert!(run.stderr.contains("FAIL package-discover on web1"), "{}", run.stderr);
    let mut seen = visitor.leave();
    seen.dedup();
    assert_eq!(seen, [(200, format!("{release}|{release}|one|0"))]);
}

/// Returns a Laravel application with a database in a file of the account.
fn shop(machine: &Machine) -> Project {
    let database = machine.home(0).join("shop.sqlite");
    sh(&format!("install -o {} /dev/null {}", machine.user(0), database.display()));
    let host = machine.host("web1", 0, "deploy_to: ~/shop");
    let more = "recipe: laravel\nenv_file: ../production.env\n";
    laravel(
        &machine.deploy_yml(more, &host),
        &format!("DB_CONNECTION=sqlite\nDB_DATABASE={}\n", database.display()),
    )
}
