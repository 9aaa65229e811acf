//! A MariaDB server with a database and an account for the application.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{Daemon, free_port, sh, wait_until};
use crate::part::{missing, program};
use crate::sshd::run;

/// Every character that a shell, a dotenv file or SQL could take for its own.
const PASSWORD: &str = r#"p@ss!&*()#"'$x"#;

/// A running server that ends with this value.
pub struct MariaDb {
    _daemon: Daemon,
    directory: TempDir,
    port: u16,
}

impl MariaDb {
    /// Starts a server; `None` without root, or where it is not installed.
    pub fn start() -> Option<Self> {
        let server = program("mariadbd")?;
        if sh("id -u").trim() != "0" {
            missing("root, who starts MariaDB");
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path().display().to_string();
        let port = free_port();
        sh(&format!(
            "chmod 755 {at} && mkdir {at}/data && chown mysql {at} {at}/data && mariadb-install-db --no-defaults \
             --datadir={at}/data --auth-root-authentication-method=normal --skip-test-db --user=mysql"
        ));
        let settings = format!(
            "[mariadbd]\ndatadir={at}/data\nsocket={at}/socket\nport={port}\nbind-address=127.0.0.1\n\
             pid-file={at}/pid\nlog-error={at}/log\nskip-name-resolve\nskip-log-bin\n\
             innodb_flush_log_at_trx_commit=0\ninnodb_doublewrite=0\n"
        );
        fs::write(directory.path().join("my.cnf"), settings).unwrap();
        let mut command = Command::new(server);
        command.arg(format!("--defaults-file={at}/my.cnf")).arg("--user=mysql");
        let server = Self { _daemon: Daemon::start(&mut command), directory, port };
        wait_until("MariaDB starts", || server.client("select 1").output().unwrap().status.success());
        let quoted = PASSWORD.replace('\'', "''");
        server.query(&format!(
            "create database lab; create user lab@127.0.0.1 identified by '{quoted}'; \
             grant all on lab.* to lab@127.0.0.1"
        ));
        Some(server)
    }

    /// Returns the lines of .env that an application needs.
    pub fn settings(&self) -> String {
        let password = PASSWORD.replace('\\', r"\\").replace('"', "\\\"").replace('$', "\\$");
        format!(
            "DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_PORT={}\nDB_DATABASE=lab\nDB_USERNAME=lab\n\
             DB_PASSWORD=\"{password}\"\n",
            self.port
        )
    }

    /// Returns the same lines with another password.
    pub fn wrong_settings(&self) -> String {
        let settings = self.settings();
        let lines = settings.lines().filter(|line| !line.starts_with("DB_PASSWORD="));
        lines.map(|line| format!("{line}\n")).collect::<String>() + "DB_PASSWORD=\"s3cret-but-wrong\"\n"
    }

    /// Asks as root; the rows have a line each.
    pub fn query(&self, sql: &str) -> String {
        run(&mut self.client(sql))
    }

    fn client(&self, sql: &str) -> Command {
        let mut command = Command::new("mariadb");
        command.args(["--no-defaults", "-u", "root", "-N", "-S"]).arg(self.directory.path().join("socket"));
        command.args(["-e", sql]);
        command
    }
}
