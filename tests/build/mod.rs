//! Releases that are built: with real Composer and npm, here and on a builder.
#![expect(clippy::disallowed_methods, reason = "projects are written, and programs are run")]
#![expect(clippy::unwrap_used, reason = "a project that cannot be made is a failed test")]

mod builder;
mod composer;
mod kept;
mod node;
mod validation;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Host, Lab, Outcome};

/// A repository, a host that it is deployed to, and a builder that may be used.
pub struct Shop {
    pub lab: Lab,
    pub forge: Host,
}

impl Shop {
    /// Makes a repository with these files and a first commit.
    pub fn new(settings: &str, files: &[(&str, &str)]) -> Self {
        let lab = Lab::new(&["web1"]);
        let forge = Host::start("forge", &lab.path("").canonicalize().unwrap().join("builders"));
        let shop = Self { lab, forge };
        shop.configure(settings);
        shop.write("public/index.html", "version 1\n");
        for (path, text) in files {
            shop.write(path, text);
        }
        shop.git(&["init", "-q", "-b", "main"]);
        shop
    }

    pub fn write(&self, path: &str, text: &str) {
        self.lab.write(path, text);
    }

    /// Writes deploy.yml.
    pub fn configure(&self, settings: &str) {
        let recipe = if settings.contains("recipe:") { "" } else { "recipe: php\n" };
        self.lab.configure(&format!("{recipe}source: {{ git: ., ref: main }}\nshared: {{}}\n{settings}"));
    }

    /// Returns `build` with the builder, after these words of its own.
    pub fn builder(&self, more: &str) -> String {
        let Host { port, identity, host_key, .. } = &self.forge;
        format!(
            "build:\n  {more}\n  builder: {{ address: 127.0.0.1, port: {port}, user: forge, identity: \"{}\", \
             host_key: \"{host_key}\", work_dir: ~/the builds }}\n",
            identity.display()
        )
    }

    /// Commits everything.
    pub fn commit(&self) {
        self.git(&["add", "-A", "--", ":!site", ":!deploy.yml", ":!auth.json"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a change"]);
    }

    pub fn git(&self, arguments: &[&str]) {
        let author = ["-c", "user.name=Ana", "-c", "user.email=ana@shop.example"];
        self.run(self.lab.in_project("git").args(author).args(arguments));
    }

    /// Runs a program of the user's, which must end well.
    pub fn run(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{command:?}\n{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// Deploys, which must succeed.
    #[track_caller]
    pub fn deploy(&self) -> Outcome {
        self.lab.run(&["run", "test"]).exits(0)
    }

    /// Tells whether the live release has a path.
    pub fn has(&self, path: &str) -> bool {
        self.lab.hosts[0].app("current").join(path).exists()
    }

    /// Returns a file of the live release.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.lab.hosts[0].app("current").join(path)).unwrap()
    }
}

/// Returns the names in a directory, sorted; none where there is none.
pub fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
