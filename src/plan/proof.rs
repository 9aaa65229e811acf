//! The proof that a site serves a release: what is asked for, what the answers tell, and when it is
//! enough. Pure; [execute](crate::execute) asks.
//!
//! Each worker of PHP remembers by itself where links led. So pages are asked for in rounds of several
//! visitors at once, until every worker that was met has answered with the release, and a round has met
//! no other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::page::Answer;
use crate::release::ReleaseId;

/// How often a release must be served in a row.
const IN_A_ROW: usize = 3;
/// Seconds after which a worker of PHP that serves another release counts as one that always will.
const PATIENCE: f64 = 10.0;
/// How many visitors come at once, at least and at most.
const VISITORS: (usize, usize) = (6, 24);
/// After so many rounds without a wrong answer, processes that are never met twice are believed.
const ENOUGH: usize = 6;
/// How often PHP is asked before it counts as one that runs no pages but the application's.
const STRANGE: usize = 3;
/// How often a file is asked for: web servers look at links again after some seconds.
const TRIES: usize = 8;
/// Milliseconds between two rounds with wrong answers: of PHP, and of a file.
const PAUSES: (u64, u64) = (250, 800);

const CURE: &str = "in nginx, give PHP-FPM `$realpath_root` instead of `$document_root`; or name a command that \
                    reloads it, as in `opcache: { run: sudo systemctl reload php8.2-fpm }`";

/// What shows which release a site serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The address of the site.
    pub site: String,
    /// The name of the pages without its ending. `{run}` in it stands for the token of the run, which
    /// nobody can guess.
    pub page: String,
    /// Whether PHP is asked; else only a file is.
    pub php: bool,
    /// Whether PHP forgets, when it is asked, where it found the release before.
    pub resets: bool,
    /// Whether something else makes it forget.
    pub otherwise: bool,
    /// Whether the run is taken back where the release is not served; else that is told.
    pub required: bool,
    /// What to do where something else is served.
    pub advice: String,
}

/// A proof in the making.
#[derive(Debug)]
pub struct Watch<'p> {
    proof: &'p Proof,
    run: &'p str,
    wanted: ReleaseId,
    asks: Asks,
    round: usize,
    visitors: usize,
    reset: bool,
    /// The workers that were met.
    workers: BTreeMap<String, Worker>,
    /// Right answers in a row, and rounds of nothing else.
    in_a_row: usize,
    rounds_right: usize,
    tries: usize,
    /// Seconds and tries after which it is enough.
    patience: (f64, usize),
    refused: bool,
    preloads: bool,
    fault: Fault,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Php,
    File,
}

/// A worker of PHP.
#[derive(Clone, Debug)]
struct Worker {
    serves: ReleaseId,
    round: usize,
}

/// What came instead of the page.
#[derive(Clone, Debug, Default)]
struct Fault {
    /// In words that follow the name of the site.
    what: String,
    /// Whether somebody stands in the way who lets nobody see the page.
    guarded: bool,
}

/// What an answer shows.
enum Sight {
    Served {
        release: ReleaseId,
        worker: String,
    },
    /// The text of the page: it was not run.
    Source,
    Other(Fault),
}

/// What became of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is asked again, after so many milliseconds.
    Again(u64),
    /// The release is served; what a person should know.
    Served(Option<String>),
    /// It is not, in words.
    Wrong(String),
}

impl Proof {
    /// Returns the name of the pages of a run that makes this release live.
    pub fn name(release: &ReleaseId) -> String {
        format!("deployer-{release}-{{run}}")
    }
}

impl<'p> Watch<'p> {
    /// Begins to look whether a site serves a release.
    pub fn new(proof: &'p Proof, wanted: ReleaseId, run: &'p str) -> Self {
        Self {
            proof,
            run,
            wanted,
            asks: if proof.php { Asks::Php } else { Asks::File },
            round: 0,
            visitors: VISITORS.0,
            reset: proof.resets,
            workers: BTreeMap::new(),
            in_a_row: 0,
            rounds_right: 0,
            tries: 0,
            patience: (PATIENCE, TRIES),
            refused: false,
            preloads: false,
            fault: Fault::default(),
        }
    }

    /// Looks only briefly: nothing depends on it.
    #[must_use]
    pub fn briefly(self) -> Self {
        Self { patience: (1.5, 2), ..self }
    }

