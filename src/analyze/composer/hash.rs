//! The checksum by which Composer tells whether composer.lock was made for this composer.json: MD5 of the
//! parts that decide which packages are chosen, as PHP's `json_encode` writes them.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The parts of composer.json that count.
const RELEVANT: [&str; 11] = [
    "name",
    "version",
    "require",
    "require-dev",
    "conflict",
    "replace",
    "provide",
    "minimum-stability",
    "prefer-stable",
    "repositories",
    "extra",
];

/// Returns the `content-hash` of a composer.json.
///
/// # Errors
/// When it is not a JSON object.
pub fn content_hash(text: &str) -> Result<String, serde_json::Error> {
    let json: Map<String, Value> = serde_json::from_str(text)?;
    let mut relevant: Vec<(&str, Value)> =
        RELEVANT.iter().filter_map(|key| Some((*key, json.get(*key)?.clone()))).collect();
    let platform = json.get("config").and_then(|config| config.get("platform"));
    if let Some(platform) = platform.filter(|platform| !platform.is_null()) {
        relevant.push(("config", serde_json::json!({ "platform": platform })));
    }
    relevant.sort_by_key(|(key, _)| *key);
    let mut encoded = String::new();
    let entries: Map<String, Value> =
        relevant.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    encode(&Value::Object(entries), &mut encoded);
    Ok(format!("{:x}", md5::compute(encoded)))
}

/// Writes a value as `json_encode(json_decode($text, true))` does: an object whose keys count from 0 is a
/// list to PHP, so is an empty one, and every `/` gets a backslash.
fn encode(value: &Value, into: &mut String) {
    match value {
        Value::Null => into.push_str("null"),
        Value::Bool(value) => into.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => into.push_str(&number_as_php(number)),
        Value::String(text) => encode_text(text, into),
        Value::Array(list) => encode_list(list.iter(), into),
        Value::Object(map) if map.keys().enumerate().all(|(at, key)| *key == at.to_string()) => {
            encode_list(map.values(), into);
        }
        Value::Object(map) => {
            for (at, (key, value)) in map.iter().enumerate() {
                into.push(if at == 0 { '{' } else { ',' });
                encode_text(key, into);
                into.push(':');
                encode(value, into);
            }
            into.push('}');
        }
    }
}

fn encode_list<'v>(values: impl Iterator<Item = &'v Value>, into: &mut String) {
    into.push('[');
    for (at, value) in values.enumerate() {
        if at > 0 {
            into.push(',');
        }
        encode(value, into);
    }
    into.push(']');
}

fn encode_text(text: &str, into: &mut String) {
    into.push('"');
    for c in text.chars() {
        match c {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '/' => into.push_str("\\/"),
            '\u{8}' => into.push_str("\\b"),
            '\u{c}' => into.push_str("\\f"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            ' '..='\u{7f}' => into.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(into, "\\u{unit:04x}").expect("a String takes every text");
                }
            }
        }
    }
    into.push('"');
}

/// Returns a number as PHP writes it: the shortest digits that mean it, with an exponent where that is
/// below -4 or above 16.
fn number_as_php(number: &serde_json::Number) -> String {
    if number.is_i64() {
        return number.to_string();
    }
    let value = number.as_f64().unwrap_or_default();
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..17).contains(&exponent) {
        return value.to_string();
    }
    let fraction = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{fraction}e{exponent:+}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_php_writes_them() {
        let text = r#"{"a":{},"l":{"0":1,"1":{}},"m":{"1":1,"0":[]},"u":"/\\é😀\u0001\n\u007f"}"#;
        let mut encoded = String::new();
        encode(&serde_json::from_str(text).unwrap(), &mut encoded);
        let expected = r#"{"a":[],"l":[1,[]],"m":{"1":1,"0":[]},"u":"\/\\\u00e9\ud83d\ude00\u0001\n<DEL>"}"#;
        assert_eq!(encoded, expected.replace("<DEL>", "\u{7f}"));
        for (number, expected) in [
            ("1", "1"),
            ("1.0", "1"),
            ("0.0001", "0.0001"),
            ("0.00001", "1.0e-5"),
            ("1.5e16", "15000000000000000"),
            ("1e17", "1.0e+17"),
            ("12345678901234567890", "1.2345678901234567e+19"),
            ("123456789012345678", "123456789012345678"),
        ] {
            assert_eq!(number_as_php(&serde_json::from_str(number).unwrap()), expected, "{number}");
        }
    }
}
