//! Reaching all hosts of a stage at once, and asking each what it looks like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;

use super::surroundings::Surroundings;
use crate::config::{Config, HostConfig};
use crate::execute::probe::{Question, probe};
use crate::execute::session::{Identity, Session};
use crate::facts::Facts;
use crate::host::HostName;
use crate::plan::preflight::{HostReport, Problem, program};
use crate::plan::{migrations, sharing};
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue};
use crate::transport::Connection;
use crate::transport::ssh::{self, Keepalive, Target};

/// A host that has answered.
#[derive(Debug)]
pub struct Reached {
    /// The host.
    pub name: HostName,
    /// The way to it.
    pub connection: Connection,
    /// Its shell.
    pub session: Session,
    /// What it looks like.
    pub facts: Facts,
    /// As `user@address port 22`.
    pub address: String,
}

/// How hosts are reached.
pub struct Reach<'a> {
    /// The stage.
    pub config: &'a Config,
    /// The user's machine.
    pub surroundings: &'a Surroundings,
    /// The values of secrets, for passwords.
    pub secrets: &'a BTreeMap<SecretName, SecretValue>,
    /// Whose run it is.
    pub identity: &'a Identity,
    /// Takes secrets out of what hosts print.
    pub redactor: &'a Redactor,
    /// Whether live releases are compared with what was shipped.
    pub survey: bool,
    /// Whether the settings that a release will run with are judged.
    pub settings: bool,
}

impl Reach<'_> {
    /// Reaches all hosts, each in its own time; what is wrong is told of each.
    pub async fn all(&self) -> Vec<Result<Reached, HostReport>> {
        let places = Arc::new(Semaphore::new(self.config.max_parallel.max(1)));
        let turns = self.config.hosts.iter().map(async |host| {
            let _place = places.acquire().await;
            self.one(host).await.map_err(|problem| HostReport {
                host: host.name.clone(),
                problems: vec![problem],
                ..HostReport::default()
            })
        });
        join_all(turns).await
    }

    async fn one(&self, host: &HostConfig) -> Result<Reached, Problem> {
        let connection = self.connect(host).await.map_err(|error| refused(&error))?;
        self.look(host, connection).await
    }

    /// Connects to a host.
    ///
    /// # Errors
    /// Why it cannot be reached.
    pub async fn connect(&self, host: &HostConfig) -> Result<ssh::Connection, ssh::ConnectError> {
        ssh::connect(&target(self.config, host, self.surroundings, self.secrets)).await
    }

    /// Asks a host what it looks like.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn look(&self, host: &HostConfig, connection: ssh::Connection) -> Result<Reached, Problem> {
        let address = connection.described();
        let connection = Connection::Ssh(connection);
        let session = Session::open(&connection, self.identity, self.redactor).await;
        let mut session =
            session.map_err(|lost| Problem::new(format!("no shell at {address}: {}", lost.reason)))?;
        let facts = probe(&mut session, &self.question(host)).await.map_err(Problem::new)?;
        Ok(Reached { name: host.name.clone(), connection, session, facts, address })
    }

    /// Returns what to look for on a host.
    fn question(&self, host: &HostConfig) -> Question {
        let config = self.config;
        Question {
            deploy_to: host.deploy_to.clone(),
            public_html: host.public_html.clone(),
            docroot: config.docroot.clone(),
            existing: host.existing.clone(),
            shared: sharing::questions(&config.shared),
            php: program(host).unwrap_or_default().to_owned(),
            seeks_php: host.php_at.is_none(),
            domain: host.url.as_deref().map_or("", domain).to_owned(),
            survey: self.survey,
            migrates: self.settings && migrations::is_run_by(config, host),
            judges: self.settings,
            database: self.settings && program(host).is_some(),
            caches: config.shared.caches.clone(),
        }
    }
}

/// Returns the name of the site in its address.
fn domain(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?', '#']).next().unwrap_or_default()
}

/// Says why a host could not be reached, and what to do.
pub fn refused(error: &ssh::ConnectError) -> Problem {
    Problem { detail: error.detail(), next: error.next(), ..Problem::new(error.to_string()) }
}

/// Returns everything that a connection needs to know.
pub fn target(
    config: &Config,
    host: &HostConfig,
    surroundings: &Surroundings,
    secrets: &BTreeMap<SecretName, SecretValue>,
) -> Target {
    let expand = |path: &PathBuf| expand(path, surroundings, &config.root);
    Target {
        name: host.address.clone(),
        port: host.port,
        user: host.user.clone(),
        identity: host.identity.as_ref().map(expand),
        password: host.password.as_ref().and_then(|name| secrets.get(name).cloned()),
        jump: host.jump.clone(),
        host_key: host.host_key.clone(),
        known_hosts: config.ssh.known_hosts,
        known_hosts_file: config.ssh.known_hosts_file.as_ref().map(expand),
        config: config.ssh.config.as_ref().map(expand),
        connect_timeout: Some(Duration::from_secs(config.ssh.connect_timeout)),
        keepalive: Keepalive::default(),
        caller: surroundings.caller(),
        ask: surroundings.ask.clone(),
    }
}

/// Resolves a path of deploy.yml: `~/` is the home directory, the rest starts at deploy.yml.
pub fn expand(path: &Path, surroundings: &Surroundings, root: &Path) -> PathBuf {
    path.strip_prefix("~").map_or_else(|_| root.join(path), |rest| surroundings.home.join(rest))
}
