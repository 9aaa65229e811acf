//! Queue workers of a real Laravel application, watched over as supervisor does: they run the code that is live.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::application::laravel;
use super::machine::Machine;
use super::project::{Finished, Project};
use super::{live, wait_until};
use crate::part::program;

const SETTINGS: &str = "recipe: laravel
env_file: ../production.env
steps:
  db-file: { before: migrate, run: touch storage/app/db.sqlite }
";

/// Starts a worker again whenever one ends, and writes down where each runs.
const SUPERVISOR: &str = "while [ -e ~/supervised ]; do
  cd ~/shop/current && pwd -P >>~/started && php artisan queue:work --sleep=1 >>~/worker.log 2>&1
  sleep 0.2
done";

struct Site {
    project: Project,
    machine: Machine,
    supervisor: Option<Child>,
}

#[test]
fn a_queue_worker_runs_what_is_live_after_a_deploy_an_undone_one_and_a_rollback() {
    let Some(mut site) = Site::start() else { return };
    site.project.deploy();
    let first = live(&site.deploy_to());
    site.supervise();
    site.runs(&first);

    site.commit("two", "");
    site.project.deploy();
    let second = live(&site.deploy_to());
    site.runs(&second);

    // It is told after the switch, and begins anew in the release that then fails.
    let waits = "n=0; until tail -n 1 ~/started | grep -q {{ release }}; do n=$((n+1)); [ $n -lt 100 ]; sleep 0.2; done; exit 7";
    site.commit("three", &format!("  fails: {{ phase: post_release, run: \"{waits}\" }}\n"));
    let undone = site.project.deployer(&["run", "production"]).with(1);
    assert!(undone.stderr.contains("queue-restart"), "{}", undone.stderr);
    assert_eq!(live(&site.deploy_to()), second);
    site.runs(&second);
    assert_eq!(site.started().len(), 4, "{:?}", site.started());

    site.configure("");
    site.project.deployer(&["rollback", "production"]).with(0);
    site.runs(&first);
}

#[test]
fn a_worker_that_nobody_can_tell_is_told_of_with_what_to_type() {
    let Some(site) = Site::start() else { return };
    site.write_env("CACHE_DRIVER=array\n");
    let told = site.project.deploy();
    assert!(
        told.stderr.contains("the cache store is \"array\", so queue:restart reaches no worker"),
        "{}",
        told.stderr
    );

    let broken = "  queue-restart: { run: \"{{ php }} artisan lab:exit 3\" }\n";
    site.commit("two", broken);
    let told = site.project.deploy();
    let advice = "workers may still run the code of the other release; tell them with deployer exec production -- 'php artisan lab:exit 3'";
    assert!(told.stderr.contains(advice), "{}", told.stderr);

    site.commit("three", &format!("{broken}  fails: {{ phase: post_release, run: exit 7 }}\n"));
    let Finished { stderr, .. } = site.project.deployer(&["run", "production"]).with(1);
    assert!(stderr.contains(&format!("queue-restart: exit code 3: {advice}")), "{stderr}");
}

impl Site {
    fn start() -> Option<Self> {
        let (bash, _) = (program("bash")?, program("composer")?);
        let machine = Machine::start("", &[("worker", &bash)])?;
        let host = machine.host("web1", 0, "deploy_to: ~/shop");
        let database = machine.home(0).join("shop/shared/storage/app/db.sqlite");
        let env =
            format!("DB_CONNECTION=sqlite\nQUEUE_CONNECTION=database\nDB_DATABASE={}\n", database.display());
        let project = laravel(&machine.deploy_yml(SETTINGS, &host), &env);
        Some(Self { project, machine, supervisor: None })
    }

    fn deploy_to(&self) -> PathBuf {
        self.machine.home(0).join("shop")
    }

    fn write_env(&self, more: &str) {
        let file = self.project.root().join("../production.env");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, text + more).unwrap();
    }

    /// Commits a version, deployed with these steps more.
    fn commit(&self, version: &str, steps: &str) {
        self.configure(steps);
        self.project.write("VERSION", version);
        self.project.commit(version);
    }

    fn configure(&self, steps: &str) {
        let host = self.machine.host("web1", 0, "deploy_to: ~/shop");
        let settings = format!("{SETTINGS}{steps}");
        self.project.write("deploy.yml", &self.machine.deploy_yml(&settings, &host));
    }

    fn supervise(&mut self) {
        let (user, home) = (self.machine.user(0), self.machine.home(0));
        fs::write(home.join("supervised"), "").unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &user, "--regid", &user, "--init-groups", "sh", "-c", SUPERVISOR]);
        command.env("HOME", home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.supervisor = Some(command.spawn().unwrap());
    }

    /// Returns the releases that workers were started in.
    fn started(&self) -> Vec<String> {
        let text = fs::read_to_string(self.machine.home(0).join("started")).unwrap_or_default();
        text.lines().map(|line| Path::new(line).file_name().unwrap().to_str().unwrap().to_owned()).collect()
    }

    /// Waits until the worker is one that runs this release.
    fn runs(&self, release: &str) {
        let is_there = || {
            let found = workers(&self.machine.home(0));
            found.len() == 1 && found[0].ends_with(release)
        };
        wait_until(&format!("a worker in {release}: {:?}", self.started()), is_there);
        // It stays.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert!(is_there(), "{:?}", workers(&self.machine.home(0)));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let Some(mut supervisor) = self.supervisor.take() else { return };
        let _gone = fs::remove_file(self.machine.home(0).join("supervised"));
        for worker in processes(&self.machine.home(0)) {
            let _ended = Command::new("kill").arg(worker.to_string()).status();
        }
        let _status = supervisor.wait();
    }
}

/// Returns the directories in which queue workers of an account run.
fn workers(home: &Path) -> Vec<PathBuf> {
    processes(home).iter().filter_map(|id| fs::read_link(format!("/proc/{id}/cwd")).ok()).collect()
}

/// Returns the numbers of queue workers that work below a directory.
fn processes(home: &Path) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let works = |id: &u32| {
        let command = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let is_worker = String::from_utf8_lossy(&command).contains("artisan\0queue:work");
        is_worker && fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|cwd| cwd.starts_with(home))
    };
    ids.filter(works).collect()
}
