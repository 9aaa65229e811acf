//! Git's own way to compare a path with a pattern, to the last corner: `wildmatch.c`, in Rust.

/// How a comparison ended. What is not a match says how far up the stars need to try on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Match,
    NoMatch,
    /// No position of the text can match.
    Never,
    /// None that a single star reaches.
    ToDoubleStar,
}

/// Tells whether a path fits a pattern. Neither `*` nor `?` nor a class stands for a `/`, `**` between
/// slashes stands for any number of folders.
pub(super) fn matches(pattern: &[u8], path: &[u8]) -> bool {
    Pattern(pattern).compare(0, path) == Outcome::Match
}

/// Tells whether a pattern can match anything at all: one with an open class or a last backslash does
/// not.
pub(super) fn is_whole(pattern: &[u8]) -> bool {
    let whole = Pattern(pattern);
    let mut place = 0;
    while let Some(byte) = whole.at(place) {
        place = match byte {
            b'\\' if whole.at(place + 1).is_none() => return false,
            b'\\' => place + 2,
            b'[' => match whole.class(place, 0) {
                Some((_, end)) => end + 1,
                None => return false,
            },
            _ => place + 1,
        };
    }
    true
}

struct Pattern<'a>(&'a [u8]);

impl Pattern<'_> {
    fn at(&self, place: usize) -> Option<u8> {
        self.0.get(place).copied()
    }

    /// Compares the rest of the pattern with a text.
    fn compare(&self, mut place: usize, mut text: &[u8]) -> Outcome {
        while let Some(byte) = self.at(place) {
            let first = text.first().copied();
            if byte == b'*' {
                match self.star(place, text) {
                    Ok((next, rest)) => (place, text) = (next, rest),
                    Err(outcome) => return outcome,
                }
                continue;
            }
            let Some(first) = first else { return Outcome::Never };
            match byte {
                b'?' if first == b'/' => return Outcome::NoMatch,
                b'?' => {}
                b'[' => match self.class(place, first) {
                    None => return Outcome::Never,
                    Some((false, _)) => return Outcome::NoMatch,
                    Some((true, _)) if first == b'/' => return Outcome::NoMatch,
                    Some((true, end)) => place = end,
                },
                b'\\' => {
                    place += 1;
                    if self.at(place) != Some(first) {
                        return Outcome::NoMatch;
                    }
                }
                literal if literal != first => return Outcome::NoMatch,
                _ => {}
            }
            (place, text) = (place + 1, &text[1..]);
        }
        if text.is_empty() { Outcome::Match } else { Outcome::NoMatch }
    }

    /// Compares from a star on. `Ok`: it stood for one name, and the slash behind it is next.
    fn star<'t>(&self, place: usize, text: &'t [u8]) -> Result<(usize, &'t [u8]), Outcome> {
        let stars = self.0[place..].iter().take_while(|byte| **byte == b'*').count();
        let next = place + stars;
        let begins = place == 0 || self.at(place - 1) == Some(b'/');
        let rest = &self.0[next..];
        let ends = rest.is_empty() || rest[0] == b'/' || rest.starts_with(b"\\/");
        let crosses = stars > 1 && begins && ends;
        // `**/` stands for no folder, too.
        if crosses && rest.first() == Some(&b'/') && self.compare(next + 1, text) == Outcome::Match {
            return Err(Outcome::Match);
        }
        let slash = text.iter().position(|byte| *byte == b'/');
        match rest.first() {
            None if !crosses && slash.is_some() => return Err(Outcome::ToDoubleStar),
            None => return Err(Outcome::Match),
            Some(b'/') if !crosses => {
                return slash.map(|slash| (next, &text[slash..])).ok_or(Outcome::Never);
            }
            Some(_) => {}
        }
        for skipped in 0..text.len() {
            match self.compare(next, &text[skipped..]) {
                Outcome::NoMatch if !crosses && text[skipped] == b'/' => return Err(Outcome::ToDoubleStar),
                Outcome::NoMatch => {}
                Outcome::ToDoubleStar if crosses => {}
                outcome => return Err(outcome),
            }
        }
        Err(Outcome::Never)
    }

    /// Compares a byte with the class that begins there, and returns the place of its end; `None` where
    /// the class has none.
    fn class(&self, open: usize, byte: u8) -> Option<(bool, usize)> {
        let mut place = open + 1;
        let negated = matches!(self.at(place), Some(b'!' | b'^'));
        place += usize::from(negated);
        let (mut found, mut before) = (false, None);
        loop {
            let (last, end) = match self.at(place)? {
                b'\\' => {
                    let literal = self.at(place + 1)?;
                    found |= byte == literal;
                    (Some(literal), place + 1)
                }
                b'-' if before.is_some() && !matches!(self.at(place + 1), None | Some(b']')) => {
                    let escaped = self.at(place + 1) == Some(b'\\');
                    let end = place + 1 + usize::from(escaped);
                    found |= before <= Some(byte) && byte <= self.at(end)?;
                    (None, end)
                }
                b'[' if self.at(place + 1) == Some(b':') => self.named(place, byte, &mut found)?,
                literal => {
                    found |= byte == literal;
                    (Some(literal), place)
                }
            };
            (before, place) = (last, end + 1);
            if self.at(place) == Some(b']') {
                return Some((found != negated, place));
            }
        }
    }

    /// Compares a byte with `[:name:]` in a class; `None` where nobody knows the name.
    fn named(&self, open: usize, byte: u8, found: &mut bool) -> Option<(Option<u8>, usize)> {
        let begin = open + 2;
        let end = begin + self.0[begin..].iter().position(|byte| *byte == b']')?;
        let Some(name) = self.0[begin..end].strip_suffix(b":") else {
            // Without `:]` it is a bracket like any other.
            *found |= byte == b'[';
            return Some((Some(b'['), open));
        };
        *found |= match name {
            b"alnum" => byte.is_ascii_alphanumeric(),
            b"alpha" => byte.is_ascii_alphabetic(),
            b"blank" => byte == b' ' || byte == b'\t',
            b"cntrl" => byte.is_ascii_control(),
            b"digit" => byte.is_ascii_digit(),
            b"graph" => byte.is_ascii_graphic(),
            b"lower" => byte.is_ascii_lowercase(),
            b"print" => byte.is_ascii_graphic() || byte == b' ',
            b"punct" => byte.is_ascii_punctuation(),
            b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
            b"upper" => byte.is_ascii_uppercase(),
            b"xdigit" => byte.is_ascii_hexdigit(),
            _ => return None,
        };
        Some((None, end))
    }
}
