//! The user's own git: how it is started. What is asked of it stands in the modules beside.
#![expect(clippy::disallowed_methods, reason = "git is a process")]

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Output, Stdio};

use tokio::process::Command;

use super::printable::printable;

/// What would aim git at another repository, as in a hook or an alias that starts this program.
/// The rest of the user's environment stays: keys, proxies, `GIT_CONFIG_COUNT` of a CI job.
const FOREIGN: [&str; 20] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_LFS_SKIP_SMUDGE",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// What must hold whatever the user's git is configured to do.
const FIXED: [(&str, &str); 6] = [
    // Messages are shown to the user, and two of them are told apart.
    ("LC_ALL", "C"),
    ("GIT_TERMINAL_PROMPT", "0"),
    // `git status` would otherwise rewrite the user's index.
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    // The id of a commit stands for its own content, not for a local replacement.
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_PAGER", "cat"),
];

/// Settings of the user that cost time or start something here.
const SETTINGS: [&str; 4] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    "submodule.recurse=false",
];

/// Settings of the user that would make the tree differ from the commit, or write into the
/// repository. They are right for the user's own tree, so only ours is worked on with these.
const TREE_SETTINGS: [&str; 7] = [
    "core.autocrlf=false",
    "core.fileMode=true",
    "core.sparseCheckout=false",
    "core.splitIndex=false",
    "core.symlinks=true",
    "core.untrackedCache=false",
    // Without it a large file that cannot be had is laid out as its pointer, and all seems well.
    "filter.lfs.required=true",
];

/// Git could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("git is not installed on this machine, or is not in PATH: install it, or release a folder")]
    Missing,
    /// It could not be started.
    #[error("cannot start git")]
    Start(#[source] io::Error),
    /// It said no.
    #[error("`git {command}` failed: {message}")]
    Failed {
        /// The subcommand.
        command: String,
        /// What git printed, without control characters.
        message: String,
    },
}

/// The user's git, aimed at one repository.
#[derive(Clone, Debug)]
pub(super) struct Git {
    aim: Vec<OsString>,
    index: Option<OsString>,
    foreign_url: bool,
}

impl Git {
    /// Aims at whatever repository the folder lies in.
    pub fn in_folder(folder: &Path) -> Self {
        Self { aim: vec!["-C".into(), folder.into()], index: None, foreign_url: false }
    }

    /// Aims at a repository by its own directory (`.git`, or a bare one).
    pub fn at(directory: &Path) -> Self {
        let mut option = OsString::from("--git-dir=");
        option.push(directory);
        Self { aim: vec![option], index: None, foreign_url: false }
    }

    /// Works on this tree with this index in place of the user's.
    #[must_use]
    pub fn with_tree(mut self, tree: &Path, index: &Path) -> Self {
        let mut option = OsString::from("--work-tree=");
        option.push(tree);
        self.aim.extend(TREE_SETTINGS.iter().flat_map(|setting| ["-c".into(), setting.into()]));
        self.aim.extend(["-C".into(), tree.into(), option]);
        self.index = Some(index.into());
        self
    }

    /// Has these settings as well.
    #[must_use]
    pub fn with_settings(mut self, settings: &[&str]) -> Self {
        self.aim.extend(settings.iter().flat_map(|setting| ["-c".into(), (*setting).into()]));
        self
    }

    /// Fetches from an address that no person typed: only by the transports that git allows for it.
    #[must_use]
    pub fn for_foreign_url(mut self) -> Self {
        self.foreign_url = true;
        self
    }

    /// Runs a subcommand that says by its exit code that there is nothing, and returns what it prints.
    pub async fn find<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Option<Vec<u8>>, GitError> {
        let output = self.output(arguments, Stdio::null()).await?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            _ => Err(failed(arguments, &output)),
        }
    }

    /// Runs a subcommand and returns what it prints.
    pub async fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Vec<u8>, GitError> {
        self.run_with(arguments, Stdio::null()).await
    }

    /// Runs a subcommand that reads its input from there, and returns what it prints.
    pub async fn run_with<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        input: Stdio,
    ) -> Result<Vec<u8>, GitError> {
        let output = self.output(arguments, input).await?;
        if output.status.success() { Ok(output.stdout) } else { Err(failed(arguments, &output)) }
    }

    async fn output<S: AsRef<OsStr>>(&self, arguments: &[S], input: Stdio) -> Result<Output, GitError> {
        let mut command = Command::new("git");
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting])).args(&self.aim).args(arguments);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.envs(FIXED).envs(self.index.iter().map(|index| ("GIT_INDEX_FILE", index)));
        command.envs(self.foreign_url.then_some(("GIT_PROTOCOL_FROM_USER", "0")));
        command.stdin(input).kill_on_drop(true);
        command.output().await.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => GitError::Missing,
            _ => GitError::Start(error),
        })
    }

    /// Runs a subcommand that prints one line, and returns it.
    pub async fn line<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<String, GitError> {
        let output = self.run(arguments).await?;
        let text = String::from_utf8_lossy(&output);
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }
}

fn failed<S: AsRef<OsStr>>(arguments: &[S], output: &Output) -> GitError {
    let command = arguments.first().map_or_else(String::new, |name| name.as_ref().display().to_string());
    GitError::Failed { command, message: message(&output.stderr, output.status) }
}

/// Returns the end of what git printed: the reason stands in the last lines.
fn message(stderr: &[u8], status: std::process::ExitStatus) -> String {
    const LINES: usize = 8;
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<String> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(printable).collect();
    match lines.len() {
        0 => status.to_string(),
        all => lines[all.saturating_sub(LINES)..].join("\n"),
    }
}
