//! Databases of a real Laravel: dumped before they are migrated, and brought back as they were.

use std::path::PathBuf;

use super::application::{laravel, migration};
use super::database::MariaDb;
use super::machine::Machine;
use super::postgres::PostgreSql;
use super::project::Project;
use super::{live, names, sh, wait_until};
use crate::part::program;

/// Caches are another test's matter.
const SETTINGS: &str = "recipe: laravel\nenv_file: ../production.env\n\
                        steps: { event-cache: false, route-cache: false, view-cache: false, queue-restart: false }\n";

/// The application on one host.
pub struct Shop {
    pub project: Project,
    pub machine: Machine,
}

#[test]
fn a_database_is_dumped_before_it_is_migrated_and_brought_back_as_it_was() {
    let Some(database) = MariaDb::start() else { return };
    let Some(shop) = Shop::start("dumped", &database.settings(), "") else { return };
    let first = shop.deploys();
    assert_eq!(shop.dumps(), [""; 0], "there was nothing to dump");
    database.fill();
    let before = database.state();

    shop.migrates("two", "DB::statement('drop view grown'); Schema::drop('kids');");
    let second = shop.deploys();
    let after = database.state();
    assert_ne!(before, after);
    assert_eq!(shop.dumps(), [format!("database-{second}.sql.gz")]);
    assert_eq!(sh(&format!("stat -c %a {}/*", shop.backups().display())), "600\n600\n");

    shop.migrates("three", "");
    let old = shop.has_old_dumps();
    let third = shop.deploys();
    assert_eq!(
        shop.dumps(),
        [&old[..], &[second.as_str(), third.as_str()].map(|id| format!("database-{id}.sql.gz"))].concat()
    );
    sh(&format!("rm {}/database-2020*", shop.backups().display()));
    shop.project.write("VERSION", "four\n");
    shop.project.commit("Four");
    let told = shop.project.deployer(&["run", "production", "-v"]).with(0).stderr;
    assert!(told.contains("no migrations are pending") && told.contains("ok dump"), "{told}");
    assert_eq!(shop.dumps().len(), 2);
    let refused = shop.project.deployer(&["rollback", "production", "--with-db", "--yes"]).with(2).stderr;
    assert!(
        refused.contains(&format!("there is no dump of the database from before the releases after {third}"))
    );

    // A restore, and the way back from it.
    shop.restores(&second, "database-");
    assert_eq!(database.state(), before);
    let newest = shop.newest();
    shop.restores(&newest, "as it was");
    let again = database.state();
    assert!(again.contains("2021_01_01_000000_three") || again != before);

    // Without it the database stays, and the ending says what else there is.
    let back = shop.project.deployer(&["rollback", "production"]).with(0).stderr;
    assert!(!back.contains("--with-db"), "the live release had made no dump: {back}");
    let back = shop.project.deployer(&["rollback", "production"]).with(0).stderr;
    assert!(back.contains(&format!("deployer restore production {third} --database")), "{back}");
    assert_eq!(database.state(), again);
    let back = shop.project.deployer(&["rollback", "production", "--with-db", "--yes"]).with(0).stderr;
    assert!(back.contains(&format!("The database is that of database-{second}.sql.gz.")), "{back}");
    assert_eq!((database.state(), live(&shop.deploy_to())), (before, first));
    shop.is_tidy();
}

