//! The time that is left for a connection to come about. It runs only while the host is to answer,
//! not while a person types.
#![expect(clippy::disallowed_methods, reason = "waiting is measured")]

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::error::Cause;

#[derive(Debug)]
pub(super) struct Patience {
    whole: Duration,
    left: Duration,
}

impl Patience {
    pub fn new(whole: Duration) -> Self {
        Self { whole, left: whole }
    }

    /// Waits for an answer of the host.
    pub async fn wait<T>(&mut self, answer: impl Future<Output = T>) -> Result<T, Cause> {
        let started = Instant::now();
        let answer = timeout(self.left, answer).await;
        self.left = self.left.saturating_sub(started.elapsed());
        answer.map_err(|_| self.over())
    }

    /// Waits for the host and somebody beside it, who may take a minute more: an agent that asks
    /// its user, a token that wants to be touched.
    pub async fn wait_for_person<T>(&self, answer: impl Future<Output = T>) -> Result<T, Cause> {
        const PERSON: Duration = Duration::from_secs(60);
        timeout(self.left + PERSON, answer).await.map_err(|_| self.over())
    }

    /// Returns the time that the host took.
    pub fn spent(&self) -> Duration {
        self.whole.saturating_sub(self.left)
    }

    fn over(&self) -> Cause {
        Cause::TimedOut { seconds: self.whole.as_secs().max(1) }
    }
}
