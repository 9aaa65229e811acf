//! A secret in a template: a name that becomes a variable of the shell, never a value.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};

use crate::secret::SecretName;

// A Unicode noncharacter: no text that means something holds it. Being a single character, it
// survives whatever filters do to it, upper and lower case, slices and JSON among them.
const TAINT: char = '\u{fdd0}';

/// Returns what `secrets` is in a template: a map of the names, each a reference to its secret.
pub fn references<'a>(names: impl IntoIterator<Item = &'a SecretName>) -> Value {
    let reference = |name: &SecretName| (name.0.clone(), Value::from_object(SecretRef(name.clone())));
    let references: BTreeMap<String, Value> = names.into_iter().map(reference).collect();
    Value::from_object(references)
}

/// Returns the secret that the value refers to, if it does.
pub(super) fn referred(value: &Value) -> Option<SecretName> {
    value.downcast_object_ref::<SecretRef>().map(|reference| reference.0.clone())
}

/// Tells whether a secret went into the text, by a filter or by `~`.
pub(super) fn taints(text: &str) -> bool {
    text.contains(TAINT)
}

#[derive(Debug)]
struct SecretRef(SecretName);

impl Object for SecretRef {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    // Whatever takes the reference for a text gets one that every place of a template refuses.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{TAINT}")
    }
}
