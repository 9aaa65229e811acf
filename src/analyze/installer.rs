//! Whether an application brings an installer of its own, which visitors' first page is: it makes the tables.
//!
//! Only what leaves no doubt counts: a package for it, or code that notes in `storage` that it was installed,
//! or both a controller and a middleware named after it.

use super::files::{Files, is_foreign};
use super::php::{self, Part, Token};

/// An application's own installer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installer {
    /// What shows that it has one, for a person.
    pub shown: String,
    /// Whether the code says that a file in `storage` tells when it is done.
    pub leaves_mark: bool,
}

/// Where applications look whether they are installed, besides files that are named after it.
const PLACES: [&str; 5] =
    ["app/Http/Middleware/", "app/Providers/", "app/Helpers/", "routes/", "bootstrap/app.php"];

/// Tells whether the file may say something about it.
pub fn is_read(path: &str) -> bool {
    if path == "composer.json" {
        return true;
    }
    let is_own = path.ends_with(".php") && !is_foreign(path) && !path.starts_with("tests/");
    is_own && (is_named(path) || PLACES.iter().any(|place| path.starts_with(place)))
}

/// Finds the installer of an application.
pub fn installer(files: &Files) -> Option<Installer> {
    let marked = files.paths().filter(|path| is_read(path)).find_map(|path| marks(path, &files.text(path)?));
    if let Some(shown) = marked {
        return Some(Installer { shown, leaves_mark: true });
    }
    if let Some(package) = package(files) {
        // All packages that are known by these names write `storage/installed`.
        return Some(Installer { shown: format!("composer.json requires {package}"), leaves_mark: true });
    }
    let has = |place: &[&str]| {
        files.paths().find(|path| {
            is_named(path) && path.ends_with(".php") && place.iter().any(|place| path.contains(place))
        })
    };
    let controller = has(&["app/Http/Controllers/", "Modules/Install"])?;
    has(&["/Middleware/"])?;
    Some(Installer { shown: format!("it ships {controller}"), leaves_mark: false })
}

fn is_named(path: &str) -> bool {
    path.to_ascii_lowercase().contains("install")
}

/// Returns the package of an installer, if composer.json requires one: `laravel/installer` is none.
fn package(files: &Files) -> Option<String> {
    let manifest = super::composer::Manifest::parse(&files.text("composer.json")?).ok()?;
    let is_installer = |name: &String| {
        let package = name.rsplit('/').next().unwrap_or_default();
        package.contains("installer") && (package.contains("laravel") || package.contains("web"))
    };
    manifest.requires("require").into_keys().find(is_installer)
}

/// Returns where code asks for a file in `storage` whose name says that the application is installed.
fn marks(path: &str, text: &str) -> Option<String> {
    if !path.ends_with(".php") || !text.contains("installed") {
        return None;
    }
    let (tokens, _) = php::tokens(text);
    let call = tokens.windows(3).find(|call| is_mark(call))?;
    Some(format!("{path}:{} asks for {}", call[0].line, told(call)))
}

fn is_mark(call: &[Token<'_>]) -> bool {
    let [name, open, argument] = call else { return false };
    let (Some(name), true, Part::Text(text)) = (name.name(), open.is("("), argument.part) else {
        return false;
    };
    let is_file = text.rsplit('/').next().is_some_and(|file| file.starts_with("installed"));
    is_file
        && match name.trim_start_matches('\\') {
            "storage_path" => true,
            "base_path" => text.trim_start_matches('/').starts_with("storage/"),
            _ => false,
        }
}

fn told(call: &[Token<'_>]) -> String {
    let text = call[2].text().unwrap_or_default().trim_start_matches('/');
    if text.starts_with("storage/") { text.to_owned() } else { format!("storage/{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Option<Installer> {
        installer(&files.iter().map(|(path, text)| (*path, text.as_bytes())).collect())
    }

    #[test]
    fn code_that_asks_for_the_mark_shows_an_installer() {
        for (path, code) in [
            ("app/Http/Middleware/Guard.php", "<?php\nif (!file_exists(storage_path('installed'))) {}"),
            ("routes/web.php", "<?php if (!is_file(storage_path(\"app/installed.lock\"))) {}"),
            ("Modules/Installer/Services/Check.php", "<?php File::exists(base_path('storage/installed'));"),
        ] {
            let installer = found(&[(path, code)]).unwrap_or_else(|| panic!("{path}"));
            assert!(installer.leaves_mark && installer.shown.starts_with(path), "{installer:?}");
        }
        let shown = found(&[("routes/web.php", "<?php\n\nstorage_path('/installed');")]).map(|it| it.shown);
        assert_eq!(shown.as_deref(), Some("routes/web.php:3 asks for storage/installed"));
    }

    #[test]
    fn a_package_for_it_shows_one() {
        let requires = |package: &str| {
            found(&[("composer.json", &format!("{{\"require\": {{\"{package}\": \"*\"}}}}"))])
        };
        for package in ["rachidlaasri/laravel-installer", "froiden/laravel-installer", "acme/web-installer"] {
            assert!(requires(package).is_some(), "{package}");
        }
        for package in ["laravel/installer", "composer/installers", "laravel/framework"] {
            assert_eq!(requires(package), None, "{package}");
        }
        assert_eq!(found(&[("composer.json", r#"{"require-dev": {"a/laravel-installer": "*"}}"#)]), None);
    }

    #[test]
    fn names_alone_show_one_only_together() {
        let controller = ("app/Http/Controllers/InstallController.php", "<?php");
        let middleware = ("app/Http/Middleware/CanInstall.php", "<?php");
        // An application that is installed into shops has such a controller, too.
        assert_eq!(found(&[controller]), None);
        assert_eq!(found(&[middleware]), None);
        let both = found(&[controller, middleware]).unwrap();
        assert_eq!(
            (both.shown.as_str(), both.leaves_mark),
            ("it ships app/Http/Controllers/InstallController.php", false)
        );
        assert!(found(&[("Modules/Installer/Http/Controllers/A.php", ""), middleware]).is_some());
    }

    #[test]
    fn comments_strings_and_other_words_show_nothing() {
        for code in [
            "<?php // storage_path('installed')",
            "<?php $text = \"storage_path('installed')\";",
            "<?php storage_path('app/not-installed'); storage_path('logs'); base_path('installed');",
            "<?php public_path('installed'); cache('installed');",
        ] {
            assert_eq!(found(&[("routes/web.php", code)]), None, "{code}");
        }
        let test = ("tests/InstallTest.php", "<?php storage_path('installed');");
        assert_eq!(found(&[test]), None);
    }
}
