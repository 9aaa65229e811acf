//! Where all hosts must have come equally far before any of them goes on.

use super::CONFIRM;
use super::step::{Phase, Step, StepId};

/// Numbers the steps and puts the barriers where all hosts must have come equally far.
pub fn number(steps: &mut [Step], several_hosts: bool) {
    let mut before: Option<Phase> = None;
    let mut after_once = false;
    for (place, step) in steps.iter_mut().enumerate() {
        step.id = StepId(place);
        let begins = before != Some(step.phase);
        // What comes after the commit point waits for it as one; there may be no clean-up.
        let finishes = step.phase == Phase::Finalize && before == Some(Phase::Cleanup);
        let apart = begins && step.phase >= Phase::PreRelease && !finishes;
        // Nothing of the user's runs anywhere before every host has given its lock.
        let locked = step.phase == Phase::Prepare && !matches!(step.name.as_str(), "lock" | "setup");
        // No host keeps the release before every host has come to keep it.
        let keeps = step.name == CONFIRM;
        step.barrier = several_hosts && (apart || locked || keeps || step.once || after_once);
        after_once = step.once;
        before = Some(step.phase);
    }
}
