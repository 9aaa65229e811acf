//! The logs of one host, for as long as somebody wants to see them.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::time::sleep;

use super::super::args::Logs as Args;
use super::super::hosts::{Reach, Reached};
use super::read;
use crate::logs::answer::Reading;
use crate::logs::{Follow, Line, Which};
use crate::report::logs::LogLine;

/// Between two looks when nothing is new, and when something was.
const IDLE: Duration = Duration::from_millis(1000);
const BUSY: Duration = Duration::from_millis(300);

/// Between two tries to reach a host again: the first is short, and hosts ban who knocks too often.
const PAUSES: [u64; 5] = [1, 2, 5, 10, 30];

/// What a host tells.
#[derive(Debug)]
pub enum Told {
    /// A line of a log.
    Line(LogLine),
    /// It has several logs.
    Several,
    /// Something that a person should know.
    Remark(String),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// There was a log.
    Shown,
    /// There was none.
    Nothing,
    /// The host could not be reached any more.
    Lost,
}

/// One host.
pub struct Host<'a> {
    reached: Reached,
    patterns: Vec<String>,
    args: &'a Args,
    reach: &'a Reach<'a>,
    sender: Sender<Told>,
    follow: Follow,
    /// The files that could not be read, each told once.
    refused: BTreeSet<String>,
    said_several: bool,
}

impl<'a> Host<'a> {
    /// Takes a host that has answered.
    pub fn new(reached: Reached, args: &'a Args, reach: &'a Reach<'a>, sender: Sender<Told>) -> Self {
        let patterns = super::patterns(args, reach.config, &reached.facts);
        let which = if args.files.is_empty() { Which::Newest } else { Which::All };
        let follow = Follow::new(args.lines, which);
        Self { reached, patterns, args, reach, sender, follow, refused: BTreeSet::new(), said_several: false }
    }

    /// Shows its logs.
    pub async fn watch(mut self) -> End {
        let mut last = match self.look().await {
            Ok(look) => look,
            Err(why) if self.args.follow => {
                if !self.again(&why).await {
                    return End::Lost;
                }
                Look::default()
            }
            Err(why) => {
                self.remark(&why).await;
                return End::Lost;
            }
        };
        if self.follow.is_empty() {
            let waits = if self.args.follow { "; waiting for one" } else { "" };
            self.remark(&format!("no log there; looked for {}{waits}", self.patterns.join(" "))).await;
        }
        while self.args.follow && !self.sender.is_closed() {
            if !last.more {
                sleep(if last.new { BUSY } else { IDLE }).await;
            }
            last = match self.look().await {
                Ok(look) => look,
                Err(why) => {
                    if !self.again(&why).await {
                        return End::Lost;
                    }
                    Look::default()
                }
            };
        }
        let end = if self.follow.present() <= self.refused.len() { End::Nothing } else { End::Shown };
        let rest = self.follow.halves(true);
        self.tell(rest).await;
        self.reached.session.close().await;
        self.reached.connection.close().await;
        end
    }

    /// Looks once, and shows what is new.
    ///
    /// # Errors
    /// Why the host does not answer.
    async fn look(&mut self) -> Result<Look, String> {
        let listing = read::list(&mut self.reached.session, &self.patterns, &self.follow.rotated()).await?;
        let parts = self.follow.see(&listing);
        let halves = self.follow.halves(false);
        self.tell(halves).await;
        if parts.is_empty() {
            return Ok(Look::default());
        }
        if self.follow.present() > 1 && !self.said_several {
            self.said_several = true;
            self.send(Told::Several).await;
        }
        let more = parts.iter().any(|part| {
            listing
                .all()
                .any(|entry| entry.inode == part.inode && entry.path == part.path && entry.size > part.end)
        });
        let readings = read::parts(&mut self.reached.session, &parts).await?;
        for (part, reading) in parts.iter().zip(readings) {
            if reading == Reading::Refused && self.refused.insert(part.path.clone()) {
                let user = &self.reached.facts.user;
                self.remark(&format!("{} cannot be read by {user}", part.path)).await;
            }
            let lines = self.follow.read(part, reading);
            self.tell(lines).await;
        }
        Ok(Look { new: true, more })
    }

    /// Reaches a host again that was lost; `false`: it does not let us in any more.
    async fn again(&mut self, why: &str) -> bool {
        self.remark(&format!("connection lost ({why}); trying again")).await;
        let config = self.reach.config;
        let Some(host) = config.hosts.iter().find(|host| host.name == self.reached.name) else {
            return false;
        };
        let mut pauses = PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1]));
        loop {
            sleep(Duration::from_secs(pauses.next().unwrap_or_default())).await;
            if self.sender.is_closed() {
                return false;
            }
            match self.reach.connect(host).await {
                Ok(connection) => {
                    if let Ok(reached) = self.reach.look(host, connection).await {
                        self.reached = reached;
                        self.remark("connected again; nothing is left out").await;
                        return true;
                    }
                }
                Err(error) if error.may_pass() => {}
                // Who is refused and knocks on is banned.
                Err(error) => {
                    self.remark(&error.to_string()).await;
                    return false;
                }
            }
        }
    }

    async fn tell(&self, lines: Vec<Line>) {
        for Line { path, text } in lines {
            let host = self.reached.name.clone();
            self.send(Told::Line(LogLine { host, file: path, line: text })).await;
        }
    }

    async fn remark(&self, text: &str) {
        self.send(Told::Remark(format!("{}: {text}", self.reached.name))).await;
    }

    /// Nobody may want to see it any more.
    async fn send(&self, told: Told) {
        let _seen = self.sender.send(told).await;
    }
}

/// What a look has shown.
#[derive(Clone, Copy, Debug, Default)]
struct Look {
    /// Whether anything was new.
    new: bool,
    /// Whether there is more already.
    more: bool,
}
