//! The person's signals: the first takes the run back, the second leaves it as it is.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::execute::stop::Wish;

/// Turns SIGINT, SIGTERM and SIGHUP into wishes, for as long as the future is polled. From the call
/// on none of them ends the program.
pub fn watch(wish: watch::Sender<Wish>) -> impl Future<Output = ()> {
    let kinds = (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup());
    let signals = (signal(kinds.0), signal(kinds.1), signal(kinds.2));
    async move {
        if let (Ok(interrupt), Ok(terminate), Ok(hangup)) = signals {
            hear(wish, interrupt, terminate, hangup).await;
        }
    }
}

async fn hear(wish: watch::Sender<Wish>, mut interrupt: Signal, mut terminate: Signal, mut hangup: Signal) {
    loop {
        let terminate = tokio::select! {
            _ = interrupt.recv() => false,
            _ = terminate.recv() => true,
            _ = hangup.recv() => true,
        };
        wish.send_modify(|wish| {
            *wish = match *wish {
                Wish::Go => Wish::TakeBack { terminate },
                Wish::TakeBack { .. } | Wish::Leave { .. } => Wish::Leave { terminate },
            }
        });
    }
}
