//! The person's wish to end a run: once to take it back, twice to leave it as it is.

use tokio::sync::watch;

/// What the person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// Go on.
    #[default]
    Go,
    /// Stop and take back what was done.
    TakeBack {
        /// The signal that said so: SIGTERM, else SIGINT.
        terminate: bool,
    },
    /// Leave everything as it is, now.
    Leave {
        /// The signal that said so: SIGTERM, else SIGINT.
        terminate: bool,
    },
}

/// Where the wish is read. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Wish>);

impl Stop {
    /// Returns a wish to change and the place to read it.
    pub fn new() -> (watch::Sender<Wish>, Self) {
        let (sender, receiver) = watch::channel(Wish::default());
        (sender, Self(receiver))
    }

    /// Returns the present wish.
    pub fn wish(&self) -> Wish {
        *self.0.borrow()
    }

    /// Waits until the run should be taken back, or left.
    pub async fn wanted(&self) {
        self.until(|wish| *wish != Wish::Go).await;
    }

    /// Waits until everything should be left as it is.
    pub async fn leave(&self) {
        self.until(|wish| matches!(wish, Wish::Leave { .. })).await;
    }

    async fn until(&self, reached: impl FnMut(&Wish) -> bool) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(reached).await.is_err() {
            // Nobody can wish any more.
            std::future::pending::<()>().await;
        }
    }
}
