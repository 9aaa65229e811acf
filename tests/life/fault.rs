//! Where runs are disturbed: steps that fail, and moments in which users act.

use std::fmt::Write;

use super::script::{Fault, Run};

/// What a run that has come to a moment makes, and waits for to be removed.
const FILE: &str = "{{ deploy_to }}/../moment";

/// A step that makes a file in each release.
const MAKE: &str = "make: { phase: configure, run: 'echo {{ release }} >made.txt' }";

/// Where a step fails, or the session is killed.
const PLACES: [&str; 13] = [
    "before: publish",
    "after: publish",
    "after: share",
    "after: link",
    "phase: configure",
    "phase: mid_release",
    "before: seal",
    "before: adopt",
    "after: adopt",
    "before: switch",
    "after: switch",
    "phase: post_release",
    "after: settle",
];

/// When users act while a run goes on.
const MOMENTS: [&str; 8] = [
    "before: share",
    "after: share",
    "phase: configure",
    "after: adopt",
    "before: switch",
    "after: switch",
    "phase: post_release",
    LAST,
];

/// From then on nobody looks into the release that was live before, until it is removed.
pub const LAST: &str = "after: settle";

/// Returns the moment with that number.
pub fn moment(number: u8) -> &'static str {
    MOMENTS[usize::from(number) % MOMENTS.len()]
}

/// Returns the `steps` of deploy.yml that a run needs to be disturbed.
pub fn steps(run: &Run, is_remote: bool) -> String {
    let mut steps = format!("  {MAKE}\n");
    for (index, moment) in run.moments.iter().enumerate() {
        let wait = format!(": >{FILE}.{index}; while [ -e {FILE}.{index} ]; do sleep 0.02; done");
        step(&mut steps, &format!("moment-{index}"), self::moment(moment.at), &wait);
    }
    let place = |index: u8| PLACES[usize::from(index) % PLACES.len()];
    match run.fault {
        Fault::Fails(index) => step(&mut steps, "fault", place(index), "exit 9"),
        // Above the session is sshd: without it, the connection breaks.
        Fault::Cut(index) if is_remote => step(&mut steps, "fault", place(index), "kill -s KILL $PPID"),
        Fault::Cut(index) => step(&mut steps, "fault", place(index), "kill -s KILL 0"),
        Fault::None | Fault::Killed { .. } | Fault::PowerLoss { .. } => {}
    }
    format!("steps:\n{steps}")
}

fn step(steps: &mut String, name: &str, place: &str, run: &str) {
    writeln!(steps, "  {name}: {{ {place}, on: hosts, in: deploy_to, run: '{run}' }}").unwrap();
}
