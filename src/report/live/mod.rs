//! The reporter for a person at a terminal: what is finished stays as lines, what runs is drawn
//! again and again below them.

pub(super) mod block;
mod frame;
mod line;
mod row;

use std::io::Write;

use self::frame::Frame;
use super::digest::{Digest, Grain};
use super::run::Run;
use super::{Reporter, Screen, ending};
use crate::event::{Event, EventKind};

/// Seconds between two frames.
const PAUSE: f64 = 0.1;

/// Draws a run.
pub(super) struct Live<W: Write> {
    screen: Screen,
    frame: Frame<W>,
    digest: Digest,
    run: Option<Run>,
    /// Lines that stay and are not on the screen yet.
    lines: String,
    /// When the last frame was drawn, in seconds of the run.
    drawn: f64,
}

impl<W: Write> Live<W> {
    pub(super) const fn new(out: W, screen: Screen) -> Self {
        Self {
            screen,
            frame: Frame::new(out),
            digest: Digest::new(Grain::Chapter),
            run: None,
            lines: String::new(),
            drawn: f64::NEG_INFINITY,
        }
    }

    /// Draws what is new, unless the last frame is too young; then the next tick does.
    fn draw(&mut self, run: &Run) {
        if run.now - self.drawn < PAUSE {
            return;
        }
        self.drawn = run.now;
        let block = block::lines(run, &self.screen);
        self.frame.draw(&std::mem::take(&mut self.lines), block);
    }

    fn finish(&mut self, text: &str) {
        self.lines.push('\n');
        self.lines += text;
        self.frame.finish(&std::mem::take(&mut self.lines));
    }
}

impl<W: Write> Reporter for Live<W> {
    fn event(&mut self, event: &Event) {
        if let EventKind::RunStarted { plan, .. } = &event.kind {
            self.lines += &line::heading(plan, &self.screen);
            self.run = Some(Run::new((**plan).clone()));
        }
        let Some(mut run) = self.run.take() else { return };
        run.record(event.t, &event.kind);
        for entry in self.digest.after(&event.kind, &run) {
            self.lines += &line::entry(&entry, &run, &self.screen);
        }
        self.lines += &line::remark(&event.kind, &self.screen);
        if let EventKind::RunFinished(finished) = &event.kind {
            // The run is not put back: there is nothing left to draw.
            self.finish(&ending::text(finished, &run.plan, run.warnings, &self.screen));
            return;
        }
        self.draw(&run);
        self.run = Some(run);
    }

    fn tick(&mut self, seconds: f64) {
        let Some(mut run) = self.run.take() else { return };
        run.pass(seconds);
        self.draw(&run);
        self.run = Some(run);
    }

    fn resize(&mut self, columns: usize, rows: usize) {
        self.screen.width = columns;
        self.screen.height = rows;
    }
}
