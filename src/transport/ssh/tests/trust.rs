use std::os::unix::fs::PermissionsExt;

use russh::keys::key::safe_rng;
use russh::keys::{Algorithm, HashAlg, PrivateKey, PublicKey};

use super::{Lab, run, text};
use crate::config::KnownHostsPolicy;
use crate::transport::ssh::{Cause, connect};

fn other_key() -> PublicKey {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap().public_key().clone()
}

#[tokio::test]
async fn an_unknown_host_is_refused_with_its_fingerprint() {
    let lab = Lab::start().await;
    let file = lab.path("empty");
    let error = lab.refused(|target| target.known_hosts_file = Some(file.clone())).await;
    let (port, fingerprint) = (lab.server.port(), lab.server.fingerprint());
    assert_eq!(error.to_string(), format!("the key of 127.0.0.1 port {port} is not known"));
    let expected = [format!("offered   ED25519 {fingerprint}"), format!("not in    {}", file.display())];
    assert_eq!(error.detail(), expected);
    let next: Vec<_> = error.next().into_iter().map(|next| next.run).collect();
    assert_eq!(next, [format!("ssh -p {port} deploy@127.0.0.1"), format!("host_key: {fingerprint}")]);
    assert_eq!(lab.server.logins(), 0);
}

#[tokio::test]
async fn a_new_host_is_recorded_once_where_that_is_the_policy() {
    let lab = Lab::start().await;
    let mut target = lab.target();
    let file = lab.path("new/.ssh/known_hosts");
    target.known_hosts = KnownHostsPolicy::AcceptNew;
    target.known_hosts_file = Some(file.clone());
    for _ in 0..2 {
        connect(&target).await.unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), lab.known_hosts_line());
    }
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
}

#[tokio::test]
async fn a_changed_key_is_refused_even_where_new_ones_are_accepted() {
    let lab = Lab::start().await;
    let known = other_key();
    let file = lab.path("known_hosts");
    let port = lab.server.port();
    let line = format!("# ours\n[127.0.0.1]:{port} {}\n", known.to_openssh().unwrap());
    std::fs::write(&file, &line).unwrap();
    let error = lab.refused(|target| target.known_hosts = KnownHostsPolicy::AcceptNew).await;
    assert_eq!(error.to_string(), "its identity changed; nothing was sent");
    let expected = [
        format!("known     ED25519 {} (known_hosts line 2)", known.fingerprint(HashAlg::Sha256)),
        format!("offered   ED25519 {}", lab.server.fingerprint()),
        "A new server or a moved IP does this; so does somebody in between.".to_owned(),
    ];
    assert_eq!(error.detail(), expected);
    assert_eq!(error.next()[0].run, format!("ssh-keygen -R [127.0.0.1]:{port}"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), line);
    assert_eq!(lab.server.logins(), 0);
}

#[tokio::test]
async fn a_pin_replaces_known_hosts() {
    let lab = Lab::start().await;
    let mut target = lab.target();
    target.known_hosts_file = Some(lab.path("empty"));
    target.host_key = Some(lab.server.fingerprint());
    let connection = connect(&target).await.unwrap();
    assert_eq!(run(&connection, "echo in").await, text("in\n", 0));
}

#[tokio::test]
async fn another_key_than_the_pinned_one_is_refused_though_it_is_known() {
    let lab = Lab::start().await;
    let pin = other_key().fingerprint(HashAlg::Sha256).to_string();
    let error = lab.refused(|target| target.host_key = Some(pin.clone())).await;
    assert_eq!(error.to_string(), "its key is not the pinned one; nothing was sent");
    assert!(matches!(error.cause, Cause::PinMismatch { pinned, .. } if pinned == pin));
}

#[tokio::test]
async fn a_revoked_key_is_refused_though_it_is_listed() {
    let lab = Lab::start().await;
    let text =
        format!("{}@revoked * {}\n", lab.known_hosts_line(), lab.server.host_key().to_openssh().unwrap());
    std::fs::write(lab.path("known_hosts"), text).unwrap();
    let error = lab.refused(|_| {}).await;
    assert_eq!(error.to_string(), "its key is revoked; nothing was sent");
    assert_eq!(
        error.detail(),
        [format!("revoked   ED25519 {} (known_hosts line 2)", lab.server.fingerprint())]
    );
}
