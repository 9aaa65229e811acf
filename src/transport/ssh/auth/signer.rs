//! Who signs for a key: a file, or the agent.

use russh::SendError;
use russh::Signer as Sign;
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::signature::Signer as _;
use russh::keys::ssh_encoding::Encode;
use russh::keys::ssh_key::Signature;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::{HashAlg, PrivateKey};
use tokio::net::UnixStream;
use tokio::time::{Duration, timeout};

use super::Handle;
use crate::transport::ssh::settings::Settings;

/// Signs for one key.
pub(super) enum Signer<'a> {
    Key(&'a PrivateKey),
    /// The key's file is encrypted: the host's answer is wanted before the user is bothered.
    Locked,
    Agent(&'a mut Agent, &'a AgentIdentity),
}

/// A signature could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignError {
    #[error("the connection is gone")]
    Gone,
    #[error("it is encrypted")]
    Locked,
    #[error("the agent did not sign")]
    Agent,
    #[error("it cannot sign")]
    Key,
}

impl From<SendError> for SignError {
    fn from(_: SendError) -> Self {
        Self::Gone
    }
}

impl Sign for Signer<'_> {
    type Error = SignError;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        data: Vec<u8>,
    ) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Key(key) => sign(key, hash, data),
            Self::Locked => Err(SignError::Locked),
            // The agent is asked for the key as it listed it, which may be without the certificate.
            Self::Agent(agent, identity) => {
                agent.client.sign_request(identity, hash, data).await.map_err(|_| SignError::Agent)
            }
        }
    }
}

/// Appends the signature to the data, as the protocol wants it.
fn sign(key: &PrivateKey, hash: Option<HashAlg>, mut data: Vec<u8>) -> Result<Vec<u8>, SignError> {
    let signature: Signature = match key.key_data() {
        KeypairData::Rsa(pair) => (pair, hash).try_sign(&data),
        pair => pair.try_sign(&data),
    }
    .map_err(|_| SignError::Key)?;
    signature.encode_prefixed(&mut data).map_err(|_| SignError::Key)?;
    Ok(data)
}

/// A running ssh-agent.
pub(super) struct Agent {
    client: AgentClient<UnixStream>,
    identities: Vec<AgentIdentity>,
}

// It is on this machine; but a socket may be forwarded from one that is gone.
const AGENT_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

impl Agent {
    /// Opens the agent and asks for its keys; `None` when there is none, or it does not answer.
    pub async fn open(settings: &Settings, handle: &Handle) -> Option<Self> {
        let open = async {
            let mut client = AgentClient::connect_uds(settings.agent.as_ref()?).await.ok()?;
            if let Some(binding) = handle.agent_session_binding() {
                // Older agents do not know it, and need it not.
                let _ = client.bind_session(binding, false).await;
            }
            let identities = client.request_identities().await.ok()?;
            Some(Self { client, identities })
        };
        timeout(AGENT_ANSWERS_WITHIN, open).await.ok().flatten()
    }

    pub fn take_identities(&mut self) -> Vec<AgentIdentity> {
        std::mem::take(&mut self.identities)
    }
}
