//! Asking `ssh -G`: only ssh itself is right about `Match`.
#![expect(clippy::disallowed_methods, reason = "ssh is run")]

use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::Options;
use crate::transport::ssh::target::Target;

/// Asks ssh how it would reach a target; `None` when there is no such program.
///
/// # Errors
/// What ssh says about a configuration that it cannot use.
pub(in crate::transport::ssh) async fn options(
    ssh: &Path,
    target: &Target,
) -> Result<Option<Options>, String> {
    let mut command = Command::new(ssh);
    command.arg("-G").stdin(Stdio::null()).kill_on_drop(true);
    if let Some(config) = &target.config {
        command.arg("-F").arg(config);
    }
    if let Some(port) = target.port {
        command.args(["-p", &port.to_string()]);
    }
    if let Some(user) = &target.user {
        command.args(["-l", user]);
    }
    let output = match command.arg("--").arg(&target.name).output().await {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{}: {error}", ssh.display())),
    };
    if output.status.success() {
        return Ok(Some(parse(&String::from_utf8_lossy(&output.stdout))));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().next().unwrap_or("ssh -G failed").trim().to_owned())
}

fn parse(text: &str) -> Options {
    let mut options = Options::default();
    for (name, value) in text.lines().filter_map(|line| line.split_once(' ')) {
        options.push(name, value);
    }
    options
}
