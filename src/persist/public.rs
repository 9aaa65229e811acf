//! What the names of public files say about them.

use super::name::{self, Verdict};

/// Files that programs read, or that a web server acts on.
const PROGRAMS: [&str; 3] = ["phar", "php", "phtml"];

/// Files that pages are made of, and those that only developers write.
const SOURCES: &[&str] = &[
    "cjs", "css", "eot", "ini", "js", "jsx", "less", "map", "mjs", "neon", "otf", "sass", "scss", "sh",
    "sql", "ts", "ttf", "twig", "vue", "wasm", "woff", "woff2", "yaml", "yml",
];

/// Files that an application has at the top of its public directory.
const FIXED: [&str; 7] = [
    "browserconfig.xml",
    "hot",
    "humans.txt",
    "manifest.json",
    "robots.txt",
    "site.webmanifest",
    "web.config",
];

/// Tells whether a file is run by the host. An `index.php` often only keeps visitors from listing
/// a directory.
pub(super) fn is_program(name: &str) -> bool {
    PROGRAMS.contains(&ending(name).as_str()) && !name.eq_ignore_ascii_case("index.php")
}

/// Tells whether a file below the top of a docroot is code.
pub(super) fn is_source(name: &str) -> bool {
    is_program(name) || SOURCES.contains(&ending(name).as_str())
}

/// Tells whether a file at the top of a docroot is code.
pub(super) fn is_code(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_fixed = name.starts_with('.') || name.starts_with("index.") || FIXED.contains(&name.as_str());
    is_fixed || is_source(&name) || is_asset(&name)
}

/// Tells whether a name says application asset.
pub(super) fn is_asset(name: &str) -> bool {
    matches!(name::judge(name), Verdict::Asset(_))
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_application_are_told_from_those_of_its_users() {
        for name in [
            ".htaccess",
            "index.php",
            "index.html",
            "robots.txt",
            "favicon.ico",
            "favicon-32x32.png",
            "app.js",
            "hot",
            "mix-manifest.json",
            "web.config",
            "apple-touch-icon.png",
            "Font.WOFF2",
        ] {
            assert!(is_code(name), "{name}");
        }
        for name in ["sitemap.xml", "logo.png", "ads.txt", "terms.pdf", "price list.html"] {
            assert!(!is_code(name), "{name}");
        }
    }
}
