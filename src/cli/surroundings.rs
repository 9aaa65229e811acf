//! The only reader of the environment, the clock and the terminal. All else is told by this.
#![expect(clippy::disallowed_methods, reason = "this is where the environment is read")]

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use console::Term;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::args::{Color, Common};
use super::ask;
use crate::report::Screen;
use crate::transport::ssh::{Ask, Caller};

/// What the program finds around itself when it starts.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The environment; variables that are not UTF-8 are left out.
    pub environment: BTreeMap<String, String>,
    /// The home directory.
    pub home: PathBuf,
    /// The working directory.
    pub directory: PathBuf,
    /// The time.
    pub now: Timestamp,
    /// The zone of the user's clock.
    pub time_zone: TimeZone,
    /// The account and the machine, as `ana@laptop`.
    pub by: String,
    /// Where the program may keep what it can make again.
    pub cache: PathBuf,
    /// Asks the person; `None`: nobody is there to be asked.
    pub ask: Option<Ask>,
}

impl Surroundings {
    /// Looks around.
    pub fn look() -> Self {
        let environment: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("/"));
        let cache = environment.get("XDG_CACHE_HOME").filter(|dir| dir.starts_with('/'));
        let cache = cache.map_or_else(|| home.join(".cache"), PathBuf::from).join("deployer");
        let named = environment.get("USER").or(environment.get("LOGNAME")).cloned();
        let unknown = || "unknown".to_owned();
        let user = named.or_else(|| said_by("id", "-un")).unwrap_or_else(unknown);
        let machine = said_by("uname", "-n").unwrap_or_else(unknown);
        let now = Zoned::now();
        Self {
            by: plain(&format!("{user}@{machine}")),
            home,
            directory: std::env::current_dir().unwrap_or_default(),
            now: now.timestamp(),
            time_zone: now.time_zone().clone(),
            cache,
            ask: (std::io::stdin().is_terminal() && std::io::stderr().is_terminal()).then(ask::on_terminal),
            environment,
        }
    }

    /// Returns the same surroundings at the present time.
    pub fn at_this_moment(&self) -> Self {
        Self { now: Timestamp::now(), ..self.clone() }
    }

    /// Returns a variable that is set to something.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns what ssh needs to know of this machine.
    pub fn caller(&self) -> Caller {
        Caller {
            home: self.home.clone(),
            user: self.by.split('@').next().unwrap_or_default().to_owned(),
            agent: self.variable("SSH_AUTH_SOCK").map(PathBuf::from),
            ssh: Some(PathBuf::from("ssh")),
            now: self.now,
        }
    }

    /// Describes standard error, which tells what happens.
    pub fn stderr(&self, common: &Common) -> Screen {
        self.screen(&Term::stderr(), std::io::stderr().is_terminal(), common)
    }

    /// Describes standard output, which takes data.
    pub fn stdout(&self, common: &Common) -> Screen {
        self.screen(&Term::stdout(), std::io::stdout().is_terminal(), common)
    }

    fn screen(&self, term: &Term, is_terminal: bool, common: &Common) -> Screen {
        let (rows, columns) = term.size();
        let dumb = self.variable("TERM") == Some("dumb") || self.variable("ACCESSIBLE").is_some();
        let color = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !dumb && self.variable("NO_COLOR").is_none(),
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.variable(name));
        Screen {
            terminal: is_terminal && !dumb,
            width: if is_terminal { columns.into() } else { 80 },
            height: if is_terminal { rows.into() } else { 24 },
            color,
            utf8: locale.is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8")),
            time_zone: self.time_zone.clone(),
        }
    }
}

/// Returns the word that a program says: containers and cron set few variables.
fn said_by(program: &str, argument: &str) -> Option<String> {
    let output = std::process::Command::new(program).arg(argument).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

/// Keeps of a name what is safe everywhere: the host's records hold it as it is.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "@._-".contains(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_name_cannot_break_the_records() {
        assert_eq!(plain("o'brien\"$(id)@lap top"), "o_brien___id_@lap_top");
    }
}
