use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, HashAlg, PrivateKey};

use super::{Lab, run, text};
use crate::secret::SecretValue;
use crate::transport::ssh::{Ask, Cause, Question, connect};

fn key() -> PrivateKey {
    PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap()
}

fn answering(answers: &'static [&'static str]) -> (Ask, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = move |_: &Question| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        answers.get(number).map(|&answer| SecretValue::new(answer))
    };
    (Ask(Arc::new(answer)), asked)
}

#[tokio::test]
async fn a_password_opens_where_no_key_does() {
    let lab = Lab::with(|options| options.password = Some(SecretValue::new("s3cret"))).await;
    let mut target = lab.target();
    target.identity = None;
    target.password = Some(SecretValue::new("s3cret"));
    let connection = connect(&target).await.unwrap();
    assert_eq!(run(&connection, "echo in").await, text("in\n", 0));
}

#[tokio::test]
async fn a_wrong_password_is_told_with_the_methods_of_the_host() {
    let lab = Lab::with(|options| options.password = Some(SecretValue::new("s3cret"))).await;
    let error = lab
        .refused(|target| {
            target.identity = None;
            target.password = Some(SecretValue::new("wrong"));
        })
        .await;
    let port = lab.server.port();
    assert_eq!(error.to_string(), format!("login refused for deploy@127.0.0.1 port {port}"));
    let expected = [
        "The server accepts: publickey, password.",
        "The password was refused.",
        "Is the user \"deploy\" right?",
    ];
    assert_eq!(error.detail(), expected);
    assert!(!format!("{error:?}").contains("wrong"));
}

