//! From bytes to the lines that a person would see. Pure.

/// A line longer than this is cut into several.
const LONGEST: usize = 16 * 1024;

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    line: Vec<u8>,
}

impl Lines {
    /// Takes the next bytes and returns the lines that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            let ended = self.line.last() == Some(&b'\n');
            if ended {
                self.line.pop();
            }
            if ended || self.line.len() >= LONGEST {
                lines.push(self.take());
            }
        }
        lines
    }

    /// Returns the last line when it did not end with a newline.
    pub fn finish(&mut self) -> Option<String> {
        (!self.line.is_empty()).then(|| self.take())
    }

    /// Takes the line: what a terminal would still show of one that draws over itself.
    fn take(&mut self) -> String {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_same_in_pieces_of_any_size() {
        let text = b"one\n\n10 %\r100 %\r\nlast \xff";
        for size in 1..text.len() {
            let mut lines = Lines::default();
            let mut seen: Vec<_> = text.chunks(size).flat_map(|chunk| lines.push(chunk)).collect();
            seen.extend(lines.finish());
            assert_eq!(seen, ["one", "", "100 %", "last \u{fffd}"], "in pieces of {size}");
        }
    }

    #[test]
    fn a_line_without_end_does_not_grow_without_end() {
        let mut lines = Lines::default();
        let seen: usize = (0..100).map(|_| lines.push(&[b'x'; 1000]).len()).sum();
        assert_eq!(seen, 5);
        assert!(lines.line.len() < LONGEST);
    }
}
