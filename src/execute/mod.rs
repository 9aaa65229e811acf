//! Making a plan happen. It takes nothing but the plan and the hosts' sessions, and tells what
//! happens as [events](crate::event); it decides nothing that the plan has decided.
//!
//! [batch] cuts the plan at its barriers, [member] does a host's part of a batch, [transfer] takes
//! the release there and [send] a backup, [controller] does the local steps, [builder] those of a build elsewhere,
//! [fetch] looks at pages of the sites, [proving] at which release they serve, [unwind] takes back what was started, and
//! [run] puts them in order and tells how it ended.
#![expect(clippy::disallowed_methods, reason = "running takes time, and is told in seconds")]

pub mod batch;
pub mod builder;
pub mod controller;
pub mod emitter;
mod ending;
pub mod fetch;
pub mod flood;
pub mod lines;
pub mod marks;
pub mod member;
mod migrations;
pub mod package;
pub mod probe;
pub mod proving;
pub mod reconnection;
pub mod run;
pub mod script;
pub mod send;
pub mod session;
pub mod stop;
pub mod transfer;
pub mod unwind;
pub mod workshop;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::host::HostName;
use crate::plan::Plan;
use crate::secret::redact::Redactor;
use crate::secret::{SecretName, SecretValue};
use crate::transport::Connection;
use emitter::Emitter;
use member::Member;
use session::Identity;
use stop::Stop;
use tokio::sync::Mutex;
use workshop::Workshop;

/// Connects to a host again after its connection was lost. The error is a reason in words.
pub type Reconnect = Arc<dyn Fn(HostName) -> BoxFuture<'static, Result<Connection, String>> + Send + Sync>;

/// What the whole run shares.
pub struct Context<'a> {
    /// What happens.
    pub plan: &'a Plan,
    /// Whose run it is.
    pub identity: Identity,
    /// The values of the plan's secrets.
    pub secrets: BTreeMap<SecretName, SecretValue>,
    /// Takes secrets out of what hosts and commands print.
    pub redactor: Redactor,
    /// Where events go.
    pub emit: Emitter,
    /// Whether the person wants it to end.
    pub stop: Stop,
    /// How a lost host is reached again.
    pub reconnect: Reconnect,
    /// The builder, where one builds.
    pub builder: Option<Mutex<Member>>,
    /// The controller's part.
    pub workshop: Workshop,
}
