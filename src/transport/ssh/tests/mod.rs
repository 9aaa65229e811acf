//! The client against the embedded server.
#![expect(clippy::disallowed_methods, reason = "files are written to be read")]

mod faults;
mod login;
mod process;
mod trust;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;

use super::{Caller, ConnectError, Connection, Keepalive, Target, connect};
use crate::config::KnownHostsPolicy;
use crate::embedded::{Options, Server};
use crate::transport::{Exit, Output, Process};

/// A server over a temporary directory, with the home of a user who knows it.
pub(super) struct Lab {
    directory: TempDir,
    server: Server,
}

impl Lab {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut options = Options::new(directory.path().join("disk"));
        change(&mut options);
        let server = Server::start(options).await.unwrap();
        let lab = Self { directory, server };
        std::fs::write(lab.path("known_hosts"), lab.known_hosts_line()).unwrap();
        std::fs::write(lab.path("config"), "").unwrap();
        lab
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn known_hosts_line(&self) -> String {
        format!("[127.0.0.1]:{} {}\n", self.server.port(), self.server.host_key().to_openssh().unwrap())
    }

    /// A target that works.
    fn target(&self) -> Target {
        Target {
            name: "127.0.0.1".to_owned(),
            port: Some(self.server.port()),
            user: Some("deploy".to_owned()),
            identity: Some(self.server.identity().to_owned()),
            password: None,
            jump: None,
            host_key: None,
            known_hosts: KnownHostsPolicy::Strict,
            known_hosts_file: Some(self.path("known_hosts")),
            config: Some(self.path("config")),
            connect_timeout: Some(Duration::from_secs(10)),
            keepalive: Keepalive { interval: Duration::from_millis(300), tries: 2 },
            caller: Caller {
                home: self.path("home"),
                user: "ana".to_owned(),
                agent: None,
                ssh: None,
                now: Timestamp::from_second(1_800_000_000).unwrap(),
            },
            ask: None,
        }
    }

    async fn connect(&self) -> Connection {
        connect(&self.target()).await.unwrap()
    }

    async fn refused(&self, change: impl FnOnce(&mut Target)) -> ConnectError {
        let mut target = self.target();
        change(&mut target);
        connect(&target).await.unwrap_err()
    }
}

/// Starts a line of shell; its input stays open.
async fn start(connection: &Connection, line: &str) -> Process {
    let process = connection.start().await.unwrap();
    process.input.send(format!("{line}\n").into()).await.unwrap();
    process
}

/// Runs a line of shell to its end without more input.
async fn run(connection: &Connection, line: &str) -> (String, String, Exit) {
    let Process { input, mut output } = start(connection, line).await;
    drop(input);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    loop {
        match output.recv().await.expect("the exit comes last") {
            Output::Stdout(bytes) => out.extend_from_slice(&bytes),
            Output::Stderr(bytes) => err.extend_from_slice(&bytes),
            Output::Exit(exit) => {
                return (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), exit);
            }
        }
    }
}

/// Reads to the end and returns the exit.
async fn exit(process: &mut Process) -> Exit {
    loop {
        if let Output::Exit(exit) = process.output.recv().await.expect("the exit comes last") {
            return exit;
        }
    }
}

fn text(output: &str, code: i32) -> (String, String, Exit) {
    (output.to_owned(), String::new(), Exit::Code(code))
}
