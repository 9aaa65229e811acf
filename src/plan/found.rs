//! What was found on a host, a line for each thing, for a person who wants to see it: pure, from facts.

use serde::{Deserialize, Serialize};

use super::connection;
use super::docroot::{self, Treatment};
use super::inputs::Inputs;
use super::php;
use super::settings;
use super::sharing::Sharing;
use super::{space, values};
use crate::config::HostConfig;
use crate::facts::{Facts, Rename};

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is about, in a word, as `php`.
    pub about: String,
    /// What was found.
    pub value: String,
    /// Why it is so, or what it means; may be empty.
    pub why: String,
}

impl Line {
    /// Makes a line.
    fn new(about: &str, value: impl Into<String>, why: impl Into<String>) -> Self {
        Self { about: about.to_owned(), value: value.into(), why: why.into() }
    }
}

/// Returns what was found on a host, the most important first.
pub fn lines(inputs: &Inputs<'_>, sharing: &Sharing, host: &HostConfig, facts: &Facts) -> Vec<Line> {
    let address = inputs.addresses.get(&host.name).unwrap_or(&host.address);
    let [space, files] = space::told(facts);
    let mut lines = vec![Line::new("login", address, "")];
    lines.extend(php_lines(inputs, host, facts));
    lines.extend(space.map(|(value, why)| Line::new("space", value, why)));
    lines.extend(files.map(|(value, why)| Line::new("files", value, why)));
    lines.push(directory(facts));
    lines.push(live(facts));
    lines.extend(docroot_line(host, facts));
    lines.extend(settings::found(inputs, sharing, facts).map(|(value, why)| Line::new(".env", value, why)));
    lines.extend(connection::found(facts).map(|value| Line::new("database", value, "")));
    lines.push(tools(facts));
    lines.extend(links(facts));
    lines.extend(facts.processes.map(|processes| Line::new("processes", format!("{processes} at once"), "")));
    lines.push(clock(inputs, facts));
    if facts.lock.is_none() {
        lines.push(Line::new("lock", "free", ""));
    }
    let short = |text: &str| shortened(text, &facts.home);
    lines.into_iter().map(|line| Line { value: short(&line.value), why: short(&line.why), ..line }).collect()
}

/// Writes paths below the home directory as a shell does.
fn shortened(text: &str, home: &str) -> String {
    if !home.starts_with('/') || home == "/" {
        return text.to_owned();
    }
    let words = text.split(' ').map(|word| match word.strip_prefix(home) {
        Some(rest) if rest.starts_with('/') => format!("~{rest}"),
        Some(_) | None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn php_lines(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Vec<Line> {
    let (Some(php), Some(program)) = (&facts.php, php::program(host, facts)) else { return Vec::new() };
    // Of a path the user sees what stands in deploy.yml, of a name what it leads to.
    let which = if program.starts_with('/') { program } else { &php.binary };
    let line = Line::new("php", format!("{}, {which}", php.version), php::reason(host, facts));
    let extensions = match inputs.source.platform.extensions().count() {
        0 => None,
        1 => Some("the one that composer.json and composer.lock ask for".to_owned()),
        2 => Some("both that composer.json and composer.lock ask for".to_owned()),
        count => Some(format!("all {count} that composer.json and composer.lock ask for")),
    };
    let extensions = extensions.filter(|_| php::lacks_nothing(inputs, facts));
    let extensions = extensions.map(|value| Line::new("extensions", value, "on the command line"));
    std::iter::once(line).chain(extensions).collect()
}

fn directory(facts: &Facts) -> Line {
    let path = facts.layout().deploy_to().to_owned();
    let is_there = facts.base == path;
    let lacks = !values::missing_dirs(facts, &facts.layout()).is_empty();
    let why = match (is_there, lacks) {
        (false, _) => format!("made by the first run; {} can be written", facts.base),
        (true, true) => "can be written; what it lacks is made by the first run".to_owned(),
        (true, false) => "can be written".to_owned(),
    };
    Line::new("directory", path, why)
}

fn live(facts: &Facts) -> Line {
    match facts.live() {
        Some(live) => {
            let what = facts.descriptions.get(&live);
            let what = what.map(|description| description.subject.clone()).unwrap_or_default();
            Line::new("current", live.to_string(), what)
        }
        None => Line::new("current", "nothing yet", "this is the first deploy"),
    }
}

fn docroot_line(host: &HostConfig, facts: &Facts) -> Option<Line> {
    let docroot = facts.docroot.as_ref()?;
    let becomes = match docroot::treatment(host.docroot_mode, facts)? {
        Treatment::Serves => "a link to the live release",
        Treatment::Link => "becomes a link to the live release",
        Treatment::Stub => "becomes a directory that finds the live release",
        Treatment::Exchange => "a directory that finds the live release",
        Treatment::Leave => return None,
    };
    Some(Line::new("docroot", docroot.path.clone(), becomes))
}

fn tools(facts: &Facts) -> Line {
    let php = if facts.php.is_some() { "php" } else { "nothing" };
    let sum = facts.checksum.as_deref().and_then(|command| command.split(' ').next()).unwrap_or(php);
    let rename = match facts.rename {
        Some(Rename::Gnu) => "mv -T",
        Some(Rename::Bsd) => "mv -h",
        None => php,
    };
    let packed = if facts.zstd { "zstd" } else { "gzip" };
    Line::new(
        "tools",
        "all that a deploy needs",
        format!("{sum} for checksums, {rename} for the switch, {packed}"),
    )
}

fn links(facts: &Facts) -> Option<Line> {
    if facts.live().is_some() {
        return Some(Line::new("links", "allowed", "`current` is one"));
    }
    let kind = facts.file_system.as_ref()?;
    Some(Line::new(
        "links",
        format!("not tried on {kind}"),
        "the lock is one, and the first thing that a run makes",
    ))
}

fn clock(inputs: &Inputs<'_>, facts: &Facts) -> Line {
    let skew = (inputs.now.as_second() - i64::try_from(facts.clock).unwrap_or_default()).unsigned_abs();
    match skew {
        0..=5 => Line::new("clock", "as this machine's", ""),
        6..=300 => Line::new("clock", format!("{skew} s from this machine's"), ""),
        _ => Line::new("clock", format!("{} minutes from this machine's", skew / 60), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_home_directory_are_short() {
        let short = |text: &str| shortened(text, "/home/ana");
        assert_eq!(short("by /home/ana/my shop/.htaccess"), "by ~/my shop/.htaccess");
        assert_eq!(
            short("/home/ana can be written; /home/anabel/x"),
            "/home/ana can be written; /home/anabel/x"
        );
        assert_eq!(shortened("/srv/x", "/"), "/srv/x");
    }
}
