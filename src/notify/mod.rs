//! Who is told how a run went, and in which words: pure. A plan holds the [`Notifications`]; [message]
//! says what happened, and each service has a file that puts it into the form that the service takes.
//! [letter] chooses among them; [cli](crate) sends.

mod discord;
pub mod letter;
pub mod message;
mod sealed;
mod slack;
mod teams;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::event::Outcome;
use crate::secret::SecretName;
pub use sealed::Sealed;

/// All that a plan knows of who is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    /// Who, in the order of deploy.yml.
    pub to: Vec<Notification>,
    /// The addresses of the sites, each once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sites: Vec<String>,
}

/// One that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Where.
    pub channel: Channel,
    /// Of what.
    pub on: BTreeSet<Moment>,
    /// Seconds that it may take.
    pub timeout: u64,
}

/// Where somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Channel {
    /// An incoming webhook of Slack.
    Slack {
        /// Its address.
        url: Sealed,
    },
    /// A webhook of a Discord channel.
    Discord {
        /// Its address.
        url: Sealed,
    },
    /// A workflow of Microsoft Teams that waits for webhook requests.
    Teams {
        /// Its address.
        url: Sealed,
    },
    /// Anything that takes the [message](message::Message) as JSON.
    Webhook {
        /// Its address.
        url: Sealed,
        /// More headers of the request.
        #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
        headers: BTreeMap<String, Sealed>,
    },
    /// A command on the controller, with the same JSON as its input.
    Command {
        /// The shell text, as it stands in deploy.yml.
        run: String,
    },
    /// An address that is asked for while all is well.
    Heartbeat {
        /// The address.
        url: Sealed,
        /// The address for runs that did not do their work.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        fail: Option<Sealed>,
    },
}

/// What somebody can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The run begins.
    Started,
    /// It did what it was to do: a rollback and a restore, too.
    Deployed,
    /// It failed, and everything is as it was.
    Undone,
    /// A host needs a person.
    Stuck,
    /// It did not begin.
    NotStarted,
    /// Nothing: somebody tries whether a message arrives.
    Test,
}

impl Moment {
    /// All that deploy.yml may name, with its words.
    pub const ALL: [(&str, Self); 5] = [
        ("started", Self::Started),
        ("deployed", Self::Deployed),
        ("undone", Self::Undone),
        ("stuck", Self::Stuck),
        ("not_started", Self::NotStarted),
    ];

    /// Returns the word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Deployed => "deployed",
            Self::Undone => "undone",
            Self::Stuck => "stuck",
            Self::NotStarted => "not_started",
            Self::Test => "test",
        }
    }

    /// Returns what an outcome is told as; nobody is told that there was nothing to do.
    pub fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Deployed => Some(Self::Deployed),
            Outcome::Undone => Some(Self::Undone),
            Outcome::Stuck => Some(Self::Stuck),
            Outcome::NotStarted => Some(Self::NotStarted),
            Outcome::Nothing => None,
        }
    }
}

impl Channel {
    /// Returns its name, as deploy.yml spells it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Slack { .. } => "slack",
            Self::Discord { .. } => "discord",
            Self::Teams { .. } => "teams",
            Self::Webhook { .. } => "webhook",
            Self::Command { .. } => "command",
            Self::Heartbeat { .. } => "heartbeat",
        }
    }

    /// Returns the texts that may name secrets.
    fn texts(&self) -> Vec<&Sealed> {
        match self {
            Self::Slack { url } | Self::Discord { url } | Self::Teams { url } => vec![url],
            Self::Webhook { url, headers } => std::iter::once(url).chain(headers.values()).collect(),
            Self::Command { .. } => Vec::new(),
            Self::Heartbeat { url, fail } => std::iter::once(url).chain(fail).collect(),
        }
    }

    /// Returns the secrets that it needs.
    pub fn secrets(&self) -> BTreeSet<SecretName> {
        self.texts().into_iter().flat_map(Sealed::secrets).collect()
    }
}

impl Notifications {
    /// Returns those of a stage.
    pub fn of_stage(config: &Config) -> Self {
        let mut sites: Vec<String> = config.hosts.iter().filter_map(|host| host.url.clone()).collect();
        sites.sort_unstable();
        sites.dedup();
        Self { to: config.notify.clone(), sites }
    }

    /// Returns the secrets that they need.
    pub fn secrets(&self) -> BTreeSet<SecretName> {
        self.to.iter().flat_map(|to| to.channel.secrets()).collect()
    }

    /// Tells whether nobody is told of anything.
    pub fn is_empty(&self) -> bool {
        self.to.is_empty()
    }

    /// Returns those who are told of a moment, each with a name that tells it from the others.
    pub fn of(&self, moment: Moment) -> impl Iterator<Item = (String, &Notification)> {
        self.named().filter(move |(_, to)| to.on.contains(&moment))
    }

    /// Returns all, each with its name: `slack`, or `slack (2)` for the second one.
    pub fn named(&self) -> impl Iterator<Item = (String, &Notification)> {
        self.to.iter().enumerate().map(|(place, to)| {
            let name = to.channel.name();
            let before = self.to[..place].iter().filter(|other| other.channel.name() == name).count();
            let name = if before == 0 { name.to_owned() } else { format!("{name} ({})", before + 1) };
            (name, to)
        })
    }
}
