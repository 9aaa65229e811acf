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
mod user;
mod vendor;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use play::Count;

/// How many lives are played.
const LIVES: u64 = 500;

#[test]
fn no_byte_is_lost_in_any_life() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seeds = match number("LIFE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("LIVES").unwrap_or(LIVES),
    };
    let (next, count) = (AtomicU64::new(seeds.start), Count::default());
    // Most of the time is spent waiting for shells.
    let threads = thread::available_parallelism().map_or(2, |cores| cores.get() * 3 / 2);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(seed) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| seeds.contains(seed))
                {
                    live(seed, &count);
                }
            });
        }
    });
    eprintln!("{count:?}");
}

/// Plays the life with that number; one that fails is made as short as it goes.
fn live(seed: u64, count: &Count) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { failure_persistence: None, max_shrink_iters: 30, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tree = script::life().new_tree(&mut runner).unwrap();
    let played = runner.run_one(tree, |life| play::play(&life, count).map_err(TestCaseError::fail));
    if let Err(error) = played {
        panic!("LIFE_SEED={seed}: {error}");
    }
}
