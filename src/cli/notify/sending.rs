//! Telling others: all at once, each in its own time, and whatever becomes of it changes nothing about the run.
#![expect(clippy::disallowed_methods, reason = "how long it takes is told")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures::future::join_all;
use tokio::task::JoinHandle;

use super::process;
use crate::cli::fault::Fault;
use crate::cli::preparation::Preparation;
use crate::cli::surroundings::Surroundings;
use crate::cli::{secrets, signals};
use crate::config::Config;
use crate::event::Finished;
use crate::execute::stop::Stop;
use crate::notify::letter::Letter;
use crate::notify::message::Message;
use crate::notify::{Moment, Notification, Notifications};
use crate::plan::Plan;
use crate::report;
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue};
use crate::transport::post;

/// Whoever tells others of a run.
#[derive(Clone)]
pub struct Teller {
    to: Notifications,
    secrets: BTreeMap<SecretName, SecretValue>,
    redactor: Redactor,
    /// Where commands run: the folder of deploy.yml.
    root: PathBuf,
    by: String,
}

/// What became of one notification.
pub struct Told {
    /// Who was to be told, as `slack`.
    pub name: String,
    /// Nothing, or why they were not told.
    pub result: Result<(), String>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl Teller {
    /// Takes what is needed from the plan and what was prepared for it.
    pub fn new(plan: &Plan, preparation: &Preparation) -> Self {
        let mut teller = Self {
            to: plan.notify.clone(),
            secrets: preparation.secrets.clone(),
            redactor: preparation.redactor.clone(),
            root: preparation.config.root.clone(),
            by: preparation.identity.by.clone(),
        };
        let needed = teller.to.secrets();
        teller.secrets.retain(|name, _| needed.contains(name));
        teller
    }

    /// Tells that the run begins, while it does.
    pub fn begin(&self, plan: &Plan) -> JoinHandle<Vec<Told>> {
        let (teller, message) = (self.clone(), Message::started(plan, &self.by, &self.redactor));
        tokio::spawn(async move { teller.tell(&message).await })
    }

    /// Tells how the run ended, and says who could not be told.
    pub async fn end(self, begun: JoinHandle<Vec<Told>>, plan: &Plan, finished: &Finished) {
        let message = Message::ended(plan, finished, &self.by, &self.redactor);
        let Some(message) = message.filter(|_| !self.to.is_empty()) else { return };
        let all = async {
            let mut told = begun.await.unwrap_or_default();
            told.extend(self.tell(&message).await);
            told
        };
        warn(all).await;
    }

    /// Tells a message to those who want to know.
    async fn tell(&self, message: &Message) -> Vec<Told> {
        self.send(message, self.to.of(message.outcome)).await
    }

    /// Tells a message to all.
    pub async fn tell_all(&self, message: &Message) -> Vec<Told> {
        self.send(message, self.to.named()).await
    }

    async fn send<'t>(
        &'t self,
        message: &Message,
        to: impl Iterator<Item = (String, &'t Notification)>,
    ) -> Vec<Told> {
        let each = to.map(async |(name, to)| {
            let since = Instant::now();
            let result = self.one(to, message).await.map_err(|reason| report::printable(&reason));
            Told { name, result, seconds: since.elapsed().as_secs_f64() }
        });
        join_all(each).await
    }

    async fn one(&self, to: &Notification, message: &Message) -> Result<(), String> {
        let patience = Duration::from_secs(to.timeout);
        let letter = Letter::of(&to.channel, message, &self.secrets).map_err(|error| error.to_string())?;
        match letter {
            None => Ok(()),
            Some(Letter::Request { url, headers, body }) => {
                let sent = post::send(&url, &headers, body, patience);
                // The name of a server may be looked for without end.
                let sent = tokio::time::timeout(patience, sent).await;
                let sent = sent.unwrap_or(Err(post::Unsent::Silent(to.timeout)));
                sent.map_err(|error| without(&url, &headers, &self.redactor.once(&error.to_string())))
            }
            Some(Letter::Command { run, input, variables }) => {
                let ran = process::run(&run, &input, &variables, &self.root, patience).await;
                ran.map_err(|reason| self.redactor.once(&reason))
            }
        }
    }
}

/// Takes an address and its parts out of a text: services answer with what they were asked for.
fn without(url: &str, headers: &[(String, String)], text: &str) -> String {
    let behind_host = url.splitn(4, '/').nth(3).unwrap_or_default();
    let parts = behind_host.split(['/', '?', '&', '=']);
    let all =
        [url, behind_host].into_iter().chain(headers.iter().map(|(_, value)| value.as_str())).chain(parts);
    all.filter(|part| !part.is_empty()).fold(text.to_owned(), |text, part| {
        let hidden = BTreeMap::from([(SecretName("address".to_owned()), SecretValue::new(part))]);
        Redactor::new(&hidden).once(&text)
    })
}

/// Waits until all are told, or the person does not want to wait; says who was not told.
async fn warn(telling: impl Future<Output = Vec<Told>>) {
    let (wish, stop) = Stop::new();
    let signals = tokio::spawn(signals::watch(wish));
    let told = tokio::select! {
        told = telling => told,
        () = stop.wanted() => {
            say("warning: not everybody was told of this run: it was not waited for");
            Vec::new()
        }
    };
    signals.abort();
    for Told { name, result, .. } in told {
        if let Err(reason) = result {
            say(&format!("warning: notify: {name} was not told: {reason}"));
        }
    }
}

fn say(line: &str) {
    // Whoever closed the pipe does not want to know.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Tells that a run did not begin, and says who could not be told.
pub async fn refused(
    config: &Config,
    message: impl FnOnce(&Redactor) -> Message,
    surroundings: &Surroundings,
) {
    let to = Notifications::of_stage(config);
    if to.of(Moment::NotStarted).next().is_none() {
        return;
    }
    // Where a secret is missing, that has been told.
    let Ok(secrets) = secrets::of_notifications(config, surroundings).await else { return };
    let redactor = Redactor::new(&secrets);
    let mut message = message(&redactor);
    message.sites.clone_from(&to.sites);
    let teller = Teller { to, secrets, redactor, root: config.root.clone(), by: surroundings.by.clone() };
    warn(teller.tell(&message.said())).await;
}

/// Tells a test to everybody.
///
/// # Errors
/// When a secret is not found.
pub async fn test(config: &Config, surroundings: &Surroundings) -> Result<Vec<Told>, Fault> {
    let to = Notifications::of_stage(config);
    let secrets = secrets::of_notifications(config, surroundings).await?;
    let hosts: Vec<_> = config.hosts.iter().map(|host| host.name.clone()).collect();
    let by = surroundings.by.clone();
    let message = Message::test(&config.application, &config.stage, &by, &to, &hosts);
    let redactor = Redactor::new(&secrets);
    let teller = Teller { to, secrets, redactor, root: config.root.clone(), by };
    Ok(teller.tell_all(&message).await)
}
