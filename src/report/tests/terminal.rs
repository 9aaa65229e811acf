//! A terminal in memory: what a person would see after all the drawing.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use console::measure_text_width;

use crate::event::Event;
use crate::report::{Format, Screen, for_output};

/// Keeps what is written, and how often.
#[derive(Clone, Default)]
pub(super) struct Sink {
    writes: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    pub(super) fn text(&self) -> String {
        self.writes.lock().unwrap().concat()
    }

    pub(super) fn writes(&self) -> usize {
        self.writes.lock().unwrap().len()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.lock().unwrap().push(String::from_utf8(bytes.to_vec()).unwrap());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what a reporter writes for events, with a tick after each and a second after the last.
pub(super) fn report(format: Format, events: &[Event], screen: &Screen) -> Sink {
    let sink = Sink::default();
    let mut reporter = for_output(format, Box::new(sink.clone()), screen.clone());
    for event in events {
        reporter.event(event);
        reporter.tick(event.t);
    }
    reporter.tick(events.last().map_or(0.0, |event| event.t) + 1.0);
    drop(reporter);
    sink
}

/// Returns what stands on a terminal, its scrollback included, after a live report.
pub(super) fn seen(events: &[Event], screen: &Screen) -> String {
    let mut terminal = Terminal::new(screen);
    terminal.feed(&report(Format::Human, events, screen).text());
    terminal.text()
}

/// Understands what the reporter sends and no more; panics at what would spoil a real screen.
pub(super) struct Terminal {
    width: usize,
    height: usize,
    rows: Vec<String>,
    row: usize,
    /// In columns.
    column: usize,
    pub(super) shows_cursor: bool,
}

impl Terminal {
    pub(super) fn new(screen: &Screen) -> Self {
        let rows = vec![String::new()];
        Self { width: screen.width, height: screen.height, rows, row: 0, column: 0, shows_cursor: true }
    }

    pub(super) fn text(&self) -> String {
        self.rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn feed(&mut self, text: &str) {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let code = rest.strip_prefix("\u{1b}[");
            rest = match (character, code) {
                (_, Some(code)) => self.control(code),
                ('\n', _) => {
                    self.next_row();
                    &rest[1..]
                }
                ('\r', _) => {
                    self.column = 0;
                    &rest[1..]
                }
                (character, _) => {
                    self.put(character);
                    &rest[character.len_utf8()..]
                }
            };
        }
    }

    fn next_row(&mut self) {
        self.row += 1;
        self.column = 0;
        if self.row == self.rows.len() {
            self.rows.push(String::new());
        }
    }

    fn put(&mut self, character: char) {
        assert!(!character.is_control(), "{character:?} reached the terminal");
        let columns = measure_text_width(&character.to_string());
        if self.column + columns > self.width {
            self.next_row();
        }
        // Lines are only ever written from their beginning, so what stands to the right is old.
        self.clear_right();
        self.rows[self.row].push(character);
        self.column += columns;
    }

    fn clear_right(&mut self) {
        let row = &mut self.rows[self.row];
        let mut kept = String::new();
        for character in row.chars() {
            if measure_text_width(&kept) >= self.column {
                break;
            }
            kept.push(character);
        }
        *row = kept;
    }

    fn control<'a>(&mut self, code: &'a str) -> &'a str {
        let end = code.find(|character: char| character.is_ascii_alphabetic()).unwrap();
        match code.split_at(end) {
            (lines, rest) if rest.starts_with('A') => {
                let lines: usize = lines.parse().unwrap();
                let top = self.rows.len().saturating_sub(self.height);
                assert!(self.row - top >= lines, "the block is higher than the screen");
                self.row -= lines;
            }
            ("", rest) if rest.starts_with('K') => self.clear_right(),
            ("", rest) if rest.starts_with('J') => {
                self.clear_right();
                self.rows.truncate(self.row + 1);
            }
            ("?25", rest) => self.shows_cursor = rest.starts_with('h'),
            (color, rest) => assert!(rest.starts_with('m'), "unknown code {color}{}", &rest[..1]),
        }
        &code[end + 1..]
    }
}
