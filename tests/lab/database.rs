//! A MariaDB server with a database and an account for the application.

use std::fs;
use std::process::{Child, Command, Stdio};

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

/// Somebody who has a table, until this value is gone.
pub struct Blocker(Child);

impl Drop for Blocker {
    fn drop(&mut self) {
        let _ = self.0.wait();
    }
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

    /// Returns the port and the password of the application's account.
    pub fn login(&self) -> (u16, &'static str) {
        (self.port, PASSWORD)
    }

    /// Returns all that is in the database, as a person would compare it.
    pub fn state(&self) -> String {
        let tables = self.query(
            "select table_name from information_schema.tables where table_schema = 'lab' and table_type = 'BASE TABLE' \
             order by 1",
        );
        let names: Vec<_> = tables.lines().map(|name| format!("lab.`{name}`")).collect();
        let shown: String =
            names.iter().map(|name| self.query(&format!("show create table {name}"))).collect();
        let sums = if names.is_empty() {
            String::new()
        } else {
            self.query(&format!("checksum table {}", names.join(", ")))
        };
        let rest = self.query(
            "select table_name, view_definition, definer from information_schema.views where table_schema = 'lab'; \
             select trigger_name, action_statement, definer from information_schema.triggers where trigger_schema = 'lab'; \
             select routine_name, routine_definition, definer from information_schema.routines where routine_schema = 'lab'; \
             select event_name, event_definition, definer from information_schema.events where event_schema = 'lab'",
        );
        shown + &sums + &rest
    }

    /// Fills the database, as its application would, with what dumps lose when they are made carelessly.
    pub fn fill(&self) {
        let definer = "definer = lab@127.0.0.1";
        self.query(&format!(
            "use lab; create table parents (id int auto_increment primary key, name varchar(100) character set utf8mb4) \
             auto_increment = 77; \
             create table kids (id int auto_increment primary key, parent int, foreign key (parent) references parents(id)); \
             create table blobs (id int primary key, data longblob, note text character set utf8mb4); \
             create table log (what varchar(200)); \
             insert into parents(name) values ('Zoë 🦀 日本'), ('it''s \"quoted\" \\\\ `x`'); \
             insert into kids(parent) values (77), (78); \
             insert into blobs values (1, unhex('000102FF0A0D1A275C22'), 'one\\n-- Dump completed\\n🦀'), \
             (2, random_bytes(1000), ''), (3, null, null); \
             create {definer} view grown as select name from parents where id > 77; \
             create {definer} trigger kid_added after insert on kids for each row \
             insert into log values (concat('kid ', new.id)); \
             create {definer} procedure greet(in who varchar(50)) select concat('hi ', who); \
             create {definer} function twice(n int) returns int deterministic return n * 2; \
             create {definer} event tick on schedule every 1 day do delete from log where what = 'never'"
        ));
    }

    /// Returns the same lines with another password.
    pub fn wrong_settings(&self) -> String {
        let settings = self.settings();
        let lines = settings.lines().filter(|line| !line.starts_with("DB_PASSWORD="));
        lines.map(|line| format!("{line}\n")).collect::<String>() + "DB_PASSWORD=\"s3cret-but-wrong\"\n"
    }

    /// Keeps a table from everybody else for so many seconds.
    pub fn blocks(&self, table: &str, seconds: u32) -> Blocker {
        let sql = format!("lock tables lab.{table} write; select sleep({seconds})");
        Blocker(self.client(&sql).stdout(Stdio::null()).spawn().unwrap())
    }

    /// Tells whether anybody waits for a table.
    pub fn waits(&self) -> bool {
        self.query("show processlist").contains("Waiting for table metadata lock")
    }

    /// Asks as root; the rows have a line each.
    pub fn query(&self, sql: &str) -> String {
        run(&mut self.client(sql))
    }

    /// Returns all that is in the application's database.
    pub fn dump(&self) -> String {
        let mut command = Command::new("mariadb-dump");
        command
            .args(["--no-defaults", "-u", "root", "--skip-dump-date", "-S"])
            .arg(self.directory.path().join("socket"));
        run(command.arg("lab"))
    }

    fn client(&self, sql: &str) -> Command {
        let mut command = Command::new("mariadb");
        command
            .args(["--no-defaults", "--default-character-set=utf8mb4", "-u", "root", "-N", "-S"])
            .arg(self.directory.path().join("socket"));
        command.args(["-e", sql]);
        command
    }
}
