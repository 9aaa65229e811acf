//! Telling the user: the only module that lays out text, and nothing but text.
//!
//! [plan] shows what will happen. During a run a [`Reporter`] gets every event and the time: live on
//! a terminal, line by line elsewhere, or as JSON. [ending] has the words of every end, [refusal]
//! those of a run that never began; [check] is all that was found on hosts; [status], [releases], [history] and [kept] are the tables,
//! [findings] and [verdicts] what was seen on hosts, [logs] what applications write there, [handbook] and
//! [volumes] what is printed for others. Everything is written to a [`Write`] of the caller and laid out
//! for a [`Screen`] that the caller describes.

pub mod analysis;
pub mod archives;
pub mod backup;
pub mod check;
pub mod ci;
pub mod drift;
pub mod ending;
pub mod findings;
pub mod guide;
pub mod handbook;
pub mod history;
pub mod kept;
pub mod logs;
pub mod package;
pub mod plan;
pub mod refusal;
pub mod releases;
pub mod reload;
pub mod restore;
pub mod settings;
pub mod status;
pub mod told;
pub mod verdicts;
pub mod volumes;

mod digest;
mod groups;
mod json;
mod live;
mod making;
mod measure;
mod next;
mod paint;
mod plain;
mod printable;
mod run;
#[cfg(test)]
mod sample;
mod screen;
mod table;
mod tail;
#[cfg(test)]
mod tests;
mod verbosity;
mod wrap;

use std::io::Write;

use crate::event::Event;
pub use printable::printable;
#[cfg(test)]
pub(crate) use sample::plan as sample_plan;
pub use screen::Screen;

/// Tells the user what happens during a run.
pub trait Reporter {
    /// Takes the next event, in the order of time.
    fn event(&mut self, event: &Event);

    /// Lets the time go on, in seconds since the run began, while nothing happens. To be called
    /// about ten times a second: what moves on the screen moves with it.
    fn tick(&mut self, seconds: f64);

    /// Takes the new size of the terminal.
    fn resize(&mut self, _columns: usize, _rows: usize) {}
}

/// The form of what is told during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person: drawn live on a terminal that can, else as `Plain`.
    Human,
    /// For a log: whole lines, nothing drawn twice.
    Plain,
    /// For a program: the events as JSON lines.
    Json,
}

/// Makes a place to write to. Called twice, both places are the same.
pub type Output<'a> = &'a dyn Fn() -> Box<dyn Write + Send>;

/// Returns a reporter of whole lines, those that steps print among them.
pub fn verbose(out: Output<'_>, screen: Screen) -> Box<dyn Reporter + Send> {
    Box::new(verbosity::Verbose::new(out(), out(), screen))
}

/// Returns a reporter of what is made on the controller alone.
pub fn making(out: Box<dyn Write + Send>, screen: Screen, verbose: bool) -> Box<dyn Reporter + Send> {
    Box::new(making::Making::new(out, screen, verbose))
}

/// Returns a reporter of nothing but the ending.
pub fn quiet(out: Output<'_>, screen: Screen) -> Box<dyn Reporter + Send> {
    Box::new(verbosity::Quiet::new(out(), screen))
}

/// Returns the reporter for a form and a screen, writing to `out`.
pub fn for_output(format: Format, out: Box<dyn Write + Send>, screen: Screen) -> Box<dyn Reporter + Send> {
    match format {
        Format::Human if screen.terminal => Box::new(live::Live::new(out, screen)),
        Format::Human | Format::Plain => Box::new(plain::Plain::new(out, screen)),
        Format::Json => Box::new(json::Json::new(out)),
    }
}
