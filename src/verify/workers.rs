//! Processes that work in the background: whether they run, and of which release.

use super::Check;
use crate::release::{Layout, ReleaseId};

const NAME: &str = "workers";

/// After a deploy a worker may finish its job first; after so many seconds it should have.
const FINISHES: u64 = 10 * 60;

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Its number.
    pub pid: u32,
    /// Seconds since it was started.
    pub age: u64,
    /// The directory it is in, without links; empty where nobody may look.
    pub directory: String,
    /// Its command line.
    pub command: String,
}

impl Worker {
    /// Reads a line: number, age as ps has it, directory, command line.
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(4, '\t');
        let (pid, age) = (words.next()?.parse().ok()?, age(words.next()?)?);
        Some(Self { pid, age, directory: words.next()?.to_owned(), command: words.next()?.to_owned() })
    }

    /// Tells whether it works for the application in that directory.
    fn is_of(&self, layout: &Layout) -> bool {
        let root = layout.deploy_to();
        let below =
            |path: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
        below(&self.directory) || self.command.split(' ').any(below)
    }

    /// Returns the release that it certainly runs.
    fn release(&self, layout: &Layout) -> Option<ReleaseId> {
        let below = self.directory.strip_prefix(&layout.releases())?.strip_prefix('/')?;
        below.split('/').next()?.parse().ok()
    }

    fn short(&self) -> &str {
        let at = self.command.find("artisan ").map(|at| at + "artisan ".len());
        at.and_then(|at| self.command.get(at..)).unwrap_or(&self.command)
    }
}

/// Reads `[[days-]hours:]minutes:seconds`.
fn age(text: &str) -> Option<u64> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    Some(days.parse::<u64>().ok()? * 24 * 60 * 60 + seconds)
}

/// When the live release became live, in seconds ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switched {
    /// When its run began.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
}

/// Judges them. `wanted`: the recipe has some.
pub fn check(
    workers: Option<&[Worker]>,
    wanted: bool,
    layout: &Layout,
    live: Option<&ReleaseId>,
    switched: Option<Switched>,
) -> Option<Check> {
    let Some(workers) = workers else {
        return wanted.then(|| Check::warn(NAME, "the host does not show its processes: look yourself"));
    };
    let ours: Vec<&Worker> = workers.iter().filter(|worker| worker.is_of(layout)).collect();
    if ours.is_empty() {
        return wanted.then(|| {
            Check::warn(NAME, "no worker of this account is seen: right where nothing is queued, or another account runs them")
        });
    }
    let is_old = |worker: &&&Worker| match worker.release(layout) {
        Some(release) => Some(&release) != live,
        None => switched.is_some_and(|switched| worker.age > switched.began),
    };
    let Some(old) = ours.iter().find(is_old) else {
        let first = ours.first().map_or("", |worker| worker.short());
        return Some(Check::ok(NAME, format!("{} of the live release: {first}", number(ours.len()))));
    };
    let release = old.release(layout).map_or_else(|| "an older release".to_owned(), |id| id.to_string());
    let words = format!("process {} ({}) still runs {release}", old.pid, old.short());
    Some(match switched {
        Some(switched) if switched.ended < FINISHES => {
            Check::warn(NAME, format!("{words}; it may be finishing its job"))
        }
        _ => Check::fail(NAME, words),
    })
}

fn number(count: usize) -> String {
    if count == 1 { "1 process".to_owned() } else { format!("{count} processes") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Verdict;

    fn judged(line: &str, ended: u64) -> (Verdict, String) {
        let workers: Vec<_> = Worker::read(line).into_iter().collect();
        let live = "20260102030405".parse().unwrap();
        let switched = Some(Switched { began: ended + 60, ended });
        let check = check(Some(&workers), true, &Layout::new("/srv/shop"), Some(&live), switched).unwrap();
        (check.verdict, check.words)
    }

    #[test]
    fn a_worker_is_known_by_its_directory_or_its_age() {
        let live = "7\t00:10\t/srv/shop/releases/20260102030405\tphp artisan queue:work";
        assert_eq!(judged(live, 5), (Verdict::Ok, "1 process of the live release: queue:work".to_owned()));
        let old = "7\t00:10\t/srv/shop/releases/20260101030405\tphp artisan queue:work";
        let words = "process 7 (queue:work) still runs 20260101030405".to_owned();
        assert_eq!(judged(old, 5), (Verdict::Warn, format!("{words}; it may be finishing its job")));
        assert_eq!(judged(old, 3600), (Verdict::Fail, words));
        let elsewhere = "7\t1-00:00:10\t/\tphp /srv/shop/current/artisan horizon";
        assert_eq!(judged(elsewhere, 3600).0, Verdict::Fail);
        assert_eq!(judged("7\t59:10\t/\tphp /srv/shop/current/artisan horizon", 3600).0, Verdict::Ok);
        let other = "7\t00:10\t/srv/shop2\tphp artisan queue:work";
        assert!(judged(other, 5).1.starts_with("no worker of this account"));
    }

    #[test]
    fn ages_are_read_as_ps_writes_them() {
        assert_eq!(
            ["07", "01:07", "02:01:07", "3-02:01:07", "x"].map(age),
            [Some(7), Some(67), Some(7267), Some(266_467), None]
        );
    }
}
