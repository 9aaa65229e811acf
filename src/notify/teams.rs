//! A message for Microsoft Teams: an Adaptive Card for a workflow that waits for webhook requests (the older
//! connectors are gone).
//!
//! What comes from commits and hosts stands in text runs, in which Markdown and mentions have no meaning.

use serde_json::{Value, json};

use super::Moment;
use super::message::Message;
use super::words::cut;

/// What of a single text is shown: a card may have 28 kB in all.
const PART: usize = 200;
/// How many failures, and things left behind, are shown.
const LISTED: usize = 10;

/// Returns the body of the request.
pub(super) fn payload(message: &Message) -> Value {
    let headline = json!({
        "type": "TextRun", "text": cut(&message.headline(), PART), "weight": "Bolder", "size": "Large", "color": color(message),
    });
    let mut body = vec![block(vec![headline], "Default")];
    let live = message.live();
    body.extend((!live.is_empty()).then(|| block(vec![run(&cut(&live, 400))], "Default")));
    body.extend(list("Failed", &message.failures(), 0));
    body.extend(list("Left", &message.left, 0));
    for (name, value) in message.facts() {
        body.push(block(vec![bold(&format!("{name}  ")), run(&value)], "Small"));
    }
    body.extend(list("New", &message.commits, message.more_commits));
    if message.outcome == Moment::Stuck {
        body.extend(list("Next", &message.next, 0));
    }
    let open = |url: &String| json!({ "type": "Action.OpenUrl", "title": "Open the site", "url": url });
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": { "width": "Full" },
        "body": body,
        "actions": message.sites.iter().take(1).map(open).collect::<Vec<_>>(),
    });
    let content_type = "application/vnd.microsoft.card.adaptive";
    let attachment = json!({ "contentType": content_type, "contentUrl": null, "content": card });
    json!({ "type": "message", "attachments": [attachment] })
}

fn list(name: &str, lines: &[String], more: usize) -> Vec<Value> {
    if lines.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![block(vec![bold(name)], "Medium")];
    blocks.extend(lines.iter().take(LISTED).map(|line| block(vec![run(&format!("• {line}"))], "None")));
    let more = more + lines.len().saturating_sub(LISTED);
    blocks.extend((more > 0).then(|| block(vec![run(&format!("… and {more} more"))], "None")));
    blocks
}

fn block(inlines: Vec<Value>, spacing: &str) -> Value {
    json!({ "type": "RichTextBlock", "spacing": spacing, "inlines": inlines })
}

fn run(text: &str) -> Value {
    json!({ "type": "TextRun", "text": cut(text, PART * 2) })
}

fn bold(text: &str) -> Value {
    json!({ "type": "TextRun", "text": text, "weight": "Bolder" })
}

fn color(message: &Message) -> &'static str {
    match message.outcome {
        Moment::Started | Moment::Test => "Default",
        Moment::Deployed => "Good",
        Moment::Undone | Moment::NotStarted => "Warning",
        Moment::Stuck => "Attention",
    }
}
