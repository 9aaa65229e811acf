//! The words that tell data from code, each in the singular.

use super::word;

/// What a word says about the directory that is named with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// What users bring, or the application makes at run time.
    Data,
    /// What the application ships.
    Asset,
    /// Somebody whom a picture or a collection can belong to.
    Person,
    /// A picture or a collection: data when it is somebody's, else it may well be the design's.
    Portrait,
    /// Nothing by itself; known, so that words run together can be told apart.
    Neutral,
}

/// Words by what they say. A word stands in one line only.
const SENSES: &[(Sense, &str)] = &[
    // What users bring.
    (Sense::Data, "attachment avatar document file media storage upload uploaded"),
    // What the application makes at run time.
    (Sense::Data, "backup export exported generated invoice qr qrcode report"),
    (Sense::Data, "temp temporary thumb thumbnail tmp"),
    // What builds make, and what they are made of.
    (Sense::Asset, "asset build bundle css dist js less sass scss script src static style stylesheet vendor"),
    // The design.
    (
        Sense::Asset,
        "emoji favicon flag font icon image img layout skin sprite svg template theme view webfont",
    ),
    // Texts.
    (Sense::Asset, "lang language locale translation"),
    // Programs that handle data are not data: `file-manager`, `media-player`, `file-types`.
    (
        Sense::Asset,
        "addon api browser builder component controller converter editor extension generator helper",
    ),
    (Sense::Asset, "loader manager module picker player plugin reader sdk type"),
    (Sense::Asset, "uploader viewer widget"),
    (
        Sense::Person,
        "account author client company customer employee member patient profile staff student user",
    ),
    (Sense::Portrait, "gallery photo photograph pic picture portrait"),
    (
        Sense::Neutral,
        "all app bulk chat code custom daily data import message my new order pdf product site ticket",
    ),
];

/// Words for what only a build makes.
const BUILT: [&str; 8] = ["asset", "build", "bundle", "css", "dist", "js", "static", "vendor"];

/// Names that are code as a whole, though their words say nothing or something else.
const CODE: [&str; 14] = [
    "_next",
    "_nuxt",
    ".git",
    ".github",
    ".next",
    ".vite",
    "app",
    "bin",
    "bootstrap",
    "hot",
    "mix-manifest.json",
    "node_modules",
    "out",
    "tests",
];

/// Names that are data as a whole: certificates are renewed through files in `.well-known`.
const KEPT: [&str; 1] = [".well-known"];

/// Returns what a whole name says, whatever its words.
pub(super) fn whole(name: &str) -> Option<Sense> {
    let name = name.to_lowercase();
    match name.as_str() {
        name if CODE.contains(&name) => Some(Sense::Asset),
        name if KEPT.contains(&name) => Some(Sense::Data),
        _ => None,
    }
}

/// Tells whether a word or a whole name that says asset says that a build makes it.
pub(super) fn is_built(asset: &str) -> bool {
    CODE.contains(&asset.to_lowercase().as_str())
        || word::singulars(asset).any(|word| BUILT.contains(&word.as_str()))
}

/// Returns what a lowercase word says, in the singular or the plural.
pub(super) fn sense(word: &str) -> Option<Sense> {
    word::singulars(word).find_map(|word| {
        let found = SENSES.iter().find(|(_, words)| words.split(' ').any(|known| known == word));
        found.map(|(sense, _)| *sense)
    })
}

/// Splits a word into known words, where all of it is known: `userfiles` is `user` and `files`.
pub(super) fn known_parts(word: &str) -> Option<Vec<String>> {
    // A name of many words is not written without a break; looking for them takes long.
    const LONGEST: usize = 40;
    match word.len() {
        0 => return Some(Vec::new()),
        length if length > LONGEST => return None,
        _ => {}
    }
    // The longest first: `qrcodes` is one word.
    let ends = word.char_indices().map(|(end, letter)| end + letter.len_utf8()).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| {
        let (head, rest) = word.split_at_checked(end)?;
        sense(head)?;
        let mut parts = known_parts(rest)?;
        parts.insert(0, head.to_owned());
        Some(parts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_sense() {
        let mut words: Vec<&str> = SENSES.iter().flat_map(|(_, words)| words.split(' ')).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase())));
    }

    #[test]
    fn words_run_together_are_told_apart_only_when_all_are_known() {
        assert_eq!(known_parts("userfiles").unwrap(), ["user", "files"]);
        assert_eq!(known_parts("qrcodes").unwrap(), ["qrcodes"]);
        assert_eq!(known_parts("mediaicons").unwrap(), ["media", "icons"]);
        for name in ["templates", "tempest", "profiler", "reporter", "attempt", "contemporary", "filet"] {
            assert!(known_parts(name).is_none_or(|parts| parts == [name]), "{name}");
        }
    }
}
