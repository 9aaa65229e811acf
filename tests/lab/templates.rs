//! The texts of `templates/`, with values put in, before the eyes of shellcheck and of shells.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use deployer::plan::database::PROGRAM;
use deployer::plan::{Action, Plan, Undo};
use deployer::template::Engine;
use minijinja::{Value, context};

use super::machine::Machine;
use super::names;
use super::project::Project;
use crate::part::program;
use crate::sshd::run;

const SHELLS: [(&str, &[&str]); 3] = [("dash", &["-n"]), ("bash", &["-n"]), ("busybox", &["sh", "-n"])];

/// Functions alone: they stand at the top of the scripts that use them.
const FUNCTIONS: [&str; 18] = [
    "adoption.sh",
    "ask.sh",
    "database-load.sh",
    "database-look.sh",
    "database.sh",
    "inventory.sh",
    "lift.sh",
    "limits.sh",
    "migrations.sh",
    "pages.sh",
    "php-start.sh",
    "phps.sh",
    "put-pages.sh",
    "renew.sh",
    "reset.sh",
    "survey.sh",
    "undone.sh",
    "unshare.sh",
];

/// A loop over one word alone would be a mistake in the eyes of shellcheck.
const SETTINGS: &str = "recipe: common\nkeep_releases: 3\nsource: { path: site }\nenv_file: production.env\n\
                        shared:\n  files: [.env, it's mine.txt, yours.txt]\n  dirs: [up loads, media]\n\
                        \x20 tree: [up loads/a, media/b]\n";

#[test]
fn every_template_is_clean_under_shellcheck_and_parses_in_every_shell() {
    let Some(scripts) = scripts() else { return };
    let mut templates = names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"));
    // PHP is looked at where it runs.
    templates.retain(|name| name.ends_with(".sh"));
    let covered = scripts.iter().flat_map(|scripts| scripts.keys().cloned());
    let covered: BTreeSet<_> = covered.chain(FUNCTIONS.map(str::to_owned)).collect();
    assert_eq!(covered, templates.into_iter().collect());
    scripts.iter().for_each(are_clean);
}

