//! The file on this machine that holds a stage's settings.
#![expect(clippy::disallowed_methods, reason = "the file is read and written")]

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::fault::Fault;
use super::super::hosts::expand;
use super::super::surroundings::Surroundings;
use crate::config::Config;
use crate::dotenv::Settings;

/// A file on this machine.
#[derive(Clone, Debug)]
pub struct Here {
    /// Where it is.
    pub path: PathBuf,
    /// As a person calls it.
    pub name: String,
}

impl Here {
    /// Takes the named file, else the one of deploy.yml, else `.env.STAGE` beside it.
    ///
    /// # Errors
    /// When it is the developer's own `.env`: that one never travels, and nothing is put over it.
    pub fn new(file: Option<&Path>, config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let path = match (file, &config.env_file) {
            (Some(file), _) => surroundings.directory.join(file),
            (None, Some(file)) => expand(file, surroundings, &config.root),
            (None, None) => config.root.join(format!(".env.{}", config.stage)),
        };
        let name = path.strip_prefix(&surroundings.directory).unwrap_or(&path).display().to_string();
        let of_link = path.canonicalize().ok();
        let own = config.root.join(".env");
        if path == own || of_link.is_some() && of_link == own.canonicalize().ok() {
            let text =
                format!("{name} holds this machine's own settings: it is neither sent nor written over");
            let run = format!("deployer env {0} pull .env.{0}", config.stage);
            return Err(Fault::usage(text).next(run, "a file of its own for this stage"));
        }
        Ok(Self { path, name })
    }

    /// Returns its bytes; `None`: there is no such file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn bytes(&self) -> Result<Option<Vec<u8>>, Fault> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::usage(format!("cannot read {}: {error}", self.name))),
        }
    }

    /// Returns its bytes and what they say.
    ///
    /// # Errors
    /// When it is not there, or PHP would not read it to its end.
    pub fn read(&self, stage: &str) -> Result<(Vec<u8>, Settings), Fault> {
        let Some(bytes) = self.bytes()? else {
            let run = format!("deployer env {stage} pull {}", self.name);
            return Err(
                Fault::usage(format!("there is no {}", self.name)).next(run, "makes it from what a host has")
            );
        };
        let settings = Settings::read(&bytes);
        let settings = settings.map_err(|mistake| Fault::usage(format!("{}, {mistake}", self.name)))?;
        match settings.unread {
            Some(line) => Err(Fault::usage(format!(
                "{}, line {line}: a quote is opened and never closed; PHP reads nothing from there on",
                self.name
            ))),
            None => Ok((bytes, settings)),
        }
    }

    /// Writes it whole, for its owner alone. A link stays a link.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Fault> {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        write(&path, bytes).map_err(|error| Fault::usage(format!("cannot write {}: {error}", self.name)))
    }

    /// Returns a file beside it for what it holds now.
    pub fn copy(&self, id: &str) -> Self {
        let with = |text: &str| format!("{text}.before-{id}");
        Self { path: PathBuf::from(with(&self.path.to_string_lossy())), name: with(&self.name) }
    }

    /// Tells whether `git add` would take it. Where there is no repository, nothing does.
    pub fn is_committed(&self) -> bool {
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(["check-ignore", "-q", "--"]).arg(&self.path);
        let status = git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.code() == Some(1))
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