#[test]
fn a_load_that_fails_half_way_is_taken_back_and_a_later_failure_too() {
    let Some(database) = MariaDb::start() else { return };
    let Some(shop) = Shop::start("halfway", &database.settings(), "") else { return };
    shop.deploys();
    database.fill();
    shop.migrates("two", "DB::statement('drop view grown');");
    let second = shop.deploys();
    let state = database.state();
    shop.spoils(&second, "insert into nowhere values (1);");
    let run = shop.project.deployer(&["restore", "production", &second, "--database", "--yes"]).with(1);
    for part in ["ERROR 1146 (42S02)", "Undone. The database is as it was on web1.", "left     web1"] {
        assert!(part == "left     web1" || run.stderr.contains(part), "{part:?} is not in {}", run.stderr);
    }
    assert_eq!(database.state(), state);

    // What was written to the other database in between is in a dump of its own.
    shop.migrates("three", "Schema::drop('log');");
    let third = shop.deploys();
    let state = database.state();
    let failing = "steps: { event-cache: false, route-cache: false, view-cache: false,\n\
                   \x20 queue-restart: { run: 'false', allow_failure: false } }\n";
    shop.configure(&format!("recipe: laravel\nenv_file: ../production.env\n{failing}"), "");
    let run = shop.project.deployer(&["rollback", "production", "--with-db", "--yes"]).with(1);
    assert!(run.stderr.contains("undo restore-database web1"), "{}", run.stderr);
    assert_eq!((database.state(), live(&shop.deploy_to())), (state, third));
    assert!(names(&shop.backups()).iter().any(|name| name.starts_with("database-undone-")));
    shop.is_tidy();
}

#[test]
fn a_restore_whose_controller_is_killed_is_taken_back_by_the_host() {
    let Some(database) = MariaDb::start() else { return };
    let Some(shop) = Shop::start("orphan", &database.settings(), "") else { return };
    shop.deploys();
    database.fill();
    shop.migrates("two", "DB::statement('drop view grown');");
    let second = shop.deploys();
    let state = database.state();
    // It stands still in the middle of the load.
    let blocker = database.blocks("kids", 6);
    let restore = ["restore", "production", &second, "--database", "--yes"];
    let mut run = shop.project.command(&restore).spawn().unwrap();
    wait_until("the load", || database.waits());
    run.kill().unwrap();
    run.wait().unwrap();
    wait_until("the host to give the lock back", || !shop.deploy_to().join(".deployer/lock").is_symlink());
    drop(blocker);
    assert_eq!(database.state(), state);
    shop.is_tidy();
    shop.restores(&second, "database-");
    assert_ne!(database.state(), state);
}

#[test]
fn a_database_of_postgresql_is_dumped_and_brought_back_as_it_was() {
    let Some(database) = PostgreSql::start() else { return };
    let Some(shop) = Shop::start("elephant", &database.settings(), "") else { return };
    database.fill();
    let before = database.state();
    let first = shop.deploys();
    let migrated = database.state();
    assert_ne!(before, migrated);
    shop.restores(&first, "database-");
    assert_eq!(database.state(), before);
    let newest = shop.newest();
    shop.restores(&newest, "database-");
    assert_eq!(database.state(), migrated);
    // PostgreSQL takes all of it or nothing.
    shop.spoils(&first, "select nothing from nowhere;");
    let run = shop.project.deployer(&["restore", "production", &first, "--database", "--yes"]).with(1);
    assert!(run.stderr.contains("Undone. The database is as it was on web1."), "{}", run.stderr);
    assert_eq!(database.state(), migrated);
    shop.is_tidy();
}

#[test]
fn a_database_of_sqlite_is_dumped_and_brought_back_as_it_was() {
    if program("sqlite3").is_none() {
        return;
    }
    let file = "storage/shop's.sqlite";
    let Some(shop) = Shop::start("lite", "DB_CONNECTION=sqlite\nDB_DATABASE=storage/shop's.sqlite\n", "")
    else {
        return;
    };
    let file = shop.deploy_to().join("shared").join(file);
    let sqlite = |sql: &str| {
        let user = shop.machine.user(0);
        sh(&format!(
            "setpriv --reuid {user} --regid {user} --init-groups sqlite3 \"{}\" \"{sql}\"",
            file.display()
        ))
    };
    sh(&format!("su {} -c 'mkdir -p ~/shop/shared/storage'", shop.machine.user(0)));
    sqlite(
        "pragma journal_mode = wal; create table t (id integer primary key, b blob); insert into t values (7, x'00ff')",
    );
    let before = sqlite(".dump");
    let first = shop.deploys();
    let migrated = sqlite(".dump");
    assert_ne!(before, migrated);
    assert_eq!(shop.dumps(), [format!("database-{first}.sqlite.gz")]);
    shop.restores(&first, "database-");
    assert_eq!(sqlite(".dump"), before);
    let newest = shop.newest();
    shop.restores(&newest, "database-");
    assert_eq!(sqlite(".dump"), migrated);
    shop.is_tidy();
}

