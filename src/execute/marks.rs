//! From the bytes of a session to what they mean: the session's own marks, and the lines that
//! steps print between them. Pure.

use super::lines::Lines;
use crate::plan::StepId;

/// What a session said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The session waits for its first script.
    Ready,
    /// A step begins.
    Started(StepId),
    /// A step printed a line.
    Line(String),
    /// A step failed with this code and is tried again.
    Retried(StepId, i32),
    /// A step ended with this code.
    Ended(StepId, i32),
    /// The script ended with this code. The session waits for the next one.
    Done(i32),
}

/// Cuts the output of one session into marks.
#[derive(Debug)]
pub struct Marks {
    prefix: String,
    lines: Lines,
    // A mark is printed with a newline before it, so that it begins a line in any case. Where the
    // output had ended its line by itself, that newline makes an empty line that nobody printed.
    held_empty: usize,
}

impl Marks {
    /// Takes the token that the session's marks begin with.
    pub fn new(token: &str) -> Self {
        Self { prefix: format!("@{token} "), lines: Lines::default(), held_empty: 0 }
    }

    /// Takes the next bytes and returns what they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Mark> {
        let mut marks = Vec::new();
        for line in self.lines.push(bytes) {
            self.sort(line, &mut marks);
        }
        marks
    }

    fn sort(&mut self, line: String, marks: &mut Vec<Mark>) {
        let mark = line.strip_prefix(&self.prefix).and_then(read);
        if mark.is_none() && line.is_empty() {
            self.held_empty += 1;
            return;
        }
        let printed = self.held_empty - usize::from(mark.is_some() && self.held_empty > 0);
        self.held_empty = 0;
        marks.extend(std::iter::repeat_n(Mark::Line(String::new()), printed));
        marks.push(mark.unwrap_or(Mark::Line(line)));
    }
}

fn read(mark: &str) -> Option<Mark> {
    let mut words = mark.split(' ');
    let verb = words.next()?;
    let mut number = || words.next().and_then(|word| word.parse::<i32>().ok());
    let mut step = || number().and_then(|id| usize::try_from(id).ok()).map(StepId);
    match verb {
        "ready" => Some(Mark::Ready),
        "start" => Some(Mark::Started(step()?)),
        "retry" => Some(Mark::Retried(step()?, number()?)),
        "end" => Some(Mark::Ended(step()?, number()?)),
        "done" => Some(Mark::Done(number()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Mark {
        Mark::Line(text.to_owned())
    }

    #[test]
    fn output_and_marks_are_told_apart_in_pieces_of_any_size() {
        let text = b"banner\n\n@t ready\n\n@t start 3\none\n\ntwo\n\n@t end 3 0\n\n@t start 4\nno newline\n@t end 4 137\n\n@t done 137\n";
        let expected = [
            line("banner"),
            Mark::Ready,
            Mark::Started(StepId(3)),
            line("one"),
            line(""),
            line("two"),
            Mark::Ended(StepId(3), 0),
            Mark::Started(StepId(4)),
            line("no newline"),
            Mark::Ended(StepId(4), 137),
            Mark::Done(137),
        ];
        for size in 1..text.len() {
            let mut marks = Marks::new("t");
            let seen: Vec<_> = text.chunks(size).flat_map(|chunk| marks.push(chunk)).collect();
            assert_eq!(seen, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_step_cannot_pass_its_output_off_as_a_mark() {
        let mut marks = Marks::new("t");
        assert_eq!(marks.push(b"@x end 3 0\n @t end 3 0\n"), [line("@x end 3 0"), line(" @t end 3 0")]);
    }
}
