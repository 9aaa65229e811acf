//! A person's terminal: tmux, with keys that are pressed and a screen that is read.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::part::program;
use crate::sshd::run;

/// A terminal that ends with this value.
pub struct Tmux {
    directory: TempDir,
}

impl Tmux {
    /// Opens a terminal of 90 by 20 in which a shell waits, in a folder and with these variables; `None`
    /// where tmux is not installed.
    pub fn open(folder: &Path, variables: &[(&str, &str)]) -> Option<Self> {
        program("tmux")?;
        let tmux = Self { directory: tempfile::tempdir().unwrap() };
        let mut command = tmux.command();
        command.args(["-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "20"]).arg("-c").arg(folder);
        for (name, value) in variables {
            command.args(["-e", &format!("{name}={value}")]);
        }
        run(command.args(["env", "PS1=here> ", "sh"]));
        tmux.shows("here>");
        Some(tmux)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-u").arg("-S").arg(self.directory.path().join("socket"));
        command
    }

    /// Types a text.
    pub fn types(&self, text: &str) {
        run(self.command().args(["send-keys", "-l", "--", text]));
    }

    /// Presses a key, as in `Enter` or `C-c`.
    pub fn presses(&self, key: &str) {
        run(self.command().args(["send-keys", key]));
    }

    /// Types a line.
    pub fn enters(&self, line: &str) {
        self.types(line);
        self.presses("Enter");
    }

    /// Makes the terminal larger or smaller.
    pub fn resize(&self, columns: u32, rows: u32) {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        run(self.command().args(["resize-window", "-x", &columns, "-y", &rows]));
    }

    /// Returns what is to be seen.
    pub fn screen(&self) -> String {
        run(self.command().args(["capture-pane", "-p"]))
    }

    /// Waits until a text is to be seen.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        for _ in 0..1200 {
            if self.screen().contains(text) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("waited for a minute for `{text}` on the screen:\n{}", self.screen());
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ended = self.command().arg("kill-server").output();
    }
}
