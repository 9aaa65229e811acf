//! Migrations as a person plans and mends them: Laravel on MariaDB and SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::application::{laravel, migration, settings};
use super::database::MariaDb;
use super::machine::Machine;
use super::project::{Finished, Project};
use super::{fixture, sh};
use crate::part::program;
use crate::sshd::run;

// No site is served here.
const SETTINGS: &str = "opcache: { proof: false }\nrecipe: laravel\nenv_file: ../production.env\n";
const COUPONS: &str = "Schema::create('coupons', fn (Blueprint $table) => $table->id());";

/// An application on one host.
struct Shop {
    project: Project,
    machine: Machine,
}

impl Shop {
    fn start(name: &str, database: &str) -> Option<Self> {
        let (bash, _) = (program("bash")?, program("composer")?);
        let machine = Machine::start("", &[(name, &bash)])?;
        let project = laravel(&Self::deploy_yml(&machine, ""), database);
        Some(Self { project, machine })
    }

    /// Starts one with an SQLite database, whose file is returned, too.
    fn on_sqlite(name: &str) -> Option<(Self, PathBuf)> {
        let shop = Self::start(name, "")?;
        let file = shop.machine.home(0).join("shop.sqlite");
        sh(&format!("touch {0} && chown {1} {0}", file.display(), shop.machine.user(0)));
        let database = format!("DB_CONNECTION=sqlite\nDB_DATABASE={}\n", file.display());
        shop.project.write("../production.env", &settings(&database));
        Some((shop, file))
    }

    fn deploy_yml(machine: &Machine, steps: &str) -> String {
        let host = machine.host("web1", 0, "deploy_to: ~/shop, url: \"http://127.0.0.1:1\"");
        machine.deploy_yml(&format!("{SETTINGS}{steps}"), &host)
    }

    fn configure(&self, steps: &str) {
        self.project.write("deploy.yml", &Self::deploy_yml(&self.machine, steps));
    }

    /// Commits a migration; returns its path.
    fn migrates(&self, name: &str, up: &str) -> String {
        let file = format!("database/migrations/2026_11_18_{name}.php");
        self.project.write(&file, &migration(up));
        self.project.commit(name);
        file
    }

    fn plan(&self, more: &[&str]) -> String {
        self.project.deployer(&[&["plan", "production"], more].concat()).with(0).stdout
    }

    fn fails(&self) -> Finished {
        self.project.deployer(&["run", "production"]).with(1)
    }

    /// Returns the lines of an ending about what is left behind, without the id of a dump.
    fn left(run: &Finished) -> Vec<String> {
        let lines = run.stderr.lines().skip_while(|line| !line.starts_with("  left "));
        let is_more = |line: &&str| line.starts_with("  left ") || line.starts_with("           ");
        lines.take_while(is_more).map(|line| without_id(line.get(11..).unwrap_or_default())).collect()
    }
}

