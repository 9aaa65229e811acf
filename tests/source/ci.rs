//! `deployer init --ci`: the files are what the systems take, and their scripts really deploy.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{commit, git, lab, told};
use crate::harness::Lab;
use crate::part::program;

/// A project whose host is known only by what the CI system is given.
fn project() -> Lab {
    // Where ssh looks is told by the account, not by HOME: a runner has both the same.
    let lab = lab(&["web"], "ssh: { config: /dev/null, known_hosts_file: ~/.ssh/known_hosts }\n");
    let text = fs::read_to_string(lab.path("project/deploy.yml")).unwrap();
    let host = lab.host("web");
    let pinned = format!(", identity: {}, host_key: \"{}\"", json(&host.identity), host.host_key);
    assert!(text.contains(&pinned), "{text}");
    lab.write("deploy.yml", &text.replace(&pinned, ""));
    commit(&lab.path("project"), "for CI");
    lab
}

fn json(path: &Path) -> String {
    Value::from(path.to_string_lossy().into_owned()).to_string()
}

/// Writes the file of a system and returns it, as text and read as YAML.
fn written(lab: &Lab, system: &str, file: &str) -> (String, Value) {
    let (exit, text) = told(&mut lab.command(&["init", "test", "--ci", system]));
    assert!(exit == 0 && text.contains(&format!("Wrote {file}")), "{text}");
    let text = fs::read_to_string(lab.path("project").join(file)).unwrap();
    let yaml = serde_saphyr::from_str(&text).unwrap();
    commit(&lab.path("project"), system);
    (text, yaml)
}

/// What a CI system gives to a job: a machine of its own, and the secrets.
struct Machine<'l> {
    lab: &'l Lab,
    checkout: PathBuf,
    secrets: BTreeMap<&'static str, String>,
}

impl<'l> Machine<'l> {
    fn new(lab: &'l Lab) -> Option<Self> {
        let keyscan = program("ssh-keyscan")?;
        program("curl")?;
        let host = lab.host("web");
        let keys = Command::new(keyscan).args(["-p", &host.port.to_string(), "127.0.0.1"]).output().unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_deployer"));
        let sum = Command::new("sha256sum").arg(program).output().unwrap();
        let sum = String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap().to_owned();
        let secrets = BTreeMap::from([
            ("DEPLOY_KEY", fs::read_to_string(&host.identity).unwrap().replace('\n', "\r\n")),
            ("DEPLOY_KNOWN_HOSTS", String::from_utf8(keys.stdout).unwrap()),
            ("DEPLOYER_URL", format!("file://{}", program.display())),
            ("DEPLOYER_SHA256", sum),
        ]);
        let checkout = lab.path("checkout");
        git(&lab.path("project"), &["clone", "--quiet", ".", &checkout.to_string_lossy()]);
        git(&checkout, &["checkout", "--quiet", "--detach"]);
        fs::create_dir(lab.path("runner")).unwrap();
        Some(Self { lab, checkout, secrets })
    }

    /// Runs a script with a shell, with these variables and no others of the tests.
    fn run(&self, shell: &[&str], script: &str, variables: &[(String, String)]) -> (i32, String) {
        let file = self.lab.path("runner/script");
        fs::write(&file, script).unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg(&file).current_dir(&self.checkout).env_clear().stdin(Stdio::null());
        let home = self.lab.path("runner");
        let (local, paths) = (home.join(".local/bin"), home.join("paths"));
        command.env("HOME", &home).env("USER", "runner").env("GITHUB_PATH", paths);
        let path = [local.into_os_string(), path].join(OsStr::new(":"));
        command.env("PATH", path).env("CI", "true").envs(variables.iter().cloned());
        told(&mut command)
    }

