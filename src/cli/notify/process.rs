//! A command that tells: a shell on this machine, whose input is the message.
#![expect(clippy::disallowed_methods, reason = "a command is started")]

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Command;

/// What of the output is looked at for its last line.
const END: i64 = 4096;

/// Runs a line of shell in a directory, and ends it with all that it has started when its time is over.
///
/// Its input and its output are files: it may leave the one unread and fill the other.
///
/// # Errors
/// Why it did not do its work, with the last line that it printed.
pub async fn run(
    line: &str,
    input: &str,
    variables: &[(&'static str, String)],
    directory: &Path,
    patience: Duration,
) -> Result<(), String> {
    let mut output = tempfile::tempfile().map_err(|error| error.to_string())?;
    let child = || -> std::io::Result<_> {
        let mut message = tempfile::tempfile()?;
        writeln!(message, "{input}")?;
        message.seek(SeekFrom::Start(0))?;
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).current_dir(directory).process_group(0).kill_on_drop(true);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(message).stdout(output.try_clone()?).stderr(output.try_clone()?).spawn()
    };
    let mut child = child().map_err(|error| format!("cannot be started: {error}"))?;
    let mut group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let reason = match tokio::time::timeout(patience, child.wait()).await {
        Ok(Ok(status)) if status.success() => {
            // What it left behind goes on, as it wished.
            group.0 = None;
            return Ok(());
        }
        Ok(Ok(status)) => ended(status),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("took longer than {} s", patience.as_secs()),
    };
    Err(match last_line(&mut output) {
        Some(line) => format!("{reason}: {line}"),
        None => reason,
    })
}

/// The processes of a command, which end with this value.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // An error means that nothing is left to be ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn ended(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}

fn last_line(output: &mut File) -> Option<String> {
    let size = output.metadata().ok()?.len().cast_signed();
    output.seek(SeekFrom::End(-size.min(END))).ok()?;
    let mut bytes = Vec::new();
    output.take(END.cast_unsigned()).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    Some(line.to_owned())
}
