//! `deployer setup --local`: what a first clone needs before it runs. Each part is left out where it
//! was done, so that all of it can be run again at any time.
#![expect(clippy::disallowed_methods, reason = "the working copy is looked at, and what lacks is made")]

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::super::args::Common;
use super::super::ask;
use super::super::fault::Fault;
use super::super::persist::local as shared;
use super::super::stage;
use super::super::surroundings::Surroundings;
use super::packages::{self, Packages};
use super::task::Task;
use crate::config::Config;
use crate::dotenv::Summary;
use crate::event::Next;
use crate::host::HostName;
use crate::persist::finding::{Finding, State};
use crate::plan::settings::APP_KEY;
use crate::report::findings;

/// How PHP is had.
const PHP: &str = "install the php command of your system";

/// Prepares the working copy.
///
/// # Errors
/// When deploy.yml is wrong.
pub fn local(stage: Option<&str>, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = stage::open_or_first(stage, common, surroundings)?;
    let root = shared::working_copy(&config);
    let mut copy = WorkingCopy { root, common, surroundings, found: Vec::new(), next: Vec::new() };
    let done = copy.prepare(&config);
    if super::super::wants_json(common) {
        super::super::answer(&copy.found)?;
        return Ok(u8::from(done.is_none()));
    }
    let ending = match done {
        Some(()) => "This working copy is ready.",
        None => "Not ready yet. What was done stays; run it again when that is mended.",
    };
    let heading = findings::Heading { application: &config.application, stage: "this working copy" };
    let here = [(HostName::new("here".to_owned()), copy.found.as_slice())];
    let screen = surroundings.stdout(common);
    findings::print(&mut io::stdout().lock(), &heading, &here, ending, &copy.next, &screen)?;
    Ok(u8::from(done.is_none()))
}

struct WorkingCopy<'a> {
    root: PathBuf,
    common: &'a Common,
    surroundings: &'a Surroundings,
    found: Vec<Finding>,
    next: Vec<Next>,
}

impl WorkingCopy<'_> {
    /// Does all parts in their order. `None`: one failed, and the rest was left out.
    fn prepare(&mut self, config: &Config) -> Option<()> {
        self.settings()?;
        self.directories(config)?;
        let composer = self.program("composer");
        self.packages("PHP packages are installed", packages::php(&self.root, &composer))?;
        self.packages("JavaScript packages are installed", packages::javascript(&self.root))?;
        if self.root.join("artisan").is_file() {
            self.key()?;
            self.found.extend(shared::public_storage(&self.root));
            self.migrate()?;
        }
        let fails = self.found.iter().any(|finding| finding.state == State::Fail);
        (!fails).then_some(())
    }

    /// Returns the name of a program, which `--var` may set.
    fn program(&self, name: &str) -> String {
        let set = self.common.var.iter().rev().find(|(key, _)| key == name);
        set.map_or_else(|| name.to_owned(), |(_, value)| value.clone())
    }

    fn say(&mut self, state: State, name: &str, text: impl Into<String>) {
        self.found.push(Finding { state, name: name.to_owned(), text: text.into() });
    }

    /// Ends the work.
    fn fail(&mut self, name: &str, text: String, next: Option<(String, &str)>) -> Option<()> {
        self.say(State::Fail, name, text);
        self.next.extend(next.map(|(run, why)| Next { run, why: why.to_owned() }));
        self.next
            .push(Next { run: "deployer setup --local".to_owned(), why: "goes on from here".to_owned() });
        None
    }

    /// Makes `.env` of `.env.example`, never over one that is there.
    fn settings(&mut self) -> Option<()> {
        let (file, example) = (self.root.join(".env"), self.root.join(".env.example"));
        if std::fs::symlink_metadata(&file).is_ok() {
            self.say(State::Ok, "settings", ".env is there");
        } else if example.is_file() {
            if let Err(error) = copy_new(&example, &file) {
                return self.fail("settings", format!(".env cannot be made: {error}"), None);
            }
            self.say(State::Ok, "settings", ".env was made of .env.example: look through it");
        } else {
            self.say(State::Ok, "settings", "there is no .env.example to make .env of");
        }
        let summary = self.summary();
        match summary.mistake {
            None => Some(()),
            Some(mistake) => self.fail(
                "settings",
                format!(".env, {mistake}"),
                Some(("$EDITOR .env".to_owned(), "correct the line")),
            ),
        }
    }

    fn summary(&self) -> Summary {
        std::fs::read(self.root.join(".env")).map(|bytes| Summary::of(&bytes)).unwrap_or_default()
    }

    fn directories(&mut self, config: &Config) -> Option<()> {
        let made = shared::directories(&self.root, config);
        let fails = made.iter().any(|finding| finding.state == State::Fail);
        self.found
            .extend(made.into_iter().filter(|finding| fails || !finding.text.ends_with("written into")));
        if fails {
            return self.fail("shared", "shared directories are not as they should be".to_owned(), None);
        }
        self.say(State::Ok, "shared", "all shared directories are there");
        Some(())
    }

    fn packages(&mut self, done: &str, packages: Packages) -> Option<()> {
        match packages {
            Packages::None => Some(()),
            Packages::Done => {
                self.say(State::Ok, "packages", done);
                Some(())
            }
            Packages::Wanted(task) => self.run(&task),
        }
    }

    /// Runs a program, after having said so.
    fn run(&mut self, task: &Task) -> Option<()> {
        if !self.common.quiet {
            // Whoever does not read it does not miss it.
            let _told = writeln!(io::stderr(), "> {}", task.line());
        }
        match task.run(&self.root) {
            Ok(()) => {
                self.say(State::Ok, task.name, format!("`{}` was run", task.line()));
                Some(())
            }
            Err(reason) => self.fail(task.name, reason, Some((task.line(), "shows it again"))),
        }
    }

    fn artisan(&self, name: &'static str, words: &str) -> Task {
        Task::new(name, &self.program("php"), &format!("artisan {words}"), PHP)
    }

    /// Has Laravel make its key, where there is none.
    fn key(&mut self) -> Option<()> {
        let summary = self.summary();
        match summary.has(APP_KEY) {
            Some(true) => {
                self.say(State::Ok, "key", "APP_KEY is set");
                Some(())
            }
            // Artisan sets a line that is there, and adds none.
            Some(false) => self.run(&self.artisan("key", "key:generate --force")),
            None => {
                self.say(
                    State::Warn,
                    "key",
                    "there is no APP_KEY= in .env: add the line, and run this again",
                );
                Some(())
            }
        }
    }

    /// Migrates the developer's database, when a person says so; never one of production.
    fn migrate(&mut self) -> Option<()> {
        if !self.root.join("database/migrations").is_dir() {
            return Some(());
        }
        let task = self.artisan("database", "migrate");
        if self.summary().production {
            self.say(State::Warn, "database", "not migrated: APP_ENV is production in .env");
            return Some(());
        }
        let may = self.common.yes
            || self.surroundings.ask.is_some() && ask::confirm("Migrate the database that .env names?");
        if may {
            return self.run(&task);
        }
        self.say(State::Ok, "database", "database left as it is");
        self.next.push(Next {
            run: task.line(),
            why: "makes the tables in the database that .env names".to_owned(),
        });
        Some(())
    }
}

/// Copies a file to a name that must be free, for its owner alone.
fn copy_new(from: &Path, to: &Path) -> io::Result<()> {
    let text = std::fs::read(from)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    file.write_all(&text)
}
