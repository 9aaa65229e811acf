//! The scripts of backups and restores, and what they print.

use minijinja::Value;

use crate::execute::marks::Mark;
use crate::execute::session::Session;
use crate::facts::Facts;
use crate::host::HostName;
use crate::plan::preflight::Problem;
use crate::template::Engine;

/// A script of `templates/`.
pub struct Script {
    name: &'static str,
    text: &'static str,
}

macro_rules! script {
    ($($before:literal)* => $name:literal) => {
        Script {
            name: $name,
            text: concat!(
                $(include_str!(concat!("../../../templates/", $before)),)*
                include_str!(concat!("../../../templates/", $name))
            ),
        }
    };
    ($name:literal) => { script!(=> $name) };
}

/// Streams an archive of the shared data.
pub const STREAM: Script = script!("backup.sh");
/// Makes an archive on the host.
pub const KEEP: Script = script!("backup-keep.sh");
/// Gives an archive on the host its name.
pub const FINISH: Script = script!("backup-finish.sh");
/// Removes an archive on the host that is not good.
pub const DROP: Script = script!("backup-drop.sh");
/// Adds a line to the log.
pub const LOG: Script = script!("backup-log.sh");
/// Lists archives on the host.
pub const LIST: Script = script!("backup-list.sh");
/// Streams an archive that the host has.
pub const SEND: Script = script!("backup-send.sh");
/// Removes archives on the host.
pub const PRUNE: Script = script!("backup-prune.sh");
/// Looks at what a restore would replace.
pub const LOOK: Script = script!("restore-look.sh");
/// Reads an archive on the host to its end.
pub const INSPECT: Script = script!("restore-inspect.sh");

/// Dumps the database.
pub const DUMP: Script = script!("database.sh" => "dump.sh");
/// Reads a dump on the host to its end, and looks at what it would replace.
pub const INSPECT_DUMP: Script = script!("database.sh" => "dump-inspect.sh");

impl Script {
    /// Takes the name and the text of a template.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// Returns the shell text with values put in.
    ///
    /// # Errors
    /// A reason in words, when a value cannot stand in shell text.
    pub fn render(&self, values: &Value) -> Result<String, String> {
        let rendered = Engine::new().shell(self.name, self.text, values);
        rendered.map(|rendered| rendered.text).map_err(|error| error.to_string())
    }

    /// Runs it in a session, for as long as it takes; returns its exit code.
    ///
    /// # Errors
    /// A reason in words, when the session is lost.
    pub async fn run(
        &self,
        session: &mut Session,
        values: &Value,
        mut line: impl FnMut(&str),
    ) -> Result<i32, String> {
        let text = self.render(values)?;
        session.run(&format!("set -e\n{text}")).await.map_err(|lost| lost.reason)?;
        loop {
            match session.next().await.map_err(|lost| lost.reason)? {
                Mark::Line(text) => line(&text),
                Mark::Done(code) => return Ok(code),
                Mark::Ready | Mark::Started(_) | Mark::Retried(..) | Mark::Ended(..) => {}
            }
        }
    }

    /// Runs it in a session and returns the lines that it printed.
    ///
    /// # Errors
    /// A reason in words: the session is lost, or what the failed script printed last.
    pub async fn lines(&self, session: &mut Session, values: &Value) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        match self.run(session, values, |line| lines.push(line.to_owned())).await? {
            0 => Ok(lines),
            code => Err(lines.pop().unwrap_or_else(|| format!("exit code {code}"))),
        }
    }
}

/// Returns the tools without which there is neither a backup nor a restore, if any is missing.
pub fn lacking(host: &HostName, facts: &Facts) -> Option<Problem> {
    let needed = |tool: &&String| tool.as_str() != "ln";
    let lacks: Vec<_> = facts.lacks.iter().filter(needed).map(String::as_str).collect();
    if !lacks.is_empty() {
        return Some(Problem::new(format!("{host} lacks {}", lacks.join(", "))));
    }
    let no_sum = facts.checksum.is_none() && facts.php.is_none();
    no_sum.then(|| Problem::new(format!("{host} has no sha256sum, shasum, openssl or PHP")))
}
