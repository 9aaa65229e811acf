//! Where the engine writes a script to: text and lexer, side by side.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::Value;
use minijinja::{Error, ErrorKind, Output};

use super::insertion::Insertion;
use super::lexer::{Lexer, Refusal};
use super::raw;
use super::words::Words;
use crate::secret::SecretName;

/// A script while it is being written. Clones are the same sink: the engine writes the text of the
/// template to one, and hands the values to another.
#[derive(Clone, Debug)]
pub(super) struct Sink(Arc<Mutex<Script>>);

#[derive(Debug)]
struct Script {
    /// The address and the length of the template's text.
    source: (usize, usize),
    text: String,
    lexer: Lexer,
    /// The value that is to be written next.
    insertion: Option<Insertion>,
    secrets: BTreeSet<SecretName>,
    refusal: Option<Refusal>,
}

/// What has been written.
#[derive(Debug)]
pub(super) struct Written {
    /// The script.
    pub(super) text: String,
    /// The secrets that it refers to.
    pub(super) secrets: BTreeSet<SecretName>,
}

impl Sink {
    /// Starts a script from the text of a template.
    pub(super) fn new(source: &str) -> Self {
        Self(Arc::new(Mutex::new(Script {
            source: (source.as_ptr().addr(), source.len()),
            text: String::with_capacity(source.len()),
            lexer: Lexer::new(),
            insertion: None,
            secrets: BTreeSet::new(),
            refusal: None,
        })))
    }

    /// Writes a value, quoted for the place that the script has come to.
    pub(super) fn insert(&self, out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
        let insertion = self.script().prepare(value)?;
        let text = insertion.text.clone();
        self.script().insertion = Some(insertion);
        out.write_str(&text)?;
        // `{% set %}…{% endset %}` and its like write elsewhere, to a place that nobody knows.
        match self.script().insertion.take() {
            None => Ok(()),
            Some(_) => Err(refused(
                "a value cannot stand in a block that captures its text: use `{% set name = … %}`",
            )),
        }
    }

    /// Returns what is wrong with the text of the template itself, and where, in bytes.
    pub(super) fn refusal(&self) -> Option<(Refusal, usize)> {
        let script = self.script();
        script.refusal.map(|refusal| (refusal, script.lexer.position()))
    }

    /// Ends the script.
    pub(super) fn finish(&self) -> Result<Written, (Refusal, usize)> {
        let mut script = self.script();
        std::mem::replace(&mut script.lexer, Lexer::new()).finish()?;
        Ok(Written { text: std::mem::take(&mut script.text), secrets: std::mem::take(&mut script.secrets) })
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    // An empty value must arrive too: see `insert`.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        let mut script = self.script();
        script.write(text).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Script {
    fn prepare(&self, value: &Value) -> Result<Insertion, Error> {
        if let Some(text) = raw::text(value) {
            return Insertion::raw(text).map_err(|misfit| refused(misfit.to_string()));
        }
        let words = Words::of(value)?;
        let place = self.lexer.place().map_err(|refusal| refused(refusal.to_string()))?;
        Insertion::quoted(&words, place).map_err(|misfit| refused(misfit.to_string()))
    }

    fn write(&mut self, text: &str) -> Result<(), Refusal> {
        self.text.push_str(text);
        let read = match self.insertion.take() {
            Some(insertion) => {
                self.secrets.extend(insertion.secrets);
                self.lexer.value(text, insertion.glue)
            }
            None => {
                let offset = self.offset(text);
                self.lexer.literal(text, offset)
            }
        };
        read.inspect_err(|refusal| self.refusal = Some(*refusal))
    }

    // The engine gives no line for plain text, but hands out slices of the template.
    fn offset(&self, text: &str) -> usize {
        let (start, length) = self.source;
        let offset = text.as_ptr().addr().wrapping_sub(start);
        if offset < length { offset } else { self.lexer.position() }
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}
