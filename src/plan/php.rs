//! Which PHP steps run on a host, and whether it can run the release: pure, from facts.

mod extensions;

use super::docroot::{self, Treatment};
use super::inputs::Inputs;
use super::preflight::Problem;
use crate::analyze::Platform;
use crate::analyze::constraint::{self, Dialect, Version};
use crate::config::HostConfig;
use crate::facts::Facts;
use crate::facts::php::{Installed, Teller};

/// Tells whether a version satisfies a constraint of composer.json; `None`: it cannot be read.
pub fn allows(constraint: &str, version: &str) -> Option<bool> {
    constraint::allows(Dialect::Composer, constraint, version)
}

/// Returns the PHP program that deploy.yml or the recipe gives a host, when its recipe uses one.
pub fn named(host: &HostConfig) -> Option<&str> {
    host.vars.get("php").and_then(serde_json::Value::as_str).filter(|php| !php.is_empty())
}

/// Returns the program that steps run: the one that the user names, else the one that was found.
pub fn program<'a>(host: &'a HostConfig, facts: &'a Facts) -> Option<&'a str> {
    let named = named(host)?;
    Some(match &facts.php {
        Some(php) if host.php_at.is_none() => &php.program,
        Some(_) | None => named,
    })
}

/// Returns the PHP to take instead of the one that the probe has started: where nobody names one, nothing
/// tells what the site runs on, and that one cannot run the release.
pub fn better<'a>(host: &HostConfig, facts: &'a Facts, platform: &Platform) -> Option<&'a str> {
    named(host)?;
    if host.php_at.is_some() || facts.phps.of_site().is_some() {
        return None;
    }
    let fits = facts.php.as_ref().is_some_and(|php| platform.refuses(&php.version).is_none());
    let newest = newest(facts, platform).filter(|_| !fits)?;
    let started = facts.php.as_ref().map(|php| php.program.as_str());
    (started != Some(&newest.path)).then_some(&newest.path)
}

/// Returns the newest PHP that can run the release.
fn newest<'a>(facts: &'a Facts, platform: &Platform) -> Option<&'a Installed> {
    // Of the version only its first two numbers are known.
    let fits = |php: &&Installed| platform.refuses(&format!("{}.99", php.version)).is_none();
    facts.phps.installed.iter().rfind(fits)
}

/// Says why it is this PHP, for persons.
pub fn reason(host: &HostConfig, facts: &Facts) -> String {
    if let Some(line) = line_of(host) {
        return format!("by {line}");
    }
    let program = program(host, facts);
    match &facts.phps.site {
        Some(site) if facts.phps.of_site() == program => format!("the site's own, {}", site.by.words()),
        _ if program == named(host) => "nothing tells which one the site runs on".to_owned(),
        _ => match &facts.phps.plain {
            Some(plain) => format!("the newest that fits; plain php is {plain}"),
            None => "the newest that fits; there is no plain php".to_owned(),
        },
    }
}

/// Returns the place where the user names the PHP.
fn line_of(host: &HostConfig) -> Option<String> {
    let at = host.php_at.as_ref()?;
    Some(if at.line == 0 { "`--var php`".to_owned() } else { format!("{} line {}", at.file, at.line) })
}

