//! A build on a machine of its own, over a real sshd, whose account has another login shell.

use std::fs;

use super::machine::Machine;
use super::project::Project;
use super::{names, sh};
use crate::part::program;

const PACKAGES: &str = r#"{"name": "acme/shop", "require": {"acme/tool": "*"},
    "repositories": [{"type": "path", "url": "tool", "options": {"symlink": false}}, {"packagist.org": false}]}"#;
const TOOL: &str = r#"{"name": "acme/tool", "version": "1.0.0", "autoload": {"files": ["tool.php"]}}"#;

/// Returns a project that is built by the second account and deployed to the first.
fn project(machine: &Machine) -> Project {
    let builder = machine.host("builder", 1, "work_dir: ~/the builds");
    let settings = format!(
        "recipe: php\nbuild:\n      on: [builder, local]\n{builder}steps:\n  \
         where: {{ phase: build, run: 'id -un >built-by' }}\n"
    );
    let project = Project::new();
    project
        .write("deploy.yml", &machine.deploy_yml(&settings, &machine.host("web1", 0, "deploy_to: ~/shop")));
    project.write(".gitignore", "deploy.yml\n");
    project.write("composer.json", PACKAGES);
    project.write("tool/composer.json", TOOL);
    project.write("tool/tool.php", "<?php function tool() { return 1; }\n");
    let update = "composer update --quiet --no-install --no-interaction";
    sh(&format!(
        "cd '{}' && COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=.composer {update}",
        project.root().display()
    ));
    project.init();
    project.commit("one");
    project
}

#[test]
fn packages_are_installed_on_the_builder_and_nothing_of_the_build_stays_there() {
    let (Some(bash), Some(fish), Some(_)) = (program("bash"), program("fish"), program("composer")) else {
        return;
    };
    let Some(machine) = Machine::start("", &[("web", &bash), ("forge", &fish)]) else { return };
    let project = project(&machine);
    for kept in ["miss", "hit"] {
        let told = project.deploy().stderr;
        assert!(!told.contains("not on the builder"), "{told}");
        let shop = machine.home(0).join("shop/current");
        assert_eq!(fs::read_to_string(shop.join("built-by")).unwrap().trim(), machine.user(1));
        assert!(shop.join("vendor/acme/tool/tool.php").exists() && shop.join("vendor/autoload.php").exists());
        let builds = machine.home(1).join("the builds/shop");
        assert_eq!(names(&builds.join("builds")), [""; 0], "{kept}");
        assert_eq!(names(&builds.join("kept/vendor")).len(), 1);
    }
}
