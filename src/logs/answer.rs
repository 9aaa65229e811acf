//! What `templates/logs-read.sh` prints.

/// What came of a part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The lines of it. The last is one whose end is not written yet; mostly it is empty.
    Lines(Vec<String>),
    /// Another file is there by now.
    Gone,
    /// The account may not read it.
    Refused,
}

/// Takes the answer apart: each part is followed by a line of its own that begins with the token.
pub fn read(lines: Vec<String>, token: &str) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut part = Vec::new();
    for line in lines {
        match line.strip_prefix('=').and_then(|line| line.strip_prefix(token)) {
            Some(" read") => readings.push(Reading::Lines(std::mem::take(&mut part))),
            Some(" gone") => {
                part.clear();
                readings.push(Reading::Gone);
            }
            Some(" refused") => {
                part.clear();
                readings.push(Reading::Refused);
            }
            Some(_) | None => part.push(line),
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_and_a_log_cannot_pass_for_one() {
        let text = "one\n\nhalf\n=t read\n\n=t gone\n\n=t refused\n=x read\n\n=t read";
        let lines = text.split('\n').map(str::to_owned).collect();
        let of = |lines: &[&str]| Reading::Lines(lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(
            read(lines, "t"),
            [of(&["one", "", "half"]), Reading::Gone, Reading::Refused, of(&["=x read", ""])]
        );
    }
}
