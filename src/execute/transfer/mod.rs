//! The release on its way: read and packed once for all hosts that have the same, and sent to each while
//! it is still being packed.
//!
//! `parcel` makes what travels, `delivery` takes it to one host in as many rounds as it needs, `upload`
//! is one connection's part of that.

mod base;
mod delivery;
mod parcel;
mod upload;

use std::time::Instant;

use super::Context;
use super::member::{Member, elapsed};
use super::workshop::because;
use crate::event::{EventKind, Failure, StepOutcome};
use crate::package::{self, PackError, Packing};
use crate::plan::{Action, Step};
use parcel::Parcels;

/// Packs the tree and takes it to all members; what fails on a host is kept there.
///
/// # Errors
/// The failure of packing.
pub async fn perform(
    context: &Context<'_>,
    package: &Step,
    upload: &Step,
    members: &mut [Member],
) -> Result<(), Failure> {
    let since = Instant::now();
    context.emit.emit(EventKind::StepStarted { step: package.id, host: None });
    let failed = |error: PackError| Failure { step: package.id, host: None, reason: because(&error) };
    let Action::Upload { shipments, .. } = &upload.action else { return Ok(()) };
    let manifests = base::find(context, shipments, members).await;
    let parcels = Parcels::new(context, package, shipments, &manifests).map_err(failed)?;
    let (packed, ()) = futures::join!(
        async {
            let packed = tokio::select! {
                packed = parcels.pack() => packed,
                () = context.stop.wanted() => Err(PackError::Stopped),
            };
            report(context, package, elapsed(since), packed.as_ref().err().map(|error| because(error)));
            packed
        },
        super::run::on_each(context, members, async |member: &mut Member| {
            delivery::deliver(context, upload, &parcels, member).await;
        })
    );
    packed.map_err(failed)
}

/// Starts packing the clean checkout, built, for no host in particular.
pub(super) fn pack(context: &Context<'_>, package: &Step) -> Result<Packing, PackError> {
    let Action::Package { exclude } = &package.action else { return Err(PackError::Empty) };
    let workshop = &context.workshop;
    let tree = workshop.tree().ok_or(PackError::Empty)?;
    let extra = parcel::generated(context.plan);
    package::pack(tree, exclude.clone(), &context.plan.release, extra, &workshop.spool)
}

/// Tells how packing ended.
pub(super) fn report(context: &Context<'_>, package: &Step, seconds: f64, reason: Option<String>) {
    let outcome = if reason.is_none() { StepOutcome::Ok } else { StepOutcome::Failed };
    let step = package.id;
    context.emit.emit(EventKind::StepFinished {
        step,
        host: None,
        outcome,
        seconds,
        exit: None,
        reason,
        sent: None,
        taken: None,
    });
}
