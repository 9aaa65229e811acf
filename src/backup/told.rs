//! What a host tells while it makes an archive, and whether the archive is good. Pure.

/// How many messages are kept; the rest is counted.
const KEPT: usize = 20;

/// What a host has told so far, line by line.
#[derive(Clone, Debug, Default)]
pub struct Told {
    gnu: bool,
    tar: Option<i32>,
    gzip: Option<i32>,
    /// The SHA-256 of the archive, in hex.
    pub sum: Option<String>,
    /// How many files and directories are in the archive.
    pub entries: Option<u64>,
    /// The size of the archive.
    pub bytes: Option<u64>,
    messages: Vec<String>,
    more: usize,
    errors: usize,
}

impl Told {
    /// Takes a line of the form `NAME VALUE`; `false`: it is none of them.
    pub fn fact(&mut self, line: &str) -> bool {
        let Some((name, value)) = line.split_once(' ') else { return false };
        match name {
            "gnu" => self.gnu = true,
            "tar" => self.tar = value.parse().ok(),
            "gzip" => self.gzip = value.parse().ok(),
            "sum" => self.sum = checksum(value),
            "entries" => self.entries = value.trim().parse().ok(),
            "bytes" => self.bytes = value.trim().parse().ok(),
            _ => return false,
        }
        true
    }

    /// Takes any other line: a message, or what a login shell had to say.
    pub fn message(&mut self, line: &str) {
        let summary = ["Exiting with failure status", "error exit delayed", "Error exit delayed"];
        let line = line.trim().replace("\u{2018}", "'").replace("\u{2019}", "'");
        if line.is_empty() || summary.iter().any(|text| line.contains(text)) {
            return;
        }
        if !line.ends_with("No such file or directory") {
            self.errors += 1;
        }
        if self.messages.len() < KEPT {
            self.messages.push(line);
        } else {
            self.more += 1;
        }
    }

    /// Returns the messages.
    pub fn messages(&self) -> Vec<String> {
        let more = (self.more > 0).then(|| format!("and {} more", self.more));
        self.messages.iter().cloned().chain(more).collect()
    }

    /// Returns what a person should know of a good archive: files that changed or vanished while
    /// they were read.
    ///
    /// # Errors
    /// Why the archive is not good, a line each.
    pub fn verdict(&self) -> Result<Vec<String>, Vec<String>> {
        // Only GNU tar has a status of its own for this. The others call a file that vanished an error.
        let tolerated = self.gnu || (self.errors == 0 && !self.messages.is_empty());
        match (self.tar, self.gzip) {
            (Some(0), Some(0)) => Ok(self.of_tar()),
            (Some(1), Some(0)) if tolerated => Ok(self.of_tar()),
            (Some(tar), Some(0)) => Err(self.or(format!("tar ended with exit code {tar}"))),
            (_, Some(gzip)) if gzip != 0 => Err(self.or(format!("gzip ended with exit code {gzip}"))),
            _ => Err(self.or("the host did not say how the archive ended".to_owned())),
        }
    }

    fn or(&self, reason: String) -> Vec<String> {
        if self.messages.is_empty() { vec![reason] } else { self.messages() }
    }

    /// A login shell may print what it likes: only tar's own messages are warnings.
    fn of_tar(&self) -> Vec<String> {
        self.messages()
            .into_iter()
            .filter(|line| line.starts_with("tar: ") || line.starts_with("and "))
            .collect()
    }
}

/// Returns the SHA-256 in what a program printed, as `sha256sum` and others do.
pub fn checksum(text: &str) -> Option<String> {
    let is_sum = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_whitespace().find(is_sum).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGED: &str = "tar: ./storage/a.log: file changed as we read it";
    const DENIED: &str = "tar: ./b: Cannot open: Permission denied";
    const VANISHED: &str = "tar: ./c: No such file or directory";

    fn verdict(lines: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let mut told = Told::default();
        for line in lines {
            if !told.fact(line) {
                told.message(line);
            }
        }
        told.verdict()
    }

    #[test]
    fn files_that_change_are_warnings_and_files_that_cannot_be_read_are_errors() {
        let noise = "You have mail.";
        let named = |line: &str| vec![line.to_owned()];
        assert_eq!(verdict(&[noise, "gnu 1", "tar 0", "gzip 0"]), Ok(Vec::new()));
        assert_eq!(verdict(&["gnu 1", CHANGED, "tar 1", "gzip 0"]), Ok(named(CHANGED)));
        assert_eq!(verdict(&["gnu 1", DENIED, "tar 2", "gzip 0"]), Err(named(DENIED)));
        assert_eq!(verdict(&[VANISHED, "tar 1", "gzip 0"]), Ok(named(VANISHED)), "without GNU tar");
        assert_eq!(verdict(&[VANISHED, DENIED, "tar 1", "gzip 0"]).unwrap_err().len(), 2, "without GNU tar");
        assert_eq!(verdict(&["tar 1", "gzip 0"]), Err(named("tar ended with exit code 1")));
        assert_eq!(verdict(&["tar 0", "gzip 1"]), Err(named("gzip ended with exit code 1")));
        assert_eq!(verdict(&["gzip 0"]), Err(named("the host did not say how the archive ended")));
    }

    #[test]
    fn many_messages_are_counted() {
        let mut told = Told::default();
        (0..100_000).for_each(|_| told.message(DENIED));
        assert_eq!(
            (told.messages().len(), told.messages().pop().unwrap()),
            (21, "and 99980 more".to_owned())
        );
    }

    #[test]
    fn checksums_are_found_in_what_any_tool_prints() {
        let sum = "A".repeat(64);
        for text in [format!("{sum}  -"), format!("SHA2-256(stdin)= {sum}"), sum.clone()] {
            assert_eq!(checksum(&text), Some(sum.to_lowercase()));
        }
        assert_eq!(checksum("none"), None);
    }
}
