//! Text from hosts, made safe to show: it must not move the cursor, colour what follows, or hide
//! what stands before it.

use console::strip_ansi_codes;

/// Returns a line as a terminal would leave it: without escape codes and control characters, and
/// after a carriage return (a progress bar that draws itself again) only what was drawn last.
pub fn printable(line: &str) -> String {
    let line = strip_ansi_codes(line);
    let last = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default();
    let mut text = String::with_capacity(last.len());
    for character in last.chars() {
        match character {
            '\t' => text.push_str("    "),
            _ if character.is_control() || is_direction(character) => {}
            _ => text.push(character),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Tells whether a character turns the direction of what follows it.
const fn is_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_leave_its_place() {
        assert_eq!(printable("\u{1b}[31mred\u{1b}[0m\u{7} and\tplain \r"), "red and    plain");
        assert_eq!(printable(" 10 %\r 60 %\r100 %"), "100 %");
        assert_eq!(printable("\u{1b}[2J\u{1b}]0;title\u{7}ok\u{202e}ko\u{9b}"), "okko");
        assert_eq!(printable("  INFO  Größe 大"), "  INFO  Größe 大");
    }
}
