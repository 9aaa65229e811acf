use super::*;
use crate::persist::tree::Entry;

/// Makes manifests of names and texts.
pub fn manifests(files: &[(&str, &str)]) -> Manifests {
    Manifests(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

fn of(files: &[(&str, &str)], paths: &[&str]) -> Option<Node> {
    let tree: Tree = paths.iter().map(|path| (*path, Entry::File)).collect();
    Node::of(&manifests(files), &tree).unwrap()
}

const VITE: &str = r#"{"scripts": {"build": "vite build"}, "devDependencies": {"laravel-vite-plugin": "1"}}"#;

/// The command that installs, and the script.
fn told(files: &[(&str, &str)]) -> String {
    let node = of(files, &[]).unwrap();
    let install = node.manager.install(node.lock.is_some()).join(" ");
    format!("{} {install} | {}", node.manager.name(), node.script.unwrap_or_default())
}

#[test]
fn the_lock_file_decides_who_installs() {
    let package = ("package.json", VITE);
    let npm = "npm ci --include dev --no-audit --no-fund | build";
    assert_eq!(told(&[package, ("package-lock.json", "{}")]), npm);
    assert_eq!(told(&[package, ("npm-shrinkwrap.json", "{}")]), npm);
    assert_eq!(
        told(&[package, ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")]),
        "pnpm install --frozen-lockfile --prod=false | build"
    );
    assert_eq!(
        told(&[package, ("yarn.lock", "# yarn lockfile v1\n")]),
        "yarn install --frozen-lockfile --production=false --non-interactive | build"
    );
    assert_eq!(
        told(&[package, ("yarn.lock", "__metadata:\n  version: 8\n")]),
        "yarn install --immutable | build"
    );
    assert_eq!(told(&[package]), "npm install --include dev --no-audit --no-fund --no-package-lock | build");
}

#[test]
fn of_two_lock_files_the_one_of_the_package_manager_is_taken_and_the_other_is_named() {
    let files = [("package-lock.json", "{}"), ("yarn.lock", "")];
    let with = |package: &'static str| of(&[files[0], files[1], ("package.json", package)], &[]).unwrap();
    let npm = with(r#"{"scripts": {"build": "x"}}"#);
    assert_eq!((npm.lock, npm.notes.len()), (Some("package-lock.json"), 1));
    assert_eq!(npm.notes, ["packages are installed by package-lock.json; yarn.lock is left aside"]);
    let yarn = with(r#"{"scripts": {"build": "x"}, "packageManager": "yarn@1.22.22"}"#);
    assert_eq!((yarn.lock, yarn.manager), (Some("yarn.lock"), Manager::Yarn));
}

#[test]
fn the_script_is_build_else_production_else_none() {
    let lock = ("package-lock.json", "{}");
    let script = |package: &'static str| of(&[lock, ("package.json", package)], &[]).unwrap().script;
    assert_eq!(script(r#"{"scripts": {"production": "mix", "build": "vite build"}}"#), Some("build"));
    assert_eq!(script(r#"{"scripts": {"production": "mix", "dev": "mix"}}"#), Some("production"));
    assert_eq!(script(r#"{"scripts": {"dev": "vite"}}"#), None);
}

#[test]
fn assets_that_were_committed_are_not_built_without_a_lock_file() {
    let package = ("package.json", VITE);
    assert_eq!(of(&[package], &["public/build/manifest.json"]), None);
    assert!(of(&[package, ("package-lock.json", "{}")], &["public/build/manifest.json"]).is_some());
    assert_eq!(of(&[("package.json", r#"{"devDependencies": {"prettier": "3"}}"#)], &[]), None);
}

#[test]
fn a_release_that_ships_its_own_yarn_is_built_with_it() {
    let files = [
        ("package.json", VITE),
        ("yarn.lock", "__metadata:\n"),
        (".yarnrc.yml", "yarnPath: .yarn/releases/y.cjs\n"),
    ];
    let node = of(&files, &[".yarn/releases/y.cjs"]).unwrap();
    assert_eq!(node.manager, Manager::Berry(Some(".yarn/releases/y.cjs".to_owned())));
    assert_eq!(of(&files, &[]).unwrap().manager, Manager::Berry(None));
}

#[test]
fn nothing_is_kept_that_the_lock_file_does_not_decide() {
    let why = |package: &'static str, lock: &'static str| {
        of(&[("package.json", package), ("package-lock.json", lock)], &[]).unwrap().not_kept
    };
    assert_eq!(why(VITE, "{}"), None);
    let patched = r#"{"scripts": {"build": "x", "postinstall": "patch-package"}}"#;
    assert_eq!(
        why(patched, "{}").as_deref(),
        Some("installing runs the script `postinstall` of package.json")
    );
    assert_eq!(why(r#"{"workspaces": ["a"]}"#, "{}").as_deref(), Some("package.json is a workspace"));
    let pnpm = ("pnpm-lock.yaml", "settings:\n  excludeLinksFromLockfile: false\n");
    assert_eq!(of(&[("package.json", VITE), pnpm], &[]).unwrap().not_kept, None);
    let own = ("pnpm-lock.yaml", "  a:\n    version: file:packages/a\n");
    assert!(of(&[("package.json", VITE), own], &[]).unwrap().not_kept.is_some());
    let linked = r#"{"packages": {"node_modules/a": {"resolved": "a", "link": true}}}"#;
    assert_eq!(
        why(VITE, linked).as_deref(),
        Some("package-lock.json takes packages from the release itself")
    );
}

#[test]
fn vite_is_known_by_the_script_and_by_laravels_plugin() {
    let is_vite = |package: &'static str| {
        of(&[("package.json", package), ("package-lock.json", "{}")], &[]).unwrap().is_vite
    };
    assert!(is_vite(VITE));
    assert!(!is_vite(r#"{"scripts": {"build": "vite build"}}"#));
    assert!(!is_vite(r#"{"scripts": {"build": "vitest"}, "devDependencies": {"laravel-vite-plugin": "1"}}"#));
}
