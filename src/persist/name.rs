//! What the name of a directory says about what is in it.

use super::vocabulary::{self, Sense, known_parts};
use super::word;

/// What a name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Data, with the words that say so.
    Data(String),
    /// An application asset, with the word that says so.
    Asset(String),
    /// Nothing: in doubt it is code.
    Code,
}

/// Judges a name, whatever its spelling. Words for assets win over words for data.
pub fn judge(name: &str) -> Verdict {
    match vocabulary::whole(name) {
        Some(Sense::Asset) => return Verdict::Asset(name.to_owned()),
        Some(Sense::Data) => return Verdict::Data(name.to_owned()),
        _ => {}
    }
    let words = words(name);
    if let Some(word) = first(&words, Sense::Asset) {
        return Verdict::Asset(word.to_owned());
    }
    match data(&words) {
        Some(words) => Verdict::Data(words),
        None => Verdict::Code,
    }
}

/// Returns the words of a name: those that its spelling shows, and those run together.
fn words(name: &str) -> Vec<String> {
    let chunks = name.split(|c: char| !c.is_alphanumeric()).filter(|chunk| !chunk.is_empty());
    chunks.flat_map(|chunk| known_parts(&chunk.to_lowercase()).unwrap_or_else(|| parts(chunk))).collect()
}

/// Splits by spelling, then each word by what is known.
fn parts(chunk: &str) -> Vec<String> {
    let words = word::split(chunk).into_iter();
    words.flat_map(|word| known_parts(&word).unwrap_or_else(|| vec![word])).collect()
}

fn first(words: &[String], wanted: Sense) -> Option<&str> {
    words.iter().map(String::as_str).find(|word| vocabulary::sense(word) == Some(wanted))
}

fn data(words: &[String]) -> Option<String> {
    if let Some(word) = first(words, Sense::Data) {
        return Some(word.to_owned());
    }
    if let (Some(person), Some(portrait)) = (first(words, Sense::Person), first(words, Sense::Portrait)) {
        return Some(format!("{person} {portrait}"));
    }
    match words {
        [custom, _, ..] if custom == "custom" => Some(custom.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
