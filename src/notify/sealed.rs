//! A text that may name secrets: what a plan and deploy.yml hold of an address or a header.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::secret::{SecretName, SecretValue};

/// A text that may name secrets, as `https://hooks.example/{{ secrets.HOOK }}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

enum Part<'a> {
    Text(&'a str),
    Secret(&'a str),
}

impl Sealed {
    /// Takes a text; `None` where something else than secrets is to be put in.
    pub fn new(text: &str) -> Option<Self> {
        let sealed = Self(text.to_owned());
        let is_template = ["{%", "{#"].iter().any(|sign| text.contains(sign));
        (!is_template && sealed.parts().is_some()).then_some(sealed)
    }

    /// Returns the secrets that it names.
    pub fn secrets(&self) -> Vec<SecretName> {
        let name = |part| match part {
            Part::Secret(name) => Some(SecretName(name.to_owned())),
            Part::Text(_) => None,
        };
        self.parts().into_iter().flatten().filter_map(name).collect()
    }

    /// Returns what stands before the first secret.
    pub fn beginning(&self) -> &str {
        self.0.split("{{").next().unwrap_or_default()
    }

    /// Returns the text with the values in it; `None` where one is missing.
    pub fn open(&self, secrets: &BTreeMap<SecretName, SecretValue>) -> Option<String> {
        let value = |part| match part {
            Part::Text(text) => Some(text),
            Part::Secret(name) => secrets.get(&SecretName(name.to_owned())).map(SecretValue::reveal),
        };
        self.parts()?.into_iter().map(value).collect()
    }

    fn parts(&self) -> Option<Vec<Part<'_>>> {
        let mut pieces = self.0.split("{{");
        let mut parts = vec![Part::Text(pieces.next()?)];
        for piece in pieces {
            let (inner, text) = piece.split_once("}}")?;
            let name = inner.trim().strip_prefix("secrets.")?;
            let is_name = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
            if name.is_empty() || !is_name {
                return None;
            }
            parts.extend([Part::Secret(name), Part::Text(text)]);
        }
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_where_secrets_are_named_and_nothing_else_is() {
        let secrets = BTreeMap::from([(SecretName("A".to_owned()), SecretValue::new("x{{ secrets.A }}"))]);
        let open = |text: &str| Sealed::new(text).map(|sealed| sealed.open(&secrets));
        assert_eq!(open("http://a/{{ secrets.A }}/{{secrets.A}}?b").unwrap().unwrap(), {
            "http://a/x{{ secrets.A }}/x{{ secrets.A }}?b"
        });
        assert_eq!(open("plain }}"), Some(Some("plain }}".to_owned())));
        assert_eq!(open("{{ secrets.B }}"), Some(None));
        for wrong in
            ["{{ url }}", "{{ secrets.A", "{{ secrets. }}", "{{ secrets.A | x }}", "{% if x %}", "{# x #}"]
        {
            assert_eq!(open(wrong), None, "{wrong}");
        }
    }
}
