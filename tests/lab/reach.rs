//! Whether the application reaches its database, found before anything is changed.

use std::fs;

use super::application::{laravel, settings};
use super::database::MariaDb;
use super::machine::Machine;
use super::project::Project;
use super::{live, sh};
use crate::part::program;

const REFUSED: &str = "FAIL database the database does not take the application's settings: SQLSTATE[HY000] [1045] \
                       Access denied for user 'lab'@'127.0.0.1' (using password: YES)";

/// An application on a host, with its database.
struct Shop {
    database: MariaDb,
    machine: Machine,
    project: Project,
}

#[test]
fn settings_that_the_database_does_not_take_are_found_before_the_first_deploy_and_before_each_later_one() {
    let Some(shop) = Shop::start() else { return };
    let told = shop.checked(4);
    says(
        &told,
        &[REFUSED, "they stand in ../production.env", "correct them; nothing was sent yet", "Not started."],
    );
    let run = shop.project.deployer(&["run", "production"]).with(4);
    says(&run.stderr, &["Access denied for user 'lab'", "Nothing was changed on any host."]);
    assert!(!run.stderr.contains("s3cret-but-wrong") && !told.contains("s3cret-but-wrong"));
    assert!(!shop.machine.home(0).join("shop").exists());

    shop.project.write("../production.env", &settings(&shop.database.settings()));
    says(&shop.checked(0), &["ok database mysql answers, without a table yet", "Ready."]);
    shop.project.deploy();
    says(&shop.checked(0), &["ok database mysql answers, with 3 tables"]);
    // The live release has cached the settings as they were; the next one reads them anew.
    shop.put(&shop.database.wrong_settings());
    let told = shop.checked(4);
    says(
        &told,
        &[REFUSED, "they stand in /home/USER/shop/shared/.env", "deployer env production set DB_PASSWORD"],
    );
    let before = live(&shop.machine.home(0).join("shop"));
    let refused = shop.project.deployer(&["run", "production", "--output", "json"]).with(4);
    assert!(!refused.stdout.contains("s3cret-but-wrong") && !refused.stdout.contains("p@ss!&"));
    assert_eq!(live(&shop.machine.home(0).join("shop")), before);
    // Without a step that needs it, it is something to look at.
    shop.configure("steps: { migrate: false }\n");
    says(
        &shop.checked(0),
        &["! the database does not take the settings in /home/USER/shop/shared/.env: SQLSTATE"],
    );
    shop.configure("");
    shop.put(&shop.database.settings());
    shop.database.query("rename table lab.jobs to lab.duties");
    says(&shop.checked(0), &["ok database mysql answers, with 3 tables"]);
    // An application that does not start is nobody's database.
    let config = shop.machine.home(0).join("shop/current/config/database.php");
    fs::write(&config, "<?php throw new Exception('no settings today');\n").unwrap();
    says(&shop.checked(0), &["! it could not be tried whether the database answers: no settings today"]);
}

#[test]
fn a_database_that_is_down_is_found() {
    let Some(shop) = Shop::start() else { return };
    shop.project.write("../production.env", &settings(&shop.database.settings()));
    let Shop { database, machine, project } = shop;
    drop(database);
    let told = project.deployer(&["check", "production"]).with(4).stdout;
    says(&words(&told, &machine), &["FAIL database", "SQLSTATE[HY000] [2002] Connection refused"]);
}

impl Shop {
    fn start() -> Option<Self> {
        let (bash, _) = (program("bash")?, program("composer")?);
        let (database, machine) = (MariaDb::start()?, Machine::start("", &[("reach", &bash)])?);
        let project = laravel("", &database.wrong_settings());
        let shop = Self { database, machine, project };
        shop.configure("");
        Some(shop)
    }

    fn configure(&self, settings: &str) {
        let host = self.machine.host("web1", 0, "deploy_to: ~/shop");
        let settings = format!("recipe: laravel\nenv_file: ../production.env\n{settings}");
        self.project.write("deploy.yml", &self.machine.deploy_yml(&settings, &host));
        self.project.commit("Configure");
    }

    /// Writes the settings on the host.
    fn put(&self, database: &str) {
        let file = self.machine.home(0).join("shop/shared/.env");
        fs::write(&file, settings(database)).unwrap();
        sh(&format!("chown {} {}", self.machine.user(0), file.display()));
    }

    #[track_caller]
    fn checked(&self, exit: i32) -> String {
        words(&self.project.deployer(&["check", "production"]).with(exit).stdout, &self.machine)
    }
}

/// Returns a text with one space between its words.
fn words(text: &str, machine: &Machine) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(&machine.user(0), "USER")
}

#[track_caller]
fn says(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "no `{part}` in\n{told}");
    }
}
