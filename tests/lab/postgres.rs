//! A PostgreSQL server with a database and an account for the application.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{Daemon, free_port, sh, wait_until};
use crate::part::missing;
use crate::sshd::account::Account;
use crate::sshd::run;

/// A running server that ends with this value.
pub struct PostgreSql {
    _daemon: Daemon,
    // It never runs as root.
    _account: Account,
    directory: TempDir,
    port: u16,
}

impl PostgreSql {
    /// Starts a server; `None` without root, or where it is not installed.
    pub fn start() -> Option<Self> {
        let programs = sh("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1 || :").trim().to_owned();
        if programs.is_empty() {
            missing("PostgreSQL");
            return None;
        }
        let account = Account::new("pg", "/bin/sh", "x")?;
        let directory = tempfile::tempdir().unwrap();
        let (at, user, port) = (directory.path().display().to_string(), &account.name, free_port());
        sh(&format!("chmod 755 {at} && mkdir {at}/data && chown {user} {at} {at}/data"));
        let become_it = ["--reuid", user, "--regid", user, "--init-groups"];
        let data = format!("{at}/data");
        let mut made = Command::new("setpriv");
        made.args(become_it).arg(format!("{programs}/initdb"));
        run(made.args([
            "-D",
            &data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]));
        let file = directory.path().join("data/postgresql.conf");
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{at}'\nfsync = off\n"
        );
        fs::write(&file, fs::read_to_string(&file).unwrap() + &settings).unwrap();
        let rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        fs::write(directory.path().join("data/pg_hba.conf"), rules).unwrap();
        let mut command = Command::new("setpriv");
        command.args(become_it).arg(format!("{programs}/postgres")).args(["-D", &data]);
        let server = Self { _daemon: Daemon::start(&mut command), _account: account, directory, port };
        wait_until("PostgreSQL starts", || {
            server.client("postgres", "select 1").output().unwrap().status.success()
        });
        run(&mut server.client("postgres", "create role lab login password 'p@ss:\\w''ord'"));
        run(&mut server.client("postgres", "create database lab owner lab"));
        server.query("create extension pg_trgm");
        Some(server)
    }

    /// Returns the lines of .env that an application needs.
    pub fn settings(&self) -> String {
        format!(
            "DB_CONNECTION=pgsql\nDB_HOST=127.0.0.1\nDB_PORT={}\nDB_DATABASE=lab\nDB_USERNAME=lab\n\
             DB_PASSWORD=\"p@ss:\\\\w'ord\"\n",
            self.port
        )
    }

    /// Asks as the superuser; the rows have a line each.
    pub fn query(&self, sql: &str) -> String {
        run(&mut self.client("lab", sql))
    }

    /// Fills the database, as its application would.
    pub fn fill(&self) {
        self.query(
            "set role lab; create schema extra; create type mood as enum ('ok', 'sad'); \
             create table parents (id serial primary key, name text, feels mood default 'ok'); \
             create table kids (id bigint generated always as identity primary key, parent int references parents); \
             create table extra.blobs (id int primary key, data bytea); create table log (what text); \
             create table parts (id int, day date) partition by range (day); \
             create table parts_now partition of parts for values from ('2020-01-01') to ('2030-01-01'); \
             insert into parents(name) values ('Zoë 🦀'), (E'a\\n\\\\.\\nGRANT ALL ON SCHEMA public TO x;'); \
             insert into log values ('COMMENT ON EXTENSION x'); insert into parts values (1, '2021-02-02'); \
             insert into kids(parent) values (1), (2); insert into extra.blobs values (1, '\\x000102ff0a0d27'), (2, null); \
             create view grown as select name from parents where id > 1; \
             create materialized view counted as select count(*) from parents; \
             create function twice(n int) returns int language sql as 'select n * 2'; \
             create function added() returns trigger language plpgsql as 'begin insert into log values (1); return new; end'; \
             create trigger kid_added after insert on kids for each row execute function added(); \
             select lo_from_bytea(4711, '\\x0102')",
        );
    }

    /// Returns all that is in the database, as a person would compare it.
    pub fn state(&self) -> String {
        let (at, port) = (self.directory.path().display(), self.port);
        sh(&format!("pg_dump -h {at} -p {port} -U postgres lab | grep -v -e '^.restrict' -e '^.unrestrict'"))
    }

    fn client(&self, database: &str, sql: &str) -> Command {
        let mut command = Command::new("psql");
        command.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"]);
        command.arg(self.directory.path()).args(["-p", &self.port.to_string(), "-d", database, "-c", sql]);
        command
    }
}
