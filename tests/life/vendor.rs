//! What the vendor does: the versions of the application, and what deploy.yml says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::script::Change;
use crate::sshd::run;

/// What a version can consist of. Some are where users write, some are in the way of others.
const FILES: [&str; 14] = [
    "src/a.php",
    "src/b.php",
    "public/index.html",
    "public/uploads/welcome.jpg",
    "public/uploads/demo.jpg",
    "public/uploads/al bum/default.jpg",
    "public/avatars/default.png",
    "gallery/g1.jpg",
    "gallery/g2.jpg",
    "notes.txt",
    "data",
    "data/inner.txt",
    "a/b",
    "config/settings.php",
];

/// What can be shared besides.
const ALSO: [&str; 4] = ["gallery", "data", "a/b/c", "public/ünï cödé"];

/// The next version.
#[derive(Clone, Debug)]
pub struct Version {
    /// Contents by path.
    pub files: BTreeMap<String, String>,
    pub also: Vec<&'static str>,
    pub all_public: bool,
    pub keep: u8,
    /// What all versions are built on.
    base: Option<PathBuf>,
}

impl Version {
    /// The first version.
    pub fn first(base: Option<PathBuf>) -> Self {
        let files = ["src/a.php", "public/index.html", "public/uploads/welcome.jpg", "config/settings.php"];
        let files = files.map(|path| (path.to_owned(), format!("{path} 0\n"))).into();
        Self { files, also: Vec::new(), all_public: false, keep: 3, base }
    }

    /// Changes it; `number` makes what is shipped unique.
    pub fn change(&mut self, change: &Change, number: u64) {
        let file = |index: &u8| FILES[usize::from(*index) % FILES.len()];
        match change {
            Change::Ship(index) => {
                let path = file(index);
                let in_the_way = |other: &str| {
                    other.starts_with(&format!("{path}/")) || path.starts_with(&format!("{other}/"))
                };
                self.files.retain(|other, _| !in_the_way(other));
                self.files.insert(path.to_owned(), format!("{path} {number}\n"));
            }
            // The first file keeps the release from being empty; the settings must be somewhere.
            Change::Drop(index) if ["src/a.php", "config/settings.php"].contains(&file(index)) => {}
            Change::Drop(index) => drop(self.files.remove(file(index))),
            Change::Also(index) => {
                let path = ALSO[usize::from(*index) % ALSO.len()];
                match self.also.iter().position(|also| *also == path) {
                    Some(place) => drop(self.also.remove(place)),
                    None => self.also.push(path),
                }
            }
            Change::Rule(all_public) => self.all_public = *all_public,
            Change::Keep(keep) => self.keep = *keep,
        }
    }

    /// Writes the project: the site, and deploy.yml with these steps.
    pub fn write(&self, project: &Path, deploy_to: &Path, steps: &str) {
        let site = project.join("site");
        if site.exists() {
            fs::remove_dir_all(&site).unwrap();
        }
        if let Some(base) = &self.base {
            run(Command::new("cp").arg("-al").arg(base).arg(&site));
        }
        for (path, content) in &self.files {
            let path = site.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // It may be a link to the one of all versions.
            let _new = fs::remove_file(&path);
            fs::write(path, content).unwrap();
        }
        let also = serde_json::to_string(&self.also).unwrap();
        let rule = if self.all_public { "all-public" } else { "patterns" };
        let text = format!(
            "application: shop\nrecipe: common\nkeep_releases: {}\nsource: {{ path: site }}\n\
             shared: {{ dirs: [public/uploads, storage], files: [config/settings.php], also: {also}, rule: {rule} }}\n\
             stages:\n  test:\n    hosts:\n      web: {{ address: localhost, user: web, deploy_to: \"{}\" }}\n{steps}",
            self.keep,
            deploy_to.display()
        );
        fs::write(project.join("deploy.yml"), text).unwrap();
    }
}
