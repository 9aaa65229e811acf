//! Coming back to a host whose connection was lost, in the place of the session that was lost with it.

use std::time::Duration;

use minijinja::context;

use super::Context;
use super::member::Member;
use super::session::Session;
use crate::release::ReleaseId;
use crate::template::Engine;

const RELOCK: &str = include_str!("../../templates/relock.sh");

/// Connects to a lost host again; `waits` says how often it is tried, and how long it is waited before.
///
/// # Errors
/// Why the last try failed.
pub async fn reopen(context: &Context<'_>, member: &mut Member, waits: &[Duration]) -> Result<(), String> {
    let mut reason = String::new();
    for wait in waits {
        tokio::time::sleep(*wait).await;
        match connect(context, member).await {
            Ok(()) => return Ok(()),
            Err(why) => reason = why,
        }
    }
    Err(reason)
}

async fn connect(context: &Context<'_>, member: &mut Member) -> Result<(), String> {
    // What of the old connection still works would count as a login.
    member.session = None;
    let connection = (context.reconnect)(member.name.clone()).await?;
    let session = Session::open(&connection, &context.identity, &context.redactor).await;
    let mut session = session.map_err(|lost| lost.reason)?;
    session.ask(":").await.map_err(|lost| lost.reason)?;
    if let Some(host) = context.plan.host(&member.name) {
        session.replace(&host.layout().records()).await;
    }
    member.connection = Some(connection);
    member.session = Some(session);
    Ok(())
}

/// Connects to a lost host again to go on with the run: it must still have the lock, or get it again.
///
/// # Errors
/// Why the run cannot go on.
pub async fn resume(context: &Context<'_>, member: &mut Member, waits: &[Duration]) -> Result<(), String> {
    reopen(context, member, waits).await?;
    let (Some(host), Some(session)) = (context.plan.host(&member.name), &mut member.session) else {
        return Err("the host is not in the plan".to_owned());
    };
    let layout = host.layout();
    let values = context! {
        records => layout.records(),
        current => layout.current(),
        live => host.live.as_ref().map_or("", ReleaseId::as_str),
        what => format!("deploy {}", context.plan.release),
    };
    let script = Engine::new().shell("relock.sh", RELOCK, &values).map_err(|error| error.to_string())?;
    let lines = session.ask(&script.text).await.map_err(|lost| lost.reason)?;
    match lines.iter().find_map(|line| line.strip_prefix("@lock ")) {
        Some("ours") => Ok(()),
        Some("taken") => {
            session.hold(&layout.records()).await;
            Ok(())
        }
        Some(other) => Err(format!("the lock was lost with the connection; {other}")),
        None => Err("the host did not say who has the lock".to_owned()),
    }
}
