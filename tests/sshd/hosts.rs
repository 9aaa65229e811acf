use std::process::Command;

use deployer::transport::Exit;
use deployer::transport::ssh::{Target, connect};

use super::account::Account;
use super::{HOST_KEYS, Sshd, run, sh};

#[tokio::test]
async fn a_host_is_known_by_the_kind_of_key_that_is_listed() {
    let Some(server) = Sshd::start("# host_rsa") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    for kind in HOST_KEYS {
        server.know(kind);
        connect(&server.with_key(&file)).await.unwrap();
    }
}

#[tokio::test]
async fn a_pin_may_be_of_any_key_of_the_host() {
    let Some(server) = Sshd::start("# host_rsa") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    for kind in HOST_KEYS {
        let print = run(Command::new("ssh-keygen").arg("-lf").arg(server.path(&format!("host_{kind}.pub"))));
        let mut target = server.with_key(&file);
        target.host_key = print.split(' ').nth(1).map(str::to_owned);
        target.known_hosts_file = None;
        connect(&target).await.unwrap();
    }
}

#[tokio::test]
async fn a_host_certificate_is_taken_from_a_listed_authority() {
    let Some(server) = Sshd::start("HostCertificate DIR/host_ed25519-cert.pub") else { return };
    let ca = server.key("ca", "ed25519", "");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-h", "-I", "host", "-n", "127.0.0.1", "-s"]).arg(&ca);
    run(command.arg(server.path("host_ed25519.pub")));
    let server = server.restart();
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    let line = format!("@cert-authority 127.0.0.1 {}", server.read("ca.pub"));
    std::fs::write(server.path("known_hosts"), line).unwrap();
    connect(&server.with_key(&file)).await.unwrap();
    let line = format!("@cert-authority 127.0.0.1 {}", server.read("key.pub"));
    std::fs::write(server.path("known_hosts"), line).unwrap();
    let error = connect(&server.with_key(&file)).await.unwrap_err();
    assert_eq!(error.to_string(), format!("the key of 127.0.0.1 port {} is not known", server.port));
}

#[tokio::test]
async fn a_session_more_than_the_host_allows_waits() {
    let Some(server) = Sshd::start("MaxSessions 1") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    let connection = connect(&server.with_key(&file)).await.unwrap();
    let (first, second) = tokio::join!(sh(&connection, "sleep 0.3; echo one"), sh(&connection, "echo two"));
    assert_eq!(first, ("one\n".to_owned(), Exit::Code(0)));
    assert_eq!(second, ("two\n".to_owned(), Exit::Code(0)));
}

#[tokio::test]
async fn a_killed_server_process_is_a_lost_connection() {
    let Some(server) = Sshd::start("") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    let connection = connect(&server.with_key(&file)).await.unwrap();
    // The parent of the shell is the process of this connection.
    let (_, exit) = sh(&connection, "kill -9 $PPID; sleep 5").await;
    assert!(
        matches!(&exit, Exit::Lost(why) if why.starts_with("the host closed") || why == "connection reset"),
        "{exit:?}"
    );
}

#[tokio::test]
async fn a_stopped_server_process_is_noticed() {
    let Some(server) = Sshd::start("") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    let connection = connect(&server.with_key(&file)).await.unwrap();
    let line = "(sleep 6; kill -CONT $PPID) >/dev/null 2>&1 & kill -STOP $PPID; sleep 5";
    assert_eq!(sh(&connection, line).await.1, Exit::Lost("no answer for 2 s".to_owned()));
}

#[tokio::test]
async fn a_dropped_process_does_not_stay_on_the_host() {
    // sshd passes no signals on to the processes of root.
    let Some(account) = Account::new("drop", "/bin/sh", "x") else { return };
    let Some(server) = Sshd::start("") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    let target = Target { user: Some(account.name.clone()), ..server.with_key(&file) };
    let connection = connect(&target).await.unwrap();
    let mut process = connection.start().await.unwrap();
    process.input.send("echo $$; exec sleep 60\n".into()).await.unwrap();
    let pid = match process.output.recv().await {
        Some(deployer::transport::Output::Stdout(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    };
    drop(process);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let (state, _) =
        sh(&connection, &format!("kill -0 {} 2>/dev/null && echo there || echo gone", pid.trim())).await;
    assert_eq!(state, "gone\n");
}
