//! A release that is made and not deployed: the plan's steps on the controller, and its archive.

use std::path::Path;
use std::time::Instant;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::member::elapsed;
use super::workshop::because;
use super::{Context, controller, transfer};
use crate::event::{EventKind, Failure};
use crate::package::{PackError, Packed, Packing};
use crate::plan::{Action, Step};

/// Does the steps on the controller and packs what they made into a file, which is there only when it
/// is whole. With no file, nothing is packed.
///
/// # Errors
/// The failure of a step.
pub async fn make(context: &Context<'_>, file: Option<&Path>) -> Result<Option<Packed>, Failure> {
    let mut packed = None;
    for step in &context.plan.steps {
        match (&step.action, file) {
            (Action::Package { .. }, Some(file)) => packed = Some(pack(context, step, file).await?),
            (Action::Package { .. }, None) => {}
            _ => controller::perform(context, step).await?,
        }
    }
    Ok(packed)
}

async fn pack(context: &Context<'_>, step: &Step, file: &Path) -> Result<Packed, Failure> {
    let since = Instant::now();
    context.emit.emit(EventKind::StepStarted { step: step.id, host: None });
    let packed = tokio::select! {
        packed = write(context, step, file) => packed,
        () = context.stop.wanted() => Err("interrupted".to_owned()),
    };
    let reason = packed.as_ref().err().cloned();
    transfer::report(context, step, elapsed(since), reason);
    packed.map_err(|reason| Failure { step: step.id, host: None, reason })
}

/// Writes the archive beside its place, and gives it its name at the end.
async fn write(context: &Context<'_>, step: &Step, file: &Path) -> Result<Packed, String> {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", file.display());
    let Packing { spool, done } = transfer::pack(context, step).map_err(|error| because(&error))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = tempfile::Builder::new().prefix(".deployer-").tempfile_in(folder).map_err(failed)?;
    let mut out = File::from_std(beside.reopen().map_err(failed)?);
    let mut reader = spool.reader();
    while let Some(chunk) = reader.chunk().await.map_err(|error| because(&error))? {
        out.write_all(&chunk).await.map_err(failed)?;
    }
    out.sync_all().await.map_err(failed)?;
    let packed = done.await.unwrap_or(Err(PackError::Stopped)).map_err(|error| because(&error))?;
    beside.persist(file).map_err(|error| failed(error.error))?;
    Ok(packed)
}
