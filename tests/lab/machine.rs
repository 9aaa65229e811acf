//! A machine with accounts, which play hosts.

use std::path::{Path, PathBuf};
use std::process::Command;

use deployer::transport::ssh::Target;

use crate::sshd::account::Account;
use crate::sshd::{Sshd, run};

/// A real sshd and accounts that one key may log in to. All of it ends with this value.
pub struct Machine {
    pub sshd: Sshd,
    pub accounts: Vec<Account>,
    key: PathBuf,
}

impl Machine {
    /// Starts a server with these lines of configuration, which the account that runs the tests may
    /// log in to; `None` where there is no sshd.
    pub fn alone(lines: &str) -> Option<Self> {
        Self::with(Sshd::start(lines)?)
    }

    /// Starts a server whose mounts nobody else sees, with one account; `None` without root or sshd.
    pub fn apart(name: &str, shell: &Path) -> Option<Self> {
        let account = Account::new(name, shell.to_str().unwrap(), "x")?;
        let mut machine = Self::with(Sshd::apart("")?)?;
        machine.accounts.push(account);
        Some(machine)
    }

    fn with(sshd: Sshd) -> Option<Self> {
        let key = sshd.key("key", "ed25519", "");
        sshd.authorize("key");
        Some(Self { sshd, accounts: Vec::new(), key })
    }

    /// Starts a server with accounts, each a name and a login shell; `None` without root or sshd.
    pub fn start(lines: &str, accounts: &[(&str, &Path)]) -> Option<Self> {
        let mut machine = Self::alone(lines)?;
        for (name, shell) in accounts {
            machine.accounts.push(Account::new(name, shell.to_str().unwrap(), "x")?);
        }
        Some(machine)
    }

    /// Returns the way to the account that runs the tests.
    pub fn target(&self) -> Target {
        Target { identity: Some(self.key.clone()), ..self.sshd.target() }
    }

    /// Returns the name of an account; without accounts of its own it is the one of the tests.
    pub fn user(&self, account: usize) -> String {
        let own = || run(Command::new("id").arg("-un")).trim().to_owned();
        self.accounts.get(account).map_or_else(own, |account| account.name.clone())
    }

    pub fn home(&self, account: usize) -> PathBuf {
        Path::new("/home").join(self.user(account))
    }

    /// Returns a host of deploy.yml, which is an account here; `more` are its other keys.
    pub fn host(&self, name: &str, account: usize, more: &str) -> String {
        let (user, port, key) = (self.user(account), self.sshd.port, self.key.display());
        format!(
            "      {name}: {{ address: 127.0.0.1, port: {port}, user: {user}, identity: {key}, {more} }}\n"
        )
    }

    /// Returns a deploy.yml with a stage `production`.
    pub fn deploy_yml(&self, settings: &str, hosts: &str) -> String {
        let known = self.sshd.path("known_hosts");
        format!(
            "application: shop\nssh: {{ config: /dev/null, known_hosts_file: {} }}\n{settings}\
             stages:\n  production:\n    hosts:\n{hosts}",
            known.display()
        )
    }

    /// Counts the logins of an account.
    pub fn logins(&self, account: usize) -> usize {
        self.count("Accepted publickey", account)
    }

    /// Counts the commands that an account was asked to run.
    pub fn commands(&self, account: usize) -> usize {
        self.count("Starting session", account)
    }

    /// Counts the lines of sshd's log that say this of an account.
    fn count(&self, what: &str, account: usize) -> usize {
        let of_account = format!(" for {} from", self.user(account));
        let log = self.sshd.log();
        log.lines().filter(|line| line.contains(what) && line.contains(&of_account)).count()
    }
}
