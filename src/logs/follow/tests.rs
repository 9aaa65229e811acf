use super::*;

/// A host's files as a test writes them: path, inode, text.
type Disk<'a> = &'a [(&'a str, u64, &'a str)];

/// Looks at the disk as the command does, and returns the lines with their files' names.
fn look(follow: &mut Follow, disk: Disk<'_>) -> Vec<String> {
    let entries = |wanted: fn(&str) -> bool| {
        let files = disk.iter().filter(move |(path, ..)| wanted(path));
        let entry = |(path, inode, text): &(&str, u64, &str)| Entry {
            inode: *inode,
            size: text.len() as u64,
            path: (*path).to_owned(),
        };
        files.map(entry).collect()
    };
    let listing = Listing {
        found: entries(|path| path.ends_with(".log")),
        rotated: entries(|path| !path.ends_with(".log")),
    };
    let parts = follow.see(&listing);
    let mut lines = follow.halves(false);
    for part in parts {
        let (.., text) =
            disk.iter().find(|(path, inode, _)| *path == part.path && *inode == part.inode).unwrap();
        let read = match part.begin {
            Begin::At(from) => {
                text[usize::try_from(from).unwrap()..usize::try_from(part.end).unwrap()].to_owned()
            }
            Begin::Last(count) => {
                let lines: Vec<_> = text.split_inclusive('\n').collect();
                lines[lines.len().saturating_sub(count as usize)..].concat()
            }
        };
        lines.extend(follow.read(&part, Reading::Lines(read.split('\n').map(str::to_owned).collect())));
    }
    lines.into_iter().map(|line| format!("{}: {}", line.path, line.text)).collect()
}

#[test]
fn a_file_is_begun_near_its_end_and_followed_line_by_line() {
    let mut follow = Follow::new(1, Which::Newest);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n")]), ["/a.log: 2"]);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n")]), [""; 0]);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n3\n4")]), ["/a.log: 3"]);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n3\n4")]), [""; 0]);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n3\n45\n6\n")]), ["/a.log: 45", "/a.log: 6"]);
    // Half a line that nobody completes is shown.
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n3\n45\n6\n7")]), [""; 0]);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n3\n45\n6\n7")]), [""; 0]);
    assert_eq!(look(&mut follow, &[("/a.log", 1, "1\n2\n3\n45\n6\n7")]), ["/a.log: 7"]);
}

#[test]
fn nothing_is_missed_when_a_file_is_rotated_and_still_written_to() {
    let mut follow = Follow::new(0, Which::Newest);
    look(&mut follow, &[("/a.log", 1, "1\n")]);
    let rotated: Disk<'_> = &[("/a.log", 2, "4\n"), ("/a.log.1", 1, "1\n2\n3\n")];
    assert_eq!(look(&mut follow, rotated), ["/a.log.1: 2", "/a.log.1: 3", "/a.log: 4"]);
    // Whoever has the old one open goes on.
    let late: Disk<'_> = &[("/a.log", 2, "4\n6\n"), ("/a.log.1", 1, "1\n2\n3\n5\n")];
    assert_eq!(look(&mut follow, late), ["/a.log.1: 5", "/a.log: 6"]);
    for _ in 0..=LINGERS {
        look(&mut follow, late);
    }
    assert_eq!(follow.files.len(), 1);
}

#[test]
fn an_emptied_file_and_a_new_day_are_read_from_their_beginning() {
    let mut follow = Follow::new(9, Which::Newest);
    assert_eq!(look(&mut follow, &[("/l-2026-11-29.log", 1, "1\n2\n")]).len(), 2);
    assert_eq!(look(&mut follow, &[("/l-2026-11-29.log", 1, "3\n")]), ["/l-2026-11-29.log: 3"]);
    let midnight: Disk<'_> = &[("/l-2026-11-29.log", 1, "3\n4\n"), ("/l-2026-11-30.log", 2, "5\n")];
    assert_eq!(look(&mut follow, midnight), ["/l-2026-11-29.log: 4", "/l-2026-11-30.log: 5"]);
    assert_eq!(look(&mut follow, &[]), [""; 0]);
    assert!(follow.is_empty());
    assert_eq!(look(&mut follow, &[("/l-2026-11-30.log", 3, "6\n")]), ["/l-2026-11-30.log: 6"]);
}

#[test]
fn a_long_file_is_read_in_portions() {
    let mut follow = Follow::new(0, Which::Newest);
    look(&mut follow, &[("/a.log", 1, "")]);
    let text = "0123456789abcde\n".repeat(40_000);
    let lines: usize = (0..3).map(|_| look(&mut follow, &[("/a.log", 1, &text)]).len()).sum();
    assert_eq!(lines, 40_000);
}
