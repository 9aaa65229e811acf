//! The texts of `templates/`, with values put in, before the eyes of shellcheck and of shells.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use deployer::execute::probe::Question;
use deployer::plan::{Action, Plan, Undo};
use deployer::template::Engine;
use minijinja::{Value, context};

use super::machine::Machine;
use super::names;
use super::project::Project;
use crate::part::program;
use crate::sshd::run;

const SHELLS: [(&str, &[&str]); 3] = [("dash", &["-n"]), ("bash", &["-n"]), ("busybox", &["sh", "-n"])];

/// A loop over one word alone would be a mistake in the eyes of shellcheck.
const SETTINGS: &str = "recipe: common\nkeep_releases: 3\nsource: { path: site }\nenv_file: production.env\n\
                        shared:\n  files: [.env, it's mine.txt, yours.txt]\n  dirs: [up loads, media]\n\
                        \x20 tree: [up loads/a, media/b]\n";

#[test]
fn every_template_is_clean_under_shellcheck_and_parses_in_every_shell() {
    let Some(shellcheck) = program("shellcheck") else { return };
    let Some(scripts) = scripts() else { return };
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in &scripts {
        // As a session runs them.
        let text = format!("set -e\nexport DEPLOYER_SECRET_env_file=\n{text}");
        fs::write(directory.path().join(name), text).unwrap();
    }
    let templates = names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"));
    // Functions are looked at in the steps that they stand in.
    let functions = ["adoption.sh", "survey.sh", "unshare.sh"];
    let templates = templates.into_iter().filter(|name| !functions.contains(&name.as_str()));
    assert_eq!(scripts.keys().cloned().collect::<BTreeSet<_>>(), templates.collect());

    for (shell, arguments) in SHELLS {
        let Some(shell) = program(shell) else { return };
        for name in scripts.keys() {
            run(Command::new(&shell).args(arguments).arg(name).current_dir(directory.path()));
        }
    }
    let mut command = Command::new(shellcheck);
    // Not every step uses all functions that stand in front of it, and every shell knows `-nt`.
    let but = "SC2034,SC2119,SC2120,SC2154,SC2317,SC3013";
    let command =
        command.args(["-s", "sh", "-f", "gcc", "-e", but]).args(scripts.keys()).current_dir(directory.path());
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

/// Returns the shell of every template for a sample plan, by the template's name.
fn scripts() -> Option<BTreeMap<String, String>> {
    let machine = Machine::alone("")?;
    let project = Project::new();
    let deploy_to = project.root().join("a shop");
    let host = machine.host("web1", 0, &format!("deploy_to: \"{}\"", deploy_to.display()));
    project.write("deploy.yml", &machine.deploy_yml(SETTINGS, &host));
    project.write("production.env", "APP_KEY=secret\n");
    project.write("site/it's mine.txt", "mine\n");
    project.write("site/yours.txt", "yours\n");
    let mut scripts = of_plan(&plan(&project));
    for _ in 0..3 {
        project.deploy();
    }
    // Now a release is live, and two are too many.
    project.write(
        "deploy.yml",
        &machine.deploy_yml(&SETTINGS.replace("keep_releases: 3", "keep_releases: 1"), &host),
    );
    scripts.extend(of_plan(&plan(&project)));
    scripts.extend(outside_of_plans(deploy_to.to_str().unwrap()));
    Some(scripts)
}

fn plan(project: &Project) -> Plan {
    let printed = project.deployer(&["plan", "production", "--output", "json"]).with(0).stdout;
    serde_json::from_str(&printed).unwrap()
}

fn of_plan(plan: &Plan) -> BTreeMap<String, String> {
    let mut scripts = BTreeMap::new();
    for step in &plan.steps {
        if let Action::Remote { scripts: on } | Action::Upload { scripts: on } = &step.action {
            scripts.extend(on.values().map(|text| (format!("{}.sh", step.name), text.clone())));
        }
        if let Undo::Run { scripts: on, .. } = &step.undo {
            scripts.extend(on.values().map(|text| (format!("{}.undo.sh", step.name), text.clone())));
        }
    }
    scripts
}

fn outside_of_plans(deploy_to: &str) -> BTreeMap<String, String> {
    let question = Question {
        deploy_to: deploy_to.to_owned(),
        shared: vec!["a b".to_owned(), ".env".to_owned()],
        php: "php8.2".to_owned(),
        survey: true,
        caches: vec!["var/cache".to_owned()],
    };
    let session = context! { token => "0123456789abcdef", silence => 60, run => "fedcba9876543210", by => "ana@laptop" };
    let unlock = context! { records => format!("{deploy_to}/.deployer"), lock => "fedc:1700000000:ana@laptop:deploy 1" };
    let local = context! { script => "echo 'built'\n" };
    let contexts = [("session.sh", session), ("force-unlock.sh", unlock), ("local.sh", local)];
    let rendered = contexts.map(|(name, context)| (name.to_owned(), render(name, &context)));
    rendered.into_iter().chain([("probe.sh".to_owned(), question.script().unwrap())]).collect()
}

fn render(name: &str, context: &Value) -> String {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)).unwrap();
    Engine::new().shell(name, &text, context).unwrap().text
}
