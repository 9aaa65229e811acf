//! What an application is built on, and what that says about its directories.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tree::Tree;

/// What an application is built on. One can be built on several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framework {
    /// Laravel, or Lumen.
    Laravel,
    /// CodeIgniter 4.
    CodeIgniter,
    /// Symfony.
    Symfony,
    /// WordPress.
    WordPress,
    /// Next.js.
    Next,
    /// React.
    React,
    /// Vue.
    Vue,
}

/// The docroots of applications whose framework is not known, the likeliest first.
const DOCROOTS: [&str; 5] = ["public", "web", "public_html", "htdocs", "www"];

impl Framework {
    const ALL: [Self; 7] = [
        Self::Laravel,
        Self::CodeIgniter,
        Self::Symfony,
        Self::WordPress,
        Self::Next,
        Self::React,
        Self::Vue,
    ];

    /// Tells what a release is built on, from its files and what its `composer.json` and
    /// `package.json` require. A text that is no JSON requires nothing.
    pub fn detect(tree: &Tree, composer: Option<&str>, package: Option<&str>) -> BTreeSet<Self> {
        let composer = requirements(composer, ["require", "require-dev"]);
        let package = requirements(package, ["dependencies", "devDependencies"]);
        let is_there = |framework: &Self| match framework {
            Self::Laravel => tree.is_file("artisan"),
            Self::CodeIgniter => tree.is_file("spark"),
            Self::Symfony => {
                tree.is_file("bin/console")
                    && (composer.contains("symfony/framework-bundle") || tree.is_file("symfony.lock"))
            }
            Self::WordPress => tree.is_file("wp-config.php") || tree.is_dir("wp-content"),
            Self::Next => package.contains("next"),
            Self::React => package.contains("react"),
            Self::Vue => package.contains("vue"),
        };
        Self::ALL.into_iter().filter(is_there).collect()
    }

    /// Returns the directory that the web server serves; empty for the top of the release.
    pub fn docroot(self) -> &'static str {
        match self {
            Self::WordPress => "",
            Self::Laravel | Self::CodeIgniter | Self::Symfony | Self::Next | Self::React | Self::Vue => {
                "public"
            }
        }
    }

    /// Returns the directories in which it keeps data, besides those in the docroot.
    pub fn data(self) -> &'static [&'static str] {
        match self {
            Self::Laravel => &["storage"],
            Self::CodeIgniter => &["writable"],
            Self::Symfony => &["var/log", "var/sessions"],
            Self::WordPress => &["wp-content/uploads"],
            Self::Next | Self::React | Self::Vue => &[],
        }
    }

    /// Returns the directories that belong to each release: no rule shares them.
    pub fn never(self) -> &'static [&'static str] {
        match self {
            Self::Laravel => &["bootstrap/cache", "vendor", "public/vendor"],
            Self::CodeIgniter => &["vendor"],
            Self::Symfony => &["var/cache", "vendor", "public/bundles"],
            Self::WordPress => &[
                "wp-admin",
                "wp-content/cache",
                "wp-content/languages",
                "wp-content/mu-plugins",
                "wp-content/plugins",
                "wp-content/themes",
                "wp-content/upgrade",
                "wp-content/upgrade-temp-backup",
                "wp-includes",
            ],
            Self::Next => &[".next", "out"],
            Self::React | Self::Vue => &["build", "dist", "out"],
        }
    }

    /// Returns the directories of a release that the framework itself writes and can write again:
    /// what changes there is no data.
    pub fn noise(self) -> &'static [&'static str] {
        match self {
            Self::Laravel => &["bootstrap/cache"],
            Self::CodeIgniter => &["writable/cache"],
            Self::Symfony => &["var/cache"],
            Self::WordPress => &["wp-content/cache"],
            Self::Next => &[".next/cache"],
            Self::React | Self::Vue => &[],
        }
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Laravel => "Laravel",
            Self::CodeIgniter => "CodeIgniter",
            Self::Symfony => "Symfony",
            Self::WordPress => "WordPress",
            Self::Next => "Next.js",
            Self::React => "React",
            Self::Vue => "Vue",
        })
    }
}

/// Returns the directories of a release that a web server serves; the empty path is the top.
pub fn docroots(frameworks: &BTreeSet<Framework>, tree: &Tree) -> BTreeSet<&'static str> {
    let known: BTreeSet<&str> = frameworks.iter().map(|framework| framework.docroot()).collect();
    if !known.is_empty() {
        // The top holds all others.
        return if known.contains("") { [""].into() } else { known };
    }
    let likely = DOCROOTS.into_iter().find(|docroot| tree.is_dir(docroot));
    let is_site = tree.is_file("index.php") || tree.is_file("index.html");
    likely.or(is_site.then_some("")).or(Some("public")).into_iter().collect()
}

/// Returns what a file of requirements asks for, in either of two lists.
fn requirements(text: Option<&str>, lists: [&str; 2]) -> BTreeSet<String> {
    let file: Value = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let names = |list: &str| file.get(list).and_then(Value::as_object).map(|map| map.keys().cloned());
    lists.into_iter().filter_map(names).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persist::tree::Entry;

    fn files(paths: &[&str]) -> Tree {
        paths.iter().map(|path| (*path, Entry::File)).collect()
    }

    fn names(paths: &[&str], composer: Option<&str>, package: Option<&str>) -> Vec<String> {
        let found = Framework::detect(&files(paths), composer, package);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_framework_is_known_by_its_files() {
        assert_eq!(names(&["artisan"], None, None), ["Laravel"]);
        assert_eq!(names(&["spark"], None, None), ["CodeIgniter"]);
        assert_eq!(names(&["wp-config.php"], None, None), ["WordPress"]);
        assert_eq!(names(&["wp-content/themes/shop/style.css"], None, None), ["WordPress"]);
        assert_eq!(names(&["bin/console", "symfony.lock"], None, None), ["Symfony"]);
        assert_eq!(names(&["bin/console", "docs/artisan", "app/spark"], None, None), Vec::<String>::new());
    }

    #[test]
    fn only_what_is_really_required_counts() {
        let composer = r#"{"require": {"symfony/framework-bundle": "^7"}}"#;
        assert_eq!(names(&["bin/console"], Some(composer), None), ["Symfony"]);
        let package = r#"{"dependencies": {"react": "19"}, "devDependencies": {"vue": "3"}}"#;
        assert_eq!(names(&["artisan"], None, Some(package)), ["Laravel", "React", "Vue"]);
        let talk = r#"{"name": "next", "keywords": ["react", "vue"], "scripts": {"vue": "next build"}}"#;
        assert_eq!(names(&[], Some(talk), Some(talk)), Vec::<String>::new());
        assert_eq!(names(&[], Some("{"), Some("[1]")), Vec::<String>::new());
    }

    #[test]
    fn the_docroot_is_the_frameworks_or_the_likeliest() {
        let docroot = |paths: &[&str]| {
            let tree = files(paths);
            docroots(&Framework::detect(&tree, None, None), &tree).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(docroot(&["artisan"]), ["public"]);
        assert_eq!(docroot(&["wp-config.php", "artisan", "public/index.php"]), [""]);
        assert_eq!(docroot(&["web/index.php", "index.php"]), ["web"]);
        assert_eq!(docroot(&["index.html"]), [""]);
        assert_eq!(docroot(&["README.md"]), ["public"]);
    }
}
