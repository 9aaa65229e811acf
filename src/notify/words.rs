//! Words for persons, wherever they are read: what is cut, counted and left out of a text.

use crate::host::HostName;

/// How many names a list holds before the rest is only counted.
const NAMED: usize = 6;

/// Returns a text of one line that moves nothing around it, cut to a length. Services count differently; UTF-16
/// units are never fewer than what they count.
pub(super) fn line(text: &str, longest: usize) -> String {
    let text = console::strip_ansi_codes(text);
    let spaced = text.chars().map(|char| if char.is_whitespace() { ' ' } else { char });
    let plain: String = spaced.filter(|char| !char.is_control() && !turns(*char)).collect();
    cut(plain.trim(), longest)
}

/// Cuts a text to a length, which is told by three dots.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if length(text) <= longest {
        return text.to_owned();
    }
    let mut left = longest.saturating_sub(1);
    let fits = |char: &char| {
        let fits = char.len_utf16() <= left;
        left = left.saturating_sub(char.len_utf16());
        fits
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}

/// Returns the length as the strictest service counts it.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Tells whether a character turns the direction of what follows it, or hides in it.
fn turns(char: char) -> bool {
    matches!(char, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

/// Joins lines while they fit; says how many do not. `more` of them were not even given.
pub(super) fn within(lines: &[String], more: usize, longest: usize) -> String {
    const ROOM: usize = 24;
    let mut text = String::new();
    let mut shown = 0;
    for line in lines {
        if length(&text) + length(line) + 1 + ROOM > longest {
            break;
        }
        text.push_str(line);
        text.push('\n');
        shown += 1;
    }
    match lines.len() - shown + more {
        0 => text.truncate(text.trim_end().len()),
        left => text.push_str(&format!("… and {left} more")),
    }
    text
}

/// Lists hosts, as `web1, web2`.
pub(super) fn names<'a>(hosts: impl Iterator<Item = &'a HostName>) -> String {
    let names: Vec<&str> = hosts.map(HostName::as_str).collect();
    if names.len() <= NAMED + 1 {
        return names.join(", ");
    }
    format!("{} and {} more", names[..NAMED].join(", "), names.len() - NAMED)
}

/// Returns a time, as `29 s`, `1 m 04 s`, `2 h 05 m`.
pub(super) fn time(seconds: f64) -> String {
    match seconds.max(0.0).round() as u64 {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} m {:02} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {:02} m", seconds / 3600, seconds % 3600 / 60),
    }
}
