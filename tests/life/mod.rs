//! A site's life, played at random: people write, change and delete files while versions come, fail,
//! are killed and are taken back. Whatever they wrote last is there afterwards.
//!
//! [script] is what happens, as data; [site] is a host of its own, on which [run] deploys within the
//! process; [user] and [vendor] do what the script says; [memory] knows every byte that a user wrote
//! and still wants; [check] compares.
//!
//! `LIFE_SEED=n` plays one life again, and `LIVES=n` plays so many.
#![expect(clippy::disallowed_methods, reason = "a life is lived in files")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a life that cannot be played is a failed test")]
#![expect(clippy::print_stderr, reason = "the numbers of what was played are worth knowing")]

mod archives;
mod check;
mod fault;
mod memory;
mod play;
mod run;
mod script;
mod site;
mod thing;
mod trees;
mod user;
mod vendor;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::lab::machine::Machine;
use play::Count;
use site::Site;

/// How many lives are played where nobody says otherwise.
const LIVES: u64 = 500;

#[test]
fn no_byte_is_lost_in_any_life() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seeds = match number("LIFE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("LIVES").unwrap_or(LIVES),
    };
    live_all(seeds, |_| Site::new(None, None));
}

#[test]
fn no_byte_is_lost_in_lives_of_real_applications_over_ssh() {
    let Some(machine) = Machine::alone("") else { return };
    let trees = trees::Trees::new();
    let target = Arc::new(machine.target());
    live_all(1000..1012, |seed| Site::new(Some(trees.of(seed)), Some(Arc::clone(&target))));
}

/// Plays the lives with these numbers, several at once.
fn live_all(seeds: Range<u64>, site: impl Fn(u64) -> Site + Sync) {
    let (next, count) = (AtomicU64::new(seeds.start), Count::default());
    // Most of the time is spent waiting for shells.
    let threads = thread::available_parallelism().map_or(2, |cores| cores.get() * 3 / 2);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(seed) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| seeds.contains(seed))
                {
                    live(seed, &site, &count);
                }
            });
        }
    });
    eprintln!("{count:?}");
}

/// Plays the life with that number; one that fails is made as short as it goes.
fn live(seed: u64, site: &impl Fn(u64) -> Site, count: &Count) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { failure_persistence: None, max_shrink_iters: 30, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tree = script::life().new_tree(&mut runner).unwrap();
    let played =
        runner.run_one(tree, |life| play::play(&life, site(seed), count).map_err(TestCaseError::fail));
    if let Err(error) = played {
        panic!("LIFE_SEED={seed}: {error}");
    }
}
