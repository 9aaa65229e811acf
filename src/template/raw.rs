//! Text that goes into the shell as it is, because the template asks for it with `| raw`.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};
use minijinja::{Error, ErrorKind};

use super::words::Words;

/// The filter `raw`. Only the last one counts: `(x | raw) ~ y` is an ordinary value again.
pub(super) fn filter(value: &Value) -> Result<Value, Error> {
    let words = Words::of(value)?;
    let text = words.text().ok_or_else(|| Error::new(ErrorKind::InvalidOperation, super::words::TAINTED))?;
    Ok(Value::from_object(Raw(text)))
}

/// Returns the text of a value that went through the filter.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.downcast_object_ref::<Raw>().map(|raw| raw.0.as_str())
}

#[derive(Debug)]
struct Raw(String);

impl Object for Raw {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
