//! What `templates/verify.sh` prints about a host.

use super::workers::Worker;
use crate::persist::finding::Finding;

/// What was seen on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What is to be said of shared data.
    pub findings: Vec<Finding>,
    /// Directories of logs that can be written into.
    pub logs: Vec<String>,
    /// Directories and files of logs that cannot.
    pub unwritable: Vec<String>,
    /// The processes that do the application's work in the background; `None`: they cannot be listed.
    pub workers: Option<Vec<Worker>>,
    /// The file that says that the site is switched off.
    pub down: Option<String>,
    /// What `artisan migrate:status` ended with, and said.
    pub migrations: Option<(i32, Vec<String>)>,
    /// The name of the file that lies where uploads do.
    pub upload: Option<String>,
    /// Whether the script came to its end.
    pub complete: bool,
}

impl Seen {
    /// Reads what was printed.
    pub fn read(lines: &[String]) -> Self {
        let mut seen = Self { workers: Some(Vec::new()), ..Self::default() };
        for line in lines {
            match line.strip_prefix("fact\t").and_then(|fact| fact.split_once('\t')) {
                Some((name, value)) => seen.fact(name, value),
                None => seen.findings.extend(Finding::parse(line)),
            }
        }
        seen
    }

    fn fact(&mut self, name: &str, value: &str) {
        match name {
            "logs" => self.logs.push(value.to_owned()),
            "unwritable" => self.unwritable.push(value.to_owned()),
            "workers" => self.workers = None,
            "worker" => {
                if let (Some(workers), Some(worker)) = (&mut self.workers, Worker::read(value)) {
                    workers.push(worker);
                }
            }
            "down" => self.down = Some(value.to_owned()),
            "migrate" => self.migrations = Some((value.parse().unwrap_or(1), Vec::new())),
            "migration" => {
                if let Some((_, lines)) = &mut self.migrations {
                    lines.push(value.to_owned());
                }
            }
            "upload" => self.upload = Some(value.to_owned()),
            "end" => self.complete = true,
            _ => {}
        }
    }
}
