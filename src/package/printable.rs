//! Foreign text made safe for a terminal: commit subjects, file names, the words of git.

/// Returns the text with every control character replaced, so that no commit and no file name can
/// move the cursor or colour the screen of whoever reads the plan.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

/// Does the same to bytes that need not be UTF-8.
pub(super) fn printable_bytes(bytes: &[u8]) -> String {
    printable(&String::from_utf8_lossy(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_does_not_reach_the_terminal() {
        assert_eq!(printable("fix \u{1b}[31mred\u{7}\nline"), "fix \u{fffd}[31mred\u{fffd}\u{fffd}line");
        assert_eq!(printable_bytes(b"caf\xc3\xa9 \xff"), "café \u{fffd}");
    }
}
