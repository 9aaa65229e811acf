//! The PHP and the extensions that packages ask for, against those of machines.

use std::collections::BTreeMap;

use super::Place;
use super::composer::{Lock, Manifest};
use super::constraint::{Dialect, allows, lowest};
use super::finding::{Finding, line_of, line_of_key};
use super::machine::Machine;
use super::requirement::{Found, Requirement};

/// What a project and the packages of production ask of PHP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// The constraints on PHP: who asks, and for what. The project itself is the first.
    php: Vec<(String, String)>,
    /// The extensions, with who asks.
    extensions: BTreeMap<String, Vec<String>>,
    /// The PHP that Composer is told to assume.
    assumed: Option<String>,
}

/// The name of the project among those who ask.
const ROOT: &str = "composer.json";

impl Platform {
    /// Reads it from the texts of composer.json and composer.lock; without the former nothing is asked.
    pub fn of(manifest: &str, lock: Option<&str>) -> Self {
        let Ok(manifest) = Manifest::parse(manifest) else { return Self::default() };
        let lock = lock.and_then(|lock| Lock::parse(lock).ok());
        Self::new(&manifest, lock.as_ref())
    }

    /// Collects it.
    pub(super) fn new(manifest: &Manifest, lock: Option<&Lock>) -> Self {
        let mut platform = Self { assumed: manifest.platform("php").map(str::to_owned), ..Self::default() };
        platform.add(ROOT, &manifest.requires("require"));
        let mut provided: Vec<String> = manifest.provided().collect();
        for package in lock.into_iter().flat_map(Lock::production) {
            platform.add(&format!("{} {}", package.name, package.version), &package.requires);
            provided.extend(package.provides.keys().cloned());
        }
        // A polyfill does what the extension would.
        platform.extensions.retain(|name, _| !provided.contains(&format!("ext-{name}")));
        platform
    }

    fn add(&mut self, who: &str, requires: &BTreeMap<String, String>) {
        for (name, constraint) in requires {
            if name == "php" {
                self.php.push((who.to_owned(), constraint.clone()));
            } else if let Some(extension) = name.strip_prefix("ext-") {
                self.extensions.entry(extension.to_owned()).or_default().push(who.to_owned());
            }
        }
    }

    /// Returns who asks for another PHP than that, and for what; the project itself comes first.
    pub fn refuses(&self, version: &str) -> Option<(&str, &str)> {
        self.refused(version).first().map(|(who, constraint)| (who.as_str(), constraint.as_str()))
    }

    /// Returns the extensions, by their names in composer.json without `ext-`, each with those who ask for it.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.extensions.iter().map(|(name, who)| (name.as_str(), who.as_slice()))
    }

    /// Compares it with machines; the first is the controller.
    pub(super) fn compare(
        &self,
        machines: &[(Place, &Machine)],
        texts: &Texts<'_>,
    ) -> (Vec<Requirement>, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut found = Vec::new();
        for (place, machine) in machines {
            let assumed = self.assumed.as_ref().filter(|_| *place == Place::Here);
            let version = assumed.or(machine.php.as_ref());
            let refused = version.map(|version| self.refused(version)).unwrap_or_default();
            let fits = machine.php.is_some() && refused.is_empty();
            let finding = match (&machine.php, assumed) {
                (Some(real), Some(assumed)) if fits => self.wrong_assumption(real, assumed, texts),
                _ => self.wrong_php(place, version.filter(|_| machine.php.is_some()), &refused, texts),
            };
            found.push(Found { place: place.clone(), found: machine.php.clone(), fits });
            findings.extend(finding);
        }
        let mut requirements = vec![Requirement { what: "php".to_owned(), required: self.range(), found }];
        if self.php.is_empty() {
            requirements.clear();
        }
        for (extension, who) in &self.extensions {
            let (requirement, finding) = compare_extension(extension, who, machines, texts);
            requirements.push(requirement);
            findings.extend(finding);
        }
        (requirements, findings)
    }

    /// Returns those who ask for another PHP.
    fn refused(&self, version: &str) -> Vec<&(String, String)> {
        let refuses = |(_, constraint): &&(String, String)| {
            allows(Dialect::Composer, constraint, version) == Some(false)
        };
        self.php.iter().filter(refuses).collect()
    }

    /// Returns what is asked for: the project's own words, unless packages ask for more.
    fn range(&self) -> String {
        let all: Vec<&str> = self.php.iter().map(|(_, constraint)| constraint.as_str()).collect();
        let own = self.php.first().filter(|(who, _)| who == ROOT).map(|(_, constraint)| constraint.as_str());
        let low = lowest(Dialect::Composer, &all);
        match (own, low) {
            (Some(own), low) if low.is_none() || lowest(Dialect::Composer, &[own]) == low => own.to_owned(),
            (_, Some(low)) => format!("{low} or newer"),
            (_, None) => "any".to_owned(),
        }
    }

    /// Says that Composer installs packages that this PHP cannot run.
    fn wrong_assumption(&self, real: &str, assumed: &str, texts: &Texts<'_>) -> Option<Finding> {
        let (who, constraint) = self.refused(real).first().copied()?;
        let text = format!(
            "PHP {real} is here, Composer is told to assume {assumed}, and {who} asks for {constraint}"
        );
        let effect = "packages are installed, and scripts of the build that run the application may fail";
        Some(Finding::warning("php", text, effect).at(ROOT, texts.manifest_line("platform")))
    }

    fn wrong_php(
        &self,
        place: &Place,
        version: Option<&String>,
        refused: &[&(String, String)],
        texts: &Texts<'_>,
    ) -> Option<Finding> {
        let effect = place.php_effect();
        let Some(version) = version else {
            let finding = Finding::error("php", format!("there is no PHP {place}"), effect);
            return (!self.php.is_empty()).then(|| finding.at(ROOT, texts.manifest_line("php")));
        };
        let ((who, constraint), more) = match refused {
            [] => return None,
            [first, rest @ ..] => (*first, rest.len()),
        };
        let asks = if more == 0 { "asks".to_owned() } else { format!("and {more} more ask") };
        let text = format!("PHP {version} {place} is not what {who} {asks} for: {constraint}");
        let (file, line) = texts.place_of(who, "php");
        Some(Finding::error("php", text, effect).at(file, line))
    }
}

