//! What is sent to one that is told: an address and a body, or a command and its input.

use std::collections::BTreeMap;

use serde_json::Value;

use super::message::Message;
use super::{Channel, Moment, Sealed, discord, slack, teams};
use crate::secret::{SecretName, SecretValue};

/// What is sent. It holds values of secrets: nothing of it is printed.
pub enum Letter {
    /// A request; without a body the address is only asked for.
    Request {
        /// The address.
        url: String,
        /// Headers besides the usual ones.
        headers: Vec<(String, String)>,
        /// JSON.
        body: Option<String>,
    },
    /// A command.
    Command {
        /// The shell text.
        run: String,
        /// JSON, its input.
        input: String,
        /// More variables of its environment.
        variables: Vec<(&'static str, String)>,
    },
}

/// Why there is nothing to be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// A secret has no value.
    #[error("a secret that it needs has no value")]
    NoSecret,
}

impl Letter {
    /// Writes the letter that tells a message; `None` where the channel has no use for it.
    ///
    /// # Errors
    /// When a secret has no value.
    pub fn of(
        channel: &Channel,
        message: &Message,
        secrets: &BTreeMap<SecretName, SecretValue>,
    ) -> Result<Option<Self>, LetterError> {
        let open = |text: &Sealed| text.open(secrets).ok_or(LetterError::NoSecret);
        let post = |url: &Sealed, body: Value| {
            Ok(Some(Self::Request { url: open(url)?, headers: Vec::new(), body: Some(body.to_string()) }))
        };
        match channel {
            Channel::Slack { url } => post(url, slack::payload(message)),
            Channel::Discord { url } => post(url, discord::payload(message)),
            Channel::Teams { url } => post(url, teams::payload(message)),
            Channel::Webhook { url, headers } => {
                let opened = headers.iter().map(|(name, value)| Ok((name.clone(), open(value)?)));
                let headers = opened.collect::<Result<_, LetterError>>()?;
                Ok(Some(Self::Request { url: open(url)?, headers, body: Some(json(message)) }))
            }
            Channel::Command { run } => {
                let variables = variables(message);
                Ok(Some(Self::Command { run: run.clone(), input: json(message), variables }))
            }
            Channel::Heartbeat { url, fail } => {
                let is_well = matches!(message.outcome, Moment::Deployed | Moment::Test);
                let Some(url) = Some(url).filter(|_| is_well).or(fail.as_ref()) else { return Ok(None) };
                Ok(Some(Self::Request { url: open(url)?, headers: Vec::new(), body: None }))
            }
        }
    }
}

fn json(message: &Message) -> String {
    serde_json::to_string(message).expect("texts and numbers are valid JSON")
}

/// Returns what a command finds in its environment.
fn variables(message: &Message) -> Vec<(&'static str, String)> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let kind = match message.kind {
        crate::plan::Kind::Deploy => "deploy",
        crate::plan::Kind::Rollback => "rollback",
        crate::plan::Kind::Restore => "restore",
    };
    vec![
        ("DEPLOYER_OUTCOME", message.outcome.as_str().to_owned()),
        ("DEPLOYER_KIND", kind.to_owned()),
        ("DEPLOYER_APPLICATION", message.application.clone()),
        ("DEPLOYER_STAGE", message.stage.clone()),
        ("DEPLOYER_RELEASE", message.release.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("DEPLOYER_COMMIT", text(message.commit.as_deref())),
        ("DEPLOYER_BY", message.by.clone()),
        ("DEPLOYER_EXIT", message.exit.map(|exit| exit.to_string()).unwrap_or_default()),
        ("DEPLOYER_URL", text(message.sites.first().map(String::as_str))),
        ("DEPLOYER_TEXT", message.text.clone()),
    ]
}
