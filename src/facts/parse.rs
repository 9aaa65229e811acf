//! From the lines that `templates/probe.sh` prints to [`Facts`].

use super::history::Entry;
use super::{Base, Down, Facts, Kind, Lock, Php, Rename};

/// The probe did not print what it should have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the host's answer lacks `{0}`")]
pub struct Incomplete(pub &'static str);

/// Reads the lines of the probe.
///
/// Lines that nobody knows are passed over: a shell may print what it likes between them.
///
/// # Errors
/// When a line that every host prints is missing.
pub fn parse(text: &str) -> Result<Facts, Incomplete> {
    let mut facts = Facts::default();
    for line in text.lines() {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        read(&mut facts, name, value);
    }
    facts.env_files.finish();
    for (present, what) in
        [(&facts.home, "home"), (&facts.user, "user"), (&facts.deploy_to, "deploy_to"), (&facts.base, "base")]
    {
        if present.is_empty() {
            return Err(Incomplete(what));
        }
    }
    Ok(facts)
}

fn read(facts: &mut Facts, name: &str, value: &str) {
    let owned = || value.to_owned();
    match name {
        "home" => facts.home = owned(),
        "user" => facts.user = owned(),
        "deploy_to" => facts.deploy_to = owned(),
        "base" => facts.base = owned(),
        "base_kind" => facts.base_kind = kind(value),
        "clock" => facts.clock = value.parse().unwrap_or_default(),
        // The heading of df has no number in this column.
        "free_kilobytes" => facts.free_kilobytes = value.parse().ok().or(facts.free_kilobytes),
        "free_inodes" => facts.free_inodes = value.parse().ok().filter(|free| *free > 0),
        "shared_kilobytes" => facts.shared_kilobytes = value.parse().ok().or(facts.shared_kilobytes),
        "shared_inodes" => facts.shared_inodes = value.parse().ok().filter(|free| *free > 0),
        "current" => facts.current = kind(value),
        "target" => facts.target = Some(owned()),
        "releases" => facts.releases = kind(value),
        "shared" => facts.shared = kind(value),
        "backups" => facts.backups = kind(value),
        "records" => facts.records = kind(value),
        "php" => facts.php = php(value),
        "shipped" => facts.shipped = Base::read(value),
        "zstd" => facts.zstd = true,
        "checksum" => facts.checksum = Some(owned()),
        "rename" => facts.rename = rename(value),
        "lacks" => facts.lacks.push(owned()),
        _ => read_many(facts, name, value),
    }
}

/// Reads the facts that come in several lines.
fn read_many(facts: &mut Facts, name: &str, value: &str) {
    match name {
        "release" => {
            facts.entries.insert(value.to_owned());
        }
        "description" => {
            if let Ok(description) = serde_json::from_str::<super::Description>(value) {
                facts.descriptions.insert(description.id.clone(), description);
            }
        }
        "made" => facts.made.extend(value.parse()),
        "history" => {
            if let Ok(entry) = serde_json::from_str::<Entry>(value) {
                facts.history.push(entry);
            }
        }
        "in_shared" => {
            if let Some((what, path)) = value.split_once(' ') {
                facts.in_shared.insert(path.to_owned(), kind(what));
            }
        }
        _ => read_parts(facts, name, value),
    }
}

/// Reads the facts of parts that a host may have.
fn read_parts(facts: &mut Facts, name: &str, value: &str) {
    match name {
        "existing" => facts.existing.read(value),
        "docroot" => facts.docroot.get_or_insert_default().read(value),
        "env_file" => facts.env_files.begin(value),
        "env_bytes" => facts.env_files.push(value),
        "kept_key" => facts.kept_key = true,
        "unconfirmed" => facts.unconfirmed = true,
        "down" => facts.down = Some(if value == "by-run" { Down::ByRun } else { Down::ByOthers }),
        "recorded" => {
            if let Some((what, path)) = value.split_once(' ') {
                facts.recorded.insert(path.to_owned(), what == "dir");
            }
        }
        "found" => {
            facts.found.insert(value.to_owned());
        }
        "php_extension" => {
            facts.php_extensions.insert(value.to_owned());
        }
        "surveyed" => facts.survey = Some(super::Survey::default()),
        "drift" | "drift_count" | "written" => read_survey(facts, name, value),
        "unlike" => unlike(facts, value),
        "lock" => facts.lock = lock(value),
        "beat" => beat(facts, value),
        _ => {}
    }
}

/// Reads a path that steps have changed on the host.
fn unlike(facts: &mut Facts, value: &str) {
    if let (Some(base), Some(path)) = (&mut facts.shipped, value.strip_prefix("./")) {
        base.unlike.insert(path.to_owned());
    }
}

fn read_survey(facts: &mut Facts, name: &str, value: &str) {
    let Some(survey) = &mut facts.survey else { return };
    match name {
        "drift" => survey.add(value),
        "drift_count" => survey.count(value),
        _ => {
            survey.written.insert(value.to_owned());
        }
    }
}

/// Reads the word for what a path is.
pub(super) fn kind(value: &str) -> Kind {
    match value {
        "dir" => Kind::Dir,
        "read-only" => Kind::ReadOnly,
        "link-to-dir" => Kind::LinkToDir,
        "link" => Kind::Link,
        "file" => Kind::File,
        _ => Kind::Missing,
    }
}

fn rename(value: &str) -> Option<Rename> {
    match value {
        "gnu" => Some(Rename::Gnu),
        "bsd" => Some(Rename::Bsd),
        _ => None,
    }
}

fn php(value: &str) -> Option<Php> {
    let (version, binary) = value.split_once(' ')?;
    Some(Php { version: version.to_owned(), binary: binary.to_owned() })
}

/// Reads `OWNER:SINCE:WHO and for what`.
fn lock(value: &str) -> Option<Lock> {
    let (owner, rest) = value.split_once(':')?;
    let (since, who) = rest.split_once(':')?;
    let since = since.parse().unwrap_or_default();
    let text = value.to_owned();
    Some(Lock { text, owner: owner.to_owned(), since, seen: since, who: who.replace(':', ", ") })
}

/// Reads `OWNER SECONDS`, which counts only when it is of the lock's owner.
fn beat(facts: &mut Facts, value: &str) {
    let (Some(lock), Some((owner, seen))) = (&mut facts.lock, value.split_once(' ')) else { return };
    if lock.owner == owner {
        lock.seen = seen.parse().unwrap_or(lock.since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "\
Welcome to web1
home /home/ana
user ana
deploy_to /home/ana/apps/my shop
base /home/ana/apps
base_kind dir
clock 1767323045
free_kilobytes Available
free_kilobytes 41000000
free_inodes IFree
free_inodes 0
current link-to-dir
target releases/20260102030405
releases dir
release 20260102030405
release 20260102030400
release 20260102030406.partial
description {\"id\":\"20260102030405\",\"commit\":\"1a2b3c4\",\"subject\":\"Fix cart\"}
history not json
history {\"id\":\"20260102030400\",\"kind\":\"deploy\",\"outcome\":\"deployed\",\"previous\":null,\"by\":\"ana@laptop\",\"at\":\"2026-01-02T03:04:30Z\",\"seconds\":30}
in_shared missing public/my uploads
lock abc:1767323000:ana@laptop:deploy 20260102030406
beat old 1767323040
beat abc 1767323044
rename gnu
PHP Warning:  Module \"intl\" is already loaded in Unknown on line 0

php 8.2.29 /usr/bin/php8.2
php_extension Zend OPcache
";

    #[test]
    fn the_probe_s_lines_become_facts() {
        let facts = parse(ANSWER).unwrap();
        assert_eq!(facts.deploy_to, "/home/ana/apps/my shop");
        assert_eq!((facts.free_kilobytes, facts.free_inodes), (Some(41_000_000), None));
        assert_eq!(facts.live(), "20260102030405".parse().ok());
        assert_eq!(facts.previous(), "20260102030400".parse().ok());
        assert_eq!(facts.newest(), "20260102030406".parse().ok());
        assert_eq!(facts.in_shared["public/my uploads"], Kind::Missing);
        let lock = facts.lock.unwrap();
        assert_eq!((lock.who.as_str(), lock.seen), ("ana@laptop, deploy 20260102030406", 1_767_323_044));
        assert_eq!(facts.php.unwrap().version, "8.2.29");
        assert_eq!(facts.php_extensions, ["Zend OPcache".to_owned()].into());
    }

    #[test]
    fn an_answer_that_was_cut_is_not_facts() {
        assert_eq!(parse("home /home/ana\nuser ana\n"), Err(Incomplete("deploy_to")));
    }

    #[test]
    fn a_link_out_of_releases_is_no_release() {
        let facts = |target: &str| Facts {
            deploy_to: "/srv/shop".to_owned(),
            target: Some(target.to_owned()),
            ..Facts::default()
        };
        assert_eq!(facts("/srv/shop/releases/20260102030405/").live(), "20260102030405".parse().ok());
        assert_eq!(facts("/srv/other/releases/20260102030405").live(), None);
        assert_eq!(facts("releases/old").live(), None);
    }
}
