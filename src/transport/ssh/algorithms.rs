//! The algorithms that we offer, in our order.

use std::borrow::Cow;
use std::time::Duration;

use russh::client::Config;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, cipher, compression};

use super::target::Keepalive;

/// AES-GCM first: with AES in hardware it carries almost twice as much as ChaCha20.
const CIPHERS: &[cipher::Name] = &[
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

/// Every kind of host key; signatures with SHA-1 are not among them.
pub(super) fn host_keys() -> Vec<Algorithm> {
    vec![
        Algorithm::Ed25519,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
        Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
        Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
    ]
}

/// Moves the kinds of keys that are known for a host to the front, as ssh does: the host shows the
/// first that it has, and one of another kind would look unknown.
pub(super) fn known_first(mut all: Vec<Algorithm>, known: &[Algorithm]) -> Vec<Algorithm> {
    all.sort_by_key(|algorithm| !known.iter().any(|known| same_kind(known, algorithm)));
    all
}

/// Compares without the hash, which belongs to the signature and not to the key.
fn same_kind(a: &Algorithm, b: &Algorithm) -> bool {
    a == b || matches!((a, b), (Algorithm::Rsa { .. }, Algorithm::Rsa { .. }))
}

/// Returns the configuration of a connection.
pub(super) fn config(host_keys: Vec<Algorithm>, certificates: bool, keepalive: Keepalive) -> Config {
    let host_key_certificates = if certificates { host_keys.clone() } else { Vec::new() };
    Config {
        nodelay: true,
        // A download is as fast as its window allows: 16 MiB carry 100 MB/s over 100 ms.
        window_size: 16 << 20,
        maximum_packet_size: 32 << 10,
        channel_buffer_size: 1024,
        keepalive_interval: Some(keepalive.interval),
        // The count is of those left unanswered, so one less than the intervals that pass; 0 would
        // mean for ever.
        keepalive_max: keepalive.tries.saturating_sub(1).max(1) as usize,
        // A silent command is no reason to hang up, and keepalives notice a dead host.
        inactivity_timeout: None::<Duration>,
        preferred: Preferred {
            key: Cow::Owned(host_keys),
            host_key_certificates: Cow::Owned(host_key_certificates),
            cipher: Cow::Borrowed(CIPHERS),
            compression: Cow::Borrowed(&[compression::NONE]),
            ..Preferred::DEFAULT
        },
        ..Config::default()
    }
}
