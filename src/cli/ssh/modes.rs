//! What a program on the host has switched on in the person's terminal and has not switched off again:
//! after a cut connection nobody there can. Pure.

use std::collections::BTreeSet;

/// Those that spoil a shell's line when they stay: the other screen, the mouse, marks around what is
/// pasted, keys that send something else.
const KNOWN: [u16; 13] = [1, 9, 47, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1047, 1049, 2004];

/// The cursor: it is there unless switched off.
const CURSOR: u16 = 25;

/// A sequence longer than this is none of those that are looked for.
const LONGEST: usize = 64;

/// Follows what is drawn.
#[derive(Debug, Default)]
pub struct Modes {
    on: BTreeSet<u16>,
    hidden: bool,
    sequence: Vec<u8>,
}

impl Modes {
    /// Takes the next bytes that are drawn.
    pub fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match (self.sequence.as_slice(), byte) {
                (_, 0x1b) => self.sequence = vec![byte],
                ([], _) => {}
                ([_], b'[') | ([_, _], b'?') | ([_, _, _, ..], b'0'..=b'9' | b';') => {
                    self.sequence.push(byte)
                }
                ([_, _, _, ..], b'h' | b'l') => self.switch(byte == b'h'),
                _ => self.sequence.clear(),
            }
            if self.sequence.len() > LONGEST {
                self.sequence.clear();
            }
        }
    }

    fn switch(&mut self, on: bool) {
        let sequence = std::mem::take(&mut self.sequence);
        let numbers = String::from_utf8_lossy(sequence.get(3..).unwrap_or_default()).into_owned();
        for number in numbers.split(';').filter_map(|number| number.parse::<u16>().ok()) {
            if number == CURSOR {
                self.hidden = !on;
            } else if KNOWN.contains(&number) && on {
                self.on.insert(number);
            } else {
                self.on.remove(&number);
            }
        }
    }

    /// Returns what makes the terminal as it was.
    pub fn undo(&self) -> String {
        let off: String = self.on.iter().map(|number| format!("\u{1b}[?{number}l")).collect();
        let cursor = if self.hidden { "\u{1b}[?25h" } else { "" };
        // Where a program was interrupted while it drew, its colours are on as well.
        let colors = if off.is_empty() && cursor.is_empty() { "" } else { "\u{1b}[0m" };
        format!("{off}{cursor}{colors}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_on_is_switched_off() {
        let vim = b"\x1b[?1049h\x1b[?1h\x1b=\x1b[?2004h\x1b[?25l\x1b[31mtext\x1b[?25;7h\x1b[?12;25l";
        for size in 1..vim.len() {
            let mut modes = Modes::default();
            vim.chunks(size).for_each(|chunk| modes.take(chunk));
            assert_eq!(modes.undo(), "\x1b[?1l\x1b[?1049l\x1b[?2004l\x1b[?25h\x1b[0m");
            modes.take(b"\x1b[?1049;2004;1l\x1b[?25h");
            assert_eq!(modes.undo(), "");
        }
    }
}
