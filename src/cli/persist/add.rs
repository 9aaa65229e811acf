//! `deployer persist --add PATH`: one more shared path in deploy.yml.
#![expect(clippy::disallowed_methods, reason = "deploy.yml is read and written")]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::stage;
use super::super::surroundings::Surroundings;
use crate::config::overrides::Overrides;
use crate::config::project::Project;
use crate::config::{Config, Shared};
use crate::persist::insertion;
use crate::plan::sharing;

/// Adds the path under `shared.also`, leaving comments and layout as they are. Where the text has an
/// unusual shape it says which lines to add, and writes nothing.
///
/// # Errors
/// When the path leads out of the application, or deploy.yml is wrong or cannot be written.
pub fn add(
    path: &str,
    stage: Option<&str>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let config = stage::open_or_first(stage, common, surroundings)?;
    let path = inside(path)?;
    is_no_docroot(&path, &config.docroot)?;
    let mut out = io::stdout().lock();
    let is_shared = |known: &String| path == *known || path.starts_with(&format!("{known}/"));
    if let Some(known) = sharing::dirs(&config.shared)
        .iter()
        .chain(&sharing::files(&config.shared))
        .find(|known| is_shared(known))
    {
        writeln!(
            out,
            "{path} is shared already{}.",
            if *known == path { String::new() } else { format!(" with {known}") }
        )?;
        return Ok(0);
    }
    let file = stage::file(common, surroundings)?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let before = std::fs::read_to_string(&file)?;
    let after = insertion::insert(&before, &path).filter(|after| {
        let read = |text: &str| of_all_stages(&file, text);
        read(&before).is_some_and(|before| read(after) == Some(with(before, &path)))
    });
    let Some(after) = after else {
        let lines = insertion::by_hand(&path);
        let text =
            format!("error: {name} is written in a way that only a person should change; add\n\n{lines}");
        return Err(Fault::Usage { text, next: Vec::new() });
    };
    write_whole(&file, &after)?;
    writeln!(out, "{path} was added to {name}, under shared.also.")?;
    writeln!(out, "The next deploy takes what the live release has there into shared/, and links it.")?;
    let next = crate::event::Next {
        run: format!("deployer plan {}", config.stage),
        why: "what the next deploy does".to_owned(),
    };
    crate::report::refusal::print_next(&mut out, &[next], &surroundings.stdout(common))?;
    Ok(0)
}

/// Refuses the directory that the web server serves: shared, no later release would change it.
fn is_no_docroot(path: &str, docroot: &str) -> Result<(), Fault> {
    if path != docroot && !docroot.starts_with(&format!("{path}/")) {
        return Ok(());
    }
    let text = format!("`{path}` cannot be shared: it is what the web server serves, code included");
    let run = format!("deployer persist --add {docroot}/uploads");
    Err(Fault::usage(text).next(run, "or another directory in it that holds data"))
}

/// Returns the path as deploy.yml spells it.
fn inside(path: &str) -> Result<String, Fault> {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let reason = if path.starts_with('/') || path.starts_with('~') {
        "start at the application's directory, as in public/uploads"
    } else if parts.contains(&"..") {
        "it must not lead out of the application's directory"
    } else if parts.is_empty() {
        "name something in the application's directory"
    } else if path.contains(char::is_control) {
        "it must not hold line breaks"
    } else {
        return Ok(parts.join("/"));
    };
    Err(Fault::usage(format!("`{path}` cannot be shared: {reason}")))
}

/// Returns what each stage shares by this text of deploy.yml.
fn of_all_stages(file: &Path, text: &str) -> Option<Vec<Shared>> {
    let root = file.parent().unwrap_or(Path::new(""));
    let name = file.display().to_string();
    let project = Project::new(&name, root, text, &|path| std::fs::read_to_string(path)).ok()?;
    let stages = project.stages().map(|stage| project.stage(stage, &Overrides::default()));
    // Where a list stands matters to nobody.
    let shared = |config: Config| Shared { written_in: BTreeMap::new(), ..config.shared };
    stages.map(|config| config.ok().map(shared)).collect()
}

fn with(mut stages: Vec<Shared>, path: &str) -> Vec<Shared> {
    stages.iter_mut().for_each(|shared| shared.also.push(path.to_owned()));
    stages
}

/// Writes the file under another name first, with the mode that it has.
fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    // A link stays a link.
    let file = file.canonicalize()?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(std::fs::metadata(&file)?.permissions())?;
    new.persist(&file)?;
    Ok(())
}