fn are_clean(scripts: &BTreeMap<String, String>) {
    let Some(shellcheck) = program("shellcheck") else { return };
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in scripts {
        // As a session runs them.
        let text =
            format!("set -e\nexport DEPLOYER_SECRET_env_file='' DEPLOYER_SECRET_env_file_app_key=''\n{text}");
        fs::write(directory.path().join(name), text).unwrap();
    }
    for (shell, arguments) in SHELLS {
        let Some(shell) = program(shell) else { return };
        for name in scripts.keys() {
            run(Command::new(&shell).args(arguments).arg(name).current_dir(directory.path()));
        }
    }
    let mut command = Command::new(shellcheck);
    let command = command.args(["-s", "sh", "-f", "gcc"]).args(scripts.keys()).current_dir(directory.path());
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

/// Returns the shell of every template for sample plans, by the template's name.
fn scripts() -> Option<Vec<BTreeMap<String, String>>> {
    let (machine, project) = (Machine::alone("")?, Project::new());
    let (deploy_to, public_html) = (project.root().join("a shop"), project.root().join("public html"));
    for old in ["up loads", "media"] {
        fs::create_dir_all(public_html.join(old)).unwrap();
    }
    let host = |more: &str| {
        let more = format!(
            "deploy_to: \"{}\", public_html: \"{}\"{more}",
            deploy_to.display(),
            public_html.display()
        );
        machine.host("web1", 0, &more)
    };
    let configure = |settings: &str, more: &str| {
        project.write("deploy.yml", &machine.deploy_yml(settings, &host(more)));
    };
    configure(SETTINGS, ", url: \"http://127.0.0.1:1\", php: php");
    // Its key is made on the way.
    project.write("production.env", "APP_KEY=\n");
    project.write("site/it's mine.txt", "mine\n");
    project.write("site/yours.txt", "yours\n");
    project.write("site/public/index.html", "one\n");
    let at = deploy_to.to_str().unwrap();
    let mut scripts =
        vec![of_plan(&plan(&project)), outside_of_plans(at), of_backups(at), of_databases(at), of_builds()];
    // It becomes a link, without the proof that no web server gives here.
    configure(SETTINGS, "");
    for _ in 0..3 {
        project.deploy();
    }
    // Now a release is live, and two are too many.
    configure(&SETTINGS.replace("keep_releases: 3", "keep_releases: 1"), ", docroot_mode: stub");
    scripts.push(of_plan(&plan(&project)));
    scripts.push(of_restores(&project));
    let linked = "keep_releases: 9\npackage: { unchanged: hardlink }\nmaintenance: { enabled: true }";
    configure(&SETTINGS.replace("keep_releases: 3", linked), ", docroot_mode: stub");
    project.deploy();
    scripts.push(of_plan(&plan(&project)));
    scripts.push(of_rollback(&project));
    Some(scripts)
}

/// Returns the shell of what only a rollback does.
fn of_rollback(project: &Project) -> BTreeMap<String, String> {
    let printed =
        project.deployer(&["rollback", "production", "--dry-run", "--output", "json"]).with(0).stdout;
    let mut scripts = of_plan(&serde_json::from_str(&printed).unwrap());
    scripts.retain(|name, _| name == "examine.sh");
    scripts
}

/// Returns the shell of restores from here and from the host.
fn of_restores(project: &Project) -> BTreeMap<String, String> {
    let mut scripts = BTreeMap::new();
    for more in ["--on-host", "--to=elsewhere"] {
        let made = project.deployer(&["backup", "production", more, "--output", "json"]).with(0).stdout;
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let id = made["data"]["id"].as_str().unwrap();
        let restore = ["restore", "production", id, "--only", "up loads/a", "--from", "elsewhere", "--yes"];
        let told = project.deployer(&[&restore[..], &["--output", "json"]].concat()).with(0).stdout;
        let first: serde_json::Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
        scripts.extend(of_plan(&serde_json::from_value(first["plan"].clone()).unwrap()));
        // The id of a backup is its second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    }
    scripts
}

fn plan(project: &Project) -> Plan {
    let printed = project.deployer(&["plan", "production", "--output", "json"]).with(0).stdout;
    serde_json::from_str(&printed).unwrap()
}

fn of_plan(plan: &Plan) -> BTreeMap<String, String> {
    let mut scripts = BTreeMap::new();
    for step in &plan.steps {
        if let Action::Remote { scripts: on }
        | Action::Upload { scripts: on, .. }
        | Action::Send { scripts: on, .. } = &step.action
        {
            scripts.extend(on.values().map(|text| (format!("{}.sh", step.name), text.clone())));
        }
        if let Undo::Run { scripts: on, .. } = &step.undo {
            scripts.extend(on.values().map(|text| (format!("{}.undo.sh", step.name), text.clone())));
        }
    }
    scripts
}

fn outside_of_plans(deploy_to: &str) -> BTreeMap<String, String> {
    let probe = context! {
        deploy_to, below_home => "a shop", shared => ["a b", ".env"], php => "php8.2",
        survey => true, migrates => true, judged => "yes", noise => "bootstrap/cache/", limit => 200,
        database => "<?php // it's\n", seeks_php => "yes", served => "/current/public", domain => "shop.example", marker => "by deployer", public_html => "", public_html_below_home => "public html",
        way => "/current/public", existing => "", existing_below_home => "an old shop", inner => ["b", "c"], docroot => "public",
    };
    let session = context! { token => "0123456789abcdef", silence => 60, run => "fedcba9876543210", by => "ana@laptop" };
    let unlock = context! { records => format!("{deploy_to}/.deployer"), lock => "fedc:1700000000:ana@laptop:deploy 1" };
    let local = context! { script => "echo 'built'\n" };
    let measure = context! { shared => format!("{deploy_to}/shared"), paths => ["a b", ".env"] };
    let base = context! { manifest => format!("{deploy_to}/.deployer/shipped/20260102030405.gz") };
    let relock = context! {
        records => format!("{deploy_to}/.deployer"), current => format!("{deploy_to}/current"),
        live => "20260102030405", what => "deploy 20260102030406",
    };
    let program = context! {
        keeps => "dir a b\nfile .env\n", php => "php8.2", program => "echo 'it is'\n", name => "health-check.sh",
        options => ["--machine", "--yes"], deploy_to,
    };
    let contexts = [
        ("probe.sh", probe),
        ("session.sh", session),
        ("force-unlock.sh", unlock),
        ("local.sh", local),
        ("measure.sh", measure),
        ("base.sh", base),
        ("relock.sh", relock),
        ("stand-alone.sh", program),
        ("health-check.sh", context! {}),
        ("emergency-recovery.sh", context! {}),
    ];
    let scripts = contexts.map(|(name, context)| (name.to_owned(), with_functions(name, &context)));
    scripts
        .into_iter()
        .chain(of_settings(deploy_to))
        .chain(of_live_sites(deploy_to))
        .chain(of_sites(deploy_to))
        .chain(of_applications(deploy_to))
        .chain([taking_back(deploy_to)])
        .collect()
}

/// Returns the shell of what looks at a live site.
fn of_live_sites(deploy_to: &str) -> BTreeMap<String, String> {
    let part = |how: &str| context! { how, path => "/srv/a b/l.log", inode => 7, from => 0, end => 9 };
    let values = context! {
        deploy_to, below_home => "it's a shop", token => "0123456789abcdef",
        patterns => ["/srv/a b/*.log", "/x"], rotated => ["/srv/a b/l.log.*", "/x-*"],
        parts => ["between", "last"].map(part),
        keeps => "dir a b\n", php => "php8.2", program => "echo 'it is'\n",
        logs => ["storage/logs/*.log", "/x"], uploads => "storage/app/public",
    };
    let names = ["shell.sh", "logs-list.sh", "logs-read.sh", "verify.sh"];
    names.map(|name| (name.to_owned(), render(name, &values))).into()
}

/// Returns the shell that asks applications.
fn of_applications(deploy_to: &str) -> BTreeMap<String, String> {
    let file = context! { name => "2020_it's.php", text => "<?php echo 'a';\n" };
    let contexts = [
        ("pending.sh", context! { php => "php8.2", deploy_to, release => "20260102030405" }),
        ("pretend.sh", context! { php => "php8.2", release_path => deploy_to, files => [file] }),
        ("php-look.sh", context! { php => "/opt/alt/php82/usr/bin/php" }),
        ("database-try.sh", context! { php => "php8.2", program => "<?php // it's\n" }),
    ];
    contexts.map(|(name, context)| (name.to_owned(), with_functions(name, &context))).into()
}

/// Returns the shell that looks at sites.
fn of_sites(deploy_to: &str) -> BTreeMap<String, String> {
    let fetch = context! { url => "https://shop.example/it's", timeout => 10, follow => true };
    let visits = context! {
        records => format!("{deploy_to}/.deployer"), mark => "@visit fedc", timeout => 10,
        urls => ["https://shop.example/it's", "https://shop.example/b"],
    };
    let look = context! {
        deploy_to, records => format!("{deploy_to}/.deployer"), release => "20260102030405",
        docroot_below => "/the public", php_page => "<?php echo 'it is';",
    };
    let contexts =
        [("fetch.sh", fetch), ("visits.sh", visits), ("look.sh", look.clone()), ("look.undo.sh", look)];
    contexts.map(|(name, context)| (name.to_owned(), with_functions(name, &context))).into()
}

/// Returns the shell of what a host does by itself.
fn taking_back(deploy_to: &str) -> (String, String) {
    let undo = |undo: &str| context! { name => "it's mine", undo };
    let take_back = context! {
        records => format!("{deploy_to}/.deployer"), deploy_to, release => "20260102030405", entry => "{\"id\":\"1\"",
        steps => [undo("echo 'back'"), undo("! false")],
    };
    ("take-back.sh".to_owned(), with_functions("take-back.sh", &take_back))
}

/// Returns the shell of `deployer env`.
fn of_settings(deploy_to: &str) -> BTreeMap<String, String> {
    let settings = context! {
        deploy_to, shared => format!("{deploy_to}/shared"), backups => format!("{deploy_to}/backups"),
        log => format!("{deploy_to}/deployment.log"), kept => "env-20260102030405", was_there => "yes",
        old => "A=1\\0012", new => "A=it\\0047s 2\\0012",
    };
    let names = ["env-read.sh", "env-stage.sh", "env-swap.sh", "env-drop.sh"];
    names.map(|name| (name.to_owned(), render(name, &settings))).into()
}

fn of_builds() -> BTreeMap<String, String> {
    let values = context! {
        build => "/home/ana/the builds/shop/builds/live.20260102030405",
        archive => "/tmp/built it.tar.gz",
        silence => 150, token => "20260102030405", checksum => "sha256sum",
        work_dir => "", below_home => "the builds", composers => ["composer", "it's mine.phar"], programs => ["node", "npm"],
        directory => "vendor", kept => "/home/ana/the builds/shop/kept/vendor",
        versions => ["php 8.2", "Linux x86_64"], files => ["composer.json", "composer.lock"],
        directories => ["packages/a b", "packages/c"], run => "composer install --no-dev",
        is_vite => "yes", loads => "yes", boots => "yes", has_php => "yes", php => ["php8.2"],
    };
    let names = [
        "builder.sh",
        "builder.undo.sh",
        "cached.sh",
        "from-builder.sh",
        "to-builder.sh",
        "toolchain.sh",
        "tree-pack.sh",
        "tree-unpack.sh",
    ];
    let validate =
        context! { files => ["artisan", "it's.php"], directories => ["public", "a b"], ..values.clone() };
    let of = |name: &str| (name.to_owned(), render(name, &values));
    names.into_iter().map(of).chain([("validate.sh".to_owned(), render("validate.sh", &validate))]).collect()
}

fn with_functions(name: &str, context: &Value) -> String {
    let functions: &[&str] = match name {
        "probe.sh" => &[
            "inventory.sh",
            "survey.sh",
            "php-start.sh",
            "phps.sh",
            "limits.sh",
            "database-look.sh",
            "migrations.sh",
        ],
        "pending.sh" | "pretend.sh" => &["migrations.sh"],
        "database-try.sh" => &["database-look.sh"],
        "php-look.sh" => &["php-start.sh"],
        "take-back.sh" => &["undone.sh"],
        "fetch.sh" | "visits.sh" => &["ask.sh"],
        "look.sh" => &["put-pages.sh"],
        "look.undo.sh" => &["pages.sh"],
        _ => &[],
    };
    functions.iter().chain([&name]).map(|name| render(name, context)).collect()
}

fn of_backups(deploy_to: &str) -> BTreeMap<String, String> {
    let archive = format!("{deploy_to}/backups/shared-20260102030405.tar.gz");
    let values = context! {
        deploy_to, archive,
        shared => format!("{deploy_to}/shared"),
        data => format!("{deploy_to}/shared/up loads"),
        backups => format!("{deploy_to}/backups"),
        records => format!("{deploy_to}/.deployer"),
        checksum => "sha256sum",
        token => "0123456789abcdef",
        sum => "0".repeat(64),
        name => "shared-20260102030405.tar.gz",
        what => "shared as shared-20260102030405.tar.gz",
        surplus => ["shared-20260101030405.tar.gz", "shared-20260102030405.tar.gz"],
    };
    let names = [
        "backup.sh",
        "backup-keep.sh",
        "backup-finish.sh",
        "backup-drop.sh",
        "backup-log.sh",
        "backup-list.sh",
        "backup-send.sh",
        "backup-prune.sh",
        "restore-look.sh",
        "restore-inspect.sh",
    ];
    names.map(|name| (name.to_owned(), render(name, &values))).into()
}

/// Returns the shell that looks after databases.
fn of_databases(deploy_to: &str) -> BTreeMap<String, String> {
    let values = context! {
        records => format!("{deploy_to}/.deployer"),
        backups => format!("{deploy_to}/it's backups"),
        place => format!("{deploy_to}/releases/20260102030405"),
        archive => format!("{deploy_to}/it's backups/database-20260102030405.sql.gz"),
        program => PROGRAM,
        checksum => "sha256sum",
        sum => "0".repeat(64),
        php => "php8.2", purpose => "deploy", stage => "it's live", looks => "yes", whole => "", own => "yes",
        dump => "20260102030405", cutoff => "20260102030405", count => 3,
    };
    let scripts: [(&str, &[&str]); 6] = [
        ("dump.sh", &["database.sh"]),
        ("dump.undo.sh", &[]),
        ("dump-inspect.sh", &["database.sh"]),
        ("restore-database.sh", &["database.sh", "database-load.sh"]),
        ("restore-database.undo.sh", &["database.sh", "database-load.sh"]),
        ("prune-dumps.sh", &[]),
    ];
    let of = |(name, before): (&str, &[&str])| {
        let text: String = before.iter().chain([&name]).map(|part| render(part, &values)).collect();
        (name.to_owned(), text)
    };
    scripts.map(of).into()
}

#[test]
fn the_programs_for_php_are_clean() {
    let Some(php) = program("php") else { return };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("database.php");
    fs::write(&file, PROGRAM).unwrap();
    run(Command::new(php).arg("-l").arg(file));
}

fn render(name: &str, context: &Value) -> String {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)).unwrap();
    Engine::new().shell(name, &text, context).unwrap().text
}
