#![expect(clippy::disallowed_methods, reason = "files are written to be read")]

use std::path::Path;

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::certificate::{Builder, CertType};
use russh::keys::{Algorithm, HashAlg, PrivateKey, PublicKeyOrCertificate};

use super::{HostId, KnownHosts, Verdict, record};

const NOW: u64 = 1_800_000_000;

/// What is expected, without the details of a listed key.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Trusted,
    Unknown,
    Changed(usize),
    Revoked(usize),
}

fn new_key() -> PrivateKey {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap()
}

fn openssh(key: &PrivateKey) -> String {
    key.public_key().to_openssh().unwrap()
}

fn judge(text: &str, host: &str, port: u16, shown: &PublicKeyOrCertificate) -> Told {
    let mut known = KnownHosts::default();
    known.add(Path::new("known_hosts"), text);
    match known.judge(&HostId::new(host, port, None), shown, NOW) {
        Verdict::Trusted => Told::Trusted,
        Verdict::Unknown => Told::Unknown,
        Verdict::Changed(listed) => Told::Changed(listed.line),
        Verdict::Revoked(listed) => Told::Revoked(listed.line),
    }
}

#[test]
fn a_key_is_judged_by_the_lines_for_its_host() {
    let (key, other) = (new_key(), new_key());
    let (a, b) = (openssh(&key), openssh(&other));
    let shown = PublicKeyOrCertificate::from(key.public_key().clone());
    let cases = [
        ("its own line", format!("h.example.com {a}\n"), 22, Told::Trusted),
        ("no line", "# h.example.com\n\n".to_owned(), 22, Told::Unknown),
        ("upper case, several names", format!("10.0.0.1,H.Example.com {a}\n"), 22, Told::Trusted),
        ("with its port", format!("[h.example.com]:2222 {a}\n"), 2222, Told::Trusted),
        ("another port", format!("[h.example.com]:2222 {a}\n"), 22, Told::Unknown),
        ("without a port", format!("h.example.com {a}\n"), 2222, Told::Trusted),
        ("another key without a port", format!("h.example.com {b}\n"), 2222, Told::Unknown),
        ("changed", format!("x {a}\nh.example.com {b}\n"), 22, Told::Changed(2)),
        ("two keys of a kind", format!("h.example.com {b}\nh.example.com {a}\n"), 22, Told::Trusted),
        ("wildcard", format!("*.example.com {a}\n"), 22, Told::Trusted),
        ("negated", format!("*.example.com,!h.example.com {a}\n"), 22, Told::Unknown),
        (
            "tabs and a comment",
            format!("h.example.com\t{} ana's host\n", a.replace(' ', "\t")),
            22,
            Told::Trusted,
        ),
        ("revoked and listed", format!("h.example.com {a}\n@revoked * {a}\n"), 22, Told::Revoked(2)),
        ("another is revoked", format!("h.example.com {a}\n@revoked * {b}\n"), 22, Told::Trusted),
        (
            "a kind from the future",
            format!("h.example.com ssh-foo AAAAB3Nz\nh.example.com {a}\n"),
            22,
            Told::Trusted,
        ),
        ("a marker from the future", format!("@trusted h.example.com {a}\n"), 22, Told::Unknown),
        ("an authority is no host", format!("@cert-authority * {a}\n"), 22, Told::Unknown),
        ("broken base64", "h.example.com ssh-ed25519 AAAA\n".to_owned(), 22, Told::Unknown),
        ("windows line ends", format!("h.example.com {a}\r\n"), 22, Told::Trusted),
    ];
    for (name, text, port, expected) in cases {
        assert_eq!(judge(&text, "h.example.com", port, &shown), expected, "{name}");
    }
}

#[test]
fn another_kind_of_key_than_the_listed_one_is_a_change() {
    let shown = PublicKeyOrCertificate::from(new_key().public_key().clone());
    let text = format!("h {}", include_str!("rsa.fixture"));
    assert_eq!(judge(&text, "h", 22, &shown), Told::Changed(1));
}

#[test]
fn hashed_names_are_found() {
    // Written by ssh-keygen -H.
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEYQDrimV9Rf2nynIIVyxRtXH5yYhvHPO0jlcy8NuBFc";
    let text = include_str!("hashed.fixture");
    let shown = russh::keys::PublicKey::from_openssh(key).unwrap().into();
    assert_eq!(judge(text, "h.example.com", 22, &shown), Told::Trusted);
    assert_eq!(judge(text, "H.example.com", 2222, &shown), Told::Trusted);
    assert_eq!(judge(text, "g.example.com", 22, &shown), Told::Unknown);
}

