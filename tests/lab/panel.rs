//! An account of a hosting panel: PHPs of several versions beside each other, each where panels put it. They
//! are all the PHP of this machine, and say another version; what is started is written down.

use std::fs;
use std::path::PathBuf;

use super::machine::Machine;
use super::project::Project;
use super::sh;
use crate::part::program;

/// A PHP that says it is of a version. Of what is asked of it, only the look of the probe is changed.
const PHP: &str = r#"#!/bin/sh
echo "$0" >>LOG
case $* in
  *get_loaded_extensions*) /usr/bin/php "$@" | sed -e "s|^php 8.*|php VERSION $0|" -e '/^php_extension LACKS$/d' ;;
  *) exec /usr/bin/php "$@" ;;
esac
"#;

/// An account of a hosting panel, with a project that goes there.
pub struct Panel {
    pub machine: Machine,
    pub project: Project,
}

impl Panel {
    /// Makes an account; `None` without root or sshd.
    pub fn new(name: &str) -> Option<Self> {
        let (bash, _php) = (program("bash")?, program("php")?);
        let machine = Machine::apart(name, &bash)?;
        fs::write(machine.sshd.path("started"), "").unwrap();
        sh(&format!("chmod 666 {}", machine.sshd.path("started").display()));
        machine.sshd.inside("mount -t tmpfs -o mode=755 none /opt\nmount -t tmpfs -o mode=755 none /usr/local\nmkdir /usr/local/bin");
        let project = Project::new();
        project.write("site/public/index.php", "<?php echo 'shop';\n");
        project.write("site/composer.json", "{ \"require\": { \"php\": \"^8.2\" } }\n");
        let panel = Self { machine, project };
        panel.write("domains/shop.example/public_html/index.html", "the old site\n");
        panel.configure("domain_path: ~/domains/shop.example", "");
        Some(panel)
    }

    /// Writes deploy.yml with these keys of the host, and more settings.
    pub fn configure(&self, host: &str, settings: &str) {
        let host = self.machine.host("web1", 0, host);
        let step =
            "steps:\n  which:\n    phase: configure\n    run: \"{{ php }} -r 'echo PHP_OS;' >which.txt\"\n";
        let settings = format!("recipe: php\nsource: {{ path: site }}\n{settings}{step}");
        self.project.write("deploy.yml", &self.machine.deploy_yml(&settings, &host));
    }

    /// Installs a PHP of that version, which has all extensions but one.
    pub fn php(&self, path: &str, version: &str, lacks: &str) {
        let log = self.machine.sshd.path("started");
        let text =
            PHP.replace("LOG", log.to_str().unwrap()).replace("VERSION", version).replace("LACKS", lacks);
        self.program(path, &text);
    }

    /// Installs a program.
    pub fn program(&self, path: &str, text: &str) {
        let file = self.machine.sshd.path("program");
        fs::write(&file, text).unwrap();
        let file = file.display();
        self.machine
            .sshd
            .inside(&format!("mkdir -p \"$(dirname {path})\"\ncp {file} {path}\nchmod 755 {path}"));
    }

    /// Writes a file of the account's home.
    pub fn write(&self, file: &str, text: &str) {
        self.machine.accounts[0].write(file, text);
        sh(&format!("chown -R {0}:{0} /home/{0}", self.machine.user(0)));
    }

    /// Returns the PHPs that were started since the last time somebody asked, each once.
    pub fn started(&self) -> Vec<String> {
        let log: PathBuf = self.machine.sshd.path("started");
        let mut started: Vec<String> = fs::read_to_string(&log).unwrap().lines().map(str::to_owned).collect();
        fs::write(log, "").unwrap();
        started.sort();
        started.dedup();
        started
    }

    /// Checks the stage, and returns what is told with one space between words.
    #[track_caller]
    pub fn checked(&self, exit: i32) -> String {
        let told = self.project.deployer(&["check", "production"]).with(exit).stdout;
        told.split_whitespace().collect::<Vec<_>>().join(" ").replace(&self.machine.user(0), "USER")
    }
}
