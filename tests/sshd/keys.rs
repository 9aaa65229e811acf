use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use deployer::secret::SecretValue;
use deployer::transport::Exit;
use deployer::transport::ssh::{Ask, Cause, Origin, Question, Target, connect};

use super::{Sshd, run, sh};

async fn logs_in(target: &Target) {
    let connection = connect(target).await.unwrap();
    assert_eq!(sh(&connection, "echo in; exit 3").await, ("in\n".to_owned(), Exit::Code(3)));
    connection.close().await;
}

#[tokio::test]
async fn keys_of_every_kind_log_in() {
    let Some(server) = Sshd::start("") else { return };
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let file = server.key(kind, kind, "");
        server.authorize(kind);
        logs_in(&server.with_key(&file)).await;
    }
}

#[tokio::test]
async fn encrypted_keys_log_in_in_both_formats() {
    let Some(server) = Sshd::start("") else { return };
    let pem = server.path("pem");
    let mut command = Command::new("ssh-keygen");
    run(command.args(["-q", "-t", "rsa", "-m", "PEM", "-N", "hunter2", "-f"]).arg(&pem));
    let openssh = server.key("openssh", "ed25519", "hunter2");
    server.authorize("pem");
    server.authorize("openssh");
    for file in [openssh, pem] {
        let mut target = server.with_key(&file);
        let expected = Question::Passphrase { path: file };
        target.ask = Some(Ask(Arc::new(move |question| {
            assert_eq!(*question, expected);
            Some(SecretValue::new("hunter2"))
        })));
        logs_in(&target).await;
    }
}

#[tokio::test]
async fn a_user_certificate_logs_in_from_beside_its_key() {
    let Some(server) = Sshd::start("TrustedUserCAKeys DIR/ca.pub\nAuthorizedPrincipalsFile none") else {
        return;
    };
    let ca = server.key("ca", "ed25519", "");
    for kind in ["ed25519", "rsa"] {
        let file = server.key(kind, kind, "");
        let user = server.target().user.unwrap();
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-q", "-I", "test", "-n", &user, "-s"])
            .arg(&ca)
            .arg(server.path(&format!("{kind}.pub")));
        run(&mut command);
        logs_in(&server.with_key(&file)).await;
    }
}

/// A running ssh-agent that ends with this value.
struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Agent {
    fn start(server: &Sshd) -> Self {
        let socket = server.path("agent");
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        while !socket.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, socket }
    }

    fn add(&self, file: &Path) {
        run(Command::new("ssh-add").arg("-q").arg(file).env("SSH_AUTH_SOCK", &self.socket));
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_agent_logs_in_with_keys_and_certificates() {
    let Some(server) = Sshd::start("TrustedUserCAKeys DIR/ca.pub") else { return };
    let agent = Agent::start(&server);
    let mut target = server.target();
    target.caller.agent = Some(agent.socket.clone());
    for kind in ["ecdsa", "rsa"] {
        let file = server.key(kind, kind, "");
        server.authorize(kind);
        agent.add(&file);
        logs_in(&target).await;
        run(Command::new("ssh-add").args(["-q", "-D"]).env("SSH_AUTH_SOCK", &agent.socket));
    }
    let ca = server.key("ca", "ed25519", "");
    let certified = server.key("certified", "ed25519", "");
    let user = target.user.clone().unwrap();
    let mut command = Command::new("ssh-keygen");
    run(command.args(["-q", "-I", "test", "-n", &user, "-s"]).arg(&ca).arg(server.path("certified.pub")));
    agent.add(&certified);
    logs_in(&target).await;
}

#[tokio::test]
async fn a_locked_key_that_the_agent_holds_asks_nobody() {
    let Some(server) = Sshd::start("") else { return };
    let agent = Agent::start(&server);
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    agent.add(&file);
    let mut command = Command::new("ssh-keygen");
    run(command.args(["-q", "-p", "-P", "", "-N", "hunter2", "-f"]).arg(&file));
    let mut target = server.with_key(&file);
    target.caller.agent = Some(agent.socket.clone());
    logs_in(&target).await;
}

#[tokio::test]
async fn a_full_agent_is_stopped_before_the_host_hangs_up() {
    let Some(server) = Sshd::start("MaxAuthTries 6") else { return };
    let agent = Agent::start(&server);
    for number in 0..8 {
        agent.add(&server.key(&format!("key{number}"), "ed25519", ""));
    }
    let mut target = server.target();
    target.caller.agent = Some(agent.socket.clone());
    target.password = Some(SecretValue::new("wrong"));
    let error = connect(&target).await.unwrap_err();
    let Cause::LoginRefused(refusal) = &error.cause else { panic!("{error:?}") };
    assert_eq!(refusal.offered.len(), 4);
    assert!(refusal.offered.iter().all(|key| key.origin == Origin::Agent));
    assert_eq!(refusal.hung_up, None);
    target.password = None;
    let error = connect(&target).await.unwrap_err();
    let Cause::LoginRefused(refusal) = &error.cause else { panic!("{error:?}") };
    assert_eq!(refusal.hung_up.as_deref(), Some("Too many authentication failures"));
}

#[tokio::test]
async fn a_key_and_a_password_are_both_given_where_both_are_asked_for() {
    let Some(account) = super::account::Account::new("both", "/bin/sh", "s3cret") else { return };
    let Some(server) = Sshd::start("AuthenticationMethods publickey,password") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    let mut target = server.with_key(&file);
    target.user = Some(account.name.clone());
    target.password = Some(SecretValue::new("s3cret"));
    logs_in(&target).await;
}
