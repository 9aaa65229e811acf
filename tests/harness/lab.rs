//! A project and the hosts it is deployed to, gone with this value.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Host, Outcome, Run, Tree};

/// What deploy.yml says where a test says nothing else.
const DEFAULTS: [&str; 6] = [
    "application: shop",
    "recipe: common",
    "keep_releases: 3",
    "source: { path: site }",
    "shared: { dirs: [public/uploads], files: [config/settings.php] }",
    "ssh: { config: /dev/null, connect_timeout: 10 }",
];

/// A project and its hosts.
pub struct Lab {
    folder: TempDir,
    pub hosts: Vec<Host>,
}

impl Lab {
    /// Makes a project with a small site and these hosts.
    pub fn new(hosts: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("deployer-test-").tempdir().unwrap();
        // Paths of the hosts are compared: none may lead through a link.
        let root = folder.path().canonicalize().unwrap().join("hosts");
        let hosts = hosts.iter().map(|name| Host::start(name, &root)).collect();
        let lab = Self { folder, hosts };
        lab.write("site/config/settings.php", "<?php return [];\n");
        lab.write("site/public/uploads/welcome.jpg", "a picture\n");
        lab.write("site/src/a.php", "<?php\n");
        lab.page("version 1");
        lab.configure("");
        lab
    }

    /// Makes a project that is live on these hosts, with a visitor's upload on each.
    pub fn live(hosts: &[&str]) -> Self {
        let lab = Self::new(hosts);
        lab.run(&["run", "test"]).exits(0);
        for host in &lab.hosts {
            fs::write(host.app("shared/public/uploads/photo.jpg"), format!("a photo on {}\n", host.name))
                .unwrap();
            fs::write(host.app("shared/config/settings.php"), "<?php return ['on' => 'the host'];\n")
                .unwrap();
        }
        lab.page("version 2");
        lab
    }

    /// Returns the host of that name.
    pub fn host(&self, name: &str) -> &Host {
        self.hosts.iter().find(|host| host.name == name).unwrap()
    }

    /// Returns a path in the folder of all.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path("project").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes the page that visitors see.
    pub fn page(&self, text: &str) {
        self.write("site/public/index.html", &format!("{text}\n"));
    }

    /// Writes deploy.yml with these settings over the usual ones.
    pub fn configure(&self, settings: &str) {
        let is_set = |line: &str| {
            let key = &line[..=line.find(':').unwrap()];
            settings.lines().any(|line| line.starts_with(key))
        };
        let mut text: String =
            DEFAULTS.iter().filter(|line| !is_set(line)).map(|line| format!("{line}\n")).collect();
        text.push_str(settings);
        text.push_str("stages:\n  test:\n    hosts:\n");
        text.extend(self.hosts.iter().map(Host::entry));
        self.write("deploy.yml", &text);
    }

    /// Returns the program, about to be run in the project.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.in_project(env!("CARGO_BIN_EXE_deployer"));
        command.args(args);
        command
    }

    /// Returns a program that knows no other home and no other settings than the project's.
    pub fn in_project(&self, program: impl AsRef<Path>) -> Command {
        let me = self.path("me");
        fs::create_dir_all(&me).unwrap();
        let mut command = Command::new(program.as_ref());
        command.current_dir(self.path("project")).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", me).env("XDG_CACHE_HOME", self.path("cache")).env("USER", "ana");
        command
    }

    /// Starts the program; what happens is told as JSON.
    pub fn start(&self, args: &[&str]) -> Run {
        let mut command = self.command(args);
        Run::start(command.args(["--output", "json"]))
    }

    /// Runs the program to its end; what happens is told as JSON.
    pub fn run(&self, args: &[&str]) -> Outcome {
        self.start(args).wait()
    }

    /// Returns the trees of all hosts.
    pub fn trees(&self) -> Vec<Tree> {
        self.hosts.iter().map(Host::tree).collect()
    }

    /// Checks that a run which is over has left nothing of its own behind on any host.
    pub fn is_tidy(&self) {
        self.hosts.iter().for_each(Host::is_tidy);
    }

    /// Returns what visitors of all hosts see.
    pub fn pages(&self) -> Vec<String> {
        self.hosts.iter().map(Host::page).collect()
    }
}
