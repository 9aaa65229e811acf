//! Unlocking a private key with its passphrase.
#![expect(clippy::disallowed_methods, reason = "key files are read")]

use std::path::Path;
use std::sync::Arc;

use russh::keys::{PrivateKey, decode_secret_key};

use crate::transport::ssh::error::Cause;
use crate::transport::ssh::target::{Ask, Question};

// As ssh asks.
const MAX_QUESTIONS: usize = 3;

/// Asks for the passphrase of a key file; `None` when there is nobody to ask.
pub(super) async fn unlock(path: &Path, ask: Option<&Ask>) -> Result<Option<Arc<PrivateKey>>, Cause> {
    let Some(ask) = ask else { return Ok(None) };
    let text: Arc<str> = match std::fs::read_to_string(path) {
        Ok(text) => text.into(),
        Err(error) => {
            return Err(Cause::KeyUnreadable { path: path.to_owned(), reason: error.to_string() });
        }
    };
    for _ in 0..MAX_QUESTIONS {
        let Some(passphrase) = ask.ask(Question::Passphrase { path: path.to_owned() }).await else {
            return Ok(None);
        };
        let text = Arc::clone(&text);
        // The derivation of the key is slow by design.
        let decode = move || decode_secret_key(&text, Some(passphrase.reveal()));
        if let Ok(Ok(key)) = tokio::task::spawn_blocking(decode).await {
            return Ok(Some(Arc::new(key)));
        }
    }
    Err(Cause::WrongPassphrase { path: path.to_owned() })
}