fn without_id(line: &str) -> String {
    match line.split_once("/database-") {
        Some((before, after)) => format!("{before}/database-ID{}", after.get(14..).unwrap_or_default()),
        None => line.to_owned(),
    }
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn a_plan_names_what_is_pending_and_shows_its_sql_without_touching_the_database() {
    let Some(database) = MariaDb::start() else { return };
    let Some(shop) = Shop::start("plans", &database.settings()) else { return };
    with_another_connection(&shop.project);
    says(
        &shop.plan(&[]),
        &[
            "  ~ 4 migrations               cannot be taken back, hence the dump, all that the release has\n      2020_01_01_000000_create_notes\n",
        ],
    );
    let refused = shop.project.deployer(&["plan", "production", "--sql"]).with(2);
    says(&refused.stderr, &["web1: the SQL cannot be shown: no release is live there yet"]);
    shop.project.deploy();
    says(&shop.plan(&[]), &["      no migration is pending\n"]);

    shop.migrates("090000_create_coupons", COUPONS);
    let drops = "\n\n        Schema::table('notes', fn (Blueprint $table) => $table->dropColumn('mood'));";
    let file = shop.migrates("100000_drop_mood", drops);
    shop.migrates("110000_leak", "DB::connection('other')->statement('create table leak (id int)');");
    let plan = shop.plan(&[]);
    says(
        &plan,
        &[
            "  ~ 3 migrations               cannot be taken back, hence the dump\n      2026_11_18_090000_create_coupons\n      2026_11_18_100000_drop_mood\n",
            &format!(
                "! {file}:12 drops the column mood of notes, which the live release may still use, as after a rollback;"
            ),
            ", 3 migrations, ",
        ],
    );
    let json: serde_json::Value = serde_json::from_str(&shop.plan(&["--output", "json"])).unwrap();
    assert_eq!(json["migrations"]["host"], "web1");
    assert_eq!(json["migrations"]["pending"][1]["file"], file);

    let before = database.dump();
    pretends(&shop);
    database.query("rename table lab.migrations to lab.kept");
    pretends(&shop);
    assert_eq!(database.query("show tables from lab like 'migrations'"), "");
    database.query("rename table lab.kept to lab.migrations");
    assert_eq!(database.dump(), before);
    assert_eq!(sh("ls -d /tmp/deployer-migrations.* 2>/dev/null || :"), "");
    remembers_what_ran_after_a_rollback(&shop);
}

fn pretends(shop: &Shop) {
    says(
        &shop.plan(&["--sql"]),
        &[
            "      2026_11_18_090000_create_coupons\n        > create table `coupons` (`id` bigint unsigned",
            "      2026_11_18_100000_drop_mood\n        > alter table `notes` drop `mood`\n",
            "      2026_11_18_110000_leak\n        ! cannot be told: SQLSTATE[25006]: Read only sql transaction: 1792",
        ],
    );
}

fn remembers_what_ran_after_a_rollback(shop: &Shop) {
    shop.migrates("110000_leak", "");
    shop.project.deploy();
    shop.project.deployer(&["rollback", "production"]).with(0);
    says(&shop.plan(&[]), &["      no migration is pending\n"]);
}

/// Gives the application a second connection to the same server.
fn with_another_connection(project: &Project) {
    let file = fixture("laravel/config/database.php");
    let text = fs::read_to_string(file).unwrap();
    let more = "'connections' => [\n        'other' => $server('mysql', 3306, ['charset' => 'utf8mb4', 'collation' => 'utf8mb4_unicode_ci']),\n";
    project.write("config/database.php", &text.replace("'connections' => [\n", more));
    // Nothing switches it on.
    let module = "Modules/Blog/Database/Migrations/2026_01_01_000000_create_posts.php";
    project.write(module, &migration("Schema::create('posts', fn ($table) => $table->id());"));
    project.commit("Another connection");
}

#[test]
fn what_a_failed_run_migrated_is_told_on_mariadb() {
    let Some(database) = MariaDb::start() else { return };
    let Some(shop) = Shop::start("fails", &database.settings()) else { return };
    // A first deploy, whose plan can know nothing of the database.
    shop.migrates("090000_halves", "Schema::create('half', fn (Blueprint $t) => $t->id());\nDB::statement('alter table nowhere add a int');");
    assert_eq!(
        Shop::left(&shop.fails()),
        [
            "web1: 3 of 4 migrations ran and stay: create_notes, create_jobs, add_mood_to_notes",
            "web1: halves did not come to its end: what it did before stays, for this database takes none of it back",
        ]
    );
    assert_eq!(database.query("show tables from lab like 'half'"), "half\n");
    // Once more, with nothing to run but the one that fails: what ran before is not of this run.
    let dump = "web1: backups/database-ID.sql.gz, the database from before";
    assert_eq!(
        Shop::left(&shop.fails()),
        [
            "web1: halves did not come to its end: what it did before stays, for this database takes none of it back",
            dump,
        ]
    );
    shop.migrates("090000_halves", COUPONS);
    shop.configure("steps:\n  late: { phase: post_release, run: 'false' }\n");
    let late = shop.fails();
    assert_eq!(Shop::left(&late), ["web1: 1 of 1 migration ran and stays: halves", dump]);
    assert_eq!(Shop::left(&shop.fails()), Vec::<String>::new());
    shop.configure("");
    shop.project.deploy();
}

#[test]
fn what_a_failed_run_migrated_is_told_on_sqlite() {
    let Some((shop, file)) = Shop::on_sqlite("lite") else { return };
    shop.project.deploy();
    shop.migrates("080000_works", COUPONS);
    shop.migrates("090000_halves", "Schema::create('half', fn (Blueprint $t) => $t->id());\nDB::statement('alter table nowhere add a int');");
    says(&shop.plan(&["--sql"]), &["        > create table \"coupons\" ("]);
    assert_eq!(tables(&file), "jobs migrations notes sqlite_sequence");
    assert_eq!(
        Shop::left(&shop.fails()),
        [
            "web1: 1 of 2 migrations ran and stays: works",
            "web1: halves did not come to its end: what it did before stays, for this database takes none of it back",
            "web1: backups/database-ID.sqlite.gz, the database from before",
        ]
    );
    assert_eq!(tables(&file), "coupons half jobs migrations notes sqlite_sequence");
    fs::rename(&file, file.with_extension("away")).unwrap();
    says(
        &shop.plan(&[]),
        &[
            &format!(
                "      which have run could not be asked, the run asks again: Database ({}) does not exist.",
                file.display()
            ),
            "  ~ 2 migrations               cannot be taken back, hence the dump, new since the live release\n      2026_11_18_080000_works\n",
        ],
    );
}

/// Returns the tables of an SQLite database.
fn tables(file: &Path) -> String {
    let sql = "foreach ((new PDO('sqlite:'.$argv[1]))->query(\"select name from sqlite_master where type = 'table' order by 1\") as $row) echo $row[0], ' ';";
    run(Command::new("php").args(["-r", sql]).arg(file)).trim().to_owned()
}

#[test]
fn an_application_that_installs_itself_makes_its_first_tables() {
    let Some((shop, file)) = Shop::on_sqlite("installs") else { return };
    let routes = fs::read_to_string(fixture("laravel/routes/web.php")).unwrap();
    shop.project.write("routes/web.php", &format!("{routes}\nif (! is_file(storage_path('installed'))) {{ Route::get('/install', fn () => 'hello'); }}\n"));
    shop.project.commit("An installer");
    let plan = shop.plan(&[]);
    says(
        &plan,
        &["installs itself (routes/web.php:8 asks for storage/installed)", "/install after the deploy"],
    );
    assert!(!plan.contains("migrate  "), "{plan}");
    for _ in 0..2 {
        let run = shop.project.deploy();
        assert_eq!(
            Shop::left(&run),
            [
                "web1: the database is as it was: open http://127.0.0.1:1/install to install; the next deploy migrates"
            ]
        );
        assert_eq!(tables(&file), "");
    }
    // Whoever writes the step has decided.
    shop.configure("steps:\n  migrate: { when: 'true' }\n");
    says(&shop.plan(&[]), &["  ~ 3 migrations  "]);
    shop.configure("steps:\n  migrate: { run: '{{ php }} artisan migrate --force --isolated' }\n");
    says(
        &shop.plan(&[]),
        &["  ~ 3 migrations  ", "! deploy.yml line 7: `--isolated` ends with 0 where it is skipped"],
    );
    shop.configure("");
    // What a visitor's installer does.
    let current = shop.machine.home(0).join("shop/current");
    let (at, user) = (current.display(), shop.machine.user(0));
    sh(&format!("cd {at} && su {user} -c 'php artisan migrate --force && touch storage/installed'"));
    shop.migrates("090000_create_coupons", COUPONS);
    shop.project.deploy();
    assert!(tables(&file).starts_with("coupons "));
}

#[test]
fn a_command_that_does_not_come_to_its_end_is_ended() {
    let functions = fs::read_to_string(fixture("../templates/migrations.sh")).unwrap();
    let scenes = [
        ("within 1 sleep 30", "124 "),
        ("within 9 sh -c 'exit 3'", "3 "),
        ("echo said | within 9 cat", "0 said"),
        ("within 9 cat </dev/null", "0 "),
    ];
    for shell in [&["dash"][..], &["bash"], &["busybox", "sh"]] {
        let Some(_) = program(shell[0]) else { return };
        for (scene, expected) in scenes {
            let script = format!("{functions}\nsaid=$({scene}) && code=0 || code=$?\necho \"$code $said\"");
            let mut command = Command::new(shell[0]);
            let began = std::time::Instant::now();
            let output = command.args(&shell[1..]).args(["-c", &script]).output().unwrap();
            assert_eq!(
                String::from_utf8(output.stdout).unwrap().trim_end_matches('\n'),
                expected,
                "{shell:?}: {scene}"
            );
            assert!(began.elapsed().as_secs() < 5);
        }
    }
}
