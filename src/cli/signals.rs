//! The person's signals: the first takes the run back, the second leaves it as it is.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::execute::stop::Wish;

/// Turns SIGINT, SIGTERM and SIGHUP into wishes, for as long as the run lasts.
pub async fn watch(wish: watch::Sender<Wish>) {
    let kinds = (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup());
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) =
        (signal(kinds.0), signal(kinds.1), signal(kinds.2))
    else {
        return;
    };
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
