//! One line of a `.deployignore`, read as git reads the lines of a `.gitignore`.

use super::wildmatch;

/// One line that says what stays behind, or what does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// The line as it is written.
    pub text: String,
    /// Whether it brings back what an earlier one left out.
    pub negated: bool,
    pattern: Vec<u8>,
    /// The bytes at the beginning that are no pattern, which git compares by themselves.
    literal: usize,
    only_folders: bool,
    /// Whether the whole path is compared, not only its last name.
    whole_path: bool,
}

/// Splits a text into lines as git does, and leaves out the mark of UTF-8 before the first.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
}

impl Rule {
    /// Reads a line; `None` for one that says nothing, as a comment.
    ///
    /// # Errors
    /// What is wrong with a pattern that fits nothing.
    pub fn read(line: &str) -> Result<Option<Self>, String> {
        let text = without_spaces(line);
        if text.is_empty() || text.starts_with('#') {
            return Ok(None);
        }
        let (negated, rest) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (only_folders, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
        let whole_path = rest.contains('/');
        let pattern = rest.strip_prefix('/').unwrap_or(rest).as_bytes().to_vec();
        if pattern.is_empty() {
            return Ok(None);
        }
        if !wildmatch::is_whole(&pattern) {
            return Err(format!(
                "`{text}` fits no file: close the bracket, or write a backslash before a sign that stands \
                 for itself"
            ));
        }
        let is_special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'\\');
        let literal = pattern.iter().position(is_special).unwrap_or(pattern.len());
        Ok(Some(Self { text: text.to_owned(), negated, pattern, literal, only_folders, whole_path }))
    }

    /// Tells whether the rule is about a path, which counts from the folder of its file.
    pub fn is_about(&self, path: &str, is_folder: bool) -> bool {
        if self.only_folders && !is_folder {
            return false;
        }
        if !self.whole_path {
            let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
            return wildmatch::matches(&self.pattern, name.as_bytes());
        }
        let (literal, pattern) = self.pattern.split_at(self.literal);
        path.as_bytes().strip_prefix(literal).is_some_and(|rest| wildmatch::matches(pattern, rest))
    }

    /// Tells whether the rule names a file by its whole name.
    pub fn names(&self, name: &str) -> bool {
        let last = self.pattern.rsplit(|byte| *byte == b'/').next();
        self.literal == self.pattern.len() && last == Some(name.as_bytes())
    }
}

/// Takes the spaces off the end, but those with a backslash before them.
fn without_spaces(line: &str) -> &str {
    let (mut end, mut escaped) = (0, false);
    for (place, char) in line.char_indices() {
        if char != ' ' || escaped {
            end = place + char.len_utf8();
        }
        escaped = char == '\\' && !escaped;
    }
    &line[..end]
}

#[cfg(test)]
mod tests;
