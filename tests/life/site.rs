//! One site: its project, its host, and what has happened to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deployer::transport::ssh::Target;

use tempfile::TempDir;

use super::archives::Archives;
use super::memory::Memory;
use super::run::{Setting, live};
use super::script::Deed;
use super::thing::Thing;
use super::user::{self, Done};
use super::vendor::Version;

/// One site.
pub struct Site {
    pub setting: Setting,
    pub version: Version,
    pub memory: Memory,
    pub archives: Archives,
    /// What each release that was begun ships.
    pub shipped: BTreeMap<String, BTreeMap<String, String>>,
    /// Those that were live at some time.
    pub was_live: BTreeSet<String>,
    /// Those whose run was killed.
    pub dead: BTreeSet<String>,
    /// Makes everything that is written unique.
    number: u64,
    _folder: TempDir,
}

impl Site {
    /// Makes one whose releases are built on a folder, on a host that is reached so.
    pub fn new(base: Option<PathBuf>, target: Option<Arc<Target>>) -> Self {
        let folder = tempfile::Builder::new().prefix("deployer-life-").tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = |name| root.join(name);
        let setting = Setting {
            home: path("home"),
            deploy_to: path("home/my shop"),
            project: path("project"),
            cache: path("cache"),
            target,
        };
        for directory in [&setting.home, &setting.project, &setting.cache] {
            fs::create_dir_all(directory).unwrap();
        }
        Self {
            setting,
            version: Version::first(base),
            memory: Memory::default(),
            archives: Archives::default(),
            shipped: BTreeMap::new(),
            was_live: BTreeSet::new(),
            dead: BTreeSet::new(),
            number: 0,
            _folder: folder,
        }
    }

    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// Returns a path in the application's directory.
    pub fn app(&self, path: impl AsRef<Path>) -> PathBuf {
        self.setting.deploy_to.join(path)
    }

    /// Returns the release that is live.
    pub fn live(&self) -> Option<String> {
        live(&self.setting.deploy_to)
    }

    /// Tells whether a path of a release leads to shared data.
    pub fn is_shared(&self, release: &str, path: &str) -> bool {
        let mut path = self.app("releases").join(release).join(path);
        let shared = self.app("shared");
        // What is not there lies where its directory leads.
        while !path.exists() && path.pop() {}
        path.canonicalize().is_ok_and(|real| real.starts_with(shared))
    }

    /// A user does something with what visitors see.
    pub fn act(&mut self, deed: &Deed) {
        let Some(live) = self.live() else { return };
        let number = self.number();
        match user::act(deed, &self.app("current"), number) {
            Done::Written(path, found) => self.memory.write(path, &live, found),
            Done::Deleted(path) => self.forget(path, &live),
            Done::Nothing => {}
        }
    }

    fn forget(&mut self, path: &str, live: &str) {
        let is_old = self.was_live.iter().any(|id| self.shipped[id].contains_key(path));
        self.memory.delete(path, live, is_old && self.is_shared(live, path));
    }

    /// A request that still works in a release which is not live any more does something; `is_settled`:
    /// after all that was written there has been looked after.
    pub fn act_late(&mut self, deed: &Deed, release: &str, is_settled: bool) {
        let Some(live) = self.live().filter(|live| live != release) else { return self.act(deed) };
        let below = self.app("releases").join(release);
        if !below.exists() {
            return;
        }
        let number = self.number();
        match user::act(deed, &below, number) {
            Done::Written(path, found) if self.is_shared(release, path) => {
                self.memory.write(path, &live, found);
            }
            Done::Deleted(path) if self.is_shared(release, path) => self.forget(path, &live),
            Done::Written(path, found) if is_settled => {
                self.memory.changed.insert((release.to_owned(), path.to_owned()));
                self.memory.apart.push((path.to_owned(), found.thing));
            }
            Done::Written(path, found) => self.memory.write_late(path, release, &live, found),
            Done::Deleted(path) => {
                // What was carried before stays, what was not goes.
                self.memory.wanted.remove(path);
                self.memory.changed.insert((release.to_owned(), path.to_owned()));
            }
            Done::Nothing => {}
        }
    }

    /// Tells whether something is at this path in any release or in shared data, or in an archive.
    pub fn is_somewhere(&self, path: &str, thing: &Thing) -> bool {
        use super::thing::Found;
        let there = |root: PathBuf| Found::at(&root.join(path)).is_some_and(|found| found.thing == *thing);
        let mut releases = fs::read_dir(self.app("releases")).into_iter().flatten();
        self.archives.hold(thing)
            || there(self.app("shared"))
            || releases.any(|release| there(release.unwrap().path()))
    }
}
