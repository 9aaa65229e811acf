//! Long lines, broken between words.

use console::measure_text_width;

/// Breaks a text at its spaces so that no line is wider than that many columns, if its words allow
/// it; every line but the first is indented.
pub(super) fn wrapped(text: &str, columns: usize, indent: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for (place, word) in text.split(' ').enumerate() {
        let is_full = measure_text_width(&line) + 1 + measure_text_width(word) > columns;
        if is_full && !line.trim().is_empty() {
            lines += &line;
            lines.push('\n');
            line = format!("{indent}{word}");
            continue;
        }
        if place > 0 {
            line.push(' ');
        }
        line += word;
    }
    lines + &line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(
            wrapped("  > one, two, three, fourteen", 13, "    "),
            "  > one, two,\n    three,\n    fourteen"
        );
        assert_eq!(wrapped("short", 40, ""), "short");
    }
}
