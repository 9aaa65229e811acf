//! A message for an incoming webhook of Slack.
//!
//! What comes from commits and hosts can neither mention anybody nor be a link: `& < >` are escaped, and
//! nothing else of a text is looked at for names and addresses (`verbatim`).

use serde_json::{Value, json};

use super::Moment;
use super::message::Message;
use super::words::{cut, within};

/// What a section's text may be long.
const SECTION: usize = 2900;
/// What of a single text is shown.
const PART: usize = 250;

/// Returns the body of the request.
pub(super) fn payload(message: &Message) -> Value {
    let mut blocks = Vec::new();
    let live = message.live();
    blocks.extend((!live.is_empty()).then(|| section(&escaped(&cut(&live, 500)))));
    let failures: Vec<_> = message.failures().iter().map(|line| format!("• {}", part(line))).collect();
    blocks.extend(
        (!failures.is_empty()).then(|| section(&format!("*Failed*\n{}", within(&failures, 0, SECTION)))),
    );
    let left: Vec<_> = message.left.iter().map(|line| format!("• {}", part(line))).collect();
    blocks.extend((!left.is_empty()).then(|| section(&format!("*Left*\n{}", within(&left, 0, SECTION)))));
    let field = |(name, value): (&str, String)| text(&format!("*{name}*\n{}", part(&value)));
    let fields: Vec<_> = message.facts().into_iter().map(field).collect();
    blocks.push(json!({ "type": "section", "fields": fields }));
    if !message.commits.is_empty() {
        let commits: Vec<_> = message.commits.iter().map(|commit| part(commit).replace('`', "'")).collect();
        let list = within(&commits, message.more_commits, SECTION);
        blocks.push(section(&format!("*New*\n```{list}```")));
    }
    if message.outcome == Moment::Stuck && !message.next.is_empty() {
        let next: Vec<_> = message.next.iter().map(|run| part(run).replace('`', "'")).collect();
        blocks.push(section(&format!("*Next*\n```{}```", within(&next, 0, SECTION))));
    }
    blocks.extend(message.sites.iter().take(3).filter_map(|url| link(url)));
    json!({
        "text": escaped(&message.headline()),
        "parse": "none",
        "unfurl_links": false,
        "unfurl_media": false,
        "attachments": [{ "color": color(message), "blocks": blocks }],
    })
}

fn color(message: &Message) -> &'static str {
    match message.outcome {
        Moment::Started | Moment::Test => "#6b7280",
        Moment::Deployed => "#2e9e4f",
        Moment::Undone | Moment::NotStarted => "#d99a00",
        Moment::Stuck => "#c9302c",
    }
}

fn text(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

fn section(content: &str) -> Value {
    json!({ "type": "section", "text": text(content) })
}

/// Returns a link to a site, where its address can stand in one.
fn link(url: &str) -> Option<Value> {
    let is_plain = !url.contains(['<', '>', '|', ' ']);
    is_plain.then(|| section(&format!("<{}>", escaped(url))))
}

fn part(text: &str) -> String {
    escaped(&cut(text, PART))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