#[tokio::test]
async fn refused_keys_are_told_with_fingerprint_and_origin() {
    let lab = Lab::start().await;
    let path = lab.path("other");
    let other = key();
    other.write_openssh_file(&path, LineEnding::LF).unwrap();
    let error = lab.refused(|target| target.identity = Some(path.clone())).await;
    let fingerprint = other.fingerprint(HashAlg::Sha256);
    let expected = [
        "The server accepts: publickey.".to_owned(),
        "These were offered and refused:".to_owned(),
        format!("  {}    {fingerprint}    deploy.yml", path.display()),
        "Is the user \"deploy\" right?".to_owned(),
    ];
    assert_eq!(error.detail(), expected);
    let port = lab.server.port();
    let install = format!("ssh-copy-id -i {} -p {port} deploy@127.0.0.1", path.display());
    assert_eq!(
        (error.next()[0].run.as_str(), error.next()[0].why.as_str()),
        (install.as_str(), "install the key")
    );
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_refused() {
    let lab = Lab::start().await;
    let error = lab.refused(|target| target.user = Some("nobody".to_owned())).await;
    let port = lab.server.port();
    assert_eq!(error.to_string(), format!("login refused for nobody@127.0.0.1 port {port}"));
}

#[tokio::test]
async fn a_key_file_of_deploy_yml_must_be_there() {
    let lab = Lab::start().await;
    let path = lab.path("missing");
    let error = lab.refused(|target| target.identity = Some(path.clone())).await;
    let expected = format!("cannot read the key {}: there is no such file", path.display());
    assert_eq!(error.to_string(), expected);
}

/// Moves the right key behind a passphrase.
fn locked(lab: &Lab) -> std::path::PathBuf {
    let key = PrivateKey::read_openssh_file(lab.server.identity()).unwrap();
    let path = lab.path("locked");
    key.encrypt(&mut safe_rng(), "hunter2").unwrap().write_openssh_file(&path, LineEnding::LF).unwrap();
    path
}

#[tokio::test]
async fn an_encrypted_key_asks_for_its_passphrase_again_when_it_was_wrong() {
    let lab = Lab::start().await;
    let (ask, asked) = answering(&["wrong", "hunter2"]);
    let mut target = lab.target();
    target.identity = Some(locked(&lab));
    target.ask = Some(ask);
    let connection = connect(&target).await.unwrap();
    assert_eq!(run(&connection, "echo in").await, text("in\n", 0));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_passphrase_that_stays_wrong_is_told() {
    let lab = Lab::start().await;
    let path = locked(&lab);
    let error = lab
        .refused(|target| {
            target.identity = Some(path.clone());
            target.ask = Some(answering(&["a", "b", "c", "hunter2"]).0);
        })
        .await;
    assert_eq!(error.to_string(), format!("wrong passphrase for the key {}", path.display()));
}

#[tokio::test]
async fn an_encrypted_key_is_named_when_nobody_can_be_asked() {
    let lab = Lab::start().await;
    let path = locked(&lab);
    let error = lab.refused(|target| target.identity = Some(path.clone())).await;
    assert_eq!(error.to_string(), format!("the key {} needs its passphrase", path.display()));
    assert_eq!(error.next()[0].run, format!("ssh-add {}", path.display()));
}

#[tokio::test]
async fn nobody_is_asked_for_the_passphrase_of_a_key_that_the_host_does_not_take() {
    let lab = Lab::start().await;
    let path = lab.path("locked");
    key().encrypt(&mut safe_rng(), "x").unwrap().write_openssh_file(&path, LineEnding::LF).unwrap();
    let (ask, asked) = answering(&[]);
    let error = lab
        .refused(|target| {
            target.identity = Some(path);
            target.ask = Some(ask);
        })
        .await;
    assert!(matches!(error.cause, Cause::LoginRefused(_)), "{error:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn tries_end_before_the_host_hangs_up() {
    let lab = Lab::start().await;
    let mut config = String::new();
    for number in 0..9 {
        let path = lab.path(&format!("key{number}"));
        key().write_openssh_file(&path, LineEnding::LF).unwrap();
        config += &format!("IdentityFile {}\n", path.display());
    }
    std::fs::write(lab.path("config"), config).unwrap();
    let error = lab.refused(|target| target.identity = None).await;
    let Cause::LoginRefused(refusal) = &error.cause else { panic!("{error:?}") };
    assert_eq!(refusal.offered.len(), 6);
}

#[tokio::test]
async fn a_jump_host_is_logged_in_to_first() {
    let (bastion, inner) = tokio::join!(Lab::start(), Lab::start());
    let lines = bastion.known_hosts_line() + &inner.known_hosts_line();
    std::fs::write(inner.path("known_hosts"), lines).unwrap();
    let config = format!(
        "Host bastion\n  HostName 127.0.0.1\n  Port {}\n  User deploy\n  IdentityFile {}\n",
        bastion.server.port(),
        bastion.server.identity().display()
    );
    std::fs::write(inner.path("config"), config).unwrap();
    let mut target = inner.target();
    target.jump = Some("bastion".to_owned());
    let connection = connect(&target).await.unwrap();
    let home = inner.server.home("deploy");
    assert_eq!(run(&connection, "pwd").await, text(&format!("{}\n", home.display()), 0));
    assert_eq!((bastion.server.logins(), inner.server.logins()), (1, 1));
    connection.close().await;
}

#[tokio::test]
async fn a_failing_jump_host_is_named() {
    let lab = Lab::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = lab.refused(|target| target.jump = Some(format!("127.0.0.1:{free}"))).await;
    let expected = format!("jump host 127.0.0.1: port {free} is closed on 127.0.0.1");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_jump_host_that_cannot_go_on_says_so() {
    let lab = Lab::start().await;
    let jump = format!("deploy@127.0.0.1:{}", lab.server.port());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = lab
        .refused(|target| {
            target.jump = Some(jump);
            target.port = Some(free);
        })
        .await;
    let expected =
        format!("jump host 127.0.0.1 does not open a way to 127.0.0.1 port {free}: it cannot connect");
    assert_eq!(error.to_string(), expected);
}
