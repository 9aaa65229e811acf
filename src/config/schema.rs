//! The JSON Schema of deploy.yml, for editors. It is data; a test holds it against the decoder.

/// The schema, as `deployer schema` prints it.
pub const TEXT: &str = include_str!("schema.json");

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::config::decode::{
        self, build, health, host, maintenance, opcache, secret, settings, shared, step, unsupported,
    };
    use crate::plan::Phase;

    fn schema() -> Value {
        serde_json::from_str(TEXT).unwrap()
    }

    fn sorted<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<String> {
        let mut keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
        keys.sort();
        keys
    }

    #[test]
    fn the_schema_has_the_keys_that_the_decoder_accepts() {
        let schema = schema();
        let tables: [(&str, &[&[&str]]); 19] = [
            ("", &[decode::SETTINGS, decode::FILE]),
            ("/$defs/stage", &[decode::SETTINGS, decode::STAGE]),
            ("/$defs/recipe", &[decode::SETTINGS, decode::RECIPE]),
            ("/$defs/host", &[host::KEYS]),
            ("/$defs/source", &[settings::SOURCE]),
            ("/$defs/build", &[build::KEYS]),
            ("/$defs/builder", &[build::BUILDER_KEYS]),
            ("/$defs/package", &[settings::PACKAGE]),
            ("/$defs/shared", &[shared::KEYS]),
            ("/$defs/rollout", &[settings::ROLLOUT]),
            ("/$defs/ssh", &[settings::SSH]),
            ("/$defs/backup", &[settings::BACKUP]),
            ("/$defs/health", &[health::KEYS]),
            ("/$defs/maintenance", &[maintenance::KEYS]),
            ("/$defs/opcache", &[opcache::KEYS]),
            ("/$defs/hooks", &[step::HOOKS]),
            ("/$defs/step", &[step::KEYS]),
            ("/$defs/hook", &[step::HOOK_KEYS]),
            ("/$defs/secret_source", &[secret::KEYS]),
        ];
        for (path, keys) in tables {
            let map = schema.pointer(&format!("{path}/properties")).unwrap().as_object().unwrap();
            let known = sorted(keys.iter().copied().flatten().copied());
            assert_eq!(sorted(map.keys().map(String::as_str)), known, "at {path}");
            assert_eq!(
                schema.pointer(&format!("{path}/additionalProperties")),
                Some(&Value::Bool(false)),
                "{path}"
            );
        }
    }

    #[test]
    fn the_schema_has_the_words_that_the_decoder_accepts() {
        let schema = schema();
        let words = |path: &str| {
            let list = schema.pointer(&format!("/$defs/{path}/enum")).unwrap().as_array().unwrap();
            list.iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words("step/properties/phase"), Phase::ALL.map(Phase::as_str));
        assert_eq!(words("step/properties/in"), step::DIRS.map(|(word, _)| word));
        assert_eq!(words("step/properties/on"), step::MACHINES.map(|(word, _)| word));
        assert_eq!(words("host/properties/docroot_mode"), host::DOCROOT_MODES.map(|(word, _)| word));
        assert_eq!(words("opcache/properties/reset"), opcache::RESETS.map(|(word, _)| word));
        assert_eq!(words("package/properties/unchanged"), settings::UNCHANGED.map(|(word, _)| word));
        assert_eq!(words("shared/properties/rule"), shared::RULES.map(|(word, _)| word));
        assert_eq!(words("shared/properties/stray"), shared::STRAYS.map(|(word, _)| word));
        assert_eq!(words("ssh/properties/known_hosts"), settings::POLICIES.map(|(word, _)| word));
    }

    #[test]
    fn every_reference_in_the_schema_leads_somewhere() {
        let schema = schema();
        let parts = TEXT.split("\"$ref\": \"#").skip(1);
        let paths: Vec<&str> = parts.map(|part| part.split('"').next().unwrap()).collect();
        assert!(paths.len() > 20, "the references are gone");
        for path in paths {
            assert!(schema.pointer(path).is_some(), "{path}");
        }
        for (key, _) in unsupported::KEYS {
            assert!(decode::SETTINGS.contains(&key), "{key}");
        }
    }
}
