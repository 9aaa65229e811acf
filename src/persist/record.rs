//! What is shared and why, as two files in `shared/` that people and `health-check.sh` read:
//! `.persistence-config`, and in `public/` the `.shared-exclusions`.

use serde::Serialize;

use super::script::MARK;
use super::tree::Kind;

/// A shared path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// From the application's directory.
    pub path: String,
    /// Why it is shared, in a few words.
    pub reason: String,
}

/// A path in `public/` that was looked at and is not shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exclusion {
    /// From the application's directory.
    pub path: String,
    /// Why it is not shared, in a few words.
    pub reason: String,
}

/// Returns the text of `shared/.persistence-config`: for each path a comment with the reason and a
/// line `dir PATH` or `file PATH`. A path with a line break has no place in a file of lines and is
/// left out.
pub fn persistence_config(entries: &[Entry]) -> String {
    let head = format!("# What this application keeps across releases, {MARK}. health-check.sh reads it.\n");
    let lines = entries.iter().filter(|entry| is_a_line(&entry.path));
    lines.fold(head, |text, Entry { kind, path, reason }| {
        text + &format!("{}{} {path}\n", comment(reason), kind.word())
    })
}

/// Returns the text of `shared/public/.shared-exclusions`: for each path a comment with the reason
/// and a line with the path.
pub fn shared_exclusions(exclusions: &[Exclusion]) -> String {
    let head = format!("# What is in public/ and is not shared, {MARK}: each release has its own.\n");
    let lines = exclusions.iter().filter(|exclusion| is_a_line(&exclusion.path));
    lines.fold(head, |text, Exclusion { path, reason }| text + &format!("{}{path}\n", comment(reason)))
}

/// Reads the text of `shared/.persistence-config`, as the scripts do: what is no entry is a comment.
pub fn parse(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut reason = "";
    for line in text.split('\n') {
        let entry = [Kind::Dir, Kind::File]
            .into_iter()
            .find_map(|kind| Some((kind, line.strip_prefix(kind.word())?.strip_prefix(' ')?)));
        match entry {
            Some((kind, path)) => {
                entries.push(Entry { kind, path: path.to_owned(), reason: reason.to_owned() });
                reason = "";
            }
            None => reason = line.strip_prefix('#').unwrap_or_default().trim(),
        }
    }
    entries
}

fn is_a_line(path: &str) -> bool {
    !path.contains('\n')
}

/// Returns a line with the reason; also one for no reason, so that none takes another's.
fn comment(reason: &str) -> String {
    let words: Vec<_> = reason.split_whitespace().collect();
    format!("# {}", words.join(" ")).trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(kind: Kind, path: &str, reason: &str) -> Entry {
        Entry { kind, path: path.to_owned(), reason: reason.to_owned() }
    }

    #[test]
    fn each_path_stands_below_its_reason() {
        let entries = [
            entry(Kind::Dir, "public/user uploads", "its name says \"uploads\""),
            entry(Kind::File, ".env", "the recipe laravel\n shares it"),
            entry(Kind::Dir, "two\nlines", ""),
        ];
        assert_eq!(
            persistence_config(&entries),
            "# What this application keeps across releases, written by deployer. health-check.sh reads it.\n\
             # its name says \"uploads\"\n\
             dir public/user uploads\n\
             # the recipe laravel shares it\n\
             file .env\n"
        );
        let exclusion = Exclusion { path: "public/build".to_owned(), reason: "a build makes it".to_owned() };
        assert_eq!(
            shared_exclusions(&[exclusion]),
            "# What is in public/ and is not shared, written by deployer: each release has its own.\n\
             # a build makes it\n\
             public/build\n"
        );
    }

    #[test]
    fn what_a_person_added_by_hand_is_read() {
        assert_eq!(
            parse("dir a\n\n# why\n\ndir b \nnonsense\n#x\nfile c"),
            [entry(Kind::Dir, "a", ""), entry(Kind::Dir, "b ", ""), entry(Kind::File, "c", "x")]
        );
    }

    prop_compose! {
        fn any_entry()(dir: bool, path in "[^\n]{1,12}", reason in "([a-z#\"'é]{1,6}( [a-z#\"'é]{1,6}){0,2})?") -> Entry {
            // The mark of a comment is taken off once.
            let reason = reason.trim_start_matches('#').trim().to_owned();
            Entry { kind: if dir { Kind::Dir } else { Kind::File }, path, reason }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(entries in prop::collection::vec(any_entry(), 0..6)) {
            prop_assert_eq!(parse(&persistence_config(&entries)), entries);
        }
    }
}
