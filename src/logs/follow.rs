//! What of a host's logs has been seen, and what is to be read next.

use super::answer::Reading;
use super::choice::choose;
use super::listing::{Entry, Listing};
use super::places;

/// The most that is read of a file at once, in bytes.
const PORTION: u64 = 256 << 10;

/// How often a file that has been replaced by another is still looked at: somebody may have it open.
const LINGERS: u32 = 60;

/// How often half a line is left to grow before it is shown as it is.
const HALVES: u32 = 2;

/// Where a file is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With so many of its last lines.
    Last(u32),
    /// Behind what has been read.
    At(u64),
}

/// Which of the files that are there are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All: a person has named them.
    All,
    /// Of daily logs the newest.
    Newest,
}

/// A part of a file that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where the file is.
    pub path: String,
    /// Its number: another file there is not read.
    pub inode: u64,
    /// Where it is begun.
    pub begin: Begin,
    /// The place behind the last byte.
    pub end: u64,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file.
    pub path: String,
    /// The line, without its end.
    pub text: String,
}

/// The logs of one host, as far as they have been read.
#[derive(Debug)]
pub struct Follow {
    lines: u32,
    which: Which,
    begun: bool,
    /// How many files are read that nothing has taken the place of.
    present: usize,
    files: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    path: String,
    inode: u64,
    /// How far it has been read.
    offset: u64,
    /// The beginning of a line whose end is not written yet.
    half: String,
    /// How often nothing was new.
    quiet: u32,
}

impl Follow {
    /// Begins with so many lines of each file; what comes into being later is read whole.
    pub fn new(lines: u32, which: Which) -> Self {
        Self { lines, which, begun: false, present: 0, files: Vec::new() }
    }

    /// Returns the patterns of what the files may have become.
    pub fn rotated(&self) -> Vec<String> {
        self.files.iter().flat_map(|file| places::rotated(&file.path)).collect()
    }

    /// Takes what is there now, and returns what is to be read, older files first.
    pub fn see(&mut self, listing: &Listing) -> Vec<Part> {
        let chosen = match self.which {
            Which::All => listing.found.iter().collect(),
            Which::Newest => choose(&listing.found),
        };
        self.present = chosen.len();
        let mut parts = Vec::new();
        self.files.retain_mut(|file| {
            let is_chosen = chosen.iter().any(|entry| entry.inode == file.inode);
            // Its own path first: a host may have the number on two file systems.
            let same = |entry: &&Entry| entry.inode == file.inode;
            let there = listing.all().find(|entry| same(entry) && entry.path == file.path);
            let Some(entry) = there.or_else(|| listing.all().find(same)) else {
                // Nobody completes its half line any more.
                file.quiet = HALVES;
                return !file.half.is_empty();
            };
            file.path.clone_from(&entry.path);
            parts.extend(file.grown(entry.size));
            is_chosen || file.quiet <= LINGERS
        });
        for entry in chosen {
            if self.files.iter().any(|file| file.inode == entry.inode) {
                continue;
            }
            let begin = if self.begun { Begin::At(0) } else { Begin::Last(self.lines) };
            let mut file = Known::new(entry);
            match begin {
                Begin::Last(_) => {
                    file.offset = entry.size;
                    parts.push(Part { path: entry.path.clone(), inode: entry.inode, begin, end: entry.size })
                }
                Begin::At(_) => parts.extend(file.grown(entry.size)),
            }
            self.files.push(file);
        }
        self.begun = true;
        parts
    }

    /// Takes what was read of a part, and returns the lines that are whole now.
    pub fn read(&mut self, part: &Part, reading: Reading) -> Vec<Line> {
        let Some(file) = self.files.iter_mut().find(|file| file.inode == part.inode) else {
            return Vec::new();
        };
        match reading {
            Reading::Lines(lines) => {
                file.offset = part.end;
                file.whole(lines)
            }
            // It is looked for under its new name the next time.
            Reading::Gone => Vec::new(),
            Reading::Refused => {
                // Otherwise it would be asked for again and again.
                file.offset = part.end;
                Vec::new()
            }
        }
    }

    /// Returns half lines that do not grow any more; all of them, when nothing comes after.
    pub fn halves(&mut self, all: bool) -> Vec<Line> {
        let grown = |file: &&mut Known| !file.half.is_empty() && (all || file.quiet >= HALVES);
        let line = |file: &mut Known| Line { path: file.path.clone(), text: std::mem::take(&mut file.half) };
        self.files.iter_mut().filter(grown).map(line).collect()
    }

    /// Returns how many files are read, besides those that others have taken the place of.
    pub fn present(&self) -> usize {
        self.present
    }

    /// Tells whether there is any file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl Known {
    fn new(entry: &Entry) -> Self {
        let Entry { inode, size: _, path } = entry;
        Self { path: path.clone(), inode: *inode, offset: 0, half: String::new(), quiet: 0 }
    }

    /// Returns the part that is new.
    fn grown(&mut self, size: u64) -> Option<Part> {
        if size < self.offset {
            // It was emptied, and may have grown since.
            self.offset = 0;
        }
        if size == self.offset {
            self.quiet += 1;
            return None;
        }
        self.quiet = 0;
        let end = size.min(self.offset + PORTION);
        Some(Part { path: self.path.clone(), inode: self.inode, begin: Begin::At(self.offset), end })
    }

    /// Joins what was read with the half line before it. The last piece is the next half line.
    fn whole(&mut self, mut pieces: Vec<String>) -> Vec<Line> {
        let half = pieces.pop().unwrap_or_default();
        let mut lines: Vec<Line> =
            pieces.into_iter().map(|text| Line { path: self.path.clone(), text }).collect();
        match lines.first_mut() {
            Some(first) => {
                first.text.insert_str(0, &self.half);
                self.half = half;
            }
            None => self.half.push_str(&half),
        }
        lines
    }
}

#[cfg(test)]
mod tests;
