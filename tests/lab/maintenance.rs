//! The page of maintenance: what visitors see of it, and that it is lifted on every way out.

use std::fs;
use std::process::Child;

use super::application::{laravel, migration};
use super::domain::Domain;
use super::machine::Machine;
use super::project::Project;
use super::site::Server;
use super::web::Web;
use super::{sh, wait_until};
use crate::part::program;

const VERSION: &str = "/version";
const SECRET: &str = "let-me-in-7f3a";

/// A Laravel application that is served, and put down while it is deployed.
struct Shop {
    machine: Machine,
    project: Project,
    web: Web,
}

impl Shop {
    fn start(name: &str) -> Option<Self> {
        let (bash, _) = (program("bash")?, program("composer")?);
        let machine = Machine::start("", &[(name, &bash)])?;
        let database = machine.home(0).join("shop.sqlite");
        sh(&format!("install -o {} /dev/null {}", machine.user(0), database.display()));
        let project = laravel("", &format!("DB_CONNECTION=sqlite\nDB_DATABASE={}\n", database.display()));
        let web = Web::start(&machine.user(0), &machine.home(0).join("shop"))?;
        let shop = Self { machine, project, web };
        shop.configure("");
        shop.project.commit("deploy.yml");
        shop.project.deploy();
        assert_eq!(shop.web.get(VERSION).0, 200);
        Some(shop)
    }

    fn configure(&self, more: &str) {
        let host = self.machine.host("web1", 0, &format!("deploy_to: ~/shop, url: \"{}\"", self.web.url()));
        let settings = format!(
            "recipe: laravel\nenv_file: ../production.env\nsecrets: {{ DOWN: {{ file: ../down }} }}\n\
             maintenance: {{ enabled: true, secret: \"{{{{ secrets.DOWN }}}}\", retry: 90 }}\n{more}"
        );
        self.project.write("../down", SECRET);
        self.project.write("deploy.yml", &self.machine.deploy_yml(&settings, &host));
    }

    /// Starts a run that stands still behind the migrations until a file is removed.
    fn stands_still(&self) -> Child {
        self.configure(
            "steps:\n  wait:\n    after: migrate\n    in: deploy_to\n    run: \"touch ~/hold; while [ -e ~/hold ]; do sleep 0.1; done\"\n",
        );
        let run = self.project.command(&["run", "production"]).spawn().unwrap();
        wait_until("the run to stand still", || self.machine.home(0).join("hold").exists());
        run
    }

    fn is_down(&self) -> bool {
        let home = self.machine.home(0);
        let files =
            ["shared/storage/framework/down", "shared/storage/framework/maintenance.php", ".deployer/down"];
        files.iter().any(|file| home.join("shop").join(file).exists())
    }
}

#[test]
fn visitors_see_the_page_of_maintenance_from_the_migrations_to_the_proof_and_whoever_knows_the_secret_does_not()
 {
    let Some(shop) = Shop::start("down1") else { return };
    let mut run = shop.stands_still();
    assert_eq!(shop.web.get(VERSION).0, 503);
    let (head, _) = shop.web.ask(VERSION, "");
    assert!(head.to_lowercase().contains("retry-after: 90"), "{head}");
    let (head, _) = shop.web.ask(&format!("/{SECRET}"), "");
    let cookie = head.lines().find_map(|line| line.strip_prefix("Set-Cookie: laravel_maintenance="));
    let cookie = cookie.expect("a cookie").split(';').next().unwrap();
    let (head, _) = shop.web.ask(VERSION, &format!("Cookie: laravel_maintenance={cookie}\r\n"));
    assert!(head.contains(" 200 "), "{head}");
    // The secret was on no command line and in no record of the program.
    let told = sh(&format!("grep -rl {SECRET} {}/shop/.deployer || :", shop.machine.home(0).display()));
    assert_eq!(told, "");
    fs::remove_file(shop.machine.home(0).join("hold")).unwrap();
    assert!(run.wait().unwrap().success());
    assert_eq!(shop.web.get(VERSION).0, 200);
    assert!(!shop.is_down());
}

