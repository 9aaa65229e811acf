//! composer.lock: the packages that are installed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::manifest::links;

/// composer.lock, or the list of packages in a `vendor` that is committed.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// All packages, those for development at the end.
    pub packages: Vec<Package>,
    /// The checksum of the composer.json that it was made for.
    pub content_hash: Option<String>,
    /// The plugin interface of the Composer that wrote it, as `2.6.0`.
    pub plugin_api: Option<String>,
}

/// A package that is installed.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// As in `laravel/framework`.
    pub name: String,
    /// As in `v11.2.0`.
    pub version: String,
    /// Whether `--no-dev` leaves it out.
    pub development: bool,
    /// What it asks for.
    pub requires: BTreeMap<String, String>,
    /// What else it stands for.
    pub provides: BTreeMap<String, String>,
    /// The beginnings of the names of its classes (`Faker\`, `Swift_`).
    pub prefixes: Vec<String>,
    /// The short names that Laravel gives to its classes.
    pub aliases: Vec<String>,
}

impl Lock {
    /// Reads composer.lock.
    ///
    /// # Errors
    /// When it is not a JSON object.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let json = Value::Object(serde_json::from_str(text)?);
        let string = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |key: &str| json.get(key).and_then(Value::as_array).into_iter().flatten();
        let production = list("packages").map(|json| package(json, false));
        let development = list("packages-dev").map(|json| package(json, true));
        Ok(Self {
            packages: production.chain(development).collect(),
            content_hash: string("content-hash"),
            plugin_api: string("plugin-api-version"),
        })
    }

    /// Reads `vendor/composer/installed.json`, which a project without a lock file may ship.
    pub fn parse_installed(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let development = json.get("dev-package-names").and_then(Value::as_array)?;
        let packages = json.get("packages").and_then(Value::as_array)?;
        let packages = packages
            .iter()
            .map(|json| package(json, json.get("name").is_some_and(|name| development.contains(name))));
        Some(Self { packages: packages.collect(), ..Self::default() })
    }

    /// Returns the package of that name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// Returns the packages that production has.
    pub fn production(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| !package.development)
    }
}

fn package(json: &Value, development: bool) -> Package {
    let string = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut provides = links(json.get("replace"));
    provides.extend(links(json.get("provide")));
    let autoload = |list: &str| keys(json.get("autoload").and_then(|autoload| autoload.get(list)));
    let prefixes = autoload("psr-4").chain(autoload("psr-0")).filter(|prefix| !prefix.is_empty());
    let laravel = json.get("extra").and_then(|extra| extra.get("laravel"));
    Package {
        name: string("name").to_ascii_lowercase(),
        version: string("version"),
        development,
        requires: links(json.get("require")),
        provides,
        prefixes: prefixes.cloned().collect(),
        aliases: keys(laravel.and_then(|laravel| laravel.get("aliases"))).cloned().collect(),
    }
}

fn keys(value: Option<&Value>) -> impl Iterator<Item = &String> {
    value.and_then(Value::as_object).into_iter().flat_map(|map| map.keys())
}
