//! What `templates/logs-list.sh` prints.

/// A file of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number on its file system: it stays when the file gets another name.
    pub inode: u64,
    /// Its bytes.
    pub size: u64,
    /// Where it is.
    pub path: String,
}

/// The files of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Those that were asked for.
    pub found: Vec<Entry>,
    /// Those that files which were read before may have become.
    pub rotated: Vec<Entry>,
}

impl Listing {
    /// Reads the lines of `ls`: first what was asked for, then an empty line and the others. What has two
    /// names (`current/storage` is `shared/storage`) is taken by the first.
    pub fn read(lines: &[String]) -> Self {
        let mut parts = lines.splitn(2, String::is_empty);
        let mut next = || unique(parts.next().unwrap_or_default().iter().filter_map(|line| entry(line)));
        Self { found: next(), rotated: next() }
    }

    /// Returns all files.
    pub fn all(&self) -> impl Iterator<Item = &Entry> {
        self.found.iter().chain(&self.rotated)
    }
}

fn unique(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut unique: Vec<Entry> = Vec::new();
    for entry in entries {
        // Two file systems may use the same number.
        if !unique.iter().any(|known| known.inode == entry.inode && known.size == entry.size) {
            unique.push(entry);
        }
    }
    unique
}

/// Reads a line: inode, mode, links, owner, group, size, three words of time, then the path.
fn entry(line: &str) -> Option<Entry> {
    let mut rest = line.trim_start();
    let mut words = Vec::with_capacity(9);
    for _ in 0..9 {
        let (word, after) = rest.split_once(' ')?;
        words.push(word);
        // The path may begin with a blank: only words before it are apart by several.
        rest = if words.len() < 9 { after.trim_start() } else { after };
    }
    let is_file = words.get(1)?.starts_with('-') && rest.starts_with('/');
    let number = |place: usize| words.get(place).and_then(|word: &&str| word.parse().ok());
    is_file.then_some(())?;
    Some(Entry { inode: number(0)?, size: number(5)?, path: rest.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_and_anything_else_is_passed_over() {
        let text = "  13 -rw-r--r-- 1 1000 1000    120 Nov 29 16:02 /srv/a shop/shared/l.log\n\
                    13 -rw-r--r-- 1 1000 1000 120 Nov 29 16:02 /srv/a shop/current/l.log\n\
                    14 -rw-r--r--+ 1 0 0 7 Nov 29  2025 /srv/ x\n\
                    15 drwxr-xr-x 1 0 0 7 Nov 29  2025 /srv/dir\n\
                    ls: cannot open it\n\
                    \n\
                    16 -rw------- 1 0 0 0 Jan  1 00:00 /srv/l.log.1";
        let lines: Vec<String> =
            text.split('\n').map(|line| line.trim_start_matches("  ").to_owned()).collect();
        let of = |inode, size, path: &str| Entry { inode, size, path: path.to_owned() };
        let expected = Listing {
            found: vec![of(13, 120, "/srv/a shop/shared/l.log"), of(14, 7, "/srv/ x")],
            rotated: vec![of(16, 0, "/srv/l.log.1")],
        };
        assert_eq!(Listing::read(&lines), expected);
        assert_eq!(Listing::read(&[]), Listing::default());
    }
}