#[test]
fn it_is_lifted_after_a_failure_a_kill_and_by_a_rollback() {
    let Some(shop) = Shop::start("down2") else { return };
    let (_, first) = shop.web.get(VERSION);
    let mut run = shop.stands_still();
    assert_eq!(shop.web.get(VERSION).0, 503);
    run.kill().unwrap();
    run.wait().unwrap();
    wait_until("the host to lift it", || shop.web.get(VERSION) == (200, first.clone()));
    wait_until("the host to be at rest", || !shop.machine.home(0).join("shop/.deployer/lock").is_symlink());
    assert!(!shop.is_down());

    shop.configure("");
    let file = "database/migrations/2021_01_01_000000_broken.php";
    shop.project.write(file, &migration("throw new Exception('a column too many');"));
    shop.project.commit("Break a migration");
    let run = shop.project.deployer(&["run", "production"]).with(1);
    assert!(run.stderr.contains("undo down"), "{}", run.stderr);
    assert_eq!(shop.web.get(VERSION), (200, first.clone()));
    assert!(!shop.is_down());

    fs::remove_file(shop.project.root().join(file)).unwrap();
    shop.project.commit("Mend it");
    shop.project.deploy();
    // Somebody else puts it down: a deploy leaves that alone, a rollback ends it.
    shop.project.exec("php artisan down");
    shop.configure("health: { url: /version, retries: 0 }\n");
    let plan = shop.project.deployer(&["plan", "production"]).with(0);
    assert!(plan.stdout.contains("maintenance mode, and not by this program"), "{}", plan.stdout);
    shop.project.deployer(&["rollback", "production"]).with(0);
    assert_eq!(shop.web.get(VERSION), (200, first));
    assert!(!shop.is_down());
}

/// What README has applications begin with that have no such mode.
const FRONT_CONTROLLER: &str = "<?php\nif (is_file($page = __DIR__ . '/../../../shared/maintenance.html')) {\n    \
                                http_response_code(503);\n    header('Retry-After: 60');\n    readfile($page);\n    exit;\n}\n";

#[test]
fn an_application_without_such_a_mode_shows_the_page_by_the_lines_that_the_readme_has() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(FRONT_CONTROLLER.trim_start_matches("<?php\n")), "it is not in the README");
    let Some(domain) = Domain::new("down4", Server::Apache("FollowSymLinks"), "") else { return };
    let index = |version: &str| format!("{FRONT_CONTROLLER}echo '{version}';\n");
    domain.project.write("site/public/index.php", &index("one"));
    domain.project.deploy();
    domain.project.write("site/public/index.php", &index("two"));
    let more = "maintenance: { enabled: true }\nsteps: { look: { phase: mid_release, run: sleep 300 } }\n";
    domain.configure("", more);
    let mut run = domain.project.command(&["run", "production"]).spawn().unwrap();
    wait_until("the page", || domain.site.page("/").0 == 503);
    assert!(domain.site.page("/").1.contains("This site is being updated."));
    run.kill().unwrap();
    run.wait().unwrap();
    wait_until("the host to lift it", || domain.site.page("/") == (200, "one".to_owned()));
}

#[test]
fn a_docroot_that_cannot_be_a_link_shows_the_page_that_the_release_ships() {
    const STUB: &str = ", docroot_mode: stub";
    let Some(domain) = Domain::new("down3", Server::Apache("None"), STUB) else { return };
    domain.project.write("site/public/503.html", "come back later\n");
    domain.project.deploy();
    domain.serves("one");
    let more = "maintenance: { enabled: true, page: public/503.html }\n\
                steps: { look: { phase: mid_release, run: sleep 300 } }\n";
    domain.version("two");
    domain.configure(STUB, more);
    let mut run = domain.project.command(&["run", "production"]).spawn().unwrap();
    wait_until("the page", || domain.site.page("/").0 == 503);
    assert_eq!(domain.site.page("/").1, "come back later\n");
    run.kill().unwrap();
    run.wait().unwrap();
    wait_until("the host to lift it", || domain.site.page("/").0 == 200);
    domain.serves("one");
}