    /// Returns the address of the site.
    pub fn site(&self) -> &'p str {
        &self.proof.site
    }

    /// Returns the token of the run.
    pub fn run(&self) -> &'p str {
        self.run
    }

    /// Returns the addresses that the visitors of the next round ask for, all at once.
    pub fn urls(&self) -> Vec<String> {
        let Proof { site, page, .. } = self.proof;
        let (page, run, round) = (page.replace("{run}", self.run), self.run, self.round);
        let reset = if self.reset { "&reset=1" } else { "" };
        match self.asks {
            Asks::Php => (0..self.visitors)
                .map(|visitor| format!("{site}/{page}.php?once={run}-{round}.{visitor}{reset}"))
                .collect(),
            Asks::File => vec![format!("{site}/{page}.txt?once={run}-{round}")],
        }
    }

    /// Returns how many workers serve each release; a file counts as one.
    pub fn tally(&self) -> BTreeMap<ReleaseId, usize> {
        let mut tally = BTreeMap::new();
        for worker in self.workers.values() {
            *tally.entry(worker.serves.clone()).or_default() += 1;
        }
        tally
    }

    /// Takes in the answers of a round, that many seconds after the first; no answer is why none came.
    pub fn judge(&mut self, answers: &[Result<Answer, String>], seconds: f64) -> Verdict {
        let sights: Vec<Sight> = answers.iter().map(|answer| self.see(answer)).collect();
        self.round += 1;
        match self.asks {
            Asks::Php => self.of_php(&sights, seconds),
            Asks::File => self.of_file(&sights),
        }
    }

    fn of_php(&mut self, sights: &[Sight], seconds: f64) -> Verdict {
        if sights.iter().any(|sight| matches!(sight, Sight::Source)) {
            return self.fall_back();
        }
        let unseen = self.meet(sights);
        let strange = self.note_faults(sights);
        if strange == sights.len() {
            self.tries += 1;
            // Where PHP has answered before, it runs pages.
            if self.workers.is_empty() && self.tries >= STRANGE {
                return self.fall_back();
            }
        }
        let right = self.right(sights);
        self.in_a_row = if right == sights.len() { self.in_a_row + right } else { 0 };
        self.rounds_right = if right == sights.len() { self.rounds_right + 1 } else { 0 };
        // Some sites take only so many visitors at once.
        let wanted = if strange > 0 { self.visitors / 2 } else { self.workers.len() * 2 };
        let least = if strange > 0 { IN_A_ROW } else { VISITORS.0 };
        self.visitors = wanted.clamp(least, VISITORS.1);
        let others = self.others().count();
        self.reset = self.proof.resets && (right + strange < sights.len() || others > 0);
        let all_met = unseen == 0 && others == 0 && self.in_a_row >= IN_A_ROW;
        if all_met || self.rounds_right >= ENOUGH {
            return Verdict::Served(self.remark());
        }
        if seconds > self.patience.0 {
            return Verdict::Wrong(self.wrong());
        }
        Verdict::Again(if self.in_a_row > 0 { 0 } else { PAUSES.0 })
    }

    fn of_file(&mut self, sights: &[Sight]) -> Verdict {
        self.meet(sights);
        self.note_faults(sights);
        let right = self.right(sights);
        if right == 0 {
            self.in_a_row = 0;
            self.tries += 1;
            if self.tries >= self.patience.1 {
                return Verdict::Wrong(self.wrong());
            }
            return Verdict::Again(PAUSES.1);
        }
        self.in_a_row += right;
        if self.in_a_row >= IN_A_ROW { Verdict::Served(self.remark()) } else { Verdict::Again(0) }
    }

    /// Asks for the file from now on.
    fn fall_back(&mut self) -> Verdict {
        self.asks = Asks::File;
        self.tries = 0;
        self.in_a_row = 0;
        self.workers.clear();
        Verdict::Again(0)
    }

    /// Remembers which worker serves what, and returns how many were met for the first time.
    fn meet(&mut self, sights: &[Sight]) -> usize {
        let mut unseen = 0;
        let mut others = BTreeSet::new();
        for sight in sights {
            let Sight::Served { release, worker } = sight else { continue };
            let serves = release.clone();
            // Of several answers of a worker in one round, a wrong one counts.
            if *release != self.wanted {
                others.insert(worker);
            } else if others.contains(worker) {
                continue;
            }
            let met = self.workers.insert(worker.clone(), Worker { serves, round: self.round });
            unseen += usize::from(met.is_none());
        }
        unseen
    }

    fn note_faults(&mut self, sights: &[Sight]) -> usize {
        let mut count = 0;
        for sight in sights {
            if let Sight::Other(fault) = sight {
                self.fault = fault.clone();
                count += 1;
            }
        }
        count
    }

    fn right(&self, sights: &[Sight]) -> usize {
        let is_right =
            |sight: &&Sight| matches!(sight, Sight::Served { release, .. } if *release == self.wanted);
        sights.iter().filter(is_right).count()
    }

    /// Returns the workers that served another release when they were last met; one that was not met for
    /// long has ended.
    fn others(&self) -> impl Iterator<Item = &Worker> {
        self.workers
            .values()
            .filter(|worker| worker.serves != self.wanted && worker.round + ENOUGH > self.round)
    }

    fn see(&mut self, answer: &Result<Answer, String>) -> Sight {
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => {
                return Sight::Other(Fault { what: format!("cannot be reached: {why}"), guarded: false });
            }
        };
        let served = match self.asks {
            Asks::Php if answer.text.trim_start().starts_with("<?php") => return Sight::Source,
            Asks::Php => self.of_page(answer),
            Asks::File => answer.text.trim().parse().ok().map(|release| (release, String::new())),
        };
        match served.filter(|_| answer.status == 200) {
            Some((release, worker)) => Sight::Served { release, worker },
            None => Sight::Other(fault(answer)),
        }
    }

    /// Reads the page: `deployer NAME`, and a line for each thing.
    fn of_page(&mut self, answer: &Answer) -> Option<(ReleaseId, String)> {
        let lines: BTreeMap<&str, &str> =
            answer.text.lines().map(|line| line.trim_end().split_once(' ').unwrap_or((line, ""))).collect();
        if *lines.get("deployer")? != self.proof.page.replace("{run}", self.run) {
            return None;
        }
        let says = |name: &str, value: &str| lines.get(name).is_some_and(|found| *found == value);
        self.refused |= says("reset", "refused");
        self.preloads |= says("preload", "yes");
        Some((lines.get("release")?.parse().ok()?, (*lines.get("worker")?).to_owned()))
    }

    /// Returns what a person should know about a site that serves the release.
    fn remark(&self) -> Option<String> {
        let Proof { site, php, otherwise, .. } = self.proof;
        if self.preloads {
            return Some(format!(
                "{site}: PHP preloads files (`opcache.preload`), which change only when PHP-FPM is restarted"
            ));
        }
        (*php && self.asks == Asks::File && !otherwise).then(|| {
            format!(
                "{site} serves the release, but runs no page except the application's own: whether PHP has \
                 forgotten the release before was not seen; {CURE}"
            )
        })
    }

    /// Says what is wrong.
    fn wrong(&self) -> String {
        let site = &self.proof.site;
        let served = |worker: &Worker| worker.serves.to_string();
        let others: BTreeSet<String> = self.others().map(served).collect();
        let others: Vec<String> = others.into_iter().collect();
        let releases = others.join(", ");
        if others.is_empty() {
            let Fault { what, guarded } = &self.fault;
            let advice = match guarded {
                true => {
                    "the page /deployer-… must be let through; or write `opcache: { proof: false }`, and nobody \
                     looks which release is served"
                }
                false => &self.proof.advice,
            };
            return format!("{site} {what}; {advice}");
        }
        if self.asks == Asks::File {
            return format!("{site} serves {releases}; {}", self.proof.advice);
        }
        let refused =
            if self.refused { "OPcache lets no page reset it (`opcache.restrict_api`); " } else { "" };
        format!(
            "{site}: {} of {} PHP workers still serve {releases}; {refused}{CURE}",
            self.others().count(),
            self.workers.len()
        )
    }
}

/// Says what came instead of the page.
fn fault(answer: &Answer) -> Fault {
    let Answer { status, headers, text: _, took: _ } = answer;
    let has = |name: &str, value: &str| headers.get(name).is_some_and(|found| found.contains(value));
    let by_cloudflare = headers.contains_key("cf-mitigated") || has("server", "cloudflare");
    let to = headers.get("location").map(|to| format!("leads to {to}"));
    let (what, guarded) = match (*status, to) {
        (200, _) => ("serves something else".to_owned(), false),
        (401, _) => ("asks for a password (401)".to_owned(), true),
        (300..=399, Some(to)) => (to, true),
        (403 | 429 | 503, _) if by_cloudflare => {
            (format!("is guarded by Cloudflare, which answers {status}"), true)
        }
        (429, _) => ("lets only a few see the page (429)".to_owned(), true),
        _ => (format!("answers {status}"), false),
    };
    Fault { what, guarded }
}

#[cfg(test)]
mod tests;
