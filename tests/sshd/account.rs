//! Accounts that come and go with a test.

use std::io::Write;
use std::process::{Command, Stdio};

use super::run;
use crate::part::missing;

/// Accounts are made one at a time: useradd gives up where another one is at work.
const LOCK: &str = "/tmp/deployer-accounts.lock";

/// An account of this machine that ends with this value.
pub struct Account {
    pub name: String,
}

impl Account {
    /// Makes an account with a login shell and a password; `None` without root.
    pub fn new(name: &str, shell: &str, password: &str) -> Option<Self> {
        if run(Command::new("id").arg("-u")).trim() != "0" {
            missing("an account of its own, which only root can make");
            return None;
        }
        let name = format!("dep-{name}-{}", std::process::id());
        run(alone("useradd").args(["-m", "-s", shell, &name]));
        let account = Self { name };
        let mut child = alone("chpasswd").stdin(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{}:{password}", account.name).unwrap();
        assert!(child.wait().unwrap().success());
        Some(account)
    }

    /// Writes a file of its home, which belongs to it with all directories above.
    pub fn write(&self, file: &str, text: &str) {
        let home = std::path::Path::new("/home").join(&self.name);
        let path = home.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let owner = format!("{0}:{0}", self.name);
        run(Command::new("chown").args(["-R", "-h", &owner]).arg(home));
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // Sessions may take a moment to end.
        let _ = alone("userdel").args(["-f", "-r", &self.name]).stderr(Stdio::null()).status();
    }
}

/// Returns a program, about to be run when no other test makes or removes an account.
fn alone(program: &str) -> Command {
    let mut command = Command::new("flock");
    command.args([LOCK, program]);
    command
}
