//! A value of a template as words, before anything is quoted.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind};

use super::{raw, secret};
use crate::secret::SecretName;

/// Why a text that a secret went into is refused.
pub(super) const TAINTED: &str = "a secret stands for itself: no filter and no `~` may touch it; \
     to join it with text, write the text around it, as in \"user:{{ secrets.NAME }}\"";

/// What a value stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// One word.
    One(Word),
    /// The items of a list.
    Many(Vec<Word>),
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Its text. It may hold anything.
    Text(String),
    /// The value of a secret, which nobody here knows.
    Secret(SecretName),
}

impl Words {
    /// Takes a value apart.
    pub(super) fn of(value: &Value) -> Result<Self, Error> {
        match value.kind() {
            ValueKind::Seq | ValueKind::Iterable => {
                value.try_iter()?.map(|item| Word::of(&item)).collect::<Result<_, _>>().map(Self::Many)
            }
            _ => Word::of(value).map(Self::One),
        }
    }

    /// Returns the words one after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Word> {
        match self {
            Self::One(word) => std::slice::from_ref(word).iter(),
            Self::Many(words) => words.iter(),
        }
    }

    /// Returns the words joined by spaces, if there is no secret among them.
    pub(super) fn text(&self) -> Option<String> {
        let texts: Option<Vec<&str>> = self.iter().map(Word::text).collect();
        Some(texts?.join(" "))
    }
}

impl Word {
    /// Returns the secret that the word is.
    pub(super) fn secret(&self) -> Option<&SecretName> {
        match self {
            Self::Text(_) => None,
            Self::Secret(name) => Some(name),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Secret(_) => None,
        }
    }

    fn of(value: &Value) -> Result<Self, Error> {
        if let Some(name) = secret::referred(value) {
            return Ok(Self::Secret(name));
        }
        let text = match value.kind() {
            ValueKind::String | ValueKind::Number => value.to_string(),
            ValueKind::Bool => if value.is_true() { "true" } else { "false" }.to_owned(),
            ValueKind::Plain => raw::text(value).ok_or_else(|| not_a_word(value))?.to_owned(),
            _ => return Err(not_a_word(value)),
        };
        if secret::taints(&text) { Err(refused(TAINTED)) } else { Ok(Self::Text(text)) }
    }
}

fn not_a_word(value: &Value) -> Error {
    match value.kind() {
        ValueKind::None => refused("the value is null: set it, or use `| default(\"…\", true)`"),
        ValueKind::Undefined => Error::new(ErrorKind::UndefinedError, "the value is undefined"),
        ValueKind::Map => refused("a map is no text: name one of its keys, or use `| tojson`"),
        ValueKind::Seq | ValueKind::Iterable => {
            refused("a list in a list is no text: take one of its items, or use `| tojson`")
        }
        ValueKind::Plain => refused("a function is no text: call it with `()`"),
        kind => refused(format!("a value of type {kind} is no text")),
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}
