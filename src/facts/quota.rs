//! What an account may use of a disk: on shared hosting its quota counts, not the disk.

use serde::{Deserialize, Serialize};

/// What an account uses of what it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Kilobytes of 1024 bytes; `None`: there is no limit.
    pub kilobytes: Option<Share>,
    /// Files and directories.
    pub inodes: Option<Share>,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How much is used.
    pub used: u64,
    /// How much there is.
    pub limit: u64,
}

impl Share {
    /// Returns what is left.
    pub fn left(self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Returns how much is used, in percent, rounded up as `df` does.
    pub fn percent(self) -> u64 {
        (self.used * 100).div_ceil(self.limit.max(1))
    }
}

impl Quota {
    /// Reads `KILOBYTES LIMIT FILES LIMIT`.
    pub(super) fn read(value: &str) -> Option<Self> {
        let mut numbers = value.split(' ').map(|number| number.parse().ok());
        let mut share = || Some(Share { used: numbers.next()??, limit: numbers.next()?? });
        let limited = |share: Share| (share.limit > 0).then_some(share);
        Some(Self { kilobytes: limited(share()?), inodes: limited(share()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_without_a_limit_is_none() {
        let quota = Quota::read("46500 51200 1500 0").unwrap();
        let share = quota.kilobytes.unwrap();
        assert_eq!((share.left(), share.percent(), quota.inodes), (4700, 91, None));
        assert_eq!(Share { used: 7, limit: 5 }.left(), 0);
        assert_eq!(Quota::read("1 2 3"), None);
        assert_eq!(Quota::read("1 2 x 4"), None);
    }
}