#[test]
fn other_applications_say_where_their_database_is_and_are_not_run() {
    let (Some(_), Some(database)) = (program("php"), MariaDb::start()) else { return };
    let (port, password) = database.login();
    let directory = tempfile::tempdir().unwrap();
    let ask = |files: &[(&str, String)], environment: &str| {
        sh(&format!("rm -rf {0}/* {0}/.env; mkdir -p {0}/bin {0}/vendor", directory.path().display()));
        std::fs::write(directory.path().join("asked.php"), deployer::plan::database::PROGRAM).unwrap();
        for (name, text) in files {
            std::fs::write(directory.path().join(name), text).unwrap();
        }
        sh(&format!("cd {} && {environment} php -- check <asked.php 2>&1 || :", directory.path().display()))
    };
    let word = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let wordpress = |name: &str| {
        let define =
            |name: &str, value: &str| format!("define( '{name}', {value} ); // define('{name}', 'no');\n");
        let values =
            [("DB_NAME", name), ("DB_USER", "\"lab\""), ("DB_PASSWORD", &format!("'{}'", word(password)))];
        let text: String = values.iter().map(|(name, value)| define(name, value)).collect();
        format!("<?php\n{text}define('DB_HOST', '127.0.0.1:{port}');\nexit('it was run');\n")
    };
    assert_eq!(ask(&[("wp-config.php", wordpress("'lab'"))], ""), "\nok mysql 0\n");
    let computed = ask(&[("wp-config.php", wordpress("getenv('NAME')"))], "");
    assert_eq!(computed, "\nwp-config.php computes DB_NAME: it is not run to find out\n");
    let settings = format!(
        "# database.default.port = 1\ndatabase.default.hostname = 127.0.0.1\ndatabase.default.port = {port}\n\
         database.default.database = 'lab'\ndatabase.default.username = lab # the account\n\
         database.default.password = \"{}\"\ndatabase.default.DBDriver = MySQLi\n",
        password.replace('"', "\\\"")
    );
    let files = [("spark", String::new()), (".env", settings)];
    assert_eq!(ask(&files, ""), "\nok mysql 0\n");
    let encoded: String = password.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let url = format!("DATABASE_URL='mysql://lab:{encoded}@127.0.0.1:{port}/lab?serverVersion=11'");
    let files = [("bin/console", String::new()), ("vendor/autoload.php", "<?php\n".to_owned())];
    assert_eq!(ask(&files, &url), "\nok mysql 0\n");
    let wrong = ask(&files, &url.replace("%70", "%71"));
    assert!(wrong.contains("Access denied for user 'lab'") && !wrong.contains("@ss"), "{wrong}");
    assert!(ask(&[], "").contains("it is not known where this application keeps the settings"));
}

#[test]
fn dumps_go_by_their_number_or_their_age_and_the_newest_stays() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path().display();
    let stays = |cutoff: &str, count: u32| {
        sh(&format!(
            "cd {at} && for day in 1 2 3 4; do touch database-2026010${{day}}000000.sql.gz.sha256 database-2026010${{day}}000000.sql.gz; done"
        ));
        let values = minijinja::context! { records => at.to_string(), backups => at.to_string(), cutoff, count, own => "" };
        let text = include_str!("../../templates/prune-dumps.sh");
        let script = deployer::template::Engine::new().shell("prune-dumps", text, &values).unwrap().text;
        crate::sshd::run(std::process::Command::new("sh").args(["-ec", &script]));
        let dumps = names(directory.path()).into_iter().filter(|name| name.ends_with(".gz"));
        dumps.map(|name| name[16..17].to_owned()).collect::<String>()
    };
    assert_eq!(stays("20260103000000", 0), "34");
    assert_eq!(stays("20270101000000", 0), "4");
    assert_eq!(stays("20270101000000", 3), "234");
    assert_eq!(stays("", 1), "4");
}

