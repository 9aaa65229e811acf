//! `deployer analyze` as a person uses it.
#![expect(clippy::disallowed_methods, reason = "working copies are made, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;

use crate::harness::{Lab, Outcome};

fn run(lab: &Lab, args: &[&str]) -> Outcome {
    let output = lab.command(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome::new(output.status.code(), text(output.stdout), text(output.stderr))
}

fn git(lab: &Lab, args: &[&str]) -> String {
    let mut git = lab.in_project("git");
    git.args(["-C", "site", "-c", "user.name=Ana", "-c", "user.email=ana@example.com"]).args(args);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Makes a repository in which files were committed that should not have been.
fn repository(hosts: &[&str]) -> Lab {
    let lab = Lab::new(hosts);
    lab.configure("source: { git: site }\nvars: { php: php }\n");
    git(&lab, &["init", "--quiet", "--initial-branch=main"]);
    lab.write("site/public/hot", "http://localhost:5173\n");
    lab.write("site/bootstrap/cache/services.php", "<?php return [];\n");
    lab.write("site/.gitignore", "/vendor");
    git(&lab, &["add", "--all", "--force"]);
    git(&lab, &["commit", "--quiet", "--message=First"]);
    lab
}

#[test]
fn what_should_not_have_been_committed_is_forgotten_and_stays_on_the_disk() {
    let lab = repository(&[]);
    let text = fs::read_to_string(lab.path("project/deploy.yml")).unwrap();
    lab.write("deploy.yml", &format!("{text}      web1: {{ address: host.invalid, deploy_to: ~/shop }}\n"));
    let found = run(&lab, &["analyze"]).exits(1).stdout;
    assert!(found.contains("  FAIL  public/hot:1  public/hot is committed"), "{found}");
    assert!(found.contains("\nNext\n  deployer analyze --fix "), "{found}");

    lab.write("site/.gitignore", "/vendor\n/mine");
    let left = run(&lab, &["analyze", "--fix"]).exits(1).stdout;
    assert!(left.contains("add `/public/hot` by hand"), "{left}");
    assert_eq!(git(&lab, &["status", "--porcelain"]), " M .gitignore\n");

    git(&lab, &["commit", "--quiet", "--all", "--message=Mine"]);
    let fixed = run(&lab, &["analyze", "--fix"]).exits(0).stdout;
    assert!(fixed.ends_with("\nNothing is wrong.\n"), "{fixed}");
    assert_eq!(
        git(&lab, &["status", "--porcelain"]),
        " M .gitignore\nD  bootstrap/cache/services.php\nD  public/hot\n"
    );
    let ignored = fs::read_to_string(lab.path("project/site/.gitignore")).unwrap();
    assert_eq!(ignored, "/vendor\n/mine\n/public/hot\n/bootstrap/cache/*.php\n");
    assert!(lab.path("project/site/public/hot").is_file());
}

#[test]
fn a_stage_is_looked_at_with_what_it_releases_and_its_hosts() {
    let lab = repository(&["web1"]);
    lab.write(
        "site/composer.json",
        r#"{"require": {"ext-nobody-has": "*"}, "require-dev": {"fakerphp/faker": "^1"}}"#,
    );
    lab.write("site/src/b.php", "<?php\n// not this\nFaker\\Factory::create();\n");
    assert!(
        !run(&lab, &["analyze", "test", "--json"]).exits(1).stdout.contains("nobody-has"),
        "it is not committed"
    );
    git(&lab, &["add", "--all"]);
    git(&lab, &["commit", "--quiet", "--message=Second"]);
    let answer = run(&lab, &["analyze", "test", "--json"]).exits(1).stdout;
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let findings = answer["data"]["findings"].as_array().unwrap();
    let dev = findings.iter().find(|finding| finding["rule"] == "dev-package").unwrap();
    assert_eq!((&dev["file"], &dev["line"]), (&"src/b.php".into(), &3.into()));
    assert_eq!(dev["fix"], "composer require fakerphp/faker");
    // The hosts of the lab run this machine's PHP, where there is one.
    if crate::part::program("php").is_some() {
        let extension = findings.iter().find(|finding| finding["rule"] == "php-extension").unwrap();
        assert_eq!(
            extension["text"],
            "PHP has no nobody-has here and on web1, and composer.json asks for it"
        );
    }
    lab.is_tidy();
}

#[test]
fn a_deploy_is_held_to_the_programs_that_the_project_was_tried_with() {
    let lab = repository(&["web1"]);
    run(&lab, &["analyze", "--fix"]).exits(0);
    lab.write("site/package.json", r#"{"devDependencies": {"a": "^1"}}"#);
    lab.write("site/package-lock.json", r#"{"packages": {"node_modules/a": {"version": "1.0.0"}}}"#);
    git(&lab, &["add", "--all"]);
    if crate::part::program("npm").is_none() {
        return;
    }
    let written = run(&lab, &["analyze", "--write-lock"]).exits(0).stdout;
    assert!(written.contains("  ok    deployer.lock is written: commit it"), "{written}");
    let lock = fs::read_to_string(lab.path("project/site/deployer.lock")).unwrap();
    git(&lab, &["add", "--all"]);
    git(&lab, &["commit", "--quiet", "--message=Locked"]);
    run(&lab, &["plan", "test"]).exits(0);

    let line = lock.lines().find(|line| line.starts_with("node: ")).unwrap();
    lab.write("site/deployer.lock", &lock.replace(line, "node: \"3.1.4\""));
    git(&lab, &["commit", "--quiet", "--all", "--message=Other"]);
    let before = lab.trees();
    let refused = run(&lab, &["run", "test"]).exits(2).stderr;
    assert!(refused.contains("error: deployer.lock says node 3.1.4, and "), "{refused}");
    assert!(refused.contains("  deployer analyze --write-lock "), "{refused}");
    assert_eq!(lab.trees(), before);
}
