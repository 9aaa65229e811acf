//! What a person must do by hand on hosts, as a list.

use std::io::{self, Write};

use super::groups::{grouped, listed};
use super::printable::printable;
use super::screen::Screen;
use super::wrap::wrapped;
use crate::plan::guide::{Guide, Way};

/// Prints the guides of all hosts, those that are alike once.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, guides: &[Guide], screen: &Screen) -> io::Result<()> {
    let alike = guides.iter().map(|guide| ((&guide.state, &guide.ways), guide.host.clone()));
    let mut text = String::new();
    for ((state, ways), hosts) in grouped(alike) {
        text += &format!("{}: {}\n", listed(&hosts, " "), printable(state));
        text += &match ways.as_slice() {
            [] => "  nothing to do by hand\n".to_owned(),
            [way] => described("  ", way, screen),
            several => several
                .iter()
                .zip(1..)
                .fold("  one of these, by hand:\n".to_owned(), |text, (way, number)| {
                    text + &described(&format!("  {number}  "), way, screen)
                }),
        };
    }
    out.write_all(text.as_bytes())
}

fn described(head: &str, way: &Way, screen: &Screen) -> String {
    let margin = " ".repeat(head.len());
    let text = wrapped(&format!("{head}{}", printable(&way.text)), screen.columns(), &margin) + "\n";
    let widest = way.run.iter().map(|next| next.run.len()).max().unwrap_or_default();
    way.run.iter().fold(text, |text, next| {
        text + &format!("{margin}  {:widest$}    {}\n", printable(&next.run), printable(&next.why))
    })
}
