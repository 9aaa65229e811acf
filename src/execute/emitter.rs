//! Sends events with the time since the run began.

use std::time::Instant;

use tokio::sync::mpsc::UnboundedSender;

use crate::event::{self, Event, EventKind};

/// Where events go. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Emitter {
    began: Instant,
    listener: UnboundedSender<Event>,
}

impl Emitter {
    /// Takes the listener; time counts from `began`.
    pub fn new(began: Instant, listener: UnboundedSender<Event>) -> Self {
        Self { began, listener }
    }

    /// Sends an event. A run goes on when nobody listens any more.
    pub fn emit(&self, kind: EventKind) {
        let _heard = self.listener.send(Event { v: event::FORMAT, t: self.seconds(), kind });
    }

    /// Returns the seconds since the run began.
    pub fn seconds(&self) -> f64 {
        // Milliseconds are enough for a person and keep the JSON readable.
        (self.began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
    }
}
