//! What this machine has: the programs that build releases, asked for their versions.
#![expect(clippy::disallowed_methods, reason = "programs are asked for their versions")]

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::super::surroundings::Surroundings;
use crate::analyze::Machine;

/// What PHP says of itself. Its own warnings come before.
const PHP: &str = "echo \"\\nphp \", PHP_VERSION, \"\\n\", implode(\"\\n\", get_loaded_extensions());";

/// No program thinks longer about its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks at this machine. `composer` is the command that is Composer, as `php8.2 composer.phar`.
pub async fn here(composer: &str, surroundings: &Surroundings) -> Machine {
    let composer: Vec<&str> =
        composer.split_whitespace().chain(["--version", "--no-ansi", "--no-interaction"]).collect();
    let (php, composer, node, npm, pnpm, yarn) = futures::join!(
        said(&["php", "-r", PHP], surroundings),
        said(&composer, surroundings),
        said(&["node", "--version"], surroundings),
        said(&["npm", "--version"], surroundings),
        said(&["pnpm", "--version"], surroundings),
        said(&["yarn", "--version"], surroundings),
    );
    let mut lines = php.as_deref().unwrap_or_default().lines().skip_while(|line| !line.starts_with("php "));
    let php = lines.next().and_then(|line| line.strip_prefix("php ")).map(str::to_owned);
    let extensions = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let [composer, node, npm, pnpm, yarn] = [composer, node, npm, pnpm, yarn].map(|text| version(&text?));
    Machine { php, extensions, composer, node, npm, pnpm, yarn }
}

/// Returns what a program prints, if it is there.
async fn said(command: &[&str], surroundings: &Surroundings) -> Option<String> {
    let (program, arguments) = command.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).env("COMPOSER_ALLOW_SUPERUSER", "1").env("COREPACK_ENABLE_DOWNLOAD_PROMPT", "0");
    // In a project's folder corepack would answer for the version that the project names.
    command.current_dir(&surroundings.home).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns the first word that is a version: `Composer version 2.5.5 2023-03-21`, `v20.20.2`.
fn version(text: &str) -> Option<String> {
    let words = text.split_whitespace().map(|word| word.trim_start_matches('v'));
    words
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
        .map(str::to_owned)
        .next()
}
