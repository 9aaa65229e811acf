//! The plans of a deploy and of a rollback, as tables of contents.

use std::collections::BTreeSet;

use super::builtin;
use super::contents::{Contents, Vital};
use super::inputs::{Inputs, PlanError};
use super::step::{Phase, StepId};
use super::values::Subject;
use super::{Kind, Plan};
use crate::release::ReleaseId;

/// Makes the plan of a deploy.
///
/// # Errors
/// When a template cannot be rendered.
pub fn deploy(inputs: &Inputs<'_>, release: &ReleaseId) -> Result<Plan, PlanError> {
    let subject = Subject { kind: Kind::Deploy, release, revision: &inputs.source.revision };
    let mut steps = Contents::new(inputs, &subject);
    steps.add(Phase::Prepare, &builtin::LOCK, "take the lock", Vital::No)?;
    steps.setup()?;
    steps.env_file()?;
    steps.custom(Phase::Prepare)?;
    steps.checkout()?;
    steps.custom(Phase::Build)?;
    steps.validate()?;
    steps.travel()?;
    steps.package()?;
    steps.custom(Phase::Package)?;
    steps.upload()?;
    steps.custom(Phase::Transfer)?;
    steps.add(Phase::Configure, &builtin::PUBLISH, "give the release its name", Vital::No)?;
    steps.share()?;
    steps.link()?;
    steps.custom(Phase::Configure)?;
    steps.custom(Phase::PreRelease)?;
    steps.down(Phase::MidRelease)?;
    steps.custom(Phase::MidRelease)?;
    steps.mirror()?;
    steps.carry()?;
    steps.inherit()?;
    steps.add(Phase::Switch, &builtin::SEAL, "record what the release consists of", Vital::No)?;
    go_live(&mut steps, release)?;
    steps.settle()?;
    steps.prune()?;
    steps.tidy()?;
    steps.add(Phase::Cleanup, &builtin::GUARD, "keep the scripts in shared/ up to date", Vital::No)?;
    steps.custom(Phase::Cleanup)?;
    finalize(steps)
}

/// Makes the plan of a release that is packed and not deployed: only the steps on the controller.
///
/// # Errors
/// When a template cannot be rendered.
pub fn package(inputs: &Inputs<'_>, release: &ReleaseId) -> Result<Plan, PlanError> {
    let subject = Subject { kind: Kind::Deploy, release, revision: &inputs.source.revision };
    let mut steps = Contents::new(inputs, &subject);
    steps.custom(Phase::Prepare)?;
    steps.checkout()?;
    steps.custom(Phase::Build)?;
    steps.package()?;
    steps.custom(Phase::Package)?;
    let mut plan = steps.plan();
    plan.steps.retain(|step| step.hosts().next().is_none());
    for (place, step) in plan.steps.iter_mut().enumerate() {
        step.id = StepId(place);
    }
    let used: BTreeSet<_> = plan.steps.iter().flat_map(|step| step.secrets.clone()).collect();
    plan.secrets.retain(|name, _| used.contains(name));
    // Nobody asked the hosts.
    plan.warnings.retain(|warning| warning.host.is_none());
    Ok(plan)
}

/// Makes the plan of a rollback to the given release: the same switch and the same steps after it.
///
/// # Errors
/// When a template cannot be rendered.
pub fn rollback(inputs: &Inputs<'_>, release: &ReleaseId) -> Result<Plan, PlanError> {
    let subject = Subject { kind: Kind::Rollback, release, revision: &inputs.source.revision };
    let mut steps = Contents::new(inputs, &subject);
    steps.add(Phase::Prepare, &builtin::LOCK, "take the lock", Vital::No)?;
    steps.examine()?;
    steps.down(Phase::Switch)?;
    steps.mirror()?;
    steps.carry()?;
    go_live(&mut steps, release)?;
    steps.settle()?;
    steps.tidy()?;
    finalize(steps)
}

fn go_live(steps: &mut Contents<'_>, release: &ReleaseId) -> Result<(), PlanError> {
    steps.arm(Phase::Switch)?;
    steps.adopt()?;
    // Before the switch: its undo must still have the page.
    steps.token()?;
    steps.add(Phase::Switch, &builtin::SWITCH, &format!("make {release} live"), Vital::Yes)?;
    steps.docroot()?;
    steps.statics()?;
    steps.opcache()?;
    steps.prove()?;
    steps.up()?;
    steps.health()?;
    steps.custom(Phase::Switch)?;
    steps.custom(Phase::PostRelease)?;
    steps.confirm()
}

fn finalize(mut steps: Contents<'_>) -> Result<Plan, PlanError> {
    steps.add(Phase::Finalize, &builtin::RECORD, "record that it is live", Vital::No)?;
    steps.custom(Phase::Finalize)?;
    steps.add(Phase::Finalize, &builtin::UNLOCK, "give the lock back", Vital::No)?;
    steps.complete_arm()?;
    Ok(steps.plan())
}
