//! A run that stands still in a phase until it is let go.

use std::fs;
use std::path::PathBuf;

use super::{Lab, Run, wait_until};

/// A run that waits in one phase, on every host or here.
pub struct Stand {
    pub run: Run,
    homes: Vec<PathBuf>,
}

impl Stand {
    /// Starts a run and waits until it is in that phase everywhere.
    pub fn in_phase(lab: &Lab, phase: &str) -> Self {
        let local = ["build", "package"].contains(&phase);
        let homes =
            if local { vec![lab.path("me")] } else { lab.hosts.iter().map(|host| host.home("")).collect() };
        let place = if local { "build" } else { "deploy_to" };
        lab.configure(&format!(
            "steps:\n  wait:\n    phase: {phase}\n    in: {place}\n    run: |\n      touch ~/hold ~/began\n      \
             while [ -e ~/hold ]; do sleep 0.1; done\n"
        ));
        for home in &homes {
            let _gone = fs::remove_file(home.join("began"));
        }
        let run = lab.start(&["run", "test"]);
        wait_until(&format!("{phase} to begin"), || homes.iter().all(|home| home.join("began").exists()));
        Self { run, homes }
    }

    /// Lets it go on, where it still can.
    pub fn let_go(self) -> Run {
        for home in self.homes {
            fs::remove_file(home.join("hold")).unwrap();
        }
        self.run
    }
}
