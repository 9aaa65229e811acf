//! What must be so after every run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::run::Ending;
use super::script::{Fault, Kind, Run};
use super::site::Site;
use super::thing::Found;

/// What the site was like before a run.
pub struct Before {
    /// The release that was live.
    pub live: Option<String>,
    shared: BTreeMap<String, Found>,
    deleted: BTreeMap<String, bool>,
    /// The notes of runs that died with their host, and that nobody has confirmed since.
    unconfirmed: BTreeSet<String>,
}

impl Before {
    pub fn of(site: &Site) -> Self {
        let mut shared = BTreeMap::new();
        files(&site.app("shared"), "", &mut shared);
        let names = fs::read_dir(site.app(".deployer")).into_iter().flatten();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let unconfirmed = names.filter(|name| name.starts_with("undo.")).collect();
        Self { live: site.live(), shared, deleted: site.memory.deleted.clone(), unconfirmed }
    }
}

/// Looks at everything.
///
/// # Errors
/// What is not as it must be.
pub fn check(site: &mut Site, run: &Run, before: &Before, ending: &Ending) -> Result<(), String> {
    site.archives.read(&site.app("backups"));
    expected(site, run, before, ending)?;
    let Some(live) = site.live() else { return Ok(()) };
    if !site.shipped.contains_key(&live) {
        return Err(format!("{live} is live, and nobody knows why"));
    }
    shipped(site, &live)?;
    shared(site, before)?;
    wanted(site, &live, ending)?;
    deleted(site, &live, run, before, ending)?;
    for (path, thing) in &site.memory.apart {
        if !site.is_somewhere(path, thing) {
            return Err(format!("lost for ever: {path:?}, {thing:?}, which had no place any more"));
        }
    }
    match ending {
        Ending::Exit(_) if !matches!(run.fault, Fault::Cut(_)) => tidy(site, run, before, ending),
        _ => Ok(()),
    }
}

/// Checks that the run ended as its faults say.
fn expected(site: &Site, run: &Run, before: &Before, ending: &Ending) -> Result<(), String> {
    let is_plain = matches!(run.fault, Fault::None) && matches!(run.kind, Kind::Deploy);
    match ending {
        Ending::Exit(0) | Ending::Killed => Ok(()),
        // What is shared may be in the way of what is shipped.
        Ending::Refused(_) => same(&before.live, &site.live()),
        Ending::Exit(1) if !is_plain => same(&before.live, &site.live()),
        Ending::Exit(code) => Err(format!("exit code {code}")),
    }
}

fn same(before: &Option<String>, now: &Option<String>) -> Result<(), String> {
    if before == now { Ok(()) } else { Err(format!("{before:?} was live, and now it is {now:?}")) }
}

/// The live release is whole, and nothing of another version is in it.
fn shipped(site: &Site, live: &str) -> Result<(), String> {
    let release = site.app("current");
    let is_changed = |path: &str| site.memory.changed.contains(&(live.to_owned(), path.to_owned()));
    let ships = &site.shipped[live];
    for (path, content) in ships {
        if is_changed(path) || site.is_shared(live, path) {
            continue;
        }
        let is_there = fs::read_to_string(release.join(path)).is_ok_and(|found| found == *content);
        if !is_there {
            return Err(format!("{path} is not as it was shipped"));
        }
    }
    if fs::read_to_string(release.join("made.txt")).ok() != Some(format!("{live}\n")) {
        return Err("made.txt is not this release's own".to_owned());
    }
    let mut all = BTreeMap::new();
    files(&release, "", &mut all);
    for (path, found) in all {
        let vendors =
            matches!(&found.thing, super::thing::Thing::File(text) if text.starts_with(&format!("{path} ")));
        if vendors && !ships.contains_key(&path) && !is_changed(&path) && !site.is_shared(live, &path) {
            return Err(format!("{path} is of another version"));
        }
    }
    Ok(())
}

/// Nothing in shared data has changed but what users changed.
fn shared(site: &Site, before: &Before) -> Result<(), String> {
    const OWN: [&str; 4] =
        [".persistence-config", "health-check.sh", "emergency-recovery.sh", "public/.shared-exclusions"];
    for (path, old) in before.shared.iter().filter(|(path, _)| !OWN.contains(&path.as_str())) {
        let now = Found::at(&site.app("shared").join(path));
        let by_user =
            site.memory.wanted.get(path).is_some_and(|written| Some(&written.found) == now.as_ref())
                || now.is_none() && site.memory.deleted.contains_key(path);
        // What a dead run has put there is taken back by the next, which may add it again.
        let is_same = now.as_ref().is_none_or(|now| now.thing == old.thing);
        let by_dead = !site.dead.is_empty() && is_same;
        if now.as_ref() != Some(old) && !by_user && !by_dead {
            return Err(format!("shared/{path} was {old:?}, and is {now:?}"));
        }
    }
    Ok(())
}

