//! What composer.json and composer.lock say about installing packages.

use serde_json::Value;

use super::manifest::{ManifestError, Manifests};
use crate::persist::Tree;

/// What there is to do for Composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composer {
    /// The PHP that is asked for, as composer.json writes it.
    pub php: Option<String>,
    /// Whether composer.json says which PHP it is to be taken for, whatever is there.
    pub pretends: bool,
    /// The Composer that the release ships itself.
    pub own: Option<String>,
    /// Directories of the release that are copied into `vendor`.
    pub directories: Vec<String>,
    /// Why no copy of `vendor` can be kept.
    pub not_kept: Option<String>,
    /// What a person should know.
    pub notes: Vec<String>,
}

impl Composer {
    /// Looks at a release. `None`: there is no composer.json, or `vendor` is committed, as in
    /// applications that are sold.
    ///
    /// # Errors
    /// When a file is not JSON.
    pub fn of(manifests: &Manifests, tree: &Tree) -> Result<Option<Self>, ManifestError> {
        let Some(json) = manifests.json("composer.json")? else { return Ok(None) };
        let lock = manifests.json("composer.lock")?;
        if tree.is_file("vendor/autoload.php") {
            return Ok(None);
        }
        let mut notes = Vec::new();
        if lock.is_none() {
            notes.push(
                "there is no composer.lock: each build may get other versions; run `composer update` and commit it"
                    .to_owned(),
            );
        }
        Ok(Some(Self {
            php: json.pointer("/require/php").and_then(Value::as_str).map(str::to_owned),
            pretends: json.pointer("/config/platform/php").is_some(),
            own: tree.is_file("composer.phar").then(|| "composer.phar".to_owned()),
            directories: lock.as_ref().map(copied).unwrap_or_default(),
            not_kept: not_kept(&json, lock.as_ref(), tree),
            notes,
        }))
    }
}

/// Returns the directories of packages that live in the release itself.
fn copied(lock: &Value) -> Vec<String> {
    let packages = ["packages", "packages-dev"].into_iter().filter_map(|list| lock.get(list)?.as_array());
    let path = |package: &Value| {
        let dist = package.get("dist")?;
        (dist.get("type")?.as_str()? == "path").then_some(())?;
        dist.get("url")?.as_str().map(|url| url.trim_start_matches("./").trim_end_matches('/').to_owned())
    };
    let mut paths: Vec<_> = packages.flatten().filter_map(path).collect();
    paths.sort();
    paths.dedup();
    paths
}

fn not_kept(json: &Value, lock: Option<&Value>, tree: &Tree) -> Option<String> {
    let patched =
        ["patches", "patches-file"].iter().any(|key| json.pointer(&format!("/extra/{key}")).is_some());
    let elsewhere = json.pointer("/config/vendor-dir").and_then(Value::as_str).filter(|dir| *dir != "vendor");
    let outside = lock.map(copied).unwrap_or_default().into_iter().find(|path| !tree.is_dir(path));
    match (lock, elsewhere, outside) {
        (None, ..) => Some("there is no composer.lock".to_owned()),
        (_, Some(dir), _) => Some(format!("composer.json installs to {dir}")),
        (.., Some(path)) => {
            Some(format!("composer.lock takes a package from {path}, outside of the release"))
        }
        _ if patched => Some("composer.json has packages patched".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::tests::manifests;
    use super::*;
    use crate::persist::tree::Entry;

    fn tree(paths: &[&str]) -> Tree {
        paths.iter().map(|path| (*path, Entry::File)).collect()
    }

    fn of(composer: &str, lock: &str, paths: &[&str]) -> Composer {
        let manifests = manifests(&[("composer.json", composer), ("composer.lock", lock)]);
        Composer::of(&manifests, &tree(paths)).unwrap().unwrap()
    }

    #[test]
    fn a_committed_vendor_is_left_as_it_is_and_a_directory_without_autoload_is_none() {
        let both = manifests(&[("composer.json", "{}"), ("composer.lock", "{}")]);
        assert_eq!(Composer::of(&both, &tree(&["vendor/autoload.php"])), Ok(None));
        assert!(Composer::of(&both, &tree(&["vendor/.gitkeep"])).unwrap().is_some());
        assert_eq!(Composer::of(&manifests(&[]), &tree(&[])), Ok(None));
    }

    #[test]
    fn packages_of_the_release_itself_decide_what_is_kept() {
        let lock = r#"{"packages": [{"name": "a/b", "dist": {"type": "path", "url": "packages/b"}},
                       {"name": "c/d", "dist": {"type": "zip", "url": "https://x"}}]}"#;
        let composer = of(r#"{"require": {"php": "^8.2"}}"#, lock, &["packages/b/composer.json"]);
        assert_eq!((composer.directories, composer.not_kept), (vec!["packages/b".to_owned()], None));
        assert_eq!(composer.php.as_deref(), Some("^8.2"));
        let composer = of("{}", &lock.replace("packages/b", "../b"), &[]);
        let outside = "composer.lock takes a package from ../b, outside of the release";
        assert_eq!(composer.not_kept.as_deref(), Some(outside));
    }

    #[test]
    fn nothing_is_kept_that_the_lock_file_does_not_decide() {
        let patched = of(r#"{"extra": {"patches": {}}}"#, "{}", &[]);
        assert_eq!(patched.not_kept.as_deref(), Some("composer.json has packages patched"));
        let elsewhere = of(r#"{"config": {"vendor-dir": "lib"}}"#, "{}", &[]);
        assert_eq!(elsewhere.not_kept.as_deref(), Some("composer.json installs to lib"));
        let unlocked = Composer::of(&manifests(&[("composer.json", "{}")]), &tree(&[])).unwrap().unwrap();
        assert_eq!(unlocked.not_kept.as_deref(), Some("there is no composer.lock"));
        assert_eq!(unlocked.notes.len(), 1);
    }
}
