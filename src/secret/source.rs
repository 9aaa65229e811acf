//! Finding the values of secrets: once for a run, only those that it uses, before any host is
//! contacted.
#![expect(clippy::disallowed_methods, reason = "secrets are kept in files and behind commands")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use indexmap::IndexMap;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::{SecretName, SecretValue};
use crate::config::SecretSource;

/// How long a command may take: a person may have to find a key first.
const LIMIT: Duration = Duration::from_secs(60);
/// The longest value, in bytes: a key, not a file of data. Environments take little more.
const LONGEST: u64 = 64 * 1024;
/// The shortest value, in characters: a shorter one cannot be taken out of a log.
const SHORTEST: usize = 4;
/// Values that stand in every log: taking them out would make it unreadable.
const COMMON: [&str; 8] = ["true", "false", "null", "none", "production", "staging", "local", "localhost"];

/// The value of one secret was not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("secret {name}: {place} {reason}")]
pub struct SecretError {
    /// The secret.
    pub name: SecretName,
    /// Where it was looked for, in words.
    pub place: String,
    /// Why that gave nothing.
    pub reason: Reason,
}

/// Why a place gave no value. None of these holds anything of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nobody said where it is.
    #[error("does not name it: add where to find it")]
    Undeclared,
    /// No such variable.
    #[error("is not set: export it, or add it to the variables of the CI job")]
    Unset,
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The command cannot be started.
    #[error("cannot be started: {0}; is it installed, and in PATH?")]
    NotStarted(String),
    /// The command failed.
    #[error("failed ({0}): run it by hand to see why")]
    Failed(String),
    /// The command did not end.
    #[error("did not end within {0} s: run it by hand to see what it waits for")]
    TimedOut(u64),
    /// There is nothing.
    #[error("is empty")]
    Empty,
    /// Not a text.
    #[error("holds bytes that are not UTF-8 text")]
    NotText,
    /// Too short to be taken out of logs.
    #[error(
        "gives fewer than {SHORTEST} characters, which could not be taken out of logs: use a longer value"
    )]
    TooShort,
    /// Too common to be taken out of logs.
    #[error("gives a word that stands in every log: a value like that is no secret, put it under `vars:`")]
    TooCommon,
    /// Too long to be a secret.
    #[error("gives more than 64 KiB: that is not one secret")]
    TooLong,
}

/// Returns where a secret is found, in words. Never its value.
pub fn place(source: &SecretSource) -> String {
    match source {
        SecretSource::Env(variable) => format!("the environment variable {variable}"),
        SecretSource::File(path) => format!("the file {}", path.display()),
        SecretSource::Run(arguments) => format!("the command `{}`", arguments.join(" ")),
    }
}

/// Finds the wanted values.
///
/// Commands run one after another in `root`, without a shell, on the user's own terminal, so that
/// they can ask for a password; the same command runs only once. `~/` in a file's path is `home`,
/// and relative paths start at `root`.
///
/// # Errors
/// All that was not found, in the order of the names.
pub async fn resolve(
    sources: &IndexMap<SecretName, SecretSource>,
    wanted: &BTreeSet<SecretName>,
    environment: &(dyn Fn(&str) -> Option<String> + Sync),
    home: &Path,
    root: &Path,
) -> Result<BTreeMap<SecretName, SecretValue>, Vec<SecretError>> {
    let mut search = Search { environment, home, root, limit: LIMIT, printed: HashMap::new() };
    let (mut values, mut errors) = (BTreeMap::new(), Vec::new());
    for name in wanted {
        let (place, found) = match sources.get(name) {
            Some(source) => (place(source), search.find(source).await),
            None => ("`secrets:` in deploy.yml".to_owned(), Err(Reason::Undeclared)),
        };
        match found.and_then(check) {
            Ok(value) => drop(values.insert(name.clone(), value)),
            Err(reason) => errors.push(SecretError { name: name.clone(), place, reason }),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

struct Search<'a> {
    environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
    home: &'a Path,
    root: &'a Path,
    limit: Duration,
    /// What commands printed, or why they did not.
    printed: HashMap<&'a [String], Result<Vec<u8>, Reason>>,
}

impl<'a> Search<'a> {
    async fn find(&mut self, source: &'a SecretSource) -> Result<Vec<u8>, Reason> {
        match source {
            SecretSource::Env(variable) => {
                (self.environment)(variable).map(String::into_bytes).ok_or(Reason::Unset)
            }
            SecretSource::File(path) => self.read(path).await,
            SecretSource::Run(arguments) => {
                if !self.printed.contains_key(arguments.as_slice()) {
                    let printed = self.run(arguments).await;
                    self.printed.insert(arguments, printed);
                }
                self.printed[arguments.as_slice()].clone()
            }
        }
    }

    async fn read(&self, path: &Path) -> Result<Vec<u8>, Reason> {
        let path = match path.strip_prefix("~") {
            Ok(rest) => self.home.join(rest),
            Err(_) => self.root.join(path),
        };
        let unreadable = |error: io::Error| Reason::Unreadable(error.to_string());
        let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
        all(file).await.map_err(unreadable)
    }

    async fn run(&self, arguments: &[String]) -> Result<Vec<u8>, Reason> {
        let [program, arguments @ ..] = arguments else { return Err(Reason::Empty) };
        // A path is meant from deploy.yml, whatever the folder that the user stands in.
        let program = if program.contains('/') { self.root.join(program) } else { PathBuf::from(program) };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.root).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| Reason::NotStarted(error.to_string()))?;
        let output = child.stdout.take().expect("the output was asked for");
        let ended = tokio::time::timeout(self.limit, async {
            let printed = all(output).await?;
            // A command that prints without end is not waited for.
            let status = if printed.len() as u64 > LONGEST { None } else { Some(child.wait().await?) };
            io::Result::Ok((status, printed))
        });
        match ended.await {
            Ok(Ok((None, _))) => Err(Reason::TooLong),
            Ok(Ok((Some(status), printed))) if status.success() => Ok(printed),
            Ok(Ok((Some(status), _))) => Err(Reason::Failed(status.to_string())),
            Ok(Err(error)) => Err(Reason::Failed(error.to_string())),
            Err(_) => Err(Reason::TimedOut(self.limit.as_secs())),
        }
    }
}

async fn all(source: impl tokio::io::AsyncRead + Unpin) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LONGEST + 1).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// Takes the last newline off and refuses what could not be kept secret.
fn check(bytes: Vec<u8>) -> Result<SecretValue, Reason> {
    if bytes.len() as u64 > LONGEST {
        return Err(Reason::TooLong);
    }
    let text = String::from_utf8(bytes).map_err(|_| Reason::NotText)?;
    let value = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    match value.trim() {
        "" => Err(Reason::Empty),
        // An environment cannot carry it.
        _ if value.contains('\0') => Err(Reason::NotText),
        word if word.chars().count() < SHORTEST => Err(Reason::TooShort),
        word if COMMON.contains(&word.to_lowercase().as_str()) => Err(Reason::TooCommon),
        _ => Ok(SecretValue::new(value)),
    }
}

#[cfg(test)]
mod tests;
