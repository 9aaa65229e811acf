//! Many visitors of a site at once, who write down what they saw when.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

/// Visitors who ask for one page again and again.
pub struct Crowd {
    done: Arc<AtomicBool>,
    visitors: Vec<JoinHandle<Vec<Visit>>>,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Visit {
    pub began: SystemTime,
    pub ended: SystemTime,
    pub status: u16,
    /// The releases that its parts are from.
    pub releases: BTreeSet<String>,
}

/// What became of a release, by the tests' clock.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The release that visitors must see from `over` on.
    pub release: String,
    /// When `current` was turned.
    pub switched: SystemTime,
    /// When the program had ended.
    pub over: SystemTime,
}

/// What visitors saw of some turns.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub visits: usize,
    pub failed: usize,
    pub mixed: usize,
    /// Answers of another release that were asked for after the program had ended.
    pub stale: usize,
    /// Answers of another release that were asked for after the switch, before the end of the program.
    pub late: usize,
    /// How long after a switch the last of those were asked for, at most.
    pub latest: Duration,
}

impl Crowd {
    /// Lets so many visitors come, whose page names releases with `|` between them.
    pub fn of(visitors: usize, port: u16, page: &'static str) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let visit = |_| {
            let done = Arc::clone(&done);
            std::thread::spawn(move || {
                let mut visits = Vec::new();
                while !done.load(Ordering::SeqCst) && visits.len() < 200_000 {
                    visits.push(visit(port, page));
                    std::thread::sleep(Duration::from_millis(5));
                }
                visits
            })
        };
        Self { visitors: (0..visitors).map(visit).collect(), done }
    }

    /// Sends them home, and returns what they saw.
    pub fn leave(self) -> Vec<Visit> {
        self.done.store(true, Ordering::SeqCst);
        self.visitors.into_iter().flat_map(|visitor| visitor.join().unwrap()).collect()
    }
}

fn visit(port: u16, page: &str) -> Visit {
    let began = SystemTime::now();
    let (status, text) = ask(port, page).unwrap_or_default();
    let releases = text.trim().split('|').map(str::to_owned).collect();
    Visit { began, ended: SystemTime::now(), status, releases }
}

/// Asks for a page; nothing where the connection breaks.
fn ask(port: u16, page: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    write!(stream, "GET {page} HTTP/1.0\r\nHost: shop.example\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// Sums up what was seen of turns, in their order.
pub fn report(visits: &[Visit], turns: &[Turn]) -> Report {
    let mut report = Report { visits: visits.len(), ..Report::default() };
    for visit in visits {
        let is_right = |release: &str| visit.releases.contains(release);
        report.failed += usize::from(visit.status != 200);
        report.mixed += usize::from(visit.status == 200 && visit.releases.len() != 1);
        // What was asked for before a switch may be answered after it.
        let is_next = |turn: &Turn| {
            visit.began <= turn.switched && turn.switched <= visit.ended && is_right(&turn.release)
        };
        let turn = turns.iter().rev().find(|turn| turn.switched <= visit.began);
        let is_wrong = |turn: &&Turn| !is_right(&turn.release) && !turns.iter().any(is_next);
        let Some(turn) = turn.filter(|turn| visit.status == 200 && is_wrong(turn)) else { continue };
        if visit.began > turn.over {
            report.stale += 1;
        } else {
            report.late += 1;
            let after = visit.began.duration_since(turn.switched).unwrap_or_default();
            report.latest = report.latest.max(after);
        }
    }
    report
}
