//! An application as deploys leave it behind, and the programs run in it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use deployer::persist::Kind;
use deployer::persist::record::{Entry, persistence_config};
use deployer::persist::script::{EMERGENCY_RECOVERY, HEALTH_CHECK};
use tempfile::TempDir;

use crate::harness::Tree;
use crate::part::program;

pub const LIVE: &str = "20260102030405";
pub const BEFORE: &str = "20260101000000";
const SHARED: [(Kind, &str); 4] = [
    (Kind::Dir, "storage"),
    (Kind::Dir, "public/user's \"uploads\""),
    (Kind::Dir, "-media"),
    (Kind::File, ".env"),
];
/// A directory whose name is not easy for a shell.
pub const UPLOADS: &str = "public/user's \"uploads\"";

/// An application in a directory that ends with this value, and a shell to run programs with.
pub struct Application {
    folder: TempDir,
    shell: Vec<PathBuf>,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    pub exit: i32,
    pub text: String,
}

impl Ended {
    /// Returns the lines that are no success.
    pub fn findings(&self) -> Vec<&str> {
        let lines = self.text.lines().filter(|line| line.starts_with("  ") && !line.starts_with("  ok "));
        let lines = lines.filter(|line| !line.starts_with("  sh "));
        lines.map(str::trim).collect()
    }
}

/// Returns an application for every shell of this machine; BusyBox gets no other tools than its own.
pub fn in_every_shell() -> Vec<Application> {
    let shells = [["dash", ""], ["bash", ""], ["busybox", "sh"]].map(|[shell, applet]| {
        let words = program(shell).into_iter();
        words.chain((!applet.is_empty()).then(|| PathBuf::from(applet))).collect::<Vec<_>>()
    });
    shells.into_iter().filter(|shell| shell[0].is_absolute()).map(Application::new).collect()
}

impl Application {
    fn new(shell: Vec<PathBuf>) -> Self {
        let application =
            Self { folder: tempfile::Builder::new().prefix("an app ").tempdir().unwrap(), shell };
        let entries =
            SHARED.map(|(kind, path)| Entry { kind, path: path.to_owned(), reason: "a reason".to_owned() });
        for (id, line) in [(BEFORE, "deployed"), (LIVE, "deployed"), ("20260103000000", "undone")] {
            application.write(&format!("releases/{id}/.deployer-release.json"), "{}\n");
            application.write(&format!("releases/{id}/index.php"), id);
            application.append(".deployer/history.jsonl", &format!("{{\"id\":\"{id}\",\"kind\":\"deploy\",\"subject\":\"\\\"id\\\":\\\"1\\\"\",\"outcome\":\"{line}\"}}\n"));
            for (_, path) in SHARED {
                application.link(id, path);
            }
        }
        symlink(format!("releases/{LIVE}"), application.path("current")).unwrap();
        fs::create_dir(application.path("backups")).unwrap();
        application.write("shared/storage/app/photo.jpg", "a photo\n");
        application.write(&format!("shared/{UPLOADS}/one"), "one\n");
        fs::create_dir(application.path("shared/-media")).unwrap();
        application.write("shared/.env", "KEY=1\n");
        application.mode("shared/.env", 0o600);
        application.write("shared/.persistence-config", &persistence_config(&entries));
        application.write("shared/health-check.sh", HEALTH_CHECK);
        application.write("shared/emergency-recovery.sh", EMERGENCY_RECOVERY);
        application
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn append(&self, path: &str, text: &str) {
        let before = fs::read_to_string(self.path(path)).unwrap_or_default();
        self.write(path, &format!("{before}{text}"));
    }

    pub fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn link(&self, id: &str, path: &str) {
        let place = self.path(&format!("releases/{id}/{path}"));
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let up = "../".repeat(2 + path.matches('/').count());
        symlink(format!("{up}shared/{path}"), place).unwrap();
    }

    /// Takes the link to a shared path out of the live release.
    pub fn unlink(&self, path: &str) {
        fs::remove_file(self.path(&format!("releases/{LIVE}/{path}"))).unwrap();
    }

    /// Returns a program of `shared/`, about to be run there.
    pub fn command(&self, name: &str, options: &[&str]) -> Command {
        let mut command = Command::new(&self.shell[0]);
        let bin = self.bin();
        if let Some(applet) = self.shell.get(1) {
            if fs::create_dir(&bin).is_ok() {
                let installed = Command::new(&self.shell[0]).args(["--install", "-s"]).arg(&bin).status();
                assert!(installed.unwrap().success());
            }
            command.arg(applet).env("PATH", bin);
        } else if bin.is_dir() {
            let path = std::env::var("PATH").unwrap();
            command.env("PATH", format!("{}:{path}", bin.display()));
        }
        command.arg(name).args(options).current_dir(self.path("shared"));
        command
    }

    fn run(&self, name: &str, options: &[&str]) -> Ended {
        let output = self.command(name, options).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        let top = self.folder.path().to_str().unwrap();
        Ended { exit: output.status.code().unwrap(), text: text.replace(top, "APP") }
    }

    /// Puts a program that always fails in the place of a real one.
    pub fn break_program(&self, name: &str) {
        fs::create_dir_all(self.bin()).unwrap();
        let file = self.bin().join(name);
        fs::write(&file, "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Returns the directory of the programs that are not the machine's.
    fn bin(&self) -> PathBuf {
        self.folder.path().with_extension("bin")
    }

    pub fn check(&self) -> Ended {
        self.run("health-check.sh", &[])
    }

    pub fn recover(&self, options: &[&str]) -> Ended {
        self.run("emergency-recovery.sh", options)
    }

    /// Returns everything below the application's directory.
    pub fn tree(&self) -> Tree {
        Tree::of(self.folder.path(), &[])
    }

    /// Returns the contents of all files, wherever they are: what is lost is missing here.
    pub fn contents(&self) -> BTreeSet<String> {
        let mut contents = BTreeSet::new();
        gather(self.folder.path(), &mut contents);
        contents
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.bin());
    }
}

fn gather(directory: &Path, contents: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            gather(&entry.path(), contents);
        } else if kind.is_file() {
            contents.insert(fs::read_to_string(entry.path()).unwrap());
        }
    }
}