/// Returns what is wrong with a host's PHP.
pub fn problems(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Vec<Problem> {
    let Some(program) = program(host, facts) else { return Vec::new() };
    let platform = &inputs.source.platform;
    let Some(php) = &facts.php else { return vec![missing(program, host, facts)] };
    let version = platform.refuses(&php.version).map(|(who, constraint)| {
        let text = format!("PHP {} is not what {who} asks for: {constraint}", php.version);
        let problem = Problem::new(text).detail(format!("it is {}, {}", php.binary, reason(host, facts)));
        match mend(host, facts, platform) {
            Some(line) => problem.detail(line),
            None => problem,
        }
    });
    version.or_else(|| extensions::lacking(platform, php, &facts.php_extensions)).into_iter().collect()
}

/// Tells whether the PHP has every extension that the release needs.
pub fn lacks_nothing(inputs: &Inputs<'_>, facts: &Facts) -> bool {
    let lacking = |php| extensions::lacking(&inputs.source.platform, php, &facts.php_extensions);
    facts.php.as_ref().is_some_and(|php| lacking(php).is_none())
}

fn missing(program: &str, host: &HostConfig, facts: &Facts) -> Problem {
    let problem = Problem::new(format!("there is no PHP: `{program}` does not run"));
    let problem = match line_of(host) {
        Some(line) => problem.detail(format!("it is named by {line}")),
        None => problem,
    };
    if facts.phps.installed.is_empty() {
        return problem.detail(format!(
            "`php:` of {} in {} names another; hosting panels keep it in /opt/alt/php82/usr/bin/php, \
             /opt/cpanel/ea-php82/root/usr/bin/php or /opt/plesk/php/8.2/bin/php",
            host.name, host.at.file
        ));
    }
    let paths = facts.phps.installed.iter().map(|php| php.path.as_str()).collect::<Vec<_>>().join(", ");
    let problem = problem.detail(format!("the host has {paths}"));
    problem.detail(format!(
        "leave `php:` out for the one of the site, or name one for {} in {}",
        host.name, host.at.file
    ))
}

/// Says how the host gets a PHP that fits.
fn mend(host: &HostConfig, facts: &Facts, platform: &Platform) -> Option<String> {
    let (name, file) = (&host.name, &host.at.file);
    let newest = newest(facts, platform).map(|php| &php.path);
    let is_site_s = facts.phps.of_site().is_some() && host.php_at.is_none();
    if is_site_s {
        let panel = "choose another version for the site, in the hosting panel";
        return Some(match newest {
            Some(path) => format!("{panel}; if it has one, `php: {path}` for {name} in {file} says so"),
            None => panel.to_owned(),
        });
    }
    Some(match newest {
        Some(path) => format!("write `php: {path}` for {name} in {file}"),
        None => format!("none that was found there fits; `php:` of {name} in {file} names another"),
    })
}

/// Returns what a person should look at.
pub fn warnings(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Vec<String> {
    compared(inputs, host, facts).into_iter().chain(left_behind(inputs, host, facts)).collect()
}

/// Returns that the site loses its PHP with its old docroot: only the panel's own blocks go along.
fn left_behind(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Option<String> {
    let site = facts.phps.site.as_ref()?;
    let Teller::Line(path) = &site.by else { return None };
    let docroot = facts.docroot.as_ref()?;
    let replaced =
        matches!(docroot::treatment(host.docroot_mode, facts), Some(Treatment::Link | Treatment::Stub));
    if !replaced || *path != format!("{}/.htaccess", docroot.path) {
        return None;
    }
    let public = &inputs.config.docroot;
    let file = if public == "." { ".htaccess".to_owned() } else { format!("{public}/.htaccess") };
    Some(format!(
        "the line of {path} that gives the site PHP {} is in no block of the panel and does not go along: the \
         release needs it in its {file}",
        site.version
    ))
}

/// Compares the PHP of steps with the site's.
fn compared(inputs: &Inputs<'_>, host: &HostConfig, facts: &Facts) -> Vec<String> {
    let (Some(php), Some(program)) = (&facts.php, program(host, facts)) else { return Vec::new() };
    if host.php_at.is_none() && named(host) != Some(program) && facts.phps.of_site() != Some(program) {
        let (who, constraint) = facts
            .phps
            .plain
            .as_deref()
            .and_then(|plain| inputs.source.platform.refuses(plain))
            .unwrap_or(("the live release", "a newer one"));
        return vec![format!(
            "nothing tells which PHP the site runs on; steps run {program} ({}), for {who} asks for {constraint}: \
             see that the site has it as well",
            php.version
        )];
    }
    let Some(site) = &facts.phps.site else { return Vec::new() };
    let same = Version::parse(&php.version).is_some_and(|version| version.minor() == site.version);
    if same {
        return Vec::new();
    }
    let runs = format!("the site runs on PHP {} ({})", site.version, site.by.words());
    vec![match line_of(host) {
        Some(line) => format!("{runs}, and steps on {}, which {line} names", php.version),
        None => {
            format!("{runs}; the command line has none of that version, and steps run on {}", php.version)
        }
    }]
}

#[cfg(test)]
mod tests;
