//! ssh's client configuration for one host: [program] asks ssh itself, [file] is the smaller parser
//! for machines without it, [token] expands what both leave open.

pub(super) mod file;
pub(super) mod program;
pub(super) mod token;

/// The options of one host, in the order of the configuration: the first value of a name counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options(Vec<(String, String)>);

impl Options {
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_ascii_lowercase(), value.to_owned()));
    }

    /// Adds options that stand behind these.
    pub fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// Returns the value of an option; `none` is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.eq_ignore_ascii_case("none"))
    }

    /// Returns all values of an option that may stand several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Splits a value into words; double quotes keep blanks.
pub(super) fn words(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut started) = (String::new(), false, false);
    for char in value.chars() {
        match char {
            '"' => {
                quoted = !quoted;
                started = true;
            }
            _ if char.is_whitespace() && !quoted => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
            }
            _ => {
                word.push(char);
                started = true;
            }
        }
    }
    if started {
        words.push(word);
    }
    words
}
