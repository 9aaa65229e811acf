//! The extensions that a release needs and a host's PHP does not have.

use std::collections::BTreeSet;

use crate::analyze::constraint::Version;
use crate::analyze::platform::install;
use crate::analyze::{Machine, Platform};
use crate::facts::Php;
use crate::plan::preflight::Problem;

/// Returns what lacks, if anything does. Only the command line can be asked.
pub fn lacking(platform: &Platform, php: &Php, there: &BTreeSet<String>) -> Option<Problem> {
    let machine = Machine { extensions: there.clone(), ..Machine::default() };
    let lacking: Vec<(&str, &[String])> =
        platform.extensions().filter(|(name, _)| !machine.has_extension(name)).collect();
    if there.is_empty() || lacking.is_empty() {
        return None;
    }
    let names: Vec<&str> = lacking.iter().map(|(name, _)| *name).collect();
    let text = format!("PHP {} has no {} on the command line", php.version, names.join(", "));
    let problem = lacking.iter().fold(Problem::new(text), |problem, (name, who)| {
        problem.detail(match who {
            [one] => format!("{name}: {one} asks for it"),
            [one, rest @ ..] => format!("{name}: {one} and {} more ask for it", rest.len()),
            [] => format!("{name}: the release asks for it"),
        })
    });
    Some(mended(problem, php, &names))
}

/// Adds where extensions come from, which the path of the program tells.
fn mended(problem: Problem, php: &Php, names: &[&str]) -> Problem {
    let digits =
        Version::parse(&php.version).map(|version| version.minor().replace('.', "")).unwrap_or_default();
    let path = &php.binary;
    let each =
        |before: &str| names.iter().map(|name| format!("{before}{name}")).collect::<Vec<_>>().join(", ");
    if path.starts_with("/opt/alt/") {
        return problem.detail(
            "in the hosting panel: Select PHP Version > Extensions (Hostinger: PHP Configuration > PHP extensions)",
        );
    }
    if path.starts_with("/opt/cpanel/") {
        let packages = each(&format!("ea-php{digits}-php-"));
        return problem.detail(format!("whoever runs the server installs {packages} (WHM > EasyApache 4)"));
    }
    if path.starts_with("/opt/plesk/") {
        return problem.detail("in Plesk: Tools & Settings > PHP Settings, by whoever runs the server");
    }
    if path.starts_with("/usr/local/") || path.starts_with("/opt/") {
        return problem.detail(format!("whoever runs the server adds them to {path}"));
    }
    let packages: BTreeSet<String> = names
        .iter()
        .map(|name| install(name, &php.version).rsplit(' ').next().unwrap_or_default().to_owned())
        .collect();
    let packages: Vec<String> = packages.into_iter().collect();
    problem.next(
        format!("sudo apt-get install {}", packages.join(" ")),
        "on the host; other systems have names like these",
    )
}
