//! Logging in: keys in the order of [candidate], then the password.

mod candidate;
mod password;
mod signer;
mod unlock;

use std::path::PathBuf;

use russh::MethodKind;
use russh::client::AuthResult;
use russh::keys::{Certificate, HashAlg, PublicKey};

use self::candidate::{Candidate, Secret};
use self::signer::{Agent, SignError, Signer};
use super::dial::Reached;
use super::error::{Cause, OfferedKey, Refusal};
use super::link::{Lost, Watcher};
use super::patience::Patience;
use super::settings::Settings;
use super::target::Target;

/// Logs in on a host whose key was checked.
pub(super) async fn login(
    target: &Target,
    settings: &Settings,
    reached: &mut Reached,
    patience: &mut Patience,
) -> Result<(), Cause> {
    let mut login = Login {
        target,
        settings,
        reached,
        patience,
        refusal: Refusal::default(),
        methods: None,
        tries: 0,
        locked: None,
    };
    if login.keys().await? || login.password().await? { Ok(()) } else { Err(login.refused()) }
}

/// A login on its way.
struct Login<'a> {
    target: &'a Target,
    settings: &'a Settings,
    reached: &'a mut Reached,
    patience: &'a mut Patience,
    refusal: Refusal,
    /// What the host still accepts; `None`: it has not said yet.
    methods: Option<Vec<MethodKind>>,
    tries: usize,
    /// A key that the host would take, but that nobody could unlock.
    locked: Option<PathBuf>,
}

/// sshd hangs up at the sixth failure, whatever would have come next.
const MAX_TRIES: usize = 6;

impl Login<'_> {
    /// Offers the keys, until one is accepted.
    async fn keys(&mut self) -> Result<bool, Cause> {
        let mut agent = Agent::open(self.settings, &self.reached.handle).await;
        let listed = agent.as_mut().map(Agent::take_identities).unwrap_or_default();
        let keys = candidate::collect(self.settings, &listed, &mut self.refusal.skipped)?;
        // A password wants its own tries, once by each of its two ways.
        let limit = match (&self.target.password, &self.target.ask) {
            (Some(_), _) => MAX_TRIES - 2,
            (None, Some(_)) => MAX_TRIES - 1,
            (None, None) => MAX_TRIES,
        };
        for key in keys {
            if !self.may(MethodKind::PublicKey) || self.tries >= limit {
                break;
            }
            if self.offer(key, agent.as_mut()).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn offer(&mut self, key: Candidate, agent: Option<&mut Agent>) -> Result<bool, Cause> {
        let mut signer = match key.secret {
            Secret::Plain(ref secret) => Signer::Key(secret),
            Secret::Locked(_) => Signer::Locked,
            Secret::Agent(ref identity) => match agent {
                Some(agent) => Signer::Agent(agent, identity),
                None => return Ok(false),
            },
        };
        let first = match &key.public {
            Some(public) => self.attempt(public, key.certificate.as_ref(), &mut signer).await?,
            None => Err(SignError::Locked),
        };
        let answer = match (first, &key.secret) {
            (Err(SignError::Locked), Secret::Locked(path)) => {
                let Some(secret) = unlock::unlock(path, self.target.ask.as_ref()).await? else {
                    self.locked = Some(path.clone());
                    return Ok(false);
                };
                let public = key.public.clone().unwrap_or_else(|| secret.public_key().clone());
                self.attempt(&public, key.certificate.as_ref(), &mut Signer::Key(&secret)).await?
            }
            (answer, _) => answer,
        };
        match answer {
            Ok(answer) => self.taken(answer, Some(key.offered())).await,
            Err(error) => {
                self.refusal.skipped.push((PathBuf::from(&key.name), error.to_string()));
                Ok(false)
            }
        }
    }

    async fn attempt(
        &mut self,
        public: &PublicKey,
        certificate: Option<&Certificate>,
        signer: &mut Signer<'_>,
    ) -> Result<Result<AuthResult, SignError>, Cause> {
        let user = self.settings.at.user.clone();
        let hash = if public.algorithm().is_rsa() { self.rsa_hash().await? } else { None };
        let takes_a_person = matches!(signer, Signer::Agent(..));
        let handle = &mut self.reached.handle;
        let answer = async {
            match certificate {
                Some(it) => handle.authenticate_certificate_with(user, it.clone(), hash, signer).await,
                None => handle.authenticate_publickey_with(user, public.clone(), hash, signer).await,
            }
        };
        if takes_a_person {
            self.patience.wait_for_person(answer).await
        } else {
            self.patience.wait(answer).await
        }
    }

    /// Signatures of RSA keys: SHA-512 unless the host says that it knows only SHA-256.
    async fn rsa_hash(&mut self) -> Result<Option<HashAlg>, Cause> {
        let best = self.patience.wait(self.reached.handle.best_supported_rsa_hash()).await?;
        Ok(Some(best.ok().flatten().flatten().unwrap_or(HashAlg::Sha512)))
    }

    /// Takes the answer to one try in; true: logged in.
    async fn taken(&mut self, answer: AuthResult, key: Option<OfferedKey>) -> Result<bool, Cause> {
        let (remaining, partial) = match answer {
            AuthResult::Success => return Ok(true),
            AuthResult::Failure { remaining_methods, partial_success } => {
                (remaining_methods, partial_success)
            }
        };
        if !partial {
            self.tries += 1;
            self.refusal.offered.extend(key);
        }
        // A connection that is gone looks like a refusal that leaves no method.
        if remaining.is_empty() && self.reached.handle.is_closed() {
            return Err(self.hung_up().await);
        }
        if self.refusal.methods.is_empty() {
            // The first answer names all; later ones may leave out what has failed.
            self.refusal.methods = remaining.iter().map(String::from).collect();
        }
        self.methods = Some(remaining.to_vec());
        Ok(false)
    }

    async fn hung_up(&mut self) -> Cause {
        match self.reached.link.reason().await {
            Some(Lost::Dismissed(words)) => {
                self.refusal.hung_up = Some(words);
                self.refused()
            }
            Some(Lost::Broken(words)) => Cause::HungUp(words),
            None => Cause::HungUp("the host closed the connection".to_owned()),
        }
    }

    fn refused(&mut self) -> Cause {
        if let Some(path) = self.locked.take() {
            return Cause::KeyIsEncrypted { path };
        }
        Cause::LoginRefused(std::mem::take(&mut self.refusal))
    }

    fn may(&self, method: MethodKind) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.contains(&method))
    }
}

type Handle = russh::client::Handle<Watcher>;
