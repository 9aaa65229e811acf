//! Which of the files that are there are read: of logs that begin anew each day, only the newest.

use super::listing::Entry;

/// Returns the files to read, in the order in which they were found.
pub fn choose(found: &[Entry]) -> Vec<&Entry> {
    let newest = |entry: &&Entry| {
        let Some(series) = series(&entry.path) else { return true };
        let same = found.iter().filter(|other| self::series(&other.path).as_ref() == Some(&series));
        // The date stands in it from the year on: the last by name is the newest.
        same.map(|other| &other.path).max() == Some(&entry.path)
    };
    found.iter().filter(newest).collect()
}

/// Returns the name without its date, where it has one: `laravel-2026-11-29.log`, `log-20261129.php`.
fn series(path: &str) -> Option<String> {
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    let name = path.as_bytes();
    (start..name.len()).find_map(|at| {
        let before = at.checked_sub(1).and_then(|before| name.get(before));
        let length = date(name.get(at..)?)?;
        let after = name.get(at + length);
        let is_apart = |byte: Option<&u8>| !byte.is_some_and(u8::is_ascii_digit);
        (is_apart(before) && is_apart(after)).then(|| {
            format!("{}*{}", path.get(..at).unwrap_or_default(), path.get(at + length..).unwrap_or_default())
        })
    })
}

/// Returns the length of a date that the text begins with.
fn date(text: &[u8]) -> Option<usize> {
    let shapes: [&[u8]; 3] = [b"dddd-dd-dd", b"dddd_dd_dd", b"dddddddd"];
    let fits = |shape: &&&[u8]| {
        let fit =
            |(byte, wanted): (&u8, &u8)| if *wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
        text.len() >= shape.len() && text.iter().zip(**shape).all(fit)
    };
    let is_year = text.starts_with(b"19") || text.starts_with(b"20");
    shapes.iter().find(fits).filter(|_| is_year).map(|shape| shape.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_daily_logs_the_newest_is_read_and_of_others_all() {
        let names = [
            "/l/laravel-2026-11-28.log",
            "/l/laravel-2026-11-29.log",
            "/l/laravel.log",
            "/l/log-20261101.php",
            "/l/log-20261102.php",
            "/l/worker-2026-11-29.log",
            "/l/order-123456789.log",
            "/2026-01-01/a.log",
        ];
        let entry = |path: &&str| Entry { inode: 1, size: 1, path: (*path).to_owned() };
        let found: Vec<_> = names.iter().map(entry).collect();
        let chosen: Vec<_> = choose(&found).into_iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(chosen, [names[1], names[2], names[4], names[5], names[6], names[7]]);
    }
}
