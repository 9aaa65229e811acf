//! What the services are sent, whatever commits and hosts say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::letter::Letter;
use super::message::{Failed, Message};
use super::words::length;
use super::{Channel, Moment, Sealed, discord, slack, teams};
use crate::event::{Failure, Finished, Left, Outcome};
use crate::host::HostName;
use crate::plan::{Changes, Kind, StepId};
use crate::report::sample_plan;
use crate::secret::redact::Redactor;

const HOSTILE: &str =
    "<!channel> @everyone <@U1> [click](https://evil.example) *b* `c` \"q\" \u{202e}& </at> 😀";

fn finished(outcome: Outcome) -> Finished {
    let plan = sample_plan(2);
    Finished {
        outcome,
        exit: u8::from(outcome != Outcome::Deployed),
        live: plan.hosts.iter().map(|host| (host.name.clone(), host.live.clone())).collect(),
        failed: vec![
            Failure { step: StepId(3), host: Some(HostName::new("web1")), reason: HOSTILE.to_owned() },
            Failure { step: StepId(3), host: Some(HostName::new("web2")), reason: HOSTILE.to_owned() },
        ],
        left: vec![Left { host: None, text: HOSTILE.to_owned() }],
        next: Vec::new(),
        seconds: 64.2,
        was_live: None,
    }
}

fn message(outcome: Outcome, subject: &str, commits: usize) -> Message {
    let mut plan = sample_plan(2);
    plan.notify.sites = vec!["https://shop.example".to_owned()];
    if let Some(source) = &mut plan.source {
        source.subject = subject.to_owned();
    }
    plan.changes =
        Some(Changes { commits: vec![format!("1a2b3c4 {subject}"); commits], ..Changes::default() });
    let redactor = Redactor::new(&BTreeMap::new());
    Message::ended(&plan, &finished(outcome), "ana@laptop", &redactor).unwrap()
}

/// Returns all texts of a JSON value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[test]
fn a_message_says_what_is_live_what_failed_and_who_did_it() {
    let message = message(Outcome::Undone, "Fix cart", 12);
    assert_eq!(message.headline(), "Undone: the deploy of shop to production failed");
    assert_eq!(message.live(), "20261119091502 is still live on web1, web2");
    assert_eq!(message.failures().len(), 1);
    assert!(message.failures()[0].starts_with("npm-build on web1, web2: <!channel> @everyone"));
    assert_eq!((message.commits.len(), message.more_commits), (10, 2));
    let facts = message.facts();
    let facts: Vec<_> = facts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(facts[1..3], [("Commit", "1a2b3c4 Fix cart (main)"), ("Hosts", "web1, web2")]);
    assert_eq!(facts[3..], [("By", "ana@laptop"), ("Took", "1 m 04 s")]);
}

#[test]
fn nobody_is_mentioned_and_nothing_becomes_a_link() {
    let message = message(Outcome::Undone, HOSTILE, 3);
    let slack = slack::payload(&message);
    for text in texts(&slack) {
        let links = text.replace("<https://shop.example>", "");
        assert!(!links.contains(['<', '>']) || text == "mrkdwn", "{text}");
    }
    let discord = discord::payload(&message);
    assert_eq!(discord["allowed_mentions"]["parse"], serde_json::json!([]));
    for text in texts(&discord["embeds"]) {
        assert!(
            !text.contains("@everyone") && !text.contains("](") && !text.replace("\\<", "").contains('<'),
            "{text}"
        );
    }
    // Only text runs, in which nothing has a meaning.
    let teams = teams::payload(&message);
    let body = teams["attachments"][0]["content"]["body"].as_array().unwrap();
    assert!(body.iter().all(|block| block["type"] == "RichTextBlock"));
    for payload in [slack, discord, teams] {
        assert!(texts(&payload).iter().all(|text| !text.contains('\u{202e}')), "{payload}");
    }
}

#[test]
fn what_is_sent_is_within_the_limits_of_the_services() {
    for unit in ["x", "&", "😀", "*", "`<"] {
        let mut message = message(Outcome::Stuck, &unit.repeat(5000), 200);
        let reason = super::words::line(&unit.repeat(5000), 500);
        let failed = |number| Failed { step: format!("step-{number}"), host: None, reason: reason.clone() };
        message.failed = (0..20).map(failed).collect();
        message.left = vec![reason.clone(); 20];
        message.next = vec![unit.repeat(200); 3];
        let slack = slack::payload(&message);
        let blocks = slack["attachments"][0]["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50 && length(slack["text"].as_str().unwrap()) <= 3000);
        for block in blocks {
            assert!(block["text"]["text"].as_str().is_none_or(|text| length(text) <= 3000), "{block}");
            let fields = block["fields"].as_array().cloned().unwrap_or_default();
            assert!(
                fields.len() <= 10
                    && fields.iter().all(|field| length(field["text"].as_str().unwrap()) <= 2000)
            );
        }
        let embed = &discord::payload(&message)["embeds"][0];
        let field =
            |field: &Value| [&field["name"], &field["value"]].map(|text| length(text.as_str().unwrap()));
        let fields: Vec<[usize; 2]> = embed["fields"].as_array().unwrap().iter().map(field).collect();
        assert!(fields.iter().all(|[name, value]| *name <= 256 && *value <= 1024));
        let [title, description] = ["title", "description"].map(|key| length(embed[key].as_str().unwrap()));
        assert!(title <= 256 && description <= 4096);
        assert!(title + description + fields.iter().flatten().sum::<usize>() <= 6000);
        let teams = teams::payload(&message).to_string();
        assert!(teams.len() <= 28_000, "{}", teams.len());
        assert!(serde_json::to_string(&message).unwrap().len() < 60_000);
    }
}

#[test]
fn a_heartbeat_beats_for_what_ended_well_and_fails_for_the_rest() {
    let address = |text: &str| Sealed::new(text).unwrap();
    let asked = |fail: Option<&str>, outcome: Outcome| {
        let channel = Channel::Heartbeat { url: address("http://a/ok"), fail: fail.map(address) };
        match Letter::of(&channel, &message(outcome, "", 0), &BTreeMap::new()).unwrap() {
            Some(Letter::Request { url, body: None, .. }) => Some(url),
            _ => None,
        }
    };
    assert_eq!(asked(None, Outcome::Deployed).as_deref(), Some("http://a/ok"));
    assert_eq!(asked(None, Outcome::Undone), None);
    assert_eq!(asked(Some("http://a/no"), Outcome::Stuck).as_deref(), Some("http://a/no"));
}

#[test]
fn every_kind_of_run_has_its_words() {
    let said = |kind, outcome, exit| {
        let mut message = message(outcome, "", 0);
        (message.kind, message.exit) = (kind, Some(exit));
        message.headline()
    };
    let headlines = [
        said(Kind::Deploy, Outcome::Deployed, 0),
        said(Kind::Rollback, Outcome::Deployed, 0),
        said(Kind::Restore, Outcome::Deployed, 0),
        said(Kind::Rollback, Outcome::Undone, 130),
        said(Kind::Restore, Outcome::Stuck, 3),
        said(Kind::Deploy, Outcome::NotStarted, 5),
    ];
    assert_eq!(
        headlines,
        [
            "Deployed shop to production",
            "Rolled back shop on production",
            "Restored shared data of shop on production",
            "Undone: the rollback of shop on production was interrupted",
            "Stuck: the restore of shop on production needs a person",
            "Not started: the deploy of shop to production",
        ]
    );
    assert_eq!(Moment::of(Outcome::Nothing), None);
}
