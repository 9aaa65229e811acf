//! Keeps a step that prints without end from filling the memory: its first and its last lines are
//! told, and how many were left out between them. Pure.

use std::collections::VecDeque;

/// So many lines are told as they come.
const FIRST: usize = 10_000;
/// So many of the later ones are told when the step has ended: a reason stands in the last lines.
const LAST: usize = 200;

/// The lines of one step on one host.
#[derive(Debug, Default)]
pub struct Flood {
    seen: usize,
    last: VecDeque<String>,
}

impl Flood {
    /// Takes a line and gives it back when it is to be told now.
    pub fn pass(&mut self, line: String) -> Option<String> {
        self.seen += 1;
        if self.seen <= FIRST {
            return Some(line);
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(line);
        None
    }

    /// Returns what is to be told at the end of the step.
    pub fn end(self) -> Vec<String> {
        let left_out = self.seen.saturating_sub(FIRST + self.last.len());
        let note = (left_out > 0).then(|| format!("… {left_out} lines are left out here …"));
        note.into_iter().chain(self.last).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: usize) -> Vec<String> {
        let mut flood = Flood::default();
        let mut told: Vec<_> = (0..lines).filter_map(|line| flood.pass(line.to_string())).collect();
        told.extend(flood.end());
        told
    }

    #[test]
    fn what_a_person_can_read_is_told_whole() {
        let all: Vec<_> = (0..FIRST + LAST).map(|line| line.to_string()).collect();
        assert_eq!(told(FIRST + LAST), all);
    }

    #[test]
    fn of_a_flood_the_first_and_the_last_lines_are_told() {
        let told = told(1_000_000);
        assert_eq!(told.len(), FIRST + 1 + LAST);
        assert_eq!(told[FIRST], "… 989800 lines are left out here …");
        assert_eq!(told.last().map(String::as_str), Some("999999"));
    }
}
