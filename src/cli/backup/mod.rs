//! `deployer backup`: archives of the shared data, made, listed and downloaded.

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
use crate::plan::preflight::HostReport;
use crate::secret::redact::Redactor;

/// Makes, lists or downloads archives.
///
/// # Errors
/// When deploy.yml is wrong. What happened on hosts is told, and in the exit code.
pub async fn backup(args: &Backup, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open(&args.stage, common, surroundings)?;
    let base = base(&config, args.to.as_deref(), surroundings);
    // Whoever backs up several hosts wants those that answer, even when one does not.
    let answers = reach(&config, surroundings).await?;
    match (&args.download, args.list) {
        (Some(id), _) => download::download(id, &config, &base, answers, common, surroundings).await,
        (None, true) => list::list(&config, &base, answers, common, surroundings).await,
        (None, false) => make::make(args, &config, &base, answers, common, surroundings).await,
    }
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
