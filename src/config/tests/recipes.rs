//! The built-in recipes: each makes a stage, and its templates render.

use std::collections::{BTreeMap, HashMap};

use super::project;
use crate::config::overrides::Overrides;
use crate::config::{Config, Rule, Stray, recipe};
use crate::plan::trial;

fn stage(recipe: &str, shared: &str) -> Config {
    let text = format!(
        "application: shop\nrecipe: {recipe}\nshared: {shared}\n\
         stages: {{ live: {{ hosts: {{ web1: {{ deploy_to: /srv/shop }} }} }} }}\n"
    );
    let project = project(&text, &HashMap::new()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    project.stage("live", &Overrides::default()).unwrap()
}

/// What a recipe shares and runs, in a line each.
fn summary(name: &str) -> [String; 3] {
    let config = stage(name, "{}");
    assert_eq!(trial::mistakes(&config, &BTreeMap::new()), [], "{name}");
    let steps: Vec<&str> = config.steps.iter().map(|step| step.name.as_str()).collect();
    [config.shared.files.join(" "), config.shared.dirs.join(" "), steps.join(" ")]
}

#[test]
fn every_built_in_recipe_shares_and_runs_what_its_framework_needs() {
    let expected = [
        ("common", "", "", ""),
        ("php", "", "", "BUILD"),
        ("codeigniter4", ".env", "writable public/.well-known", "BUILD migrate"),
        (
            "symfony",
            ".env.local",
            "var/log var/sessions public/uploads public/.well-known",
            "BUILD cache-clear cache-warmup assets-install migrate messenger-stop-workers",
        ),
        ("wordpress", "wp-config.php", "wp-content/uploads .well-known", "BUILD"),
        ("static", "", ".well-known", ""),
    ];
    let build = "composer-install composer-autoload npm-install npm-build npm-clean";
    for (name, files, dirs, steps) in expected {
        let steps = steps.replace("BUILD", build);
        assert_eq!(summary(name), [files.to_owned(), dirs.to_owned(), steps], "{name}");
    }
    let tested: Vec<&str> = expected.map(|(name, ..)| name).into_iter().chain(["laravel"]).collect();
    assert!(recipe::builtin().iter().all(|(name, _)| tested.contains(name)), "a recipe is not tested");
}

#[test]
fn a_recipe_is_named_where_it_lists_a_path_and_deploy_yml_where_it_does() {
    let shared = stage("laravel", "{ files: [.env, data.db], rule: all-public, stray: fail }").shared;
    assert_eq!(shared.written_in["dirs"], "recipe laravel");
    assert_eq!(shared.written_in["files"], "deploy.yml");
    assert_eq!((shared.rule, shared.stray), (Rule::AllPublic, Stray::Fail));
    let shared = stage("laravel", "{}").shared;
    assert_eq!((shared.rule, shared.stray), (Rule::Patterns, Stray::Adopt));
}

#[test]
fn symfony_ships_its_committed_settings_and_those_of_no_machine() {
    assert_eq!(stage("symfony", "{}").exclude, ["!/.env", "/.env.local.php"]);
}
