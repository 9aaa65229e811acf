//! A release on its way to one host: in rounds until every file there is as it should be, and over as
//! many connections as it takes.

use std::time::{Duration, Instant};

use super::super::Context;
use super::super::member::{Member, elapsed};
use super::super::reconnection;
use super::parcel::{Lot, Parcels};
use super::upload::{Answer, Start, upload};
use crate::event::{EventKind, Taken};
use crate::package::manifest::Shipped;
use crate::package::{Difference, PackError, Spool};
use crate::plan::Step;

/// How often a host is sent what is not as it should be: once when it has no manifest to start from, once
/// for what was changed there, and once more.
const ROUNDS: usize = 4;

/// How many cuts of the connection one delivery outlives.
const CUTS: usize = 8;

/// How often a lost host is tried again after each, and how long it is waited before.
const WAITS: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

/// Why a delivery did not end as intended.
#[derive(Debug)]
pub enum Broken {
    /// The connection was lost; the text says how.
    Lost(String),
    /// The host, or the archive, failed.
    Failed {
        /// In words.
        reason: String,
        /// The exit code of the host's script.
        exit: Option<i32>,
    },
}

impl Broken {
    /// Says why in words.
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), exit: None }
    }
}

/// What one round brings.
pub enum Order<'p> {
    /// The parcel of the lot.
    Parcel(&'p Parcels, &'p Lot),
    /// What was found wrong.
    More(Spool),
}

impl Order<'_> {
    /// Returns the word that the host's script knows it by.
    pub fn how(&self) -> &'static str {
        match self {
            Self::Parcel(_, Lot { base: Some(_), .. }) => "delta",
            Self::Parcel(_, Lot { base: None, .. }) => "all",
            Self::More(_) => "more",
        }
    }

    /// Returns the archive, which may still be growing, and the kilobytes and inodes that the release takes.
    pub async fn parcel(&self) -> Result<(Spool, (u64, u64)), PackError> {
        match self {
            Self::Parcel(parcels, lot) => {
                let parcel = lot.parcel(parcels).await?;
                Ok((parcel.spool.clone(), parcel.listing.room()))
            }
            Self::More(spool) => Ok((spool.clone(), (0, 0))),
        }
    }
}

/// One host's share of the transfer. What fails is kept in the member.
pub async fn deliver(context: &Context<'_>, step: &Step, parcels: &Parcels, member: &mut Member) {
    let since = Instant::now();
    let host = Some(member.name.clone());
    context.emit.emit(EventKind::StepStarted { step: step.id, host });
    member.started.push(step.id);
    let mut sent = 0;
    let result = tokio::select! {
        result = rounds(context, step, parcels, member, &mut sent) => result,
        () = tokio::time::sleep(Duration::from_secs(step.timeout)) =>
            Err(Broken::failed(format!("took longer than {} s", step.timeout))),
        () = context.stop.wanted() => Err(Broken::failed("interrupted")),
    };
    match result {
        Ok(taken) => member.arrive(context, step.id, elapsed(since), Some(sent), taken),
        Err(Broken::Lost(reason)) => member.fail(context, step.id, reason, None, elapsed(since)),
        Err(Broken::Failed { reason, exit }) => member.fail(context, step.id, reason, exit, elapsed(since)),
    }
}

/// Sends the parcel, then what the host says is not as it should be.
async fn rounds(
    context: &Context<'_>,
    step: &Step,
    parcels: &Parcels,
    member: &mut Member,
    sent: &mut u64,
) -> Result<Option<Taken>, Broken> {
    let first = parcels.lot(&member.name).ok_or_else(|| Broken::failed("nothing is for this host"))?;
    let whole = Lot::new(None, first.compression);
    let (mut lot, mut resent, mut order) = (first, 0, Order::Parcel(parcels, first));
    for _ in 0..ROUNDS {
        let answer = arrive(context, step, &order, member, sent).await?;
        let parcel = lot.parcel(parcels).await.map_err(unpacked)?;
        let difference = &parcel.difference;
        if !answer.has_manifest(&difference.sha256) {
            if lot.base.is_none() {
                break;
            }
            tell(context, step, member, "the host does not know what was shipped to it; everything is sent");
            (lot, resent, order) = (&whole, 0, Order::Parcel(parcels, &whole));
        } else if answer.wrong.is_empty() {
            let taken =
                Taken { there: difference.there().saturating_sub(resent), files: parcel.listing.files() };
            return Ok(lot.base.as_ref().map(|_| taken));
        } else if let (true, Some(reason)) = (matches!(order, Order::More(_)), collision(difference, &answer))
        {
            return Err(Broken::failed(reason));
        } else {
            let places = places(difference, &answer, &order)?;
            tell(context, step, member, &differing(&answer));
            resent += places.len() as u64;
            let again = parcels.pack_again(&parcel, places, lot.compression);
            order = Order::More(again.map_err(unpacked)?.spool);
        }
    }
    Err(Broken::failed("what is on the host does not become what was sent"))
}

/// Says why a path may stay wrong whatever is sent.
fn collision(difference: &Difference, answer: &Answer) -> Option<String> {
    let wrong = answer.wrong.iter().map(|path| path.strip_prefix("./").unwrap_or(path));
    let other = |path: &str| {
        let alike = |other: &&str| *other != path && other.to_lowercase() == path.to_lowercase();
        difference.manifest.entries.iter().map(Shipped::path).find(alike)
    };
    let (path, other) = wrong.into_iter().find_map(|path| Some((path, other(path)?)))?;
    Some(format!("{path} and {other} differ only in case, and the host takes them for one: rename one"))
}

/// Returns the places of what is wrong on the host. What does not belong there is removed in the next round.
fn places(difference: &Difference, answer: &Answer, order: &Order<'_>) -> Result<Vec<usize>, Broken> {
    let (places, unknown) = difference.places(&answer.wrong);
    match (unknown.first(), order) {
        (Some(path), Order::More(_)) => {
            Err(Broken::failed(format!("{path} is in the release on the host and cannot be removed")))
        }
        _ => Ok(places),
    }
}

pub(super) fn unpacked(_: PackError) -> Broken {
    Broken::failed("there is no whole archive")
}

/// Says what is sent once more.
fn differing(answer: &Answer) -> String {
    let paths = answer.wrong.iter().map(|path| path.strip_prefix("./").unwrap_or(path));
    let named: Vec<_> = paths.take(3).collect();
    let more = answer.wrong.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("sent once more, for they are not there as they were shipped: {}{more}", named.join(", "))
}

fn tell(context: &Context<'_>, step: &Step, member: &Member, text: &str) {
    let (host, text) = (Some(member.name.clone()), text.to_owned());
    context.emit.emit(EventKind::Output { step: step.id, host, undo: false, text });
}

/// Does one round, over several connections where it must.
async fn arrive(
    context: &Context<'_>,
    step: &Step,
    order: &Order<'_>,
    member: &mut Member,
    sent: &mut u64,
) -> Result<Answer, Broken> {
    let mut start = Start::New;
    for _ in 0..CUTS {
        match upload(context, step, member, order, start, sent).await {
            Err(Broken::Lost(reason)) => {
                tell(context, step, member, &format!("{reason}; connecting again"));
                let resumed = reconnection::resume(context, member, &WAITS).await;
                resumed.map_err(|why| Broken::Lost(format!("{reason}; {why}")))?;
                start = Start::Again;
            }
            result => return result,
        }
    }
    Err(Broken::Lost(format!("the connection was lost {CUTS} times")))
}
