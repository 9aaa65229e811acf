//! More or less than the usual: what steps print as they print it, or only the ending.

use std::collections::BTreeMap;
use std::io::Write;

use super::plain::Plain;
use super::printable::printable;
use super::{Reporter, Screen, ending};
use crate::event::{Event, EventKind};
use crate::plan::{Plan, StepId};

/// Writes whole lines, those of the steps among them.
pub(super) struct Verbose<W: Write> {
    plain: Plain<W>,
    out: W,
    names: BTreeMap<StepId, String>,
}

impl<W: Write> Verbose<W> {
    /// Takes two ways to the same place: one for the plain lines, one for those of the steps.
    pub(super) fn new(plain: W, out: W, screen: Screen) -> Self {
        Self { plain: Plain::new(plain, screen), out, names: BTreeMap::new() }
    }
}

impl<W: Write> Reporter for Verbose<W> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted { plan, .. } => {
                self.names = plan.steps.iter().map(|step| (step.id, step.name.clone())).collect();
            }
            EventKind::Output { step, host, text, .. } => {
                let host = host.as_ref().map(|host| format!("{host} ")).unwrap_or_default();
                let step = self.names.get(step).map_or("", String::as_str);
                // A log that went away must not stop a deploy halfway.
                let _ = writeln!(self.out, "  {host}{step} | {}", printable(text));
            }
            _ => {}
        }
        self.plain.event(event);
    }

    fn tick(&mut self, seconds: f64) {
        self.plain.tick(seconds);
    }
}

/// Writes the ending.
pub(super) struct Quiet<W> {
    out: W,
    screen: Screen,
    plan: Option<Plan>,
}

impl<W> Quiet<W> {
    pub(super) const fn new(out: W, screen: Screen) -> Self {
        Self { out, screen, plan: None }
    }
}

impl<W: Write> Reporter for Quiet<W> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted { plan, .. } => self.plan = Some(Plan::clone(plan)),
            EventKind::RunFinished(finished) => {
                // Warnings are counted where they stand above, and nothing does here.
                let text = self.plan.as_ref().map(|plan| ending::text(finished, plan, 0, &self.screen));
                let _ = self.out.write_all(text.unwrap_or_default().as_bytes());
            }
            _ => {}
        }
    }

    fn tick(&mut self, _seconds: f64) {}
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::sample;
    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn quiet_says_only_how_it_ended() {
        let paper = Paper::default();
        let mut quiet = Quiet::new(paper.clone(), Screen::unknown());
        sample::fails_on_one().events.iter().for_each(|event| quiet.event(event));
        assert!(paper.text().trim_start().starts_with("Undone."), "{}", paper.text());
    }

    #[test]
    fn verbose_shows_what_steps_print() {
        let paper = Paper::default();
        let mut verbose = Verbose::new(paper.clone(), paper.clone(), Screen::unknown());
        sample::fails_on_one().events.iter().for_each(|event| verbose.event(event));
        assert!(paper.text().contains(" | "), "{}", paper.text());
    }
}
