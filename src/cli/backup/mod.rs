//! `deployer backup`: archives of the shared data, made, listed and downloaded.

mod database;
mod download;
mod list;
mod make;
mod on_host;
pub(super) mod script;
mod streamed;

use std::path::{Path, PathBuf};

use super::args::{Backup, Common};
use super::fault::Fault;
use super::hosts::{Reach, Reached};
use super::preparation::identity;
use super::secrets::{self, Need};
use super::surroundings::Surroundings;
use crate::config::Config;
use crate::plan::{self, preflight::HostReport};
use crate::secret::redact::Redactor;

/// Makes, lists or downloads archives.
///
/// # Errors
/// When deploy.yml is wrong. What happened on hosts is told, and in the exit code.
pub async fn backup(args: &Backup, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut config = super::stage::open(&args.stage, common, surroundings)?;
    if args.database {
        only_database(&mut config);
    }
    let base = base(&config, args.to.as_deref(), surroundings);
    // Whoever backs up several hosts wants those that answer, even when one does not.
    let answers = reach(&config, surroundings).await?;
    if args.database {
        return database::database(args, &config, &base, answers, common, surroundings).await;
    }
    match (&args.download, args.list) {
        (Some(id), _) => download::download(id, &config, &base, answers, common, surroundings).await,
        (None, true) => list::list(&config, &base, answers, common, surroundings).await,
        (None, false) => make::make(args, &config, &base, answers, common, surroundings).await,
    }
}

/// Leaves the one host that looks after the database.
fn only_database(config: &mut Config) {
    let place = config.hosts.iter().position(|host| host.does(&[plan::database::ROLE.to_owned()]));
    let host = config.hosts.swap_remove(place.unwrap_or(0));
    config.hosts = vec![host];
}

/// Returns the folder of a stage's archives on the controller.
pub(super) fn base(config: &Config, chosen: Option<&Path>, surroundings: &Surroundings) -> PathBuf {
    match chosen {
        Some(dir) => surroundings.directory.join(dir),
        None => config.root.join("backups").join(format!("{}-{}", config.application, config.stage)),
    }
}

async fn reach(
    config: &Config,
    surroundings: &Surroundings,
) -> Result<Vec<Result<Reached, HostReport>>, Fault> {
    let secrets = secrets::resolve(config, Need::Login, surroundings).await?;
    let (redactor, identity) = (Redactor::new(&secrets), identity(surroundings));
    let reach = Reach {
        config,
        surroundings,
        secrets: &secrets,
        identity: &identity,
        redactor: &redactor,
        survey: false,
        settings: false,
    };
    Ok(reach.all().await)
}
