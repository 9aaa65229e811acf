//! Patterns of ssh's files: `*` and `?`, lists with negation. Pure.

/// Tells whether a text matches a pattern with `*` and `?`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    // Remembers the last star only: enough to be right, and never exponential.
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Tells whether a text matches one pattern of a list and no negated one.
pub(super) fn any<'a>(patterns: impl IntoIterator<Item = &'a str>, text: &str) -> bool {
    let mut found = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(negated) if matches(negated, text) => return false,
            Some(_) => {}
            None => found |= matches(pattern, text),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_in_a_shell() {
        let yes = [("*", ""), ("web?", "web1"), ("*.example.com", "a.b.example.com"), ("a*b*c", "aXbbYc")];
        let no = [("web?", "web"), ("web?", "web12"), ("*.example.com", "example.com"), ("a*b*c", "acb")];
        assert!(yes.iter().all(|(pattern, text)| matches(pattern, text)));
        assert!(no.iter().all(|(pattern, text)| !matches(pattern, text)));
    }

    #[test]
    fn a_long_run_of_stars_ends_soon() {
        assert!(!matches(&"*a".repeat(60), &"a".repeat(59)));
    }

    #[test]
    fn a_negated_pattern_wins_wherever_it_stands() {
        assert!(any(["web*", "!web9"], "web1"));
        assert!(!any(["web*", "!web9"], "web9"));
        assert!(!any(["!web9", "web*"], "web9"));
        assert!(!any(["!web9"], "web1"));
    }
}
