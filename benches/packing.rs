//! How long it takes to pack a release of 20,000 files and 130 MB, next to what people use: a program
//! that prints times, sizes and ratios. `cargo bench --bench packing`, or with the folder of a real
//! release: `cargo bench --bench packing -- path/to/release`.
#![expect(clippy::disallowed_methods, reason = "a tree is written, programs are run, time is taken")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for developers")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use deployer::package::{Difference, Listing, Part, pack_part};
use deployer::plan::Compression;

const FILES: usize = 20_000;
const BYTES: usize = 130_000_000;
const TRIES: usize = 3;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let tree = given.unwrap_or_else(|| {
        let tree = folder.path().join("release");
        write_release(&tree);
        tree
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let packed = |compression| {
        let tree = tree.clone();
        runtime.block_on(async { pack(tree, compression).await })
    };
    let gzip = best("deployer, gzip", || packed(Compression::Gzip));
    let zstd = best("deployer, zstd", || packed(Compression::Zstd));
    for (name, others) in
        [("tar | gzip -6", "gzip -6"), ("tar | pigz -6", "pigz -6"), ("tar | zstd -6 -T0", "zstd -6 -T0")]
    {
        if Command::new(others.split(' ').next().unwrap()).arg("--version").output().is_err() {
            println!("{name}: not on this machine");
            continue;
        }
        let theirs = best(name, || pipe(&tree, others));
        println!(
            "  deployer takes {:.2} of its time with gzip, {:.2} with zstd",
            gzip / theirs,
            zstd / theirs
        );
    }
}

/// Does something several times, and returns the seconds of the fastest.
fn best(name: &str, mut act: impl FnMut() -> u64) -> f64 {
    let (mut seconds, mut bytes) = (f64::INFINITY, 0);
    for _ in 0..TRIES {
        let began = Instant::now();
        bytes = act();
        seconds = seconds.min(began.elapsed().as_secs_f64());
    }
    println!("{name}: {seconds:.2} s, {:.1} MB", bytes as f64 / 1e6);
    seconds
}

/// Reads, hashes, compares and packs a release as a first deploy does; returns the bytes.
async fn pack(tree: PathBuf, compression: Compression) -> u64 {
    let release = "20260102030405".parse().unwrap();
    let listing = Arc::new(Listing::read(&tree, &[], &release, Vec::new()).unwrap());
    let difference = Arc::new(Difference::new(&listing, None, &std::collections::BTreeSet::new()));
    let packing =
        pack_part(listing, difference, Part::Difference, compression, &std::env::temp_dir()).unwrap();
    packing.done.await.unwrap().unwrap().bytes
}

fn pipe(tree: &Path, compress: &str) -> u64 {
    let line = format!("tar -cf - . | {compress} | wc -c");
    let output =
        Command::new("sh").args(["-c", &line]).current_dir(tree).stderr(Stdio::inherit()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap()
}

/// Writes files that look like PHP, of sizes as they are in a `vendor/`.
fn write_release(tree: &Path) {
    let mut dice = Dice(1);
    let words: Vec<String> = (0..3000).map(|_| dice.word()).collect();
    for number in 0..FILES {
        let folder = tree.join(format!("vendor/{}/{}/src", words[number % 90], words[number % 700]));
        fs::create_dir_all(&folder).unwrap();
        // Many small files, some large ones; on the average what makes the whole.
        let size = BYTES / FILES * [1, 2, 3, 5, 8, 13, 24][dice.below(7)] / 8;
        let mut text = String::from("<?php\n\nnamespace ");
        while text.len() < size {
            let word = |dice: &mut Dice| words[dice.below(3000).min(dice.below(3000))].clone();
            text += &format!(
                "    ${} = $this->{}({}::{});\n",
                word(&mut dice),
                word(&mut dice),
                word(&mut dice),
                word(&mut dice)
            );
        }
        fs::write(folder.join(format!("{}{number}.php", words[dice.below(3000)])), text).unwrap();
    }
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn word(&mut self) -> String {
        let length = 3 + self.below(9);
        (0..length).map(|_| char::from(b'a' + u8::try_from(self.below(26)).unwrap())).collect()
    }
}
