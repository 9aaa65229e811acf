//! Room on a host for a release and for what the application writes: pure, from facts.

use super::preflight::Problem;
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

/// Returns where a release does not fit.
pub fn problems(facts: &Facts) -> Vec<Problem> {
    let base = room(&facts.base, facts.free_kilobytes, facts.free_inodes, &(0..SPACE), &(0..INODES));
    let problems = base.into_iter().map(|text| Problem::new(format!("{text}, a release needs more")));
    problems.chain(shared(facts)).collect()
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
        problems(facts).into_iter().map(|problem| problem.text).collect()
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
        let expected = [
            "/srv has 0 MB free, a release needs more",
            "/srv has room for 900 more files, a release needs more",
        ];
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
