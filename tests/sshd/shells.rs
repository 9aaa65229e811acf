use std::path::Path;

use deployer::transport::Exit;
use deployer::transport::ssh::connect;

use super::account::Account;
use super::{Sshd, sh};

/// Files that shells read when they start, each of which prints.
const NOISY: [&str; 8] =
    [".bashrc", ".profile", ".zshrc", ".zshenv", ".cshrc", ".tcshrc", ".config/fish/config.fish", ".login"];

#[tokio::test]
async fn the_first_line_means_the_same_in_every_login_shell() {
    let Some(server) = Sshd::start("") else { return };
    let file = server.key("key", "ed25519", "");
    server.authorize("key");
    for shell in ["bash", "dash", "zsh", "tcsh", "csh", "fish", "ksh", "mksh", "busybox"] {
        let path = Path::new("/usr/bin").join(shell);
        if shell == "busybox" || !path.exists() {
            continue;
        }
        let Some(account) = Account::new(shell, &path.display().to_string(), "x") else { return };
        for name in NOISY {
            account.write(name, "echo welcome\n");
        }
        let mut target = server.with_key(&file);
        target.user = Some(account.name.clone());
        let connection = connect(&target).await.unwrap();
        let line = "printf '%s|' \"$0\" 'a b' \"it's\" '$HOME \\!'; exit 5";
        let (out, exit) = sh(&connection, line).await;
        let end = "sh|a b|it's|$HOME \\!|";
        // What the shell's own files print comes first and cannot be kept away.
        assert!(out.ends_with(end), "{shell}: {out:?}");
        assert_eq!(exit, Exit::Code(5), "{shell}");
        println!("{shell}: {:?} before", out.trim_end_matches(end));
        connection.close().await;
    }
}
