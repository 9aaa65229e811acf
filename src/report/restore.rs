//! What a restore is about to replace, told before the question whether it may.

use std::io::{self, Write};

use console::measure_text_width;

use super::measure::count;
use super::paint::State;
use super::printable::printable;
use super::screen::Screen;
use crate::plan::restore::{Source, Subject};

/// Prints what is replaced by what on each host; `place` is as `shop to production`.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, place: &str, subject: &Subject, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    let Subject { id, archive, part, hosts } = subject;
    let (dot, data) =
        (paint.dot(), part.as_ref().map_or("shared".to_owned(), |part| format!("shared/{part}")));
    writeln!(out, "{place} {dot} restore {} {dot} {}\n", printable(&data), printable(archive))?;
    let widest = hosts.keys().map(|host| measure_text_width(host.as_str())).max().unwrap_or_default();
    for (host, found) in hosts {
        let source = match &found.source {
            Source::Here(_) => "from here",
            Source::OnHost { .. } => "on the host",
        };
        let entries = format!("{} files and directories {source}", count(found.entries));
        let present = found.present.map_or_else(
            || "there is none now".to_owned(),
            |present| format!("the present {} are kept in backups/shared-before-{id}", count(present)),
        );
        writeln!(out, "  {host:widest$}   {entries}; {present}")?;
        for warning in &found.warnings {
            let sign = paint.state(State::Caution, State::Caution.word());
            writeln!(out, "  {:widest$} {sign} {}", "", printable(warning))?;
        }
    }
    writeln!(out)
}
