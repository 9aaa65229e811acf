//! `deployer persist --local`: the same tree in the developer's own working copy. No host is asked.
#![expect(clippy::disallowed_methods, reason = "the working copy is looked at, and what lacks is made")]

use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::stage;
use super::super::surroundings::Surroundings;
use crate::config::{Config, Source};
use crate::event::Next;
use crate::host::HostName;
use crate::persist::finding::{Finding, State};
use crate::plan::sharing;
use crate::report::findings;

/// Makes the shared directories that the working copy lacks, and looks at all of them. Nothing that
/// is there is changed.
///
/// # Errors
/// When deploy.yml is wrong.
pub fn local(stage: Option<&str>, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = stage::open_or_first(stage, common, surroundings)?;
    let root = working_copy(&config);
    let mut found = directories(&root, &config);
    found.extend(sharing::files(&config.shared).iter().map(|path| file(&root, path)));
    found.extend(public_storage(&root));
    let fails = found.iter().any(|finding| finding.state == State::Fail);
    if super::super::wants_json(common) {
        super::super::answer(&found)?;
        return Ok(u8::from(fails));
    }
    let heading = findings::Heading { application: &config.application, stage: "this working copy" };
    let ending = if fails {
        "Something is missing here."
    } else {
        "This working copy has what the application expects."
    };
    let here = [(HostName::new("here".to_owned()), found.as_slice())];
    let mut out = io::stdout().lock();
    findings::print(&mut out, &heading, &here, ending, &next(&root, &found), &surroundings.stdout(common))?;
    Ok(u8::from(fails))
}

/// Makes the shared directories that the working copy lacks.
pub fn directories(root: &Path, config: &Config) -> Vec<Finding> {
    let dirs = sharing::dirs(&config.shared).into_iter().chain(config.shared.tree.iter().cloned());
    dirs.map(|path| directory(root, &path)).collect()
}

/// Returns the folder that a release is made from.
pub fn working_copy(config: &Config) -> PathBuf {
    match &config.source {
        Source::Folder(folder) => config.root.join(folder),
        Source::Git { repository, .. } => {
            let folder = config.root.join(repository);
            if folder.is_dir() { folder } else { config.root.clone() }
        }
    }
}

fn finding(state: State, name: &str, text: String) -> Finding {
    Finding { state, name: name.to_owned(), text }
}

fn directory(root: &Path, path: &str) -> Finding {
    let place = root.join(path);
    if place.is_dir() {
        return writable(&place, path, "is there and can be written into");
    }
    match std::fs::create_dir_all(&place) {
        Ok(()) => writable(&place, path, "was made"),
        Err(error) => finding(State::Fail, "shared", format!("{path} cannot be made: {error}")),
    }
}

fn writable(place: &Path, path: &str, how: &str) -> Finding {
    match tempfile::NamedTempFile::new_in(place) {
        Ok(_) => finding(State::Ok, "shared", format!("{path} {how}")),
        Err(error) => finding(State::Fail, "shared", format!("{path} cannot be written into: {error}")),
    }
}

fn file(root: &Path, path: &str) -> Finding {
    if root.join(path).is_file() {
        finding(State::Ok, "shared", format!("{path} is there"))
    } else {
        finding(State::Fail, "shared", format!("{path} is missing"))
    }
}

/// Laravel shows its uploads through a second link.
pub fn public_storage(root: &Path) -> Option<Finding> {
    let is_laravel = root.join("artisan").is_file() && root.join("storage/app/public").is_dir();
    if !is_laravel || !root.join("public").is_dir() {
        return None;
    }
    let link = root.join("public/storage");
    let name = "public/storage";
    Some(match std::fs::symlink_metadata(&link) {
        Ok(what) if what.is_symlink() && link.is_dir() => {
            finding(State::Ok, "link", format!("{name} is a link to uploads"))
        }
        Ok(what) if what.is_symlink() => finding(
            State::Fail,
            "link",
            format!("{name} is a link to nowhere: remove it, and run this again"),
        ),
        Ok(_) => finding(
            State::Warn,
            "link",
            format!("{name} is no link: move what is in it to storage/app/public, and run this again"),
        ),
        Err(_) => match symlink("../storage/app/public", &link) {
            Ok(()) => finding(State::Ok, "link", format!("{name} was linked to storage/app/public")),
            Err(error) => finding(State::Fail, "link", format!("{name} cannot be made: {error}")),
        },
    })
}

fn next(root: &Path, found: &[Finding]) -> Vec<Next> {
    let lacks_env = found.iter().any(|finding| finding.text == ".env is missing");
    if !lacks_env || !root.join(".env.example").is_file() {
        return Vec::new();
    }
    vec![Next { run: "cp .env.example .env".to_owned(), why: "then fill in your own settings".to_owned() }]
}
