//! The dead man's switch: from the step `arm` on, a host that does not hear from the controller any more
//! takes the run back by itself, until the step `confirm`. So no half-finished switch stays live, whatever
//! becomes of the controller or the way to it.
//!
//! What a host does then is text that `arm` leaves there, made of the undos of all steps before `confirm`; the
//! session runs it (`templates/session.sh`).

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::builtin;
use super::contents::{Contents, Vital};
use super::inputs::PlanError;
use super::step::{Action, Phase, Step, Undo};
use super::{ARM, CONFIRM, LOCK};
use crate::host::HostName;

impl Contents<'_> {
    /// Adds the step from which on hosts take the run back by themselves, unless it is there already or
    /// deploy.yml switches it off. What it leaves there is put in by [`Self::complete_arm`].
    pub fn arm(&mut self, phase: Phase) -> Result<(), PlanError> {
        let seconds = self.inputs().config.confirm_timeout;
        if seconds == 0 || self.steps().iter().any(|step| step.name == ARM) {
            return Ok(());
        }
        let summary = format!("from here on, hosts that hear nothing for {seconds} s take the run back");
        let (action, undo) = (Action::Remote { scripts: BTreeMap::new() }, Undo::NotNeeded);
        self.push(phase, ARM, &summary, action, undo)
    }

    /// Adds the step that ends that.
    pub fn confirm(&mut self) -> Result<(), PlanError> {
        if !self.steps().iter().any(|step| step.name == ARM) {
            return self.around(CONFIRM);
        }
        let summary = "keep the release: from here on nothing is taken back";
        self.add(Phase::PostRelease, &builtin::CONFIRM, summary, Vital::No)
    }

    /// Puts what each host is to do by itself into the step `arm`, once all steps are known.
    pub fn complete_arm(&mut self) -> Result<(), PlanError> {
        let place = |steps: &[Step], name| steps.iter().position(|step| step.name == name);
        let (Some(from), Some(to)) = (place(self.steps(), ARM), place(self.steps(), CONFIRM)) else {
            return Ok(());
        };
        let seconds = self.inputs().config.confirm_timeout;
        let mut values = BTreeMap::new();
        for (host, of_host) in self.values().clone() {
            let steps = undos(&self.steps()[..to], &host);
            let undo = builtin::TAKE_BACK.script(&context! { steps, ..of_host.clone() })?;
            values.insert(host, context! { seconds, undo, ..of_host });
        }
        let action = builtin::ARM.action(&values)?;
        let undo = builtin::ARM.undo(&values, false)?;
        let arm = &mut self.steps()[from];
        (arm.action, arm.undo) = (action, undo);
        Ok(())
    }
}

/// Returns what takes these steps back on a host, the last one first, but the lock: the session gives
/// that back. Undos that need a secret are left out: no secret is written down on a host.
fn undos(steps: &[Step], host: &HostName) -> Vec<Value> {
    let undo = |step: &Step| match &step.undo {
        Undo::Run { scripts, .. } => {
            let undo = scripts.get(host)?.trim_end();
            let needs_secret = step.secrets.iter().any(|name| undo.contains(&name.variable()));
            (!needs_secret).then(|| context! { name => step.name.as_str(), undo })
        }
        Undo::NotNeeded | Undo::Impossible { .. } => None,
    };
    let taken_back = steps.iter().rev().filter(|step| step.name != ARM && step.name != LOCK);
    taken_back.filter_map(undo).collect()
}
