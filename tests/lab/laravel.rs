//! A Laravel application on two hosts with one MariaDB: its life from the first deploy to a rollback.

use std::fs;
use std::path::PathBuf;

use super::application::{laravel, migration, settings};
use super::database::MariaDb;
use super::machine::Machine;
use super::project::Project;
use super::{live, names, sh};
use crate::part::program;

/// A release is as large as a real one: the framework is copied into it.
const SETTINGS: &str = "recipe: laravel\nenv_file: ../production.env\nsteps:\n\
                        \x20 framework: { after: composer-install, run: cp -rL /usr/share/php vendor/php }\n";

const CACHES: [&str; 7] =
    [".gitignore", "config.php", "events.php", "packages.php", "routes-v7.php", "services.php", "views"];

/// The application, its two hosts and their database.
struct Shop {
    project: Project,
    machine: Machine,
    database: MariaDb,
}

#[test]
fn a_laravel_application_is_deployed_twice_undone_once_and_rolled_back() {
    let Some(shop) = Shop::start() else { return };
    shop.project.deploy();
    let first = shop.is_whole();
    shop.asked_little_of_sshd();
    let upload = shop.receives_an_upload();

    shop.commit("two", "DB::table('notes')->insert(['text' => 'once']);");
    shop.project.deploy();
    let second = shop.is_whole();
    assert_ne!(first, second);
    assert_eq!(shop.database.query("select text from lab.notes"), "once\n");

    let third = shop.fails_in_a_migration();
    assert_eq!(shop.is_whole(), second);
    assert_eq!(shop.uploads(), upload);
    let says = |version: &str| ["web1", "web2"].map(|host| format!("{host} | {version}"));
    assert_eq!(shop.project.exec("cat VERSION"), says("two"));
    shop.lists_releases(&[(&second, "live"), (&first, "previous")]);

    shop.project.deployer(&["rollback", "production"]).with(0);
    assert_eq!(shop.is_whole(), first);
    assert_eq!(shop.uploads(), upload);
    assert_eq!(shop.project.exec("cat VERSION"), says("one"));
    shop.lists_releases(&[(&second, "good"), (&first, "live")]);
    shop.remembers(&[
        ("deployed", &first),
        ("deployed", &second),
        ("undone", &third),
        ("rolled back", &first),
    ]);
}

impl Shop {
    fn start() -> Option<Self> {
        let (bash, _) = (program("bash")?, program("composer")?);
        let database = MariaDb::start()?;
        let machine = Machine::start("", &[("shop1", &bash), ("shop2", &bash)])?;
        let hosts = machine.host("web1", 0, "deploy_to: ~/shop, roles: [web, db]")
            + &machine.host("web2", 1, "deploy_to: ~/shop, roles: [web]");
        let project = laravel(&machine.deploy_yml(SETTINGS, &hosts), &database.settings());
        Some(Self { project, machine, database })
    }

    fn deploy_to(&self) -> [PathBuf; 2] {
        [0, 1].map(|account| self.machine.home(account).join("shop"))
    }

    /// Commits a version with one more migration.
    fn commit(&self, version: &str, body: &str) {
        self.project.write("VERSION", &format!("{version}\n"));
        let file = format!("database/migrations/2021_01_01_000000_{version}.php");
        self.project.write(&file, &migration(body));
        self.project.commit(version);
    }

    /// Returns the live release, which must be the same and complete on both hosts.
    fn is_whole(&self) -> String {
        let [one, two] = self.deploy_to().map(|deploy_to| live(&deploy_to));
        assert_eq!(one, two);
        for deploy_to in self.deploy_to() {
            let (release, shared) = (deploy_to.join("releases").join(&one), deploy_to.join("shared"));
            for path in ["storage", ".env"] {
                assert_eq!(fs::canonicalize(release.join(path)).unwrap(), shared.join(path));
            }
            let env = shared.join(".env");
            assert_eq!(fs::read_to_string(&env).unwrap(), settings(&self.database.settings()));
            assert_eq!(sh(&format!("stat -c %a {}", env.display())), "600\n");
            assert_eq!(names(&release.join("bootstrap/cache")), CACHES);
            assert_eq!(names(&release.join("bootstrap/cache/views")).len(), 1);
            // Whatever is cached names this release, and no other place of the application.
            let caches =
                sh(&format!("find {}/bootstrap/cache -name '*.php' -exec cat {{}} +", release.display()));
            let application = format!("{}/", deploy_to.display());
            let mut places = caches.split(&application).skip(1).peekable();
            assert!(places.peek().is_some());
            assert!(places.all(|place| place.starts_with(&format!("releases/{one}/"))), "{caches}");
        }
        one
    }