/// A host certificate that is good until an hour after [`NOW`].
fn certificate(authority: &PrivateKey, change: impl FnOnce(&mut Builder)) -> PublicKeyOrCertificate {
    certificate_of(CertType::Host, authority, NOW + 3600, change)
}

fn certificate_of(
    kind: CertType,
    authority: &PrivateKey,
    until: u64,
    change: impl FnOnce(&mut Builder),
) -> PublicKeyOrCertificate {
    let key = new_key();
    let mut builder =
        Builder::new_with_random_nonce(&mut safe_rng(), key.public_key(), NOW - 3600, until).unwrap();
    builder.cert_type(kind).unwrap();
    change(&mut builder);
    builder.sign(authority).unwrap().into()
}

fn for_h(builder: &mut Builder) {
    builder.valid_principal("h.example.com").unwrap();
}

#[test]
fn a_host_certificate_must_be_for_the_host_and_in_its_time() {
    let (authority, other) = (new_key(), new_key());
    let text = format!("@cert-authority *.example.com {}\n", openssh(&authority));
    let right = certificate(&authority, for_h);
    assert_eq!(judge(&text, "h.example.com", 2222, &right), Told::Trusted);
    assert_eq!(judge(&text, "i.example.com", 22, &right), Told::Unknown);
    assert_eq!(judge(&text, "h.example.org", 22, &right), Told::Unknown);
    let wrong = [
        certificate(&other, for_h),
        certificate_of(CertType::Host, &authority, NOW - 1, for_h),
        certificate_of(CertType::User, &authority, NOW + 3600, for_h),
        certificate(&authority, |it| {
            it.valid_principal("h.example.com").unwrap().critical_option("x", "y").unwrap();
        }),
        certificate(&authority, |it| {
            it.all_principals_valid().unwrap();
        }),
    ];
    for certificate in &wrong {
        assert_eq!(judge(&text, "h.example.com", 22, certificate), Told::Unknown);
    }
}

#[test]
fn a_revoked_authority_vouches_for_nobody() {
    let authority = new_key();
    let line = openssh(&authority);
    let text = format!("@cert-authority * {line}\n@revoked * {line}\n");
    let shown = certificate(&authority, for_h);
    assert_eq!(judge(&text, "h.example.com", 22, &shown), Told::Revoked(2));
}

#[test]
fn a_changed_key_is_described_as_ssh_keygen_does() {
    let (key, other) = (new_key(), new_key());
    let mut known = KnownHosts::default();
    known.add(Path::new("/home/ana/.ssh/known_hosts"), &format!("h {}", openssh(&other)));
    let verdict = known.judge(&HostId::new("h", 22, None), &key.public_key().clone().into(), NOW);
    let Verdict::Changed(listed) = verdict else { panic!("{verdict:?}") };
    assert_eq!(listed.algorithm, "ED25519");
    assert_eq!(listed.fingerprint, other.fingerprint(HashAlg::Sha256).to_string());
    assert_eq!(listed.file, Path::new("/home/ana/.ssh/known_hosts"));
}

#[test]
fn an_alias_has_no_port() {
    let key = new_key();
    let mut known = KnownHosts::default();
    known.add(Path::new("known_hosts"), &format!("shop {}", openssh(&key)));
    let host = HostId::new("10.0.0.1", 2222, Some("Shop"));
    assert_eq!(known.judge(&host, &key.public_key().clone().into(), NOW), Verdict::Trusted);
    assert_eq!(known.algorithms(&host), [Algorithm::Ed25519]);
}

#[test]
fn a_new_line_never_joins_an_unfinished_one_and_is_hashed_where_the_others_are() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("known_hosts");
    let (key, host) = (new_key(), HostId::new("h.example.com", 2222, None));
    std::fs::write(&file, "# no newline").unwrap();
    record::append(&file, &host, key.public_key()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, format!("# no newline\n[h.example.com]:2222 {}\n", openssh(&key)));

    std::fs::write(&file, include_str!("hashed.fixture")).unwrap();
    record::append(&file, &host, key.public_key()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.lines().all(|line| line.starts_with("|1|")), "{text}");
    assert_eq!(judge(&text, "h.example.com", 2222, &key.public_key().clone().into()), Told::Trusted);
}
