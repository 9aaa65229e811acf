//! The forms in which a value turns up in output.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The shortest form that is looked for, in characters. Shorter ones would eat the log.
const SHORTEST: usize = 4;
/// The shortest line of a value with many lines that is looked for, in bytes.
const SHORTEST_LINE: usize = 8;

/// Returns every form of a value that is looked for; none for a value that is too short.
pub(super) fn forms(value: &str) -> BTreeSet<String> {
    if value.chars().count() < SHORTEST {
        return BTreeSet::new();
    }
    let mut forms = BTreeSet::from([value.to_owned(), value.replace('\'', "'\\''")]);
    forms.extend(json(value));
    forms.extend(url(value));
    forms.extend(base64(value));
    // A key is printed line by line, with other text between.
    let lines = value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE);
    forms.extend(lines.map(str::to_owned));
    forms
}

/// As JSON writes it; PHP also escapes slashes, and PHP and Python what is not ASCII.
fn json(value: &str) -> [String; 4] {
    let quoted = serde_json::to_string(value).expect("a text is valid JSON");
    let plain = quoted[1..quoted.len() - 1].to_owned();
    let ascii: String = plain.chars().map(in_ascii).collect();
    let slashes = |text: &str| text.replace('/', "\\/");
    [slashes(&plain), slashes(&ascii), plain, ascii]
}

fn in_ascii(char: char) -> String {
    if char.is_ascii() {
        return char.to_string();
    }
    char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// As RFC 3986 asks, as a form sends it, and as a browser's `encodeURIComponent` does.
fn url(value: &str) -> [String; 3] {
    let form = percent(value, "-_.").replace("%20", "+");
    [percent(value, "-_.~"), form, percent(value, "-_.~!'()*")]
}

fn percent(value: &str, kept: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte);
    let encoded = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(encoded).collect()
}

/// As a part of a longer text in base64, which may begin at each of three places: without the
/// characters that depend on the neighbours.
fn base64(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for (before, unclear) in [(0, 0), (1, 2), (2, 3)] {
        let bytes = [&b"\0\0"[..before], value.as_bytes()].concat();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&bytes);
            let end = if bytes.len() % 3 == 0 { encoded.len() } else { encoded.len() - 1 };
            forms.extend(encoded.get(unclear..end).filter(|form| form.len() >= SHORTEST).map(str::to_owned));
        }
    }
    forms
}