/// What users wrote last is what visitors see, or it is kept where that cannot be.
fn wanted(site: &mut Site, live: &str, ending: &Ending) -> Result<(), String> {
    let paths: Vec<_> = site.memory.wanted.keys().cloned().collect();
    for path in paths {
        let written = &site.memory.wanted[&path];
        let now = Found::at(&site.app("current").join(&path));
        if now.as_ref() == Some(&written.found) {
            continue;
        }
        let thing = &written.found.thing;
        if !site.is_somewhere(&path, thing) {
            return Err(format!("lost for ever: {path:?}, {:?}; there is {now:?}", written.found));
        }
        if now.as_ref().is_some_and(|now| now.thing == *thing) {
            return Err(format!("{path:?} was {:?}, and is {now:?}", written.found));
        }
        if site.archives.hold(thing) && is_taken(site, live, &path) {
            site.memory.put_apart(&path);
        } else if !may_be_hidden(site, live, &path, ending) {
            return Err(format!("{path:?} is not seen: {:?}; there is {now:?}", written.found));
        }
    }
    Ok(())
}

/// Tells whether something was written over a shipped file, or the live release ships something in its
/// place, or in its way. Of two versions that were written behind the switch, one into each release, an
/// archive may have either.
fn is_taken(site: &Site, live: &str, path: &str) -> bool {
    let place = site.app("current").join(path);
    let is_behind = |path: &&str| site.app("current").join(path).is_file();
    let is_in_the_way = place.is_dir() || path.match_indices('/').any(|(at, _)| is_behind(&&path[..at]));
    let is_late = site.memory.wanted[path].is_late;
    let is_edit = site.shipped[&site.memory.wanted[path].release].contains_key(path);
    is_edit
        || is_late
        || is_in_the_way
        || site.shipped[live].keys().any(|shipped| {
            shipped == path
                || shipped.starts_with(&format!("{path}/"))
                || path.starts_with(&format!("{shipped}/"))
        })
}

/// Tells whether something may be where visitors do not see it for now.
fn may_be_hidden(site: &Site, live: &str, path: &str, ending: &Ending) -> bool {
    let written = &site.memory.wanted[path];
    let there = |root: &Path| Found::at(&root.join(path)).is_some_and(|found| found == written.found);
    // A run that was killed behind the switch has left it to the next that comes as far.
    let by_death = written.release != live && there(&site.app("releases").join(&written.release));
    // The release does not share the directory (any more, or yet).
    let by_release = !site.is_shared(live, path) && there(&site.app("shared"));
    by_death && *ending != Ending::Exit(0) || by_release
}

/// What users deleted does not come back.
fn deleted(site: &mut Site, live: &str, run: &Run, before: &Before, ending: &Ending) -> Result<(), String> {
    let paths: Vec<_> = site.memory.deleted.iter().map(|(path, demo)| (path.clone(), *demo)).collect();
    for (path, was_demo) in paths {
        let Some(found) = Found::at(&site.app("current").join(&path)) else { continue };
        let is_vendors = site.shipped[live].contains_key(&path) && !(was_demo && site.is_shared(live, &path));
        // An older release still has what was deleted in a newer one.
        let by_rollback = !matches!(run.kind, Kind::Deploy) && !site.is_shared(live, &path);
        // So has the release that is live again, when it was deleted in the one that failed.
        let by_failure = *ending != Ending::Exit(0) && !before.deleted.contains_key(&path);
        // Somebody wrote it again, too late for anybody to see it at once.
        let by_late_one = site.memory.apart.contains(&(path.clone(), found.thing.clone()));
        if is_vendors || by_rollback || by_failure || by_late_one {
            site.memory.deleted.remove(&path);
        } else {
            return Err(format!("{path:?} was deleted, and is there again: {found:?}"));
        }
    }
    Ok(())
}

/// A run that has ended leaves nothing of its own in the records; a deploy leaves nothing of others.
fn tidy(site: &Site, run: &Run, before: &Before, ending: &Ending) -> Result<(), String> {
    let is_whole = matches!(run.kind, Kind::Deploy) && *ending == Ending::Exit(0);
    let is_of_dead = |name: &str| site.dead.iter().any(|id| name.contains(id.as_str()));
    // A sign of life may come right behind the removal of its lock; nobody looks at it without one.
    let known = ["adopted", "history.jsonl", "lock.beat", "manifests", "releases", "seen", "shipped"];
    for entry in fs::read_dir(site.app(".deployer")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // Which of the releases that are still there were live must be known.
        let is_there = |id: &str| site.app("releases").join(id).exists();
        if known.contains(&name.as_str()) || name.strip_prefix("live.").is_some_and(is_there) {
            continue;
        }
        // That a run died with its host is noted until another one has gone live; this run leaves no such note.
        let is_older = before.unconfirmed.contains(&name);
        let may_stay = is_of_dead(&name) || is_older || name.starts_with("lock.") || name == "adopting";
        if is_whole || !may_stay {
            return Err(format!(".deployer/{name} was left behind"));
        }
    }
    Ok(())
}

/// Lists all files and links below a directory. Links to directories are not followed.
fn files(directory: &Path, prefix: &str, all: &mut BTreeMap<String, Found>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{path}/"), all);
        } else if let Some(found) = Found::at(&entry.path()) {
            all.insert(path, found);
        }
    }
}
