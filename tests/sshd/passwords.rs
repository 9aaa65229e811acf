use deployer::secret::SecretValue;
use deployer::transport::Exit;
use deployer::transport::ssh::{Target, connect};

use super::account::Account;
use super::{Sshd, sh};

fn target(server: &Sshd, account: &Account, password: &str) -> Target {
    let user = Some(account.name.clone());
    Target { user, password: Some(SecretValue::new(password)), ..server.target() }
}

async fn only_the_right_password_logs_in(name: &str, lines: &str, methods: &str) {
    let Some(account) = Account::new(name, "/bin/sh", "s3cret !") else { return };
    let Some(server) = Sshd::start(lines) else { return };
    let connection = connect(&target(&server, &account, "s3cret !")).await.unwrap();
    assert_eq!(sh(&connection, "echo in").await, ("in\n".to_owned(), Exit::Code(0)));
    connection.close().await;
    let error = connect(&target(&server, &account, "wrong")).await.unwrap_err();
    let expected = [
        format!("The server accepts: {methods}."),
        "The password was refused.".to_owned(),
        format!("Is the user \"{}\" right?", account.name),
    ];
    assert_eq!(error.detail(), expected);
}

#[tokio::test]
async fn a_password_logs_in() {
    let lines = "PasswordAuthentication yes\nKbdInteractiveAuthentication no\nPubkeyAuthentication no";
    only_the_right_password_logs_in("pw", lines, "password").await;
}

#[tokio::test]
async fn a_password_answers_the_questions_of_pam() {
    let lines =
        "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\nPubkeyAuthentication no";
    only_the_right_password_logs_in("pam", lines, "keyboard-interactive").await;
}
