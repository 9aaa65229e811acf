//! The SSH client against OpenSSH's server, with a configuration of its own on a free port.
//!
//! Where there is no sshd these tests are left out. Those that need accounts of their own are left
//! out without root.
#![expect(clippy::disallowed_methods, reason = "a server is run")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a lab that does not work is a failed test")]

pub mod account;
mod hosts;
mod keys;
mod passwords;
mod shells;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use deployer::config::KnownHostsPolicy;
use deployer::transport::ssh::{Caller, Connection, Keepalive, Target};
use deployer::transport::{Exit, Output, Process};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::part::missing;

const HOST_KEYS: [&str; 3] = ["ed25519", "ecdsa", "rsa"];

const SSHD: &str = "/usr/sbin/sshd";

/// A running sshd that ends with this value.
pub struct Sshd {
    directory: TempDir,
    child: Child,
    apart: bool,
    pub port: u16,
}

impl Sshd {
    /// Starts a server with these lines of configuration; `None` where there is none.
    pub fn start(lines: &str) -> Option<Self> {
        Self::begin(lines, false)
    }

    /// Starts a server whose mounts nobody else sees. Needs root.
    pub fn apart(lines: &str) -> Option<Self> {
        Self::begin(lines, true)
    }

    /// Runs lines of shell among the mounts of the server.
    pub fn inside(&self, lines: &str) {
        let id = self.child.id().to_string();
        run(Command::new("nsenter").args(["--mount", "--target", &id, "sh", "-ec", lines]));
    }

    fn begin(lines: &str, apart: bool) -> Option<Self> {
        if !Path::new(SSHD).exists() {
            missing(SSHD);
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        // Other accounts must reach the keys below it.
        run(Command::new("chmod").arg("755").arg(directory.path()));
        let path = |name: &str| directory.path().join(name).display().to_string();
        let mut config = String::new();
        // An RSA key takes seconds to make: only where it is asked for.
        for kind in HOST_KEYS.into_iter().filter(|&kind| kind != "rsa" || lines.contains("host_rsa")) {
            let file = path(&format!("host_{kind}"));
            run(Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-f", &file]));
            config += &format!("HostKey {file}\n");
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        config += &format!(
            "Port {port}\nListenAddress 127.0.0.1\nPidFile none\nStrictModes no\nLogLevel VERBOSE\n\
             PermitRootLogin yes\nAuthorizedKeysFile {}\n{}\nUsePAM no\n",
            path("authorized_keys"),
            lines.replace("DIR", &directory.path().display().to_string()),
        );
        fs::write(path("sshd_config"), config).unwrap();
        fs::write(path("config"), "").unwrap();
        fs::write(path("authorized_keys"), "").unwrap();
        // sshd wants it, and a machine that has never run its service has it not.
        let _ = fs::create_dir_all("/run/sshd");
        let child = spawn(directory.path(), apart);
        let server = Self { directory, child, apart, port };
        server.wait();
        server.know("ed25519");
        Some(server)
    }

    /// Makes the server read its files again.
    fn restart(mut self) -> Self {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = spawn(self.directory.path(), self.apart);
        self.wait();
        self
    }

    fn wait(&self) {
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("sshd does not start: {}", self.log());
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Lists only that host key as known.
    fn know(&self, kind: &str) {
        let line = format!("[127.0.0.1]:{} {}", self.port, self.read(&format!("host_{kind}.pub")));
        fs::write(self.path("known_hosts"), line).unwrap();
    }

    /// Makes a user key that may not log in yet, and returns its file.
    pub fn key(&self, name: &str, kind: &str, passphrase: &str) -> PathBuf {
        let file = self.path(name);
        let mut command = Command::new("ssh-keygen");
        run(command.args(["-q", "-t", kind, "-N", passphrase, "-C", name, "-f"]).arg(&file));
        file
    }

    pub fn authorize(&self, name: &str) {
        let mut keys = self.read("authorized_keys");
        keys += &self.read(&format!("{name}.pub"));
        fs::write(self.path("authorized_keys"), keys).unwrap();
    }

    /// A target for the account that runs the tests.
    pub fn target(&self) -> Target {
        Target {
            name: "127.0.0.1".to_owned(),
            port: Some(self.port),
            user: Some(run(Command::new("id").arg("-un")).trim().to_owned()),
            identity: None,
            password: None,
            jump: None,
            host_key: None,
            known_hosts: KnownHostsPolicy::Strict,
            known_hosts_file: Some(self.path("known_hosts")),
            config: Some(self.path("config")),
            connect_timeout: Some(Duration::from_secs(10)),
            keepalive: Keepalive { interval: Duration::from_secs(1), tries: 2 },
            caller: Caller {
                home: self.path("home"),
                user: "ana".to_owned(),
                agent: None,
                ssh: Some("ssh".into()),
                now: Timestamp::now(),
            },
            ask: None,
        }
    }

    fn with_key(&self, file: &Path) -> Target {
        Target { identity: Some(file.to_owned()), ..self.target() }
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(directory: &Path, apart: bool) -> Child {
    let mut command = Command::new(if apart { "unshare" } else { SSHD });
    if apart {
        command.args(["--mount", SSHD]);
    }
    command.arg("-D").arg("-f").arg(directory.join("sshd_config")).arg("-E").arg(directory.join("log"));
    command.stdin(Stdio::null()).spawn().unwrap()
}

/// Runs a command of the lab, which must succeed, and returns what it prints.
pub fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a line of shell on the host.
async fn sh(connection: &Connection, line: &str) -> (String, Exit) {
    let Process { input, mut output } = connection.start().await.unwrap();
    input.send(format!("{line}\n").into()).await.unwrap();
    drop(input);
    let mut text = Vec::new();
    loop {
        match output.recv().await.expect("the exit comes last") {
            Output::Stdout(bytes) => text.extend_from_slice(&bytes),
            Output::Stderr(_) => {}
            Output::Exit(exit) => return (String::from_utf8(text).unwrap(), exit),
        }
    }
}
