//! composer.json: what the project asks of itself.

use std::collections::BTreeMap;

use serde_json::Value;

/// composer.json.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    json: Value,
}

impl Manifest {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not a JSON object.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let json: serde_json::Map<String, Value> = serde_json::from_str(text)?;
        Ok(Self { json: Value::Object(json) })
    }

    /// Returns the packages of `require`, or of `require-dev`, with their constraints.
    pub fn requires(&self, list: &str) -> BTreeMap<String, String> {
        links(self.json.get(list))
    }

    /// Returns the packages and extensions that the project itself stands for.
    pub fn provided(&self) -> impl Iterator<Item = String> {
        ["replace", "provide"].into_iter().flat_map(|list| links(self.json.get(list)).into_keys())
    }

    /// Returns the PHP that packages are chosen for, where that is not the one which runs Composer.
    pub fn platform(&self, name: &str) -> Option<&str> {
        self.json.get("config")?.get("platform")?.get(name)?.as_str()
    }

    /// Returns the beginnings of the names of the project's own classes.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        let lists = ["autoload", "autoload-dev"].into_iter().filter_map(|list| self.json.get(list));
        let maps =
            lists.flat_map(|autoload| ["psr-4", "psr-0"].into_iter().filter_map(|map| autoload.get(map)));
        maps.filter_map(Value::as_object).flat_map(|map| map.keys()).map(String::as_str)
    }

    /// Returns the folders and files of `autoload-dev`.
    pub fn development_paths(&self) -> Vec<String> {
        let Some(lists) = self.json.get("autoload-dev").and_then(Value::as_object) else { return Vec::new() };
        let mut paths = Vec::new();
        for list in lists.values() {
            collect_strings(list, &mut paths);
        }
        let paths =
            paths.into_iter().map(|path| path.trim_start_matches("./").trim_end_matches('/').to_owned());
        paths.filter(|path| !path.is_empty() && path != ".").collect()
    }

    /// Tells whether it has scripts in which one of these words stands.
    pub fn scripts_say(&self, word: &str) -> bool {
        let mut lines = Vec::new();
        for name in ["post-install-cmd", "post-autoload-dump"] {
            if let Some(script) = self.json.get("scripts").and_then(|scripts| scripts.get(name)) {
                collect_strings(script, &mut lines);
            }
        }
        lines.iter().any(|line| line.contains(word))
    }
}

/// Returns names and constraints of a list of requirements.
pub(super) fn links(list: Option<&Value>) -> BTreeMap<String, String> {
    let list = list.and_then(Value::as_object).into_iter().flatten();
    list.filter_map(|(name, constraint)| Some((name.to_ascii_lowercase(), constraint.as_str()?.to_owned())))
        .collect()
}

/// Collects all strings in a value.
fn collect_strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|item| collect_strings(item, into)),
        Value::Object(map) => map.values().for_each(|item| collect_strings(item, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
