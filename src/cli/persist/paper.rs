//! `deployer persist --doc` and `--format`: what is shared, for people and for containers.

use std::io::Write;

use super::super::args::{Common, VolumeFormat};
use super::super::fault::Fault;
use super::super::preparation::choice_here;
use super::super::stage;
use super::super::surroundings::Surroundings;
use crate::plan::guard;
use crate::report::{handbook, volumes as volume_list};

/// Prints the page for the team. No host is asked.
///
/// # Errors
/// When deploy.yml is wrong.
pub async fn page(stage: Option<&str>, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = stage::open_or_first(stage, common, surroundings)?;
    let choice = choice_here(&config, surroundings).await?;
    let (entries, exclusions) = (guard::entries(&choice), guard::exclusions(&choice));
    let text = handbook::page(&config, &entries, &exclusions);
    if super::super::wants_json(common) {
        super::super::answer(&text)?;
    } else {
        write!(std::io::stdout(), "{text}")?;
    }
    Ok(0)
}

/// Prints what is shared as volumes. No host is asked.
///
/// # Errors
/// When deploy.yml is wrong.
pub async fn volumes(
    format: VolumeFormat,
    stage: Option<&str>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let config = stage::open_or_first(stage, common, surroundings)?;
    let choice = choice_here(&config, surroundings).await?;
    let text = match format {
        VolumeFormat::DockerCompose => {
            volume_list::docker_compose(&config.application, &guard::entries(&choice))
        }
    };
    write!(std::io::stdout(), "{text}")?;
    Ok(0)
}
