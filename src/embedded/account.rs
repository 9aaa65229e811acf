//! Who may log in, and what a connection may ask for.

use std::collections::HashSet;
use std::iter;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use russh::keys::PublicKey;
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelOpenFailure, MethodKind, MethodSet};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use super::{Options, command};

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    options: Options,
    pub logins: AtomicUsize,
    pub sessions: AtomicUsize,
    pub refuse_sessions: AtomicBool,
    /// The process groups that run.
    groups: Mutex<HashSet<Pid>>,
}

impl Shared {
    pub fn new(mut options: Options, key: PublicKey) -> Self {
        options.keys.push(key);
        Self {
            options,
            logins: AtomicUsize::new(0),
            sessions: AtomicUsize::new(0),
            refuse_sessions: AtomicBool::new(false),
            groups: Mutex::default(),
        }
    }

    pub fn home(&self, user: &str) -> PathBuf {
        self.options.root.join(user)
    }

    pub fn running(&self, group: Pid) {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).insert(group);
    }

    pub fn ended(&self, group: Pid) {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).remove(&group);
    }

    /// Kills everything that connections have started and that still runs.
    pub fn end_commands(&self) {
        for &group in self.groups.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // Errors mean that it has just ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Returns how one may log in.
    pub fn methods(&self) -> Vec<MethodKind> {
        let password = self.options.password.as_ref().map(|_| MethodKind::Password);
        iter::once(MethodKind::PublicKey).chain(password).collect()
    }

    fn has(&self, user: &str) -> bool {
        self.options.users.iter().any(|known| known == user)
    }
}

/// One connection.
pub(super) struct Client {
    shared: Arc<Shared>,
    user: String,
    open: Arc<AtomicUsize>,
}

impl Client {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared, user: String::new(), open: Arc::default() }
    }

    fn answer(&mut self, user: &str, accepted: bool) -> Auth {
        if accepted && self.shared.has(user) {
            user.clone_into(&mut self.user);
            return Auth::Accept;
        }
        self.refuse()
    }

    /// Refuses one try; as with sshd, all methods stay open.
    fn refuse(&self) -> Auth {
        let methods = MethodSet::from(self.shared.methods().as_slice());
        Auth::Reject { proceed_with_methods: Some(methods), partial_success: false }
    }

    /// Takes one of the sessions that a connection may have; `false`: none is left.
    fn take_session(&self) -> bool {
        let (max, refuse) = (self.shared.options.max_sessions, &self.shared.refuse_sessions);
        let one_more = |open: usize| (open < max).then_some(open + 1);
        !refuse.load(Ordering::SeqCst)
            && self.open.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).is_ok()
    }
}

impl Handler for Client {
    type Error = russh::Error;

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: russh::server::PublicKeyOffer<'_>,
    ) -> Result<Auth, russh::Error> {
        let known = self.shared.options.keys.iter().any(|key| key.key_data() == offer.public_key.key_data());
        Ok(if known && self.shared.has(user) { Auth::Accept } else { self.refuse() })
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, russh::Error> {
        let known =
            self.shared.options.keys.iter().any(|known| known.key_data() == key.public_key.key_data());
        Ok(self.answer(user, known))
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        let right = self.shared.options.password.as_ref().is_some_and(|right| right.reveal() == password);
        Ok(self.answer(user, right))
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), russh::Error> {
        self.shared.logins.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        if !self.take_session() {
            reply.reject(ChannelOpenFailure::ConnectFailed).await;
            return Ok(());
        }
        reply.accept().await;
        let (shared, open) = (Arc::clone(&self.shared), Arc::clone(&self.open));
        let (home, handle) = (self.shared.home(&self.user), session.handle());
        tokio::spawn(async move {
            command::serve(channel, handle, home, &shared).await;
            open.fetch_sub(1, Ordering::SeqCst);
        });
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host: &str,
        port: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        let (host, port) = (host.to_owned(), u16::try_from(port).unwrap_or(0));
        tokio::spawn(async move {
            match TcpStream::connect((host, port)).await {
                Ok(mut tcp) => {
                    let _ = tcp.set_nodelay(true);
                    reply.accept().await;
                    // However it ends, the end is seen by both sides.
                    let _ = copy_bidirectional(&mut channel.into_stream(), &mut tcp).await;
                }
                Err(_) => reply.reject(ChannelOpenFailure::ConnectFailed).await,
            }
        });
        Ok(())
    }
}
