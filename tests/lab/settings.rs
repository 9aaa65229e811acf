//! A real Laravel and its settings: a first clone on the developer's machine, and the key of a first deploy.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::application::laravel;
use super::machine::Machine;
use super::project::Project;
use super::{fixture, sh};
use crate::part::program;

const DEPLOY_YML: &str = "application: shop\nrecipe: laravel\nstages:\n  production:\n    hosts:\n\
                          \x20     web1: { address: 127.0.0.1, user: nobody, deploy_to: ~/shop }\n";

const EXAMPLE: &str = "# Settings\nAPP_ENV=local\nAPP_KEY=\nDB_CONNECTION=sqlite\nDB_DATABASE=\n";

fn clone() -> Option<Project> {
    let (_, _) = (program("php")?, program("composer")?);
    let project = Project::new();
    project.copy(&fixture("laravel"));
    project.write("deploy.yml", DEPLOY_YML);
    project.write(".env.example", EXAMPLE);
    project.write("database/database.sqlite", "");
    Some(project)
}

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.root().join(path)).unwrap()
}

/// Returns the lines that name what was done, without those of directories.
fn told(stdout: &str) -> Vec<&str> {
    let is_finding = |line: &&str| line.starts_with("  ") && !line.ends_with("was made");
    stdout.lines().take_while(|line| *line != "Next").filter(is_finding).collect()
}

#[test]
fn a_first_clone_is_made_ready_to_run_and_a_second_time_nothing_is_left_to_do() {
    let Some(project) = clone() else { return };
    let left = project.deployer(&["setup", "--local"]).with(0);
    assert_eq!(
        told(&left.stdout),
        [
            "  ok     .env was made of .env.example: look through it",
            "  ok     all shared directories are there",
            "  ok     `composer install` was run",
            "  ok     `php artisan key:generate --force` was run",
            "  ok     public/storage was linked to storage/app/public",
            "  ok     database left as it is",
        ]
    );
    assert!(left.stdout.ends_with(
        "This working copy is ready.\n\nNext\n  php artisan migrate    makes the tables in the database that .env names\n"
    ));
    let env = read(&project, ".env");
    let key = env.lines().find_map(|line| line.strip_prefix("APP_KEY=base64:")).unwrap();
    assert_eq!(env, EXAMPLE.replace("APP_KEY=", &format!("APP_KEY=base64:{key}")));
    assert_eq!(fs::metadata(project.root().join(".env")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(read(&project, "database/database.sqlite"), "");

    is_ready_a_second_time(&project, &env);
}

fn is_ready_a_second_time(project: &Project, env: &str) {
    let migrated = project.deployer(&["setup", "--local", "--yes"]).with(0);
    assert_eq!(
        told(&migrated.stdout),
        [
            "  ok     .env is there",
            "  ok     all shared directories are there",
            "  ok     PHP packages are installed",
            "  ok     APP_KEY is set",
            "  ok     public/storage is a link to uploads",
            "  ok     `php artisan migrate` was run",
        ]
    );
    assert_eq!(read(project, ".env"), env);
    let status = sh(&format!("cd '{}' && php artisan migrate:status", project.root().display()));
    assert!(status.contains("add_mood_to_notes") && !status.contains("| No "), "{status}");

    project.write(".env", &env.replace("APP_ENV=local", "APP_ENV=production"));
    let production = project.deployer(&["setup", "--local", "--yes"]).with(0);
    assert_eq!(
        told(&production.stdout).last(),
        Some(&"  !      not migrated: APP_ENV is production in .env")
    );
}

#[test]
fn what_fails_on_a_first_clone_ends_it_and_says_what_to_type() {
    let Some(project) = clone() else { return };
    project.write("composer.json", "{ not json");
    let failed = project.deployer(&["setup", "--local", "--yes"]).with(1);
    assert!(
        failed.stdout.ends_with(
            "  FAIL   `composer install` failed (exit status: 1)\n\n\
             Not ready yet. What was done stays; run it again when that is mended.\n\n\
             Next\n  composer install          shows it again\n\
             \x20 deployer setup --local    goes on from here\n"
        ),
        "{}",
        failed.stdout
    );
    let missing = project.deployer(&["setup", "--local", "--var", "composer=no-such-composer"]).with(1);
    assert!(missing.stdout.contains("  FAIL   no-such-composer is not installed: "), "{}", missing.stdout);
    project.write(".env", "APP_NAME=My Shop\n");
    let refused = project.deployer(&["setup", "--local"]).with(1);
    assert!(
        refused.stdout.contains("  FAIL   .env, line 1: a value with a space must stand in quotes"),
        "{}",
        refused.stdout
    );
    assert_eq!(read(&project, ".env"), "APP_NAME=My Shop\n");
}

#[test]
fn laravel_runs_with_the_key_that_its_first_deploy_made_and_the_second_one_keeps() {
    let (Some(bash), Some(_)) = (program("bash"), program("composer")) else { return };
    let Some(machine) = Machine::start("", &[("env1", &bash)]) else { return };
    let settings = "recipe: laravel\nenv_file: ../production.env\nsteps:\n  migrate: false\n\
                    \x20 framework: { after: composer-install, run: cp -rL /usr/share/php vendor/php }\n";
    let host = machine.host("web1", 0, "deploy_to: ~/shop");
    let project = laravel(&machine.deploy_yml(settings, &host), "CACHE_DRIVER=file\n");
    project.write("../production.env", "APP_ENV=production\nAPP_KEY=\nCACHE_DRIVER=file\n");
    let key = || {
        let env = fs::read_to_string(machine.home(0).join("shop/shared/.env")).unwrap();
        env.lines().find_map(|line| line.strip_prefix("APP_KEY=")).unwrap().to_owned()
    };
    project.deploy();
    let first = key();
    let cached =
        project.exec("php -r '$c = require \"bootstrap/cache/config.php\"; echo $c[\"app\"][\"key\"];'");
    assert_eq!(cached, [first.as_str()]);
    project.write("VERSION", "two\n");
    project.commit("Two");
    project.deploy();
    assert_eq!(key(), first);

    project.deployer(&["env", "production", "pull", "../pulled.env"]).with(0);
    let pulled = read(&project, "../pulled.env");
    assert_eq!(pulled, format!("APP_ENV=production\nAPP_KEY={first}\nCACHE_DRIVER=file\n"));
    project.write("../pulled.env", &format!("{pulled}APP_NAME='The $hop'\n"));
    project.deployer(&["env", "production", "push", "../pulled.env", "--yes"]).with(0);
    project.deploy();
    let name =
        project.exec("php -r '$c = require \"bootstrap/cache/config.php\"; echo $c[\"app\"][\"name\"];'");
    assert_eq!(name, ["The $hop"]);
}