    fn all_secrets(&self) -> Vec<(String, String)> {
        self.secrets.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[track_caller]
    fn has_deployed(&self) {
        let host = self.lab.host("web");
        assert_eq!(fs::read_to_string(host.app("current/public/index.html")).unwrap(), "version 1\n");
        let key = fs::metadata(self.lab.path("runner/.ssh/id_ed25519")).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
    }
}

/// Looks at shell text with shellcheck and the shell itself.
fn is_clean(script: &str, shell: &str) {
    let Some(shellcheck) = program("shellcheck") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script");
    fs::write(&file, script).unwrap();
    let (exit, text) = told(Command::new(shellcheck).args(["-s", shell]).arg(&file));
    assert_eq!(exit, 0, "{text}");
    let (exit, text) = told(Command::new(shell).arg("-n").arg(&file));
    assert_eq!(exit, 0, "{text}");
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_workflow_of_github_plans_and_deploys() {
    let lab = project();
    lab.write("composer.json", r#"{"require": {"php": "^8.2"}}"#);
    lab.write("package.json", "{}");
    let (text, workflow) = written(&lab, "github", ".github/workflows/deploy.yml");
    let keys: Vec<&String> = workflow.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["name", "on", "permissions", "defaults", "jobs"]);
    assert_eq!(workflow["on"]["push"]["branches"][0], "main");
    let deploy = &workflow["jobs"]["deploy"];
    assert_eq!(deploy["concurrency"]["cancel-in-progress"], false);
    assert!(text.contains("php-version: \"8.2\"") && text.contains("actions/setup-node@v4"));
    let Some(machine) = Machine::new(&lab) else { return };
    for (job, expected) in [("plan", "Plan: 1 host"), ("deploy", "Deployed")] {
        let mut said = String::new();
        for step in workflow["jobs"][job]["steps"].as_array().unwrap() {
            assert_ne!(step.get("uses").is_some(), step.get("run").is_some(), "{step}");
            let Some(script) = step["run"].as_str() else { continue };
            is_clean(script, "bash");
            // What stands between the signs is put in by GitHub.
            let of_secret = |value: &Value| {
                let name = value.as_str().unwrap().trim_start_matches("${{ ").trim_end_matches(" }}");
                let name = name.strip_prefix("secrets.").or(name.strip_prefix("vars.")).unwrap().to_owned();
                assert!(text.contains(&format!("  {name} ")), "{name} is not described");
                machine.secrets[name.as_str()].clone()
            };
            let variables = step["env"].as_object().into_iter().flatten();
            let variables: Vec<_> = variables.map(|(name, value)| (name.clone(), of_secret(value))).collect();
            let shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"];
            let (exit, text) = machine.run(&shell, script, &variables);
            assert_eq!(exit, 0, "{script}\n{text}");
            said = text;
        }
        assert!(said.contains(expected), "{said}");
    }
    machine.has_deployed();
}

#[test]
fn the_pipeline_of_gitlab_plans_and_deploys() {
    let lab = project();
    let (_, pipeline) = written(&lab, "gitlab", ".gitlab-ci.yml");
    assert_eq!(pipeline["deploy"]["resource_group"], "test");
    assert_eq!(pipeline[".deployer"]["interruptible"], false);
    let before = strings(&pipeline[".deployer"]["before_script"]);
    let Some(mut machine) = Machine::new(&lab) else { return };
    // A variable of the type File: the name of a file.
    let key = lab.path("key file");
    fs::write(&key, &machine.secrets["DEPLOY_KEY"]).unwrap();
    machine.secrets.insert("DEPLOY_KEY", key.to_string_lossy().into_owned());
    for (job, expected) in [("plan", "Plan: 1 host"), ("deploy", "Deployed")] {
        assert_eq!(pipeline[job]["extends"], ".deployer");
        let lines = before.iter().chain(&strings(&pipeline[job]["script"])).cloned().collect::<Vec<_>>();
        let script =
            lines.into_iter().filter(|line| !line.starts_with("apt-get ")).collect::<Vec<_>>().join("\n");
        is_clean(&format!("#!/bin/sh\n{script}\n"), "dash");
        let (exit, text) = machine.run(&["sh", "-e"], &script, &machine.all_secrets());
        assert!(exit == 0 && text.contains(expected), "{text}");
    }
    machine.has_deployed();
}

#[test]
fn the_build_of_deployhq_deploys_from_files_without_a_repository() {
    let lab = project();
    let (_, build) = written(&lab, "deployhq", ".deploybuild.yaml");
    let command = &build["build_commands"][0];
    assert_eq!(command["halt_on_error"], true);
    let script = command["command"].as_str().unwrap();
    is_clean(&format!("#!/bin/sh\n{script}"), "dash");
    let Some(machine) = Machine::new(&lab) else { return };
    fs::remove_dir_all(machine.checkout.join(".git")).unwrap();
    let (exit, text) = machine.run(&["sh"], script, &machine.all_secrets());
    assert!(exit == 0 && text.contains("Deployed"), "{text}");
    machine.has_deployed();
}

#[test]
fn a_secret_that_is_missing_or_a_program_that_is_another_stops_the_job() {
    let lab = project();
    let (_, build) = written(&lab, "deployhq", ".deploybuild.yaml");
    let script = build["build_commands"][0]["command"].as_str().unwrap();
    let Some(mut machine) = Machine::new(&lab) else { return };
    let (exit, text) = machine.run(&["sh"], script, &[]);
    assert!(exit == 1 && text.contains("DEPLOY_KEY is not set"), "{text}");
    machine.secrets.insert("DEPLOYER_SHA256", "0".repeat(64));
    let (exit, text) = machine.run(&["sh"], script, &machine.all_secrets());
    assert!(exit == 1 && text.contains("deployer.new: FAILED"), "{text}");
    assert!(!lab.path("runner/.local/bin/deployer").exists());
    assert!(!lab.host("web").app("current").exists());
}

#[test]
fn a_file_that_is_there_is_left_alone_unless_told_otherwise() {
    let lab = project();
    lab.write(".gitlab-ci.yml", "mine\n");
    let (exit, text) = told(&mut lab.command(&["init", "--ci", "gitlab"]));
    assert!(exit == 2 && text.contains(".gitlab-ci.yml is there already and is left as it is"), "{text}");
    assert_eq!(fs::read_to_string(lab.path("project/.gitlab-ci.yml")).unwrap(), "mine\n");
    let (exit, _) = told(&mut lab.command(&["init", "--ci", "gitlab", "--force"]));
    assert_eq!(exit, 0);
    let (exit, text) = told(&mut lab.command(&["init"]));
    assert!(exit == 2 && text.contains("deployer init --ci github"), "{text}");
}

#[test]
fn in_a_part_of_a_repository_the_file_is_written_at_the_top_and_names_deploy_yml() {
    let lab = project();
    let mono = lab.path("mono");
    fs::create_dir_all(mono.join("apps/shop")).unwrap();
    git(&mono, &["init", "--quiet"]);
    fs::copy(lab.path("project/deploy.yml"), mono.join("apps/shop/deploy.yml")).unwrap();
    let mut init = lab.command(&["init", "--ci", "gitlab"]);
    let (exit, text) = told(init.current_dir(mono.join("apps/shop")));
    assert_eq!(exit, 0, "{text}");
    let text = fs::read_to_string(mono.join(".gitlab-ci.yml")).unwrap();
    assert!(text.contains("deployer run test -f apps/shop/deploy.yml --ref HEAD"), "{text}");
}
