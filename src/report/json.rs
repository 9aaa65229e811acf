//! The reporter for programs: every event as one line of JSON, as it is.

use std::io::Write;

use super::Reporter;
use crate::event::Event;

/// Writes events as JSON lines.
pub(super) struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Json<W> {
    fn event(&mut self, event: &Event) {
        let line = serde_json::to_string(event).expect("an event holds nothing that JSON cannot");
        // A reader that went away must not stop a deploy halfway.
        let _ = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
    }

    fn tick(&mut self, _: f64) {}
}