    fn asked_little_of_sshd(&self) {
        for account in [0, 1] {
            assert_eq!(self.machine.logins(account), 1);
            assert!(self.machine.commands(account) <= 6, "{}", self.machine.sshd.log());
        }
    }

    /// Puts a visitor's file on each host.
    fn receives_an_upload(&self) -> String {
        for (account, deploy_to) in self.deploy_to().into_iter().enumerate() {
            let file = deploy_to.join("shared/storage/app/public/photo.jpg").display().to_string();
            let user = self.machine.user(account);
            sh(&format!(
                "echo a photo >{file} && chown {user} {file} && chmod 640 {file} && touch -d 2020-02-02 {file}"
            ));
        }
        self.uploads()
    }

    /// Returns what is known of the uploaded files, seen through the live release.
    fn uploads(&self) -> String {
        let files = self.deploy_to().map(|deploy_to| {
            let file = deploy_to.join("current/public/storage/photo.jpg");
            sh(&format!("stat -c '%U %a %Y' {0} && cat {0}", file.display()))
        });
        files.concat()
    }

    /// Deploys a migration that fails half-way, and returns the release that was taken back.
    fn fails_in_a_migration(&self) -> String {
        self.commit(
            "three",
            "Schema::create('extras', fn (Blueprint $table) => $table->id());\n        \
             DB::statement('alter table nowhere add colour int');",
        );
        let run = self.project.deployer(&["run", "production"]).with(1);
        let told = run
            .stderr
            .split_once("FAIL migrate on web1: exit code 1\n")
            .expect("it says which step failed")
            .1;
        for part in [
            "2021_01_01_000000_three",
            "SQLSTATE[42S02]: Base table or view not found: 1146 Table 'lab.nowhere'",
            "still live on both hosts; visitors never saw the new one.",
            "left     web1: three did not come to its end: what it did before stays, for this database takes none of it back\n",
            "the database from before\n",
            "after fixing migrate\n",
            "--database    take the database back, too\n",
        ] {
            assert!(told.contains(part), "{part:?} is not in {told}");
        }
        // MariaDB cannot take the first half back, and the message says so.
        assert_eq!(self.database.query("show tables from lab like 'extras'"), "extras\n");
        assert_eq!(self.database.query("select count(*) from lab.migrations"), "4\n");
        run.stderr
            .split_whitespace()
            .find(|word| word.len() == 14 && word.starts_with('2'))
            .unwrap()
            .to_owned()
    }

    /// Runs a command that answers, and returns the answer.
    fn answer(&self, arguments: &[&str]) -> String {
        self.project.deployer(arguments).with(0).stdout
    }

    /// Checks the hosts' directories, `deployer releases` and `deployer status`.
    fn lists_releases(&self, expected: &[(&str, &str)]) {
        let mut ids: Vec<_> = expected.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        for deploy_to in self.deploy_to() {
            assert_eq!(names(&deploy_to.join("releases")), ids);
        }
        let rows = rows(&self.answer(&["releases", "production"]));
        let listed: Vec<_> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
        assert_eq!(listed, [&[("release", "state")], expected].concat());
        let live = expected.iter().find(|(_, state)| *state == "live").unwrap().0;
        let status = self.answer(&["status", "production"]);
        let hosts: Vec<_> = status.lines().filter(|line| line.contains(live)).collect();
        assert_eq!(hosts.len(), 2, "{status}");
        assert!(hosts.iter().all(|line| line.ends_with("free")), "{status}");
    }

    /// Checks what the hosts recorded, the oldest first.
    fn remembers(&self, expected: &[(&str, &str)]) {
        let rows = rows(&self.answer(&["history", "production"]));
        let listed: Vec<_> =
            rows.iter().skip(1).rev().map(|row| (row[1].as_str(), row[2].as_str())).collect();
        assert_eq!(listed, expected);
        for deploy_to in self.deploy_to() {
            let history = fs::read_to_string(deploy_to.join(".deployer/history.jsonl")).unwrap();
            assert_eq!(history.lines().count(), expected.len(), "{history}");
            let log = fs::read_to_string(deploy_to.join("deployment.log")).unwrap();
            assert_eq!(log.lines().count(), 3, "what was undone is not in {log}");
        }
    }
}

/// Returns the cells of a printed table.
fn rows(table: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        line.split("   ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    table.lines().filter(|line| !line.is_empty()).map(cells).collect()
}
