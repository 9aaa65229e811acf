//! Room on a host for a release and for what the application writes: pure, from facts.

use super::inputs::Inputs;
use super::preflight::Problem;
use crate::config::Unchanged;
use crate::facts::Facts;
use crate::facts::quota::Share;

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
    if let Some(left) = room_for_bytes(facts).filter(|left| left.amount < kilobytes) {
        let as_live = format!("{}, as the live one", amount(kilobytes));
        let needs = if kilobytes > SPACE { as_live } else { "more".to_owned() };
        let text = match left.whose {
            Whose::Disk => format!("{} has {} free", facts.base, amount(left.amount)),
            Whose::Account => format!("the account's quota leaves {}", amount(left.amount)),
        };
        problems.push(Problem::new(format!("{text}, a release needs {needs}")));
    }
    if let Some(left) = room_for_files(facts).filter(|left| left.amount < inodes) {
        let needs = if inodes > INODES { inodes.to_string() } else { "more".to_owned() };
        let text = match left.whose {
            Whose::Disk => format!("{} has room for {} files", facts.base, left.amount),
            Whose::Account => format!("the account's quota leaves room for {} files", left.amount),
        };
        let fewer = "a smaller `keep_releases` leaves fewer of them there, and so does `package: { unchanged: hardlink }`";
        problems.push(Problem::new(format!("{text}, a release needs {needs}")).detail(fewer));
    }
    problems
}

/// What is left, and what it is left of: whichever ends first.
#[derive(Clone, Copy)]
struct Left {
    amount: u64,
    whose: Whose,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Disk,
    Account,
}

fn left(disk: Option<u64>, account: Option<Share>) -> Option<Left> {
    let disk = disk.map(|amount| Left { amount, whose: Whose::Disk });
    let account = account.map(|share| Left { amount: share.left(), whose: Whose::Account });
    disk.into_iter().chain(account).min_by_key(|left| left.amount)
}

fn room_for_bytes(facts: &Facts) -> Option<Left> {
    left(facts.free_kilobytes, facts.quota.kilobytes)
}

fn room_for_files(facts: &Facts) -> Option<Left> {
    left(facts.free_inodes, facts.quota.inodes)
}

/// Returns how many kilobytes are left for the account.
pub fn free(facts: &Facts) -> Option<u64> {
    room_for_bytes(facts).map(|left| left.amount)
}

/// Returns what is left, for people: of space and of files, each with what limits it.
pub fn told(facts: &Facts) -> [Option<(String, &'static str)>; 2] {
    let whose = |left: Left| match left.whose {
        Whose::Disk => "",
        Whose::Account => "by the account's quota",
    };
    let space = room_for_bytes(facts).map(|left| (format!("{} free", amount(left.amount)), whose(left)));
    let files = room_for_files(facts);
    let files = files.map(|left| (format!("room for {} more", number(left.amount)), whose(left)));
    [space, files]
}

/// Percent from which on a person is told.
const MOST: u64 = 90;

/// Returns where there is little room left.
pub fn warnings(facts: &Facts) -> Vec<String> {
    let (space, inodes) = (SPACE..SPACE_LOW, INODES..INODES_LOW);
    let little = room(&facts.base, facts.free_kilobytes, facts.free_inodes, &space, &inodes);
    let most = if little.is_empty() { used(facts) } else { little };
    most.into_iter().chain(used_quota(facts)).collect()
}

/// Returns of what nearly all is used.
fn used(facts: &Facts) -> Vec<String> {
    let most = |percent: Option<u64>| percent.filter(|percent| *percent > MOST);
    let space = most(facts.used_space).zip(facts.free_kilobytes);
    let space = space.map(|(percent, free)| {
        format!("{}: {percent} % of the disk are used, {} are free", facts.base, amount(free))
    });
    let files = most(facts.used_inodes).zip(facts.free_inodes);
    let files = files.map(|(percent, free)| {
        let more = number(free);
        format!("{}: {percent} % of the inodes are used, there is room for {more} more files", facts.base)
    });
    space.into_iter().chain(files).collect()
}

/// Returns what the account has used nearly all of.
fn used_quota(facts: &Facts) -> Vec<String> {
    // Below that nothing is sent, and more need not be said.
    let most = |share: Option<Share>, least: u64| {
        share.filter(|share| share.percent() > MOST && share.left() >= least)
    };
    let space = most(facts.quota.kilobytes, SPACE).map(|share| {
        format!("{} % of the account's quota are used, {} are left", share.percent(), amount(share.left()))
    });
    let files = most(facts.quota.inodes, INODES).map(|share| {
        let (percent, more) = (share.percent(), number(share.left()));
        format!("{percent} % of the files that the account may have are there, there is room for {more} more")
    });
    space.into_iter().chain(files).collect()
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

/// Returns a number for people, as `402,118`.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::quota::Quota;

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
    fn the_quota_of_the_account_counts_where_it_ends_first() {
        let share = |used, limit| Some(Share { used, limit });
        let quota = Quota { kilobytes: share(960_000, 1_000_000), inodes: share(199_500, 200_000) };
        let of_account = Facts { quota, ..facts(90_000_000, 90_000_000) };
        let of_account = Facts { free_inodes: Some(5_000_000), shared_inodes: None, ..of_account };
        let expected = [
            "the account's quota leaves 40 MB, a release needs more",
            "the account's quota leaves room for 500 files, a release needs more",
        ];
        assert_eq!(texts(&of_account), expected);
        assert_eq!(warnings(&of_account), Vec::<String>::new());
        let [space, files] = told(&of_account);
        assert_eq!(space, Some(("40 MB free".to_owned(), "by the account's quota")));
        assert_eq!(files, Some(("room for 500 more".to_owned(), "by the account's quota")));
        let quota = Quota { kilobytes: share(910_000, 1_000_000), inodes: share(198_500, 200_000) };
        let expected = [
            "91 % of the account's quota are used, 92 MB are left",
            "100 % of the files that the account may have are there, there is room for 1,500 more",
        ];
        assert_eq!(warnings(&Facts { quota, ..of_account }), expected);
        // The disk ends first.
        let wide = Quota { kilobytes: share(1, 1_000_000), inodes: None };
        assert_eq!(texts(&Facts { quota: wide, ..facts(400, 400) }), texts(&facts(400, 400)));
    }

    #[test]
    fn a_disk_of_which_nearly_all_is_used_is_a_warning() {
        let nearly = Facts { used_space: Some(91), used_inodes: Some(92), ..facts(40_000_000, 40_000_000) };
        let nearly = Facts { free_inodes: Some(1_402_118), ..nearly };
        let expected = [
            "/srv: 91 % of the disk are used, 40.9 GB are free",
            "/srv: 92 % of the inodes are used, there is room for 1,402,118 more files",
        ];
        assert_eq!(warnings(&nearly), expected);
        let nearly = Facts { used_space: Some(90), used_inodes: None, ..nearly };
        assert_eq!(warnings(&nearly), Vec::<String>::new());
    }

    #[test]
    fn little_room_is_a_warning() {
        assert_eq!(warnings(&facts(499_999, 12)), ["/srv has 511 MB free"]);
        assert_eq!(amount(12_100_000), "12.3 GB");
    }
}
