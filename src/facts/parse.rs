//! From the lines that `templates/probe.sh` prints to [`Facts`].

use super::history::Entry;
use super::quota::Quota;
use super::{Base, Database, Down, Facts, Kind, Lock, Php, Rename};

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
    add(&mut facts, text);
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

/// Reads more lines of the same kind.
pub fn add(facts: &mut Facts, text: &str) {
    for line in text.lines() {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        read(facts, name, value);
    }
    // One that says nothing does not run.
    facts.php.take_if(|php| php.version.is_empty());
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
        "dump" => facts.dumps.extend(crate::backup::dump::Dump::read(value)),
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
        "migrations" => facts.migrations.get_or_insert_default().read(value),
        "installed" => {
            facts.installed.insert(value.to_owned());
        }
        "surveyed" => facts.survey = Some(super::Survey::default()),
        "drift" | "drift_count" | "written" => read_survey(facts, name, value),
        "unlike" => unlike(facts, value),
        "lock" => facts.lock = lock(value),
        "beat" => beat(facts, value),
        _ => read_php(facts, name, value),
    }
}

/// Reads a fact about the PHPs of the host.
fn read_php(facts: &mut Facts, name: &str, value: &str) {
    match name {
        "php_found" => facts.phps.found(value),
        "site_php" => facts.phps.read_site(value),
        "plain_php" => facts.phps.plain = Some(value.to_owned()),
        // Another one is started; what was said of the one before is of no use any more.
        "php_as" => {
            facts.php = Some(Php { program: value.to_owned(), ..Php::default() });
            facts.php_extensions.clear();
        }
        "php" => {
            if let (Some(php), Some((version, binary))) = (&mut facts.php, value.split_once(' ')) {
                (php.version, php.binary) = (version.to_owned(), binary.to_owned());
            }
        }
        "php_extension" => {
            facts.php_extensions.insert(value.to_owned());
        }
        _ => read_limit(facts, name, value),
    }
}

/// Reads a fact about what the account may use.
fn read_limit(facts: &mut Facts, name: &str, value: &str) {
    // df writes `-` where a file system has no such number.
    let percent = || value.strip_suffix('%').and_then(|number| number.parse().ok());
    match name {
        "used_space" => facts.used_space = percent().or(facts.used_space),
        "used_inodes" => facts.used_inodes = percent().or(facts.used_inodes),
        "quota" => facts.quota = Quota::read(value).unwrap_or_default(),
        "database" => facts.database = Database::read(value),
        "processes" => facts.processes = value.parse().ok(),
        "file_system" => {
            let (kind, options) = value.split_once(' ').unwrap_or((value, ""));
            facts.file_system = Some(kind.to_owned());
            facts.noexec = options.split(',').any(|option| option == "noexec");
        }
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
php_found 8.2 /opt/alt/php82/usr/bin/php
used_space Capacity
used_space 91%
used_inodes IUse%
used_inodes -
quota 46500 51200 0 0
file_system ext4 rw,noexec,relatime
processes 100
php_as php
php 7.4.33 /usr/bin/php7.4
php_extension xmlrpc
php_as php8
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
        let php = facts.php.unwrap();
        assert_eq!((php.version.as_str(), php.program.as_str()), ("8.2.29", "php8"));
        assert_eq!((facts.used_space, facts.used_inodes, facts.processes), (Some(91), None, Some(100)));
        assert_eq!((facts.file_system.as_deref(), facts.noexec), (Some("ext4"), true));
        assert_eq!(facts.quota.kilobytes.unwrap().left(), 4700);
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
