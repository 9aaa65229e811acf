//! The way out of a terminal whose host does not answer: `~.` at the beginning of a line, as ssh has it.
//! Pure.

/// Looks at what is typed.
#[derive(Debug)]
pub struct Escape {
    at: At,
}

#[derive(Debug, PartialEq, Eq)]
enum At {
    /// At the beginning of a line.
    Start,
    /// Behind a tilde there.
    Tilde,
    /// Anywhere else.
    Line,
}

/// What becomes of what was typed.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    /// What the host gets of it.
    pub keys: Vec<u8>,
    /// Whether the person leaves.
    pub leaves: bool,
}

impl Default for Escape {
    fn default() -> Self {
        Self { at: At::Start }
    }
}

impl Escape {
    /// Takes the next bytes. A tilde at the beginning of a line waits for the next key; `~~` is one tilde.
    pub fn take(&mut self, bytes: &[u8]) -> Typed {
        let mut keys = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if self.at == At::Tilde {
                match byte {
                    b'.' => return Typed { keys, leaves: true },
                    b'~' => {}
                    _ => keys.push(b'~'),
                }
            } else if self.at == At::Start && byte == b'~' {
                self.at = At::Tilde;
                continue;
            }
            keys.push(byte);
            self.at = if matches!(byte, b'\r' | b'\n') { At::Start } else { At::Line };
        }
        Typed { keys, leaves: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, size: usize) -> (String, bool) {
        let mut escape = Escape::default();
        let mut keys = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            let typed = escape.take(chunk);
            keys.extend(typed.keys);
            if typed.leaves {
                return (String::from_utf8(keys).unwrap(), true);
            }
        }
        (String::from_utf8(keys).unwrap(), false)
    }

    #[test]
    fn a_person_leaves_only_at_the_beginning_of_a_line() {
        for size in 1..6 {
            assert_eq!(typed("~.never", size), (String::new(), true));
            assert_eq!(typed("ls\r~.", size), ("ls\r".to_owned(), true));
            assert_eq!(typed("cd ~.\r", size), ("cd ~.\r".to_owned(), false));
            assert_eq!(typed("~~.\r", size), ("~.\r".to_owned(), false));
            assert_eq!(typed("~/bin\r~a", size), ("~/bin\r~a".to_owned(), false));
        }
    }
}
