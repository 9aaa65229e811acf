//! `.env` files, read as phpdotenv 5 reads them and written so that it reads the same back. Pure.
//!
//! Laravel and most PHP applications read their settings with that library, and it is the only
//! judge of what a line means: a shell that sources such a file would run parts of it. Nothing in
//! here shows a value: mistakes name a line and a kind.

pub mod comparison;
mod credentials;
mod entry;
mod lexer;
mod lines;
pub mod mistake;
pub mod settings;
pub mod summary;
pub mod writing;

use std::borrow::Cow;

pub use credentials::Credentials;
pub use mistake::{Mistake, Wrong};
pub use settings::Settings;
pub use summary::Summary;

/// What some editors put in front of a text; phpdotenv passes it over.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Returns the text of a file. Bytes that are not UTF-8 become `?`, one for each, as PHP makes of them;
/// so every place in the text is the same place in the file.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let mut chunks = bytes.utf8_chunks();
    match chunks.next() {
        None => return Cow::Borrowed(""),
        Some(chunk) if chunk.invalid().is_empty() => return Cow::Borrowed(chunk.valid()),
        Some(_) => {}
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    Cow::Owned(text)
}

/// Takes off what PHP's `trim` takes off.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\0', '\u{b}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_long_as_its_file() {
        assert_eq!(decode(b""), "");
        assert_eq!(decode("für".as_bytes()), "für");
        assert_eq!(decode(b"a\xff\xfeb\xc3"), "a??b?");
    }
}
