//! What happens in a life, as data: made at random, and made shorter when it fails.

use std::fmt;

use proptest::prelude::*;

/// A life: chapters, each with what people and the vendor do, and the run that ends it.
#[derive(Clone)]
pub struct Life(pub Vec<Chapter>);

/// A line for each act and each run.
impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Chapter { acts, run }) in (1..).zip(&self.0) {
            acts.iter().try_for_each(|act| writeln!(f, "  {number} {act:?}"))?;
            writeln!(f, "  {number} {run:?}")?;
        }
        Ok(())
    }
}

/// A part of a life.
#[derive(Clone, Debug)]
pub struct Chapter {
    pub acts: Vec<Act>,
    pub run: Run,
}

/// Something that somebody does between runs.
#[derive(Clone, Debug)]
pub enum Act {
    User(Deed),
    Vendor(Change),
}

/// Something that a user does. Places are numbers in [`PLACES`](super::user::PLACES).
#[derive(Clone, Debug)]
pub enum Deed {
    /// Writes a file, or over one.
    Write { place: u8, how: How, mode: Mode, longer: bool, aged: bool },
    /// Makes a link, in the place of whatever file is there.
    Link { place: u8 },
    /// Deletes a file.
    Delete { place: u8 },
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    InPlace,
    Append,
    Rename,
}

/// The permissions of a file.
#[derive(Clone, Copy, Debug)]
pub struct Mode(pub u32);

/// Something that the vendor does to the next version. Numbers as in [`vendor`](super::vendor).
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds a file to the release, or changes it.
    Ship(u8),
    /// Takes a file from the release.
    Drop(u8),
    /// Shares a directory from now on, or not any more.
    Also(u8),
    /// Chooses how much is shared by rule.
    Rule(bool),
    /// Keeps so many releases.
    Keep(u8),
}

/// A run of the program.
#[derive(Clone, Debug)]
pub struct Run {
    pub kind: Kind,
    pub fault: Fault,
    pub moments: Vec<Moment>,
}

/// What is run.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Deploy,
    /// `rollback`.
    Back,
    /// `rollback --to` one of the releases.
    To(u8),
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    None,
    /// A step fails in one of the places of [`fault`](super::fault).
    Fails(u8),
    /// The session on the host is killed in one of them.
    Cut(u8),
    /// The controller is gone, some time after it heard of so many steps.
    Killed {
        steps: u8,
        milliseconds: u8,
    },
    /// All that runs on the host is gone at once.
    PowerLoss {
        steps: u8,
        milliseconds: u8,
    },
}

/// Something that a user does while a run is at one of the moments of [`fault`](super::fault).
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: u8,
    /// Whether it is done by a request that still works in the release that was live before.
    pub late: bool,
    pub deed: Deed,
}

/// Any life.
pub fn life() -> impl Strategy<Value = Life> {
    let chapter = (prop::collection::vec(act(), 0..4), run()).prop_map(|(acts, run)| Chapter { acts, run });
    prop::collection::vec(chapter, 1..4).prop_map(Life)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![3 => deed().prop_map(Act::User), 2 => change().prop_map(Act::Vendor)]
}

fn deed() -> impl Strategy<Value = Deed> {
    let how = prop_oneof![2 => Just(How::InPlace), 1 => Just(How::Append), 2 => Just(How::Rename)];
    let mode =
        prop_oneof![2 => Just(0o644), 1 => Just(0o600), 1 => Just(0o640), 1 => Just(0o700)].prop_map(Mode);
    prop_oneof![
        6 => (any::<u8>(), how, mode, any::<bool>(), any::<bool>())
            .prop_map(|(place, how, mode, longer, aged)| Deed::Write { place, how, mode, longer, aged }),
        1 => any::<u8>().prop_map(|place| Deed::Link { place }),
        3 => any::<u8>().prop_map(|place| Deed::Delete { place }),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        5 => any::<u8>().prop_map(Change::Ship),
        2 => any::<u8>().prop_map(Change::Drop),
        2 => any::<u8>().prop_map(Change::Also),
        1 => any::<bool>().prop_map(Change::Rule),
        1 => (1u8..4).prop_map(Change::Keep),
    ]
}

fn run() -> impl Strategy<Value = Run> {
    let kind =
        prop_oneof![6 => Just(Kind::Deploy), 1 => Just(Kind::Back), 1 => any::<u8>().prop_map(Kind::To)];
    let fault = prop_oneof![
        6 => Just(Fault::None),
        3 => any::<u8>().prop_map(Fault::Fails),
        1 => any::<u8>().prop_map(Fault::Cut),
        2 => (0u8..16, 0u8..80).prop_map(|(steps, milliseconds)| Fault::Killed { steps, milliseconds }),
        2 => (0u8..16, 0u8..80).prop_map(|(steps, milliseconds)| Fault::PowerLoss { steps, milliseconds }),
    ];
    let moment = (any::<u8>(), any::<bool>(), deed()).prop_map(|(at, late, deed)| Moment { at, late, deed });
    let moments = prop_oneof![
        3 => Just(Vec::new()),
        2 => prop::collection::vec(moment, 1..4),
    ];
    (kind, fault, moments).prop_map(|(kind, fault, moments)| Run { kind, fault, moments })
}
