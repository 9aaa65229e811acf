//! `deployer persist`: what outlives every release, whether it is in reach, and how it is brought back.

mod add;
mod list;
pub(super) mod local;
mod paper;
mod program;
mod repair;
mod verify;

use super::args::{Common, Persist};
use super::fault::Fault;
use super::surroundings::Surroundings;

/// Does what the options say; without one it lists what is shared and why.
///
/// # Errors
/// When deploy.yml is wrong, or a host does not answer.
pub async fn persist(args: &Persist, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let stage = args.stage.as_deref();
    match args {
        Persist { add: Some(path), .. } => add::add(path, stage, common, surroundings),
        Persist { local: true, .. } => local::local(stage, common, surroundings),
        Persist { doc: true, .. } => paper::page(stage, common, surroundings).await,
        Persist { format: Some(format), .. } => paper::volumes(*format, stage, common, surroundings).await,
        Persist { verify: true, .. } => verify::verify(stage.unwrap_or_default(), common, surroundings).await,
        Persist { repair: true, .. } => {
            repair::repair(stage.unwrap_or_default(), args.fix_modes, common, surroundings).await
        }
        Persist { .. } => list::list(stage.unwrap_or_default(), common, surroundings).await,
    }
}
