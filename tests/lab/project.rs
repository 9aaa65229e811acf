//! A project on the user's machine, and the program that is run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::sh;
use crate::sshd::run;

/// A folder with a deploy.yml.
pub struct Project {
    directory: TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Finished {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// Checks the exit code.
    #[track_caller]
    pub fn with(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}", self.stdout, self.stderr);
        self
    }
}

impl Project {
    /// Makes an empty one.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("project")).unwrap();
        fs::create_dir_all(directory.path().join("home")).unwrap();
        Self { directory }
    }

    /// Makes one that releases the folder `site`.
    pub fn with_site(deploy_yml: &str) -> Self {
        let project = Self::new();
        project.write("deploy.yml", deploy_yml);
        project.write("site/index.html", "one\n");
        project
    }

    /// Copies a folder into it.
    pub fn copy(&self, folder: &Path) {
        sh(&format!("cp -r '{}/.' '{}/'", folder.display(), self.root().display()));
    }

    /// Makes a git repository of it, without a commit.
    pub fn init(&self) {
        self.git(&["init", "-q", "-b", "main"]);
    }

    /// Returns the folder.
    pub fn root(&self) -> PathBuf {
        self.directory.path().join("project")
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits everything.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Runs the program as a user would, without a terminal.
    pub fn deployer(&self, arguments: &[&str]) -> Finished {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let exit = output.status.code().expect("it is not killed");
        Finished { exit, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Returns the program, about to be run as a user would, without a terminal.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deployer"));
        self.isolate(&mut command);
        command.args(arguments);
        command
    }

    /// Deploys, which must succeed.
    #[track_caller]
    pub fn deploy(&self) -> Finished {
        self.deployer(&["run", "production"]).with(0)
    }

    /// Runs a line of shell on every host; returns what is printed, sorted: hosts answer at any time.
    #[track_caller]
    pub fn exec(&self, line: &str) -> Vec<String> {
        let printed = self.deployer(&["exec", "production", "--", line]).with(0).stdout;
        let mut lines: Vec<_> = printed.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        self.isolate(&mut command);
        run(command.args(["-c", "user.name=Ana", "-c", "user.email=ana@shop.example"]).args(arguments))
    }

    fn isolate(&self, command: &mut Command) {
        let home = self.directory.path().join("home");
        command.current_dir(self.root()).stdin(Stdio::null()).env_clear();
        command.env("HOME", home).env("USER", "ana").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("COMPOSER_ALLOW_SUPERUSER", "1");
    }
}
