//! A value as it is written into a script: quoted for the place it stands in.

use std::collections::BTreeSet;

use thiserror::Error;

use super::lexer::{Glue, Place, Refusal};
use super::quote::{self, NulByte};
use super::words::{Word, Words};
use crate::secret::SecretName;

/// A value, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    /// The text of the script.
    pub(super) text: String,
    /// What may follow.
    pub(super) glue: Glue,
    /// The secrets that the text refers to.
    pub(super) secrets: BTreeSet<SecretName>,
}

/// Why a value does not go into its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Misfit {
    #[error(transparent)]
    NulByte(#[from] NulByte),
    #[error(transparent)]
    Place(#[from] Refusal),
    #[error("a list in quotes would become one word: take the quotes away, or use `| join(' ')`")]
    ListInQuotes,
    #[error("`$((…))` takes whole numbers only; a subshell in `$(…)` is written `$( (`")]
    NoInteger,
    #[error("single quotes keep a secret's variable from being read: use double quotes")]
    SecretInSingle,
}

impl Insertion {
    /// Takes text that nothing is done to.
    pub(super) fn raw(text: &str) -> Result<Self, Misfit> {
        let text = quote::without_nul(text)?.to_owned();
        Ok(Self { text, glue: Glue::Nothing, secrets: BTreeSet::new() })
    }

    /// Quotes the words for the place.
    pub(super) fn quoted(words: &Words, place: Place) -> Result<Self, Misfit> {
        let secrets = words.iter().filter_map(Word::secret).cloned().collect();
        let (text, glue) = match (place, words) {
            (Place::Command { after_name, .. }, Words::One(word)) => {
                (command_word(word, after_name)?, Glue::Word)
            }
            (Place::Command { word_start: true, .. }, Words::Many(words)) => {
                let words: Vec<String> =
                    words.iter().map(|word| command_word(word, false)).collect::<Result<_, _>>()?;
                (words.join(" "), Glue::List)
            }
            (Place::Command { word_start: false, .. }, Words::Many(_)) => {
                return Err(Refusal::GluedList.into());
            }
            (Place::Double { after_name }, Words::One(word)) => (double(word, after_name)?, Glue::Nothing),
            (Place::Single, Words::One(word)) => (single(word)?, Glue::Nothing),
            (Place::Arithmetic, Words::One(word)) => (integer(word)?, Glue::Nothing),
            (Place::Double { .. } | Place::Single, Words::Many(_)) => return Err(Misfit::ListInQuotes),
            (Place::Arithmetic, Words::Many(_)) => return Err(Misfit::NoInteger),
        };
        Ok(Self { text, glue, secrets })
    }
}

fn command_word(word: &Word, after_name: bool) -> Result<String, Misfit> {
    match word {
        Word::Text(text) if after_name => Ok(quote::quoted(text)?),
        Word::Text(text) => Ok(quote::word(text)?),
        Word::Secret(name) => Ok(format!("\"{}\"", expansion(name))),
    }
}

fn double(word: &Word, after_name: bool) -> Result<String, Misfit> {
    // Closing and opening the quotes again ends the name in `"$name{{ value }}"`.
    let gap = if after_name { "\"\"" } else { "" };
    match word {
        Word::Text(text) => Ok(format!("{gap}{}", quote::inside_double(text)?)),
        Word::Secret(name) => Ok(expansion(name)),
    }
}

fn single(word: &Word) -> Result<String, Misfit> {
    match word {
        Word::Text(text) => Ok(quote::inside_single(text)?),
        Word::Secret(_) => Err(Misfit::SecretInSingle),
    }
}

// Shells read a leading zero as octal, and `--1` as a decrement.
fn integer(word: &Word) -> Result<String, Misfit> {
    let Word::Text(text) = word else { return Err(Misfit::NoInteger) };
    let number: i64 = text.parse().map_err(|_| Misfit::NoInteger)?;
    Ok(if number < 0 { format!("({number})") } else { number.to_string() })
}

fn expansion(name: &SecretName) -> String {
    format!("${{{}}}", name.variable())
}