fn compare_extension(
    extension: &str,
    who: &[String],
    machines: &[(Place, &Machine)],
    texts: &Texts<'_>,
) -> (Requirement, Option<Finding>) {
    let looked = |machine: &Machine| machine.php.is_some() && !machine.extensions.is_empty();
    let found = machines.iter().filter(|(_, machine)| looked(machine)).map(|(place, machine)| {
        let fits = machine.has_extension(extension);
        Found { place: place.clone(), found: fits.then(|| "yes".to_owned()), fits }
    });
    let found: Vec<Found> = found.collect();
    let lacking: Vec<&Found> = found.iter().filter(|found| !found.fits).collect();
    let first = who.first().map_or(ROOT, String::as_str);
    let finding = lacking.first().map(|first_place| {
        let places = all(lacking.iter().map(|found| &found.place));
        let text = format!("PHP has no {extension} {places}, and {first} asks for it");
        let (file, line) = texts.place_of(first, &format!("ext-{extension}"));
        let finding =
            Finding::error("php-extension", text, first_place.place.extension_effect()).at(file, line);
        let here = machines
            .iter()
            .find(|(place, _)| *place == Place::Here && lacking.iter().any(|found| found.place == *place));
        match here.and_then(|(_, machine)| machine.php.as_deref()) {
            Some(version) => finding.fix(install(extension, version)),
            None => finding,
        }
    });
    (Requirement { what: format!("ext-{extension}"), required: short(first).to_owned(), found }, finding)
}

/// Names places in a sentence: `here and on web1, web2`.
fn all<'p>(places: impl Iterator<Item = &'p Place>) -> String {
    let (mut here, mut hosts) = (None, Vec::new());
    for place in places {
        match place {
            Place::Here => here = Some("here".to_owned()),
            Place::Host(name) => hosts.push(name.as_str()),
        }
    }
    let hosts = (!hosts.is_empty()).then(|| format!("on {}", hosts.join(", ")));
    here.into_iter().chain(hosts).collect::<Vec<_>>().join(" and ")
}

fn short(who: &str) -> &str {
    who.split(' ').next().unwrap_or(who)
}

/// Returns the command that installs an extension, as Debian and Ubuntu name it.
pub fn install(extension: &str, version: &str) -> String {
    let minor = super::constraint::Version::parse(version).map(|version| version.minor()).unwrap_or_default();
    let package = match extension {
        "dom" | "simplexml" | "xml" | "xmlreader" | "xmlwriter" | "xsl" => "xml",
        "mysqli" | "pdo_mysql" | "mysqlnd" => "mysql",
        "pdo_pgsql" | "pgsql" => "pgsql",
        "pdo_sqlite" | "sqlite3" => "sqlite3",
        other => other,
    };
    format!("sudo apt-get install php{minor}-{package}")
}

/// The texts in which requirements stand.
pub(super) struct Texts<'a> {
    /// composer.json.
    pub manifest: &'a str,
    /// composer.lock; empty where there is none.
    pub lock: &'a str,
}

impl Texts<'_> {
    fn manifest_line(&self, key: &str) -> Option<u32> {
        line_of_key(self.manifest, key)
    }

    /// Returns where somebody asks for something.
    fn place_of(&self, who: &str, key: &str) -> (&'static str, Option<u32>) {
        if who == ROOT {
            return (ROOT, self.manifest_line(key));
        }
        ("composer.lock", line_of(self.lock, &format!("\"name\": \"{}\"", short(who))))
    }
}
