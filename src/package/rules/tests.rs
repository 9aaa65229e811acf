//! What stays behind, by all rules together.

use super::*;

fn shipped<'a>(rules: &Rules, paths: &[&'a str]) -> Vec<&'a str> {
    let is_folder = |path: &str| path.ends_with('/');
    let shipped = |path: &&&str| rules.verdict(path.trim_end_matches('/'), is_folder(path)).is_none();
    paths.iter().filter(shipped).copied().collect()
}

fn rules(exclude: &[&str]) -> Rules {
    Rules::new(&exclude.iter().map(|&line| line.to_owned()).collect::<Vec<_>>()).unwrap()
}

const TREE: [&str; 24] = [
    ".DS_Store",
    ".deployignore",
    ".env",
    ".env.example",
    ".env.production",
    ".git/",
    ".github/",
    ".gitignore",
    "app/Tests.php",
    "app/tests/",
    "artisan",
    "auth.json",
    "bootstrap/cache/config.php",
    "bootstrap/cache/packages.php",
    "deploy.yml",
    "node_modules/",
    "public/theme/node_modules/",
    "resources/js/node_modules/",
    "sub/.env",
    "sub/.git",
    "storage/oauth-private.key",
    "test/",
    "tests/",
    "vendor/acme/blog/tests/",
];

#[test]
fn the_defaults_leave_out_secrets_and_what_only_development_needs() {
    let expected = [
        ".env.example",
        ".gitignore",
        "app/Tests.php",
        "app/tests/",
        "artisan",
        "bootstrap/cache/packages.php",
        "public/theme/node_modules/",
        "vendor/acme/blog/tests/",
    ];
    assert_eq!(shipped(&rules(&[]), &TREE), expected);
}

#[test]
fn the_recipe_of_symfony_brings_back_the_committed_settings_alone() {
    let paths = [".env", ".env.local", ".env.local.php", "sub/.env"];
    assert_eq!(shipped(&rules(&["!/.env", "/.env.local.php"]), &paths), [".env"]);
}

#[test]
fn whatever_is_written_the_repository_and_its_settings_stay_behind() {
    let rules = rules(&["!*", "!.git", "!.git/", "!/sub/.git"]);
    let never = [".git/", "sub/.git", ".env", "sub/.env"];
    let expected: Vec<&str> = TREE.into_iter().filter(|path| !never.contains(path)).collect();
    assert_eq!(shipped(&rules, &TREE), expected);
}

#[test]
fn later_rules_win_and_a_nested_file_speaks_for_its_folder() {
    let mut rules = rules(&["*.psd", "!keep.psd"]);
    rules.enter("", "\u{feff}# drafts\n/drafts\n*.log\n!tests\nkeep.psd\n").unwrap();
    rules.enter("app", "/cache\n!debug.log\n").unwrap();
    let paths =
        ["tests/", "drafts", "app/drafts", "a.psd", "keep.psd", "x.log", "app/debug.log", "app/cache"];
    assert_eq!(shipped(&rules, &paths), ["tests/", "app/drafts", "keep.psd", "app/debug.log"]);
    rules.leave("app");
    assert_eq!(shipped(&rules, &["app/debug.log", "app/cache"]), ["app/cache"]);
}

#[test]
fn a_broken_rule_is_named_with_its_place() {
    let error = rules(&[]).enter("app", "ok\nbad[\n").unwrap_err();
    assert_eq!(error.place, "app/.deployignore:2");
    assert_eq!(Rules::new(&["[a".to_owned()]).unwrap_err().place, "package.exclude");
}

#[test]
fn only_deploy_yml_brings_back_the_settings_and_only_by_their_name() {
    let mut rules = rules(&["!.env"]);
    assert_eq!(shipped(&rules, &[".env", "sub/.env"]), [".env", "sub/.env"]);
    rules = Rules::new(&["!*".to_owned()]).unwrap();
    rules.enter("", "!.env\n!/.env\n").unwrap();
    assert_eq!(shipped(&rules, &[".env", ".env.local"]), [".env.local"]);
    let never = Verdict { rule: ".env".to_owned(), place: "never travels".to_owned() };
    assert_eq!(rules.verdict(".env", false), Some(never));
}

#[test]
fn the_rule_that_leaves_a_path_behind_is_named_with_its_place() {
    let mut rules = rules(&["*.psd"]);
    rules.enter_attributes("", "* text=auto\n/docs export-ignore\n");
    rules.enter("", "# drafts\r\n\r\n/drafts  \r\n!/docs/api\r\n").unwrap();
    rules.enter("app", "cache\n").unwrap();
    for (path, rule, place) in [
        ("a.psd", "*.psd", "package.exclude"),
        ("drafts", "/drafts", ".deployignore:3"),
        ("app/x/cache", "cache", "app/.deployignore:1"),
        ("docs", "/docs", ".gitattributes:2"),
        (".DS_Store", ".DS_Store", "the built-in rules"),
        ("x/.git", ".git", "never travels"),
    ] {
        let expected = Verdict { rule: rule.to_owned(), place: place.to_owned() };
        assert_eq!(rules.verdict(path, false), Some(expected), "{path}");
    }
    assert_eq!(rules.verdict("docs/api", true), None);
}
