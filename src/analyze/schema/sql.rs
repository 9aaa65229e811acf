//! What a statement of SQL does to tables, as far as it takes something away from who uses them.

use super::What;

/// A part of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    /// A word without quotes, in capitals; or a single sign.
    Plain(String),
    /// A name in quotes, and every name as it is written.
    Quoted(String),
}

/// How long the words of a statement may be in a message.
const LONGEST: usize = 80;

/// Returns what the statements in a text do, with the table of each.
pub(super) fn statements(text: &str) -> Vec<(Option<String>, What)> {
    // As PHP reads what stands in a string.
    let text = text.replace("\\n", " ").replace("\\t", " ").replace("\\\"", "\"").replace("\\'", "'");
    text.split(';').filter_map(statement).collect()
}

fn statement(text: &str) -> Option<(Option<String>, What)> {
    let (words, names) = words(text);
    let is = |at: usize, word: &str| words.get(at) == Some(&Word::Plain(word.to_owned()));
    let named = |at: usize| table(&words, &names, at);
    let if_exists = |at: usize| if is(at, "IF") { at + 2 } else { at };
    let in_words = || What::Statement(short(text));
    match (is(0, "DROP"), is(0, "ALTER")) {
        (true, _) if is(1, "TABLE") => {
            let at = if_exists(2);
            Some((named(at), What::Drop { if_exists: at > 2 }))
        }
        (true, _) if is(1, "INDEX") => Some((None, What::DropKey("an index"))),
        (true, _) if is(1, "TEMPORARY") => None,
        (true, _) => Some((None, in_words())),
        (_, true) if is(1, "TABLE") => {
            let at = if is(2, "ONLY") { 3 } else { if_exists(2) };
            let after = if is_dot(&words, at + 1) { at + 3 } else { at + 1 };
            let harm = alteration(words.get(after..).unwrap_or_default(), in_words)?;
            Some((named(at), harm))
        }
        _ if is(0, "RENAME") && is(1, "TABLE") => Some((named(2), What::Rename(named(4)))),
        _ if is(0, "CREATE") && is(1, "TABLE") => {
            let at = if is(2, "IF") { 5 } else { 2 };
            Some((named(at), What::Create))
        }
        _ => None,
    }
}

/// Returns what a change of a table takes away; adding takes nothing.
fn alteration(words: &[Word], in_words: impl Fn() -> What) -> Option<What> {
    let mut key = None;
    for action in actions(words) {
        let plain = |at: usize| match action.get(at) {
            Some(Word::Plain(word)) => word.as_str(),
            Some(Word::Quoted(_)) | None => "",
        };
        match (plain(0), plain(1)) {
            ("DROP", "INDEX" | "KEY") => key = Some("an index"),
            ("DROP", "FOREIGN") => key = Some("a foreign key"),
            ("DROP", "PRIMARY") => key = Some("the primary key"),
            ("DROP", "CONSTRAINT" | "CHECK") => key = Some("a rule"),
            ("RENAME", "INDEX" | "KEY" | "CONSTRAINT") => {}
            ("DROP" | "RENAME" | "CHANGE" | "MODIFY", _) => return Some(in_words()),
            ("ALTER", _) => {
                let says = |at: usize| plain(at) == "TYPE" || plain(at) == "SET" && plain(at + 1) == "NOT";
                if (1..action.len()).any(says) {
                    return Some(in_words());
                }
            }
            _ => {}
        }
    }
    key.map(What::DropKey)
}

/// Cuts a change of a table at its commas, outside of brackets.
fn actions(words: &[Word]) -> Vec<&[Word]> {
    let mut depth = 0_usize;
    let cut = |word: &Word| {
        let Word::Plain(sign) = word else { return false };
        match sign.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        sign == "," && depth == 0
    };
    words.split(cut).collect()
}

/// Returns the table whose name stands there, without its schema.
fn table(words: &[Word], names: &[String], at: usize) -> Option<String> {
    let at = if is_dot(words, at + 1) { at + 2 } else { at };
    names.get(at).filter(|name| !name.contains(['$', '{', '?'])).cloned()
}

fn is_dot(words: &[Word], at: usize) -> bool {
    words.get(at) == Some(&Word::Plain(".".to_owned()))
}

/// Cuts a statement into words; beside each stands what was written. Comments and texts are left out.
fn words(text: &str) -> (Vec<Word>, Vec<String>) {
    let (mut words, mut names) = (Vec::new(), Vec::new());
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, '\''),
            '`' | '"' => quoted(rest, first),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            // A variable of PHP's.
            '{' if rest.starts_with("{$") => rest.find('}').map_or(rest.len(), |end| end + 1),
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (part, after) = rest.split_at(length);
        let is_comment = first == '#' || part.starts_with("--") || part.starts_with("/*");
        if matches!(first, '`' | '"') {
            let name = part.trim_matches(first).to_owned();
            words.push(Word::Quoted(name.clone()));
            names.push(name);
        } else if first != '\'' && !is_comment {
            words.push(Word::Plain(part.to_ascii_uppercase()));
            names.push(part.to_owned());
        }
        rest = after.trim_start();
    }
    (words, names)
}

/// Returns the length of what stands in quotes.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '{' | '}' | '?' | '>')
}

/// Returns a statement on one line, as much of it as fits.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{start} …")
}