impl Shop {
    /// Makes the application and its host; `sshd` are more lines of the server's configuration.
    pub fn start(name: &str, database: &str, sshd: &str) -> Option<Self> {
        let (bash, _, _) = (program("bash")?, program("composer")?, program("php")?);
        let machine = Machine::start(sshd, &[(name, &bash)])?;
        let shop = Self { project: laravel("", database), machine };
        shop.configure(SETTINGS, "");
        shop.project.commit("Settings");
        Some(shop)
    }

    pub fn configure(&self, settings: &str, more: &str) {
        let host = self.machine.host("web1", 0, "deploy_to: ~/shop");
        self.project.write("deploy.yml", &self.machine.deploy_yml(&format!("{settings}{more}"), &host));
    }

    pub fn deploy_to(&self) -> PathBuf {
        self.machine.home(0).join("shop")
    }

    pub fn backups(&self) -> PathBuf {
        self.deploy_to().join("backups")
    }

    /// Deploys, and returns the release.
    #[track_caller]
    pub fn deploys(&self) -> String {
        self.project.deploy();
        live(&self.deploy_to())
    }

    /// Commits one more migration.
    pub fn migrates(&self, version: &str, body: &str) {
        let files = names(&self.project.root().join("database/migrations")).len();
        let file = format!("database/migrations/2021_01_01_00000{files}_{version}.php");
        self.project.write(&file, &migration(body));
        self.project.commit(version);
    }

    /// Returns the names of the dumps.
    pub fn dumps(&self) -> Vec<String> {
        names(&self.backups()).into_iter().filter(|name| name.ends_with(".gz")).collect()
    }

    /// Lays old dumps out: of a deploy, made by hand, and not known to be whole. Returns those that must stay.
    fn has_old_dumps(&self) -> Vec<String> {
        sh(&format!(
            "cd {} && echo 20200101000000 >>../.deployer/releases && for day in 1 2 3; do file=database-2020010${{day}}000000.sql.gz; \
             echo x | gzip >$file; [ $day = 3 ] || sha256sum $file >$file.sha256; done && chown --reference=.. database-2020*",
            self.backups().display()
        ));
        [2, 3].map(|day| format!("database-2020010{day}000000.sql.gz")).to_vec()
    }

    /// Returns the id of the newest dump.
    fn newest(&self) -> String {
        self.dumps().last().unwrap()[9..23].to_owned()
    }

    #[track_caller]
    fn restores(&self, id: &str, says: &str) {
        let run = self.project.deployer(&["restore", "production", id, "--database", "--yes"]).with(0);
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }

    /// Makes a dump fail half-way, in such a way that nobody sees it before.
    fn spoils(&self, id: &str, statement: &str) {
        let file = format!("database-{id}.sql.gz");
        sh(&format!(
            "cd {} && gzip -dc {file} | sed 's/^-- \\(Dump completed\\|PostgreSQL database dump complete\\)/{statement}\\n&/' \
             | gzip >new && cat new >{file} && rm new && sha256sum {file} >{file}.sha256",
            self.backups().display()
        ));
    }

    /// Checks that no password and no note is left, and that nothing was told that should not be.
    pub fn is_tidy(&self) {
        let records = names(&self.deploy_to().join(".deployer"));
        let left = |name: &&String| name.starts_with("login-") || name.starts_with("loading.");
        assert_eq!(records.iter().filter(left).count(), 0, "{records:?}");
        assert!(!names(&self.backups()).iter().any(|name| name.contains(".partial")));
    }
}
