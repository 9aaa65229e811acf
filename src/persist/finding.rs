//! What the programs in `shared/` say about a host, line by line: `WORD<TAB>NAME<TAB>TEXT`.

use serde::Serialize;

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be, or made so.
    Ok,
    /// It would be done.
    Todo,
    /// A person should look at it.
    Warn,
    /// Not as it should be.
    Fail,
}

/// One line of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it means.
    pub state: State,
    /// What was looked at, as `link` or `modes`.
    pub name: String,
    /// What was found.
    pub text: String,
}

impl Finding {
    /// Reads a line; `None`: it is something else that was printed.
    pub fn parse(line: &str) -> Option<Self> {
        let mut parts = line.splitn(3, '\t');
        let state = match parts.next()? {
            "ok" => State::Ok,
            "todo" => State::Todo,
            "warn" => State::Warn,
            "fail" => State::Fail,
            _ => return None,
        };
        Some(Self { state, name: parts.next()?.to_owned(), text: parts.next()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_three_fields_and_anything_else_is_none() {
        let finding = Finding { state: State::Fail, name: "link".to_owned(), text: "a\tb".to_owned() };
        assert_eq!(Finding::parse("fail\tlink\ta\tb"), Some(finding));
        for other in ["", "fail", "fail\tlink", "sh: find: not found", "FAIL\tlink\ttext"] {
            assert_eq!(Finding::parse(other), None);
        }
    }
}
