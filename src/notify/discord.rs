//! A message for a webhook of a Discord channel.
//!
//! Nobody is mentioned whatever a commit says (`allowed_mentions`), and what Discord would take for a sign of
//! its Markdown has a backslash before it.

use serde_json::{Value, json};

use super::Moment;
use super::message::Message;
use super::words::{cut, within};

/// What a title and a field may be long, and the description so that all is within the limit for an embed.
const TITLE: usize = 256;
const FIELD: usize = 1024;
const DESCRIPTION: usize = 3500;
/// What of a single text is shown.
const PART: usize = 200;

/// Returns the body of the request.
pub(super) fn payload(message: &Message) -> Value {
    let mut lines = Vec::new();
    let live = message.live();
    lines.extend((!live.is_empty()).then(|| escaped(&cut(&live, 400))));
    lines.extend(list("Failed", &message.failures()));
    lines.extend(list("Left", &message.left));
    lines.extend(list("New", &message.commits));
    lines.extend((message.more_commits > 0).then(|| format!("… and {} more", message.more_commits)));
    if message.outcome == Moment::Stuck {
        lines.extend(list("Next", &message.next));
    }
    let field = |(name, value): (&str, String)| json!({ "name": name, "value": cut(&escaped(&cut(&value, PART)), FIELD), "inline": true });
    let mut embed = json!({
        "title": cut(&escaped(&cut(&message.headline(), PART)), TITLE),
        "description": within(&lines, 0, DESCRIPTION),
        "color": color(message),
        "fields": message.facts().into_iter().map(field).collect::<Vec<_>>(),
    });
    if let (Some(url), Some(embed)) = (message.sites.first(), embed.as_object_mut()) {
        embed.insert("url".to_owned(), url.as_str().into());
    }
    json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
}

fn list(name: &str, lines: &[String]) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let shown = lines.iter().map(|line| format!("• {}", escaped(&cut(line, PART))));
    std::iter::once(format!("**{name}**")).chain(shown).collect()
}

fn color(message: &Message) -> u32 {
    match message.outcome {
        Moment::Started | Moment::Test => 0x6b_72_80,
        Moment::Deployed => 0x2e_9e_4f,
        Moment::Undone | Moment::NotStarted => 0xd9_9a_00,
        Moment::Stuck => 0xc9_30_2c,
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if "\\`*_~|#[]()<>".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
        // What looks like a mention is not even drawn as one.
        if char == '@' {
            escaped.push('\u{200b}');
        }
    }
    escaped
}
