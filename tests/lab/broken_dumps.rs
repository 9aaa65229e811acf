//! Dumps that are not whole: the deploy stops before anything is migrated, and says why.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::database::MariaDb;
use super::dumps::Shop;
use super::sh;
use super::small_disk::SmallDisk;

/// The account finds the programs of one directory alone.
const PATH: &str = "SetEnv PATH=DIR/bin";

#[test]
fn a_dump_that_is_not_whole_stops_the_deploy_before_anything_is_migrated() {
    let Some(database) = MariaDb::start() else { return };
    let Some(shop) = Shop::start("broken", &database.settings(), PATH) else { return };
    let bin = shop.machine.sshd.path("bin");
    sh(&format!("mkdir {0} && cp -rs /usr/bin/. {0}/", bin.display()));
    shop.deploys();
    database
        .query("create table lab.big (data blob); insert into lab.big select random_bytes(1000) from lab.seq_1_to_3000");
    shop.migrates("two", "Schema::drop('big');");
    let state = database.state();
    let fails = |says: &[&str]| {
        let run = shop.project.deployer(&["run", "production"]).with(1);
        for says in says.iter().chain(&["FAIL dump on web1: exit code 1", "visitors never saw the new one"]) {
            assert!(run.stderr.contains(says), "{says:?} is not in {}", run.stderr);
        }
        assert!(!run.stderr.contains("migrate:") && !run.stderr.contains("p@ss"), "{}", run.stderr);
        assert_eq!(database.state(), state);
        assert_eq!(shop.dumps(), [""; 0]);
        shop.is_tidy();
    };
    let tool = Tool(bin);
    tool.becomes("#!/bin/sh\ncase $* in *--no-data*) exit 0 ;; esac\necho '-- MariaDB dump'; echo 'CREATE TABLE big'\n");
    fails(&["mariadb-dump did not come to its end: the dump is cut short"]);
    tool.becomes("#!/bin/sh\ncase $* in *--no-data*) exit 0 ;; esac\necho '-- MariaDB dump'; kill -9 $$\n");
    fails(&["mariadb-dump ended with exit code 137: there is no dump"]);
    tool.is_there();

    let backups = shop.backups();
    sh(&format!("rmdir {}", backups.display()));
    let disk = SmallDisk::mount(backups.clone(), "size=1M");
    fails(&["No space left on device", "the dump could not be written: "]);
    drop(disk);
    sh(&format!("cd {} && chown --reference=.. . && chmod 755 .", backups.display()));

    let env = shop.deploy_to().join("shared/.env");
    let settings = fs::read_to_string(&env).unwrap();
    fs::write(&env, settings.replace("DB_USERNAME=lab", "DB_USERNAME=nobody")).unwrap();
    // That is found before anything begins.
    let run = shop.project.deployer(&["run", "production"]).with(4);
    let refused = "the database does not take the application's settings: SQLSTATE[HY000] [1045] Access denied for user 'nobody'@'127.0.0.1'";
    assert!(run.stderr.contains(refused), "{}", run.stderr);
    fs::write(&env, settings).unwrap();
    by_hand(&shop, database, &tool);
}

/// What a backup by hand says is what a deploy says.
fn by_hand(shop: &Shop, database: MariaDb, tool: &Tool) {
    let backup = |exit: i32| shop.project.deployer(&["backup", "production", "--database"]).with(exit).stderr;
    tool.is_missing();
    let told = backup(1);
    assert!(told.contains("mariadb-dump is not on this host (package mariadb-client): "), "{told}");
    assert!(told.contains("backup: { database: false }"), "{told}");
    tool.is_there();
    let told = backup(0);
    assert!(told.contains("is whole and verified for web1."), "{told}");
    let [dump] = &shop.dumps()[..] else { panic!("{:?}", shop.dumps()) };
    let id = &dump[9..23];
    let list = shop.project.deployer(&["backup", "production", "--list"]).with(0).stdout;
    assert!(list.contains(&format!("{id}   database   web1   on the host   ")), "{list}");
    shop.project.deployer(&["backup", "production", "--database", "--download", id]).with(0);
    let here = shop.project.root().join("backups/shop-production/web1").join(dump);
    assert_eq!(fs::read(here).unwrap(), fs::read(shop.backups().join(dump)).unwrap());

    let told =
        shop.project.deployer(&["restore", "production", "20200101000000", "--database", "--yes"]).with(4);
    assert!(told.stderr.contains("there is no dump 20200101000000 with its checksum in backups"));
    // It can be switched off, and the deploy then migrates without it.
    let plan = || shop.project.deployer(&["plan", "production", "--output", "json"]).with(0).stdout;
    assert!(plan().contains("\"name\": \"dump\""));
    shop.configure("recipe: laravel\nbackup: { database: false }\n", "");
    assert!(!plan().contains("\"name\": \"dump\""));
    drop(database);
    let told = backup(1);
    assert!(
        told.contains("the database cannot be reached: SQLSTATE[HY000] [2002] Connection refused"),
        "{told}"
    );
    shop.is_tidy();
}

/// The program that dumps, as the account finds it.
struct Tool(PathBuf);

impl Tool {
    const NAMES: [&str; 2] = ["mariadb-dump", "mysqldump"];

    fn becomes(&self, text: &str) {
        self.is_missing();
        for name in Self::NAMES {
            let file = self.0.join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn is_missing(&self) {
        for name in Self::NAMES {
            let _ = fs::remove_file(self.0.join(name));
        }
    }

    fn is_there(&self) {
        self.is_missing();
        for name in Self::NAMES {
            std::os::unix::fs::symlink(format!("/usr/bin/{name}"), self.0.join(name)).unwrap();
        }
    }
}
