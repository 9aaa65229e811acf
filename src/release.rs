//! Releases: their ids, and every path that the program knows on a host.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// The name of a release: the UTC second in which it was planned, as `YYYYMMDDHHMMSS`.
///
/// Ids order as text in the order of their time, so that prune and rollback never look at the
/// modification times that other tools trust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseId(String);

/// The text is not a release id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a release id: 14 digits, as in 20260102030405")]
pub struct NotAReleaseId(pub String);

const FORMAT: &str = "%Y%m%d%H%M%S";

impl ReleaseId {
    /// Returns the id of a release planned at that time.
    pub fn at(time: Timestamp) -> Self {
        Self(time.to_zoned(TimeZone::UTC).strftime(FORMAT).to_string())
    }

    /// Returns the id for a release planned at that time on hosts that already have `newest`.
    ///
    /// A controller whose clock is slow, or two runs in one second, must not break the order.
    pub fn after(time: Timestamp, newest: Option<&Self>) -> Self {
        let id = Self::at(time);
        match newest {
            Some(newest) if *newest >= id => newest.next(),
            _ => id,
        }
    }

    /// Returns the id of the following second.
    fn next(&self) -> Self {
        let later = self.time().checked_add(jiff::SignedDuration::from_secs(1));
        later.map_or_else(|_| self.clone(), Self::at)
    }

    /// Returns the time that the id stands for.
    pub fn time(&self) -> Timestamp {
        DateTime::strptime(FORMAT, &self.0)
            .and_then(|time| time.to_zoned(TimeZone::UTC))
            .map_or(Timestamp::UNIX_EPOCH, |time| time.timestamp())
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReleaseId {
    type Err = NotAReleaseId;

    fn from_str(text: &str) -> Result<Self, NotAReleaseId> {
        let is_id = text.len() == 14
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && DateTime::strptime(FORMAT, text).is_ok();
        if is_id { Ok(Self(text.to_owned())) } else { Err(NotAReleaseId(text.to_owned())) }
    }
}

impl TryFrom<String> for ReleaseId {
    type Error = NotAReleaseId;

    fn try_from(text: String) -> Result<Self, NotAReleaseId> {
        text.parse()
    }
}

impl From<ReleaseId> for String {
    fn from(id: ReleaseId) -> Self {
        id.0
    }
}

impl fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Every path of an application on a host. No other code puts such a path together.
///
/// ```text
/// <deploy_to>/  current -> releases/<id>   releases/<id>/   shared/   backups/   deployment.log
///               .deployer/  history.jsonl  releases  lock  …
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    deploy_to: String,
}

impl Layout {
    /// Takes the absolute path of the application's directory.
    pub fn new(deploy_to: impl Into<String>) -> Self {
        let mut deploy_to = deploy_to.into();
        while deploy_to.len() > 1 && deploy_to.ends_with('/') {
            deploy_to.pop();
        }
        Self { deploy_to }
    }

    /// Returns the application's directory.
    pub fn deploy_to(&self) -> &str {
        &self.deploy_to
    }

    /// Returns the link to the live release.
    pub fn current(&self) -> String {
        self.under("current")
    }

    /// Returns the directory of all releases.
    pub fn releases(&self) -> String {
        self.under("releases")
    }

    /// Returns the directory of one release.
    pub fn release(&self, id: &ReleaseId) -> String {
        self.under(&format!("releases/{id}"))
    }

    /// Returns the directory that a release is unpacked into until it is whole.
    pub fn partial(&self, id: &ReleaseId) -> String {
        self.under(&format!("releases/{id}.partial"))
    }

    /// Returns the directory of the data that releases share.
    pub fn shared(&self) -> String {
        self.under("shared")
    }

    /// Returns the directory of what was kept aside.
    pub fn backups(&self) -> String {
        self.under("backups")
    }

    /// Returns the directory of the program's own records.
    pub fn records(&self) -> String {
        self.under(".deployer")
    }

    /// Returns what the link `current` holds when that release is live: relative, so that it
    /// stays right when the host sees the directory under another path (a chroot, a container).
    pub fn link_to(id: &ReleaseId) -> String {
        format!("releases/{id}")
    }

    fn under(&self, path: &str) -> String {
        if self.deploy_to == "/" { format!("/{path}") } else { format!("{}/{path}", self.deploy_to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ReleaseId {
        text.parse().unwrap()
    }

    #[test]
    fn an_id_is_a_real_second_of_14_digits() {
        for bad in ["", "2026", "20261399000000", "2026010203040x", "202601020304050", "../../etc/pass"] {
            assert_eq!(bad.parse::<ReleaseId>(), Err(NotAReleaseId(bad.to_owned())));
        }
        assert_eq!(id("20260102030405").time().to_string(), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn a_slow_clock_still_gives_the_newest_id() {
        let time = id("20260102030405").time();
        assert_eq!(ReleaseId::after(time, None), id("20260102030405"));
        assert_eq!(ReleaseId::after(time, Some(&id("20260102030404"))), id("20260102030405"));
        assert_eq!(ReleaseId::after(time, Some(&id("20260102030405"))), id("20260102030406"));
        assert_eq!(ReleaseId::after(time, Some(&id("20261231235959"))), id("20270101000000"));
    }

    #[test]
    fn paths_are_absolute_and_the_link_is_relative() {
        let layout = Layout::new("/srv/my shop/");
        assert_eq!(layout.partial(&id("20260102030405")), "/srv/my shop/releases/20260102030405.partial");
        assert_eq!(Layout::link_to(&id("20260102030405")), "releases/20260102030405");
        assert_eq!(Layout::new("/").current(), "/current");
    }
}
