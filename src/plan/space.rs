//! Room on a host for a release and for what the application writes: pure, from facts.

use super::inputs::Inputs;
use super::preflight::Problem;
use crate::config::Unchanged;
use crate::facts::Facts;

/// Kilobytes that must be free before anything is sent.
const SPACE: u64 = 50_000;
/// Inodes that must be free before anything is sent.
const INODES: u64 = 1_000;
/// Kilobytes and inodes below which a person is told: a Laravel release has 15,000 files.
const SPACE_LOW: u64 = 500_000;
const INODES_LOW: u64 = 20_000;
/// What must be free where shared data is, when it is on a disk of its own: a deploy writes little
/// there, but an application that cannot write its sessions and logs answers with errors.
const SHARED_SPACE: u64 = 1_000;
const SHARED_INODES: u64 = 100;

/// Returns where a release does not fit: as much is asked for as the live one takes, as far as anybody can
/// tell before it is built. The exact numbers are checked when it is, before anything is unpacked.
pub fn problems(inputs: &Inputs<'_>, facts: &Facts) -> Vec<Problem> {
    // A rollback takes no room, and what is linked takes none a second time.
    let links = inputs.config.unchanged == Unchanged::Hardlink && facts.shipped.is_some();
    let files = if links { 0 } else { inputs.source.tree.below("").len() as u64 };
    let live = facts.shipped.as_ref().filter(|_| files > 0);
    let kilobytes = live.map_or(0, |live| live.kilobytes).max(SPACE);
    let inodes = live.map_or(0, |live| live.inodes).max(files).max(INODES);
    base(facts, kilobytes, inodes).into_iter().chain(shared(facts)).collect()
}

fn base(facts: &Facts, kilobytes: u64, inodes: u64) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(free) = facts.free_kilobytes.filter(|free| *free < kilobytes) {
        let as_live = format!("{}, as the live one", amount(kilobytes));
        let needs = if kilobytes > SPACE { as_live } else { "more".to_owned() };
        let text = format!("{} has {} free, a release needs {needs}", facts.base, amount(free));
        problems.push(Problem::new(text));
    }
    if let Some(free) = facts.free_inodes.filter(|free| *free < inodes) {
        let needs = if inodes > INODES { inodes.to_string() } else { "more".to_owned() };
        let text = format!("{} has room for {free} files, a release needs {needs}", facts.base);
        let fewer = "a smaller `keep_releases` leaves fewer of them there, and so does `package: { unchanged: hardlink }`";
        problems.push(Problem::new(text).detail(fewer));
    }
    problems
}

/// Returns where there is little room left.
pub fn warnings(facts: &Facts) -> Vec<String> {
    let (space, inodes) = (SPACE..SPACE_LOW, INODES..INODES_LOW);
    room(&facts.base, facts.free_kilobytes, facts.free_inodes, &space, &inodes)
}

fn shared(facts: &Facts) -> Vec<Problem> {
    // On the same disk there is one thing to say about it.
    let other = |there: Option<u64>, base: Option<u64>| there.filter(|_| there != base);
    let free = other(facts.shared_kilobytes, facts.free_kilobytes);
    let inodes = other(facts.shared_inodes, facts.free_inodes);
    let found = room(&facts.layout().shared(), free, inodes, &(0..SHARED_SPACE), &(0..SHARED_INODES));
    let why = "the application cannot write there either: make room first";
    found.into_iter().map(|text| Problem::new(text).detail(why)).collect()
}

fn room(
    place: &str,
    kilobytes: Option<u64>,
    inodes: Option<u64>,
    little: &std::ops::Range<u64>,
    few: &std::ops::Range<u64>,
) -> Vec<String> {
    let space = kilobytes.filter(|free| little.contains(free));
    let space = space.map(|free| format!("{place} has {} free", amount(free)));
    let files = inodes.filter(|free| few.contains(free));
    let files = files.map(|free| format!("{place} has room for {free} more files"));
    space.into_iter().chain(files).collect()
}

/// Returns kilobytes for people, as `12.4 GB`.
pub fn amount(kilobytes: u64) -> String {
    let tenths = kilobytes * 1024 / 100_000_000;
    if tenths >= 10 {
        format!("{}.{} GB", tenths / 10, tenths % 10)
    } else {
        format!("{} MB", kilobytes * 1024 / 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(facts: &Facts) -> Vec<String> {
        let all = base(facts, SPACE, INODES).into_iter().chain(shared(facts));
        all.map(|problem| problem.text).collect()
    }

    fn facts(free: u64, shared: u64) -> Facts {
        Facts {
            base: "/srv".to_owned(),
            deploy_to: "/srv/shop".to_owned(),
            free_kilobytes: Some(free),
            shared_kilobytes: Some(shared),
            free_inodes: Some(900),
            shared_inodes: Some(900),
            ..Facts::default()
        }
    }

    #[test]
    fn one_disk_is_told_about_once() {
        let expected =
            ["/srv has 0 MB free, a release needs more", "/srv has room for 900 files, a release needs more"];
        assert_eq!(texts(&facts(400, 400)), expected);
    }

    #[test]
    fn a_full_disk_of_shared_data_is_told_about_by_its_own_name() {
        let facts = Facts { free_inodes: None, shared_inodes: Some(3), ..facts(900_000, 12) };
        let expected = ["/srv/shop/shared has 0 MB free", "/srv/shop/shared has room for 3 more files"];
        assert_eq!(texts(&facts), expected);
        assert_eq!(
            texts(&Facts { shared_kilobytes: None, shared_inodes: None, ..facts }),
            Vec::<String>::new()
        );
    }

    #[test]
    fn little_room_is_a_warning() {
        assert_eq!(warnings(&facts(499_999, 12)), ["/srv has 511 MB free"]);
        assert_eq!(amount(12_100_000), "12.3 GB");
    }
}
