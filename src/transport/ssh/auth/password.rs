//! The password, by both ways that hosts ask for it.

use russh::MethodKind;
use russh::client::{AuthResult, KeyboardInteractiveAuthResponse as Response};

use super::{Login, MAX_TRIES};
use crate::secret::SecretValue;
use crate::transport::ssh::error::Cause;
use crate::transport::ssh::target::Question;

// The password, an empty one behind it, and not for ever.
const MAX_ROUNDS: usize = 4;

impl Login<'_> {
    /// Logs in with the password, if there is one and the host takes it.
    pub(super) async fn password(&mut self) -> Result<bool, Cause> {
        let user = self.settings.at.user.clone();
        if self.methods.is_none() {
            // Nothing was tried, so nothing is known of what the host accepts.
            let answer = self.patience.wait(self.reached.handle.authenticate_none(user.clone())).await?;
            if self.taken(answer.unwrap_or_else(|_| nothing()), None).await? {
                return Ok(true);
            }
        }
        if !self.may(MethodKind::Password) && !self.may(MethodKind::KeyboardInteractive) {
            return Ok(false);
        }
        let Some(secret) = self.secret().await else { return Ok(false) };
        self.refusal.password = true;
        if self.may(MethodKind::Password) {
            let answer = self.reached.handle.authenticate_password(user, secret.reveal());
            let answer = self.patience.wait(answer).await?.unwrap_or_else(|_| nothing());
            if self.taken(answer, None).await? {
                return Ok(true);
            }
            if self.tries + 1 >= MAX_TRIES {
                // Asking the same in another way would only make the host hang up.
                return Ok(false);
            }
        }
        if !self.may(MethodKind::KeyboardInteractive) {
            return Ok(false);
        }
        let answer = self.dialogue(&secret).await?;
        self.taken(answer, None).await
    }

    async fn secret(&self) -> Option<SecretValue> {
        if let Some(secret) = &self.target.password {
            return Some(secret.clone());
        }
        let at = &self.settings.at;
        let question = Question::Password { account: format!("{}@{}", at.user, at.address) };
        self.target.ask.as_ref()?.ask(question).await
    }

    /// Answers the questions of the host: the first hidden one with the password, further ones not
    /// at all, for a one-time code is no password.
    async fn dialogue(&mut self, secret: &SecretValue) -> Result<AuthResult, Cause> {
        let handle = &mut self.reached.handle;
        let user = self.settings.at.user.clone();
        let start = handle.authenticate_keyboard_interactive_start(user, None);
        let mut response = self.patience.wait(start).await?;
        let mut unused = Some(secret.reveal());
        for _ in 0..MAX_ROUNDS {
            let prompts = match response {
                Ok(Response::Success) => return Ok(AuthResult::Success),
                Ok(Response::Failure { remaining_methods, partial_success }) => {
                    return Ok(AuthResult::Failure { remaining_methods, partial_success });
                }
                Ok(Response::InfoRequest { prompts, .. }) => prompts,
                Err(_) => return Ok(nothing()),
            };
            let answer = |hidden: bool| if hidden { unused.take() } else { None };
            let mut answer = answer;
            let answers = prompts.iter().map(|prompt| answer(!prompt.echo).unwrap_or_default().to_owned());
            let answers = answers.collect();
            let reply = handle.authenticate_keyboard_interactive_respond(answers);
            response = self.patience.wait(reply).await?;
        }
        Ok(nothing())
    }
}

/// What a connection that is gone answers.
fn nothing() -> AuthResult {
    AuthResult::Failure { remaining_methods: russh::MethodSet::empty(), partial_success: false }
}
