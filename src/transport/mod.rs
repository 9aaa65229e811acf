//! Reaching a host: starting a process there and talking to it. Nothing here knows what a
//! deploy is.
//!
//! A host's login shell can be anything (fish, tcsh, a shell that prints a banner), so one fixed
//! command is sent, [`BOOTSTRAP`], that means the same in all of them. It reads one line, which is
//! a program for `sh`; that program reads the rest of its input as it likes.

pub mod http;
pub mod local;
pub mod post;
pub mod ssh;

use bytes::Bytes;
use tokio::sync::mpsc;

/// The command that every remote process is started with: `sh` runs its first line of input.
///
/// It holds no quote inside its quotes, no backslash, no newline and no `!`, so sh, bash, zsh,
/// fish, csh and tcsh all read it alike. `read` takes single bytes from a pipe (POSIX asks that
/// nothing behind the line is consumed), so what follows the line is left for the program.
pub const BOOTSTRAP: &str = "exec sh -c 'IFS= read -r line && eval \"$line\"'";

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It ended by itself with this code.
    Code(i32),
    /// A signal killed it (the name without `SIG`): never a success.
    Signal(String),
    /// Nobody knows: the connection ended first. The text says how.
    Lost(String),
}

/// What a process sends back. [`Output::Exit`] is the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes of its standard output.
    Stdout(Bytes),
    /// Bytes of its standard error.
    Stderr(Bytes),
    /// The end of the process.
    Exit(Exit),
}

/// A running process: what to write to it and what it sends.
///
/// The receiver may be slow (the far side then waits), but it must be read to its end or dropped.
/// Dropping a `Process` ends the remote process: its input closes and it is signalled.
#[derive(Debug)]
pub struct Process {
    /// Its standard input; closed when dropped. Sending fails once the process has ended, and never
    /// waits for a process that does not read and has exited.
    pub input: mpsc::Sender<Bytes>,
    /// What it prints and how it ends.
    pub output: mpsc::Receiver<Output>,
}

/// A way to start processes on one host.
#[derive(Clone, Debug)]
pub enum Connection {
    /// Over SSH.
    Ssh(ssh::Connection),
    /// On this machine.
    Local(local::Local),
}

impl Connection {
    /// Starts [`BOOTSTRAP`].
    ///
    /// # Errors
    /// When the connection is gone or the host refuses another session.
    pub async fn start(&self) -> Result<Process, StartError> {
        match self {
            Self::Ssh(connection) => connection.start().await,
            Self::Local(local) => local.start(),
        }
    }

    /// Ends the connection, waiting a moment for the host to hear of it.
    pub async fn close(&self) {
        match self {
            Self::Ssh(connection) => connection.close().await,
            Self::Local(_) => {}
        }
    }
}

/// A process could not be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot start a command: {reason}")]
pub struct StartError {
    /// Why, in the words of whoever refused.
    pub reason: String,
}
