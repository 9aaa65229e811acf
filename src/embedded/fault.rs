//! Faults that all connections of a server look at.

use std::time::Duration;

use tokio::sync::watch;

/// The present faults. A change is seen by every connection.
#[derive(Debug)]
pub(super) struct Faults {
    /// Whether no byte flows.
    pub frozen: watch::Sender<bool>,
    /// How often all connections were cut: each counts from its own start.
    pub cuts: watch::Sender<u64>,
    /// How long each byte is on its way.
    pub delay: watch::Sender<Duration>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            frozen: watch::Sender::new(false),
            cuts: watch::Sender::new(0),
            delay: watch::Sender::new(Duration::ZERO),
        }
    }
}

impl Faults {
    /// Waits while no byte flows.
    pub async fn flowing(&self) {
        // The sender is in `self`, so it cannot be gone.
        let _ = self.frozen.subscribe().wait_for(|frozen| !frozen).await;
    }

    /// Waits for the next cut.
    pub async fn cut(&self) {
        let mut cuts = self.cuts.subscribe();
        let before = *cuts.borrow_and_update();
        let _ = cuts.wait_for(|&now| now != before).await;
    }
}
