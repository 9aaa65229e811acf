//! `deployer verify` on a Laravel application with its web server and its worker.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::application::laravel;
use super::machine::Machine;
use super::project::Project;
use super::web::Web;
use super::{Daemon, live, sh, wait_until};
use crate::part::program;

const SETTINGS: &str = "recipe: laravel\nenv_file: ../production.env\nhealth: { url: /version }\n";

struct Shop {
    project: Project,
    machine: Machine,
    _web: Web,
    deploy_to: PathBuf,
}

impl Shop {
    fn start() -> Option<Self> {
        let (bash, _) = (program("bash")?, program("composer")?);
        let machine = Machine::start("", &[("checked", &bash)])?;
        let deploy_to = machine.home(0).join("shop");
        let database = machine.home(0).join("shop.sqlite");
        sh(&format!("install -o {} /dev/null {}", machine.user(0), database.display()));
        let web = Web::start(&machine.user(0), &deploy_to)?;
        let url = format!("deploy_to: ~/shop, url: \"{}\"", web.url());
        let deploy_yml = machine.deploy_yml(SETTINGS, &machine.host("web1", 0, &url));
        let settings = format!("APP_DEBUG=false\nDB_CONNECTION=sqlite\nDB_DATABASE={}\n", database.display());
        let project = laravel(&deploy_yml, &settings);
        Some(Self { project, machine, _web: web, deploy_to })
    }

    /// Starts a worker of the account in a directory.
    fn worker(&self, directory: &str) -> Daemon {
        let mut command = Command::new("setpriv");
        let user = self.machine.user(0);
        command.args(["--reuid", &user, "--regid", &user, "--init-groups", "php", "artisan", "queue:work"]);
        Daemon::start(command.current_dir(self.deploy_to.join(directory)))
    }

    /// Returns what is not as it should be, as `verdict name: words`.
    fn wrong(&self, exit: i32) -> Vec<String> {
        self.found(exit).into_iter().filter(|line| !line.starts_with("ok ")).collect()
    }

    fn found(&self, exit: i32) -> Vec<String> {
        let told = self.project.deployer(&["verify", "production", "--output", "json"]).with(exit).stdout;
        let answer: Value = serde_json::from_str(&told).unwrap();
        let checks = answer["data"]["hosts"][0]["checks"].as_array().unwrap();
        let line = |check: &Value| {
            let text = |key: &str| check[key].as_str().unwrap().to_owned();
            format!("{} {}: {}", text("verdict"), text("name"), text("words"))
        };
        checks.iter().map(line).collect()
    }
}

#[test]
fn a_checklist_is_right_about_a_site_its_data_its_worker_and_its_database() {
    let Some(shop) = Shop::start() else { return };
    shop.project.deploy();
    let first = live(&shop.deploy_to);
    let worker = shop.worker("current/");
    shop.is_well(&first);
    shop.project.write("VERSION", "two\n");
    shop.project.commit("Two");
    shop.project.deploy();
    // The deploy has ended the first one; somebody starts another in the wrong place.
    drop(worker);
    let worker = shop.worker(&format!("releases/{first}"));
    wait_until("the worker runs", || !shop.wrong(0).iter().any(|line| line.contains("no worker")));
    let old = shop.wrong(0);
    let words = format!("(queue:work) still runs {first}; it may be finishing its job");
    assert!(old[0].ends_with(&words), "{old:?}");
    drop(worker);
    shop.spoil();
    let wrong = shop.wrong(1);
    for begin in [
        "fail migrations: 1 pending, the first is 2099_01_01_000000_new",
        "fail logs: ",
        "warn workers: no worker",
        "fail secrets: everybody can read http",
        "fail uploads: a file in shared data is not shown",
    ] {
        assert!(wrong.iter().any(|line| line.starts_with(begin)), "{begin} in {wrong:#?}");
    }
    shop.is_tidy();
}

impl Shop {
    fn is_well(&self, release: &str) {
        let site = self.project.deployer(&["verify", "production"]).with(0).stdout;
        for expected in [
            &format!("ok    current       {release} is live and whole"),
            "ok    migrations    none is pending",
            "ok    workers       1 process of the live release: queue:work",
            "/version answers as it should",
            "shows neither .env nor .git",
            "what is uploaded is shown below http",
            "ok    debug         APP_DEBUG is off",
        ] {
            assert!(site.contains(expected), "{expected} in {site}");
        }
        assert!(site.contains("\nAll is well.\n"), "{site}");
        self.is_tidy();
    }

    /// Checks that the file of the look at uploads is gone.
    fn is_tidy(&self) {
        let left = super::names(&self.deploy_to.join("shared/storage/app/public"));
        assert_eq!(left, [".gitignore"]);
    }

    /// Does what people and programs do to a site.
    fn spoil(&self) {
        let current = self.deploy_to.join("current");
        fs::write(current.join("public/.env"), "APP_KEY=base64:secret\n").unwrap();
        let migrations = current.join("database/migrations");
        sh(&format!("cd {} && cp \"$(ls | head -n 1)\" 2099_01_01_000000_new.php", migrations.display()));
        fs::remove_file(current.join("public/storage")).unwrap();
        // A cron job of root has written the first line of the day.
        fs::write(self.deploy_to.join("shared/storage/logs/laravel.log"), "by root\n").unwrap();
    }
}
