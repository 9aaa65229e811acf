//! Assets are built with the packages of the lock file, by npm, pnpm and yarn.

use std::fs;
use std::path::PathBuf;

use super::{Shop, names};
use crate::part::program;

const PACKAGE: &str = r#"{"name": "shop", "private": true, "type": "module",
    "scripts": {"build": "vite build && echo broken > node_modules/vite/package.json"},
    "devDependencies": {"vite": "4.5.5"}}"#;
const VITE: &str = "export default { build: { outDir: 'public/build', manifest: 'manifest.json',\n  \
                    rollupOptions: { input: 'resources/app.js' } }, publicDir: false };\n";

/// Returns an application that Vite builds.
fn vite() -> Option<Shop> {
    let npm = program("npm")?;
    let files = [
        ("package.json", PACKAGE),
        ("vite.config.js", VITE),
        ("resources/app.js", "console.log('version 1');\n"),
        (".gitignore", "node_modules\n"),
    ];
    let shop = Shop::new("", &files);
    shop.run(shop.lab.in_project(npm).args(["install", "--package-lock-only", "--no-audit", "--no-fund"]));
    shop.commit();
    Some(shop)
}

#[test]
fn vite_builds_the_assets_and_its_packages_are_kept_but_not_released() {
    let Some(shop) = vite() else { return };
    let outcome = shop.deploy();
    let first = |outcome: &crate::harness::Outcome| {
        outcome.output("npm-install", None)[0].split(" (").next().unwrap().to_owned()
    };
    assert_eq!(
        outcome.plan().named("npm-install").unwrap().summary,
        "npm ci --include dev --no-audit --no-fund"
    );
    assert_eq!(outcome.plan().named("npm-build").unwrap().summary, "npm run build");
    assert_eq!(first(&outcome), "node_modules: miss, no copy is kept for this lock file");
    assert!(outcome.output("npm-build", None).iter().any(|line| line.contains("public/build/manifest.json")));
    assert!(shop.has("public/build/manifest.json") && !shop.has("node_modules"));
    shop.write("resources/app.js", "console.log('version 2');\n");
    shop.commit();
    // The build has broken its own packages; what is kept of them was copied before.
    for _ in 0..2 {
        let outcome = shop.deploy();
        assert_eq!(first(&outcome), "node_modules: hit, a copy is kept for this lock file");
    }
    let assets = shop.lab.hosts[0].app("current/public/build/assets");
    let [asset] = names(&assets).try_into().unwrap();
    assert_eq!(fs::read_to_string(assets.join(asset)).unwrap(), "console.log(\"version 2\");\n");
}

#[test]
fn a_failing_build_script_changes_nothing_on_any_host() {
    let files = [("package.json", r#"{"scripts": {"build": "echo 'no such page' >&2; exit 3"}}"#)];
    let shop = Shop::new("", &files);
    let Some(npm) = program("npm") else { return };
    shop.run(shop.lab.in_project(npm).args(["install", "--package-lock-only", "--no-audit", "--no-fund"]));
    shop.commit();
    let outcome = shop.lab.run(&["run", "test"]).exits(1);
    assert_eq!(outcome.finished().failed[0].reason, "exit code 3");
    assert!(outcome.output("npm-build", None).contains(&"no such page".to_owned()));
    assert_eq!(shop.lab.hosts[0].releases(), [""; 0]);
    shop.lab.is_tidy();
}

#[test]
fn packages_without_a_lock_file_are_installed_with_a_warning() {
    let files = [("package.json", r#"{"scripts": {"production": "echo made > public/made.txt"}}"#)];
    let shop = Shop::new("", &files);
    if program("npm").is_none() {
        return;
    }
    shop.commit();
    let outcome = shop.deploy();
    let warned =
        "package.json has no lock file: each build may get other versions; run `npm install` and commit it";
    assert!(outcome.plan().warnings.iter().any(|warning| warning.text == warned));
    assert_eq!(shop.read("public/made.txt"), "made\n");
}

#[test]
fn pnpm_and_yarn_install_by_their_own_lock_files() {
    let Some(npm) = program("npm") else { return };
    for (manager, lock, install) in
        [("pnpm@9", "pnpm-lock.yaml", "install --lockfile-only"), ("yarn@1", "yarn.lock", "install --silent")]
    {
        let package = r#"{"name": "shop", "private": true, "dependencies": {"is-number": "7.0.0"},
            "scripts": {"build": "cp node_modules/is-number/package.json public/built.json"}}"#;
        let shop = Shop::new("", &[("package.json", package), (".gitignore", "node_modules\n")]);
        let tools: PathBuf = shop.lab.path("tools");
        fs::create_dir_all(&tools).unwrap();
        shop.run(shop.lab.in_project(&npm).current_dir(&tools).args([
            "install",
            "--no-audit",
            "--no-fund",
            manager,
        ]));
        let bin = tools.join("node_modules/.bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let name = manager.split('@').next().unwrap();
        let mut make = shop.lab.in_project(bin.join(name));
        shop.run(make.env("PATH", &path).args(install.split(' ')));
        shop.commit();
        for hit in ["miss", "hit"] {
            let mut command = shop.lab.command(&["run", "test", "--output", "json"]);
            let outcome = crate::harness::Run::start(command.env("PATH", &path)).wait().exits(0);
            assert!(shop.lab.path("project").join(lock).exists());
            assert!(
                outcome.output("npm-install", None)[0].starts_with(&format!("node_modules: {hit}")),
                "{outcome:?}"
            );
            assert!(shop.read("public/built.json").contains("is-number"));
        }
    }
}
