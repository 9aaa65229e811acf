//! The one shell quoter of the program.

use thiserror::Error;

/// A text that no shell can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a NUL byte cannot be passed to a shell")]
pub struct NulByte;

// A bare one of these at the start of a command would be grammar and not a word.
const RESERVED: [&str; 17] = [
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while",
];

/// Returns the text as one word of POSIX sh, whatever it holds: bare where that is safe in every
/// shell and place, in single quotes otherwise.
///
/// A bare word may be all digits: put a space before a `>` or `<` that follows it.
///
/// # Errors
/// When the text holds a NUL byte.
pub fn word(text: &str) -> Result<String, NulByte> {
    let bare = !text.is_empty() && text.bytes().all(is_inert) && !RESERVED.contains(&text);
    if bare { Ok(text.to_owned()) } else { quoted(text) }
}

/// Returns the text as one word in single quotes, even where it could stand bare.
pub(super) fn quoted(text: &str) -> Result<String, NulByte> {
    Ok(format!("'{}'", inside_single(text)?))
}

/// Returns the text for a place between single quotes.
pub(super) fn inside_single(text: &str) -> Result<String, NulByte> {
    Ok(without_nul(text)?.replace('\'', r"'\''"))
}

/// Returns the text for a place between double quotes.
pub(super) fn inside_double(text: &str) -> Result<String, NulByte> {
    let mut escaped = String::with_capacity(text.len());
    for c in without_nul(text)?.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    Ok(escaped)
}

/// Returns the text itself.
pub(super) fn without_nul(text: &str) -> Result<&str, NulByte> {
    if text.contains('\0') { Err(NulByte) } else { Ok(text) }
}

/// Returns bytes as `printf %b` takes them: what could mean something else is an octal number. Between
/// single quotes every shell, POSIX or not, takes the result as it is.
pub fn octal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b" _-./:=+@,".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("\\0{byte:03o}"));
        }
    }
    text
}

// Neither `=` (an assignment) nor `,` (a list in braces, in bash) nor `~`.
fn is_inert(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_./:@%+".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harmless_word_stands_bare() {
        for text in ["main", "/srv/app-1/releases/20260102030405", "a_b.c:d@e%f+g", "22", "-v"] {
            assert_eq!(word(text).unwrap(), text);
        }
    }

    #[test]
    fn anything_else_stands_in_single_quotes() {
        for (text, expected) in [
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
            ("A=b", "'A=b'"),
            ("~", "'~'"),
            ("{a,b}", "'{a,b}'"),
            ("case", "'case'"),
            ("é", "'é'"),
            ("a\nb", "'a\nb'"),
        ] {
            assert_eq!(word(text).unwrap(), expected);
        }
    }

    #[test]
    fn a_nul_byte_is_refused() {
        assert_eq!(word("a\0b"), Err(NulByte));
    }

    #[test]
    fn every_byte_has_a_way_through_printf() {
        assert_eq!(octal(b"A=b c\n"), "A=b c\\0012");
        assert_eq!(octal(b"\\'\"$\0\xff"), "\\0134\\0047\\0042\\0044\\0000\\0377");
    }
}
