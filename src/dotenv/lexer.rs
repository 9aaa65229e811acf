//! The tokens of a value.

use std::ops::Range;

/// phpdotenv's expression takes no more at once. It shows: an escape looks at one token.
const LONGEST: usize = 1000;

/// Returns the places of the tokens of a value: runs of line breaks, of other white space and of
/// plain text, and each backslash, quote, `#` and `$` alone.
pub fn tokens(value: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = value.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let kind = Kind::of(*bytes.get(at)?);
        let longest = if kind == Kind::Sign { 1 } else { LONGEST };
        let run = bytes[at..].iter().take(longest).take_while(|byte| Kind::of(**byte) == kind).count();
        // The library cuts through a letter where it falls so; joined again, nobody can tell.
        let end = (at + run..=bytes.len()).find(|end| value.is_char_boundary(*end)).unwrap_or(bytes.len());
        let token = at..end;
        at = end;
        Some(token)
    })
}

/// Tells whether all of a text is white space, as `ctype_space` does.
pub fn is_space(token: &str) -> bool {
    !token.is_empty()
        && token.bytes().all(|byte| matches!(Kind::of(byte), Kind::LineBreak | Kind::WhiteSpace))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    LineBreak,
    WhiteSpace,
    Sign,
    Plain,
}

impl Kind {
    fn of(byte: u8) -> Self {
        match byte {
            b'\r' | b'\n' => Self::LineBreak,
            b' ' | b'\t' | 0x0b | 0x0c => Self::WhiteSpace,
            b'\\' | b'\'' | b'"' | b'#' | b'$' => Self::Sign,
            _ => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(value: &str) -> Vec<&str> {
        tokens(value).map(|token| &value[token]).collect()
    }

    #[test]
    fn signs_stand_alone_and_the_rest_in_runs() {
        assert_eq!(words(r#"a(b) \n"$$x#"#), ["a(b)", " ", "\\", "n", "\"", "$", "$", "x", "#"]);
        assert_eq!(words("a \t\r\n\u{c}b"), ["a", " \t", "\r\n", "\u{c}", "b"]);
    }

    #[test]
    fn a_long_run_is_cut_but_never_through_a_letter() {
        let lengths = |value: &str| -> Vec<usize> { tokens(value).map(|token| token.len()).collect() };
        assert_eq!(lengths(&"x".repeat(2100)), [1000, 1000, 100]);
        assert_eq!(lengths(&format!("x{}", "ü".repeat(1000))), [1001, 1000]);
    }
}
