//! `deployer persist` as a person uses it, and what deploys write for it.
#![expect(clippy::disallowed_methods, reason = "hosts are spoiled, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::harness::{Host, Lab, Outcome};

const CONFIG: &str =
    "# What this application keeps across releases, written by deployer. health-check.sh reads it.
# deploy.yml shares it (files)
file config/settings.php
# deploy.yml shares it (dirs)
dir public/uploads
";

/// Runs the program as a person does, without a terminal.
fn run(lab: &Lab, args: &[&str]) -> Outcome {
    let output = lab.command(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome::new(output.status.code(), text(output.stdout), text(output.stderr))
}

fn everything(lab: &Lab) -> Vec<crate::harness::Tree> {
    lab.hosts.iter().map(Host::everything).collect()
}

#[test]
fn each_deploy_writes_the_scripts_and_what_is_shared() {
    let lab = Lab::live(&["web1"]);
    let host = lab.host("web1");
    let read = |path: &str| fs::read_to_string(host.app(path)).unwrap();
    let mode = |path: &str| fs::metadata(host.app(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(read("shared/.persistence-config"), CONFIG);
    assert_eq!(read("shared/health-check.sh"), deployer::persist::script::HEALTH_CHECK);
    assert_eq!(mode("shared/health-check.sh"), 0o755);
    assert_eq!(mode("shared/emergency-recovery.sh"), 0o755);
    assert!(!host.app("shared/public/.shared-exclusions").exists());

    // An older one is brought up to date, a file of somebody else is not.
    fs::write(host.app("shared/health-check.sh"), "# written by deployer, long ago\n").unwrap();
    fs::write(host.app("shared/emergency-recovery.sh"), "mine\n").unwrap();
    lab.configure("shared: { dirs: [public/uploads, public/build], never: [public/build] }\n");
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert_eq!(outcome.ended(deployer::event::StepOutcome::Warning), ["guard on web1"]);
    assert_eq!(read("shared/health-check.sh"), deployer::persist::script::HEALTH_CHECK);
    assert_eq!(read("shared/emergency-recovery.sh"), "mine\n");
    assert_eq!(
        read("shared/public/.shared-exclusions"),
        "# What is in public/ and is not shared, written by deployer: each release has its own.\n\
         # deploy.yml never shares it\npublic/build\n"
    );
}

#[test]
fn what_is_wrong_on_a_host_is_found_and_repaired_and_nothing_is_lost() {
    let lab = Lab::live(&["web1", "web2"]);
    let before = everything(&lab);
    let verified = run(&lab, &["persist", "test", "--verify"]).exits(0);
    assert_eq!(everything(&lab), before, "a check changes nothing");
    assert_eq!(verified.stdout.lines().last(), Some("All shared data is there and in reach."));

    let host = lab.host("web2");
    fs::remove_file(host.app("current/public/uploads")).unwrap();
    fs::create_dir(host.app("current/public/uploads")).unwrap();
    fs::write(host.app("current/public/uploads/late.jpg"), "late\n").unwrap();
    fs::remove_file(host.app("current/config/settings.php")).unwrap();
    symlink("/nowhere", host.app("current/config/settings.php")).unwrap();
    let spoiled = everything(&lab);
    let verified = run(&lab, &["persist", "test", "--verify"]).exits(1);
    let wrong: Vec<_> = verified.stdout.lines().filter(|line| line.contains("FAIL")).collect();
    assert_eq!(
        wrong,
        [
            "  FAIL   web2   config/settings.php in the live release is a link to /nowhere, which is not there",
            "  FAIL   web2   public/uploads in the live release is a directory of its own; files in it, which belong in shared/: 1",
        ]
    );
    assert!(verified.stdout.contains("deployer persist test --repair "), "{}", verified.stdout);

    let asked = run(&lab, &["persist", "test", "--repair"]).exits(2);
    assert!(
        asked.stdout.contains("  would  web2   merge the directory public/uploads into shared/"),
        "{}",
        asked.stdout
    );
    assert_eq!(everything(&lab), spoiled, "nobody said yes");
    let repaired = run(&lab, &["persist", "test", "--repair", "--yes"]).exits(0);
    assert!(repaired.stdout.contains("\nRepaired.\n"), "{}", repaired.stdout);
    for (file, text) in [("late.jpg", "late\n"), ("photo.jpg", "a photo on web2\n")] {
        assert_eq!(fs::read_to_string(host.app("current/public/uploads").join(file)).unwrap(), text);
    }
    run(&lab, &["persist", "test", "--verify"]).exits(0);
    let again = run(&lab, &["persist", "test", "--repair", "--yes"]).exits(0);
    assert!(again.stdout.contains("There is nothing to repair."), "{}", again.stdout);
    lab.is_tidy();
    lab.run(&["run", "test"]).exits(0);
}

#[test]
fn a_host_without_the_scripts_is_looked_at_all_the_same() {
    let lab = Lab::live(&["web1"]);
    for name in ["health-check.sh", "emergency-recovery.sh", ".persistence-config"] {
        fs::remove_file(lab.host("web1").app("shared").join(name)).unwrap();
    }
    let verified = run(&lab, &["persist", "test", "--verify", "--output", "json"]).exits(0);
    let answer: serde_json::Value = serde_json::from_str(&verified.stdout).unwrap();
    assert_eq!(answer["data"][0]["host"], "web1");
    assert_eq!(
        answer["data"][0]["findings"][2]["text"],
        "public/uploads is in shared/, and the live release reaches it there"
    );
    let nothing = run(&Lab::new(&["web1"]), &["persist", "test", "--verify"]).exits(1);
    assert!(nothing.stdout.contains("FAIL   nothing was deployed there yet"), "{}", nothing.stdout);
}

#[test]
fn a_repair_waits_for_no_one_and_takes_no_lock_from_anyone() {
    let lab = Lab::live(&["web1"]);
    let host = lab.host("web1");
    fs::remove_file(host.app("current/public/uploads")).unwrap();
    let now = jiff::Timestamp::now().as_second();
    symlink(format!("0123:{now}:ben@ci:deploy 20260109000000"), host.app(".deployer/lock")).unwrap();
    let before = everything(&lab);
    let refused = run(&lab, &["persist", "test", "--repair", "--yes"]).exits(5);
    assert!(refused.stdout.contains("Another run is under way"), "{}", refused.stdout);
    assert_eq!(everything(&lab), before);
}

#[test]
fn what_is_shared_is_listed_with_its_size_and_reason() {
    let lab = Lab::live(&["web1"]);
    let listed = run(&lab, &["persist", "test"]).exits(0).stdout;
    let first: Vec<_> =
        listed.lines().take(5).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(first[..3], ["shop - test - 2 shared paths", "", "shared size files hosts why"]);
    assert!(
        first[4].starts_with("public/uploads ") && first[4].ends_with(" 2 web1 deploy.yml shares it (dirs)"),
        "{listed}"
    );
    let json = run(&lab, &["persist", "test", "--output", "json"]).exits(0).stdout;
    let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(answer["data"]["shared"][0]["path"], "config/settings.php");
    assert_eq!(answer["data"]["shared"][0]["hosts"][0][1]["there"]["files"], 1);
}

#[test]
fn a_path_is_added_to_deploy_yml_and_the_next_deploy_shares_it() {
    let lab = Lab::live(&["web1"]);
    let file = lab.path("project/deploy.yml");
    let read = || fs::read_to_string(&file).unwrap();
    let before = read();
    for (path, reason) in [
        ("/etc", "start at the application's directory"),
        ("public/../..", "it must not lead out of the application's directory"),
        ("./", "name something in the application's directory"),
    ] {
        let refused = run(&lab, &["persist", "--add", path]).exits(2);
        assert!(refused.stderr.contains(reason), "{}", refused.stderr);
    }
    let known = run(&lab, &["persist", "--add", "public/uploads/2026"]).exits(0);
    assert_eq!(known.stdout, "public/uploads/2026 is shared already with public/uploads.\n");
    assert_eq!(read(), before);
    run(&lab, &["persist", "--add", "./public//qr codes/"]).exits(0);
    let line = "shared: { dirs: [public/uploads], files: [config/settings.php] }";
    let with =
        "shared: { dirs: [public/uploads], files: [config/settings.php], also: [\"public/qr codes\"] }";
    assert_eq!(read(), before.replace(line, with));
    lab.run(&["run", "test"]).exits(0);
    let link = fs::read_link(lab.host("web1").app("current/public/qr codes")).unwrap();
    assert_eq!(link.to_str().unwrap(), "../../../shared/public/qr codes");
}

#[test]
fn where_a_stage_has_a_list_of_its_own_the_lines_to_add_are_told() {
    let lab = Lab::new(&["web1"]);
    let text = fs::read_to_string(lab.path("project/deploy.yml")).unwrap();
    let text = text.replace("  test:\n", "  test:\n    shared: { also: [media] }\n");
    lab.write("deploy.yml", &text);
    let told = run(&lab, &["persist", "--add", "public/qr"]).exits(2);
    assert!(told.stderr.contains("add\n\nshared:\n  also:\n    - public/qr\n"), "{}", told.stderr);
    assert_eq!(fs::read_to_string(lab.path("project/deploy.yml")).unwrap(), text);
}

#[test]
fn a_working_copy_is_prepared_without_any_host() {
    let lab = Lab::new(&[]);
    lab.configure("recipe: laravel\nshared: { also: [public/media] }\n");
    let text = fs::read_to_string(lab.path("project/deploy.yml")).unwrap();
    lab.write("deploy.yml", &format!("{text}      web1: {{ address: host.invalid, deploy_to: ~/shop }}\n"));
    lab.write("site/artisan", "<?php\n");
    lab.write("site/.env.example", "APP_KEY=\n");
    let first = run(&lab, &["persist", "--local"]).exits(1);
    assert!(first.stdout.contains("  FAIL   .env is missing\n"), "{}", first.stdout);
    assert!(first.stdout.contains("  cp .env.example .env "), "{}", first.stdout);
    for path in ["storage/framework/views", "public/media", "public/storage"] {
        assert!(lab.path("project/site").join(path).is_dir(), "{path}");
    }
    lab.write("site/.env", "APP_KEY=1\n");
    let before = crate::harness::Tree::of(&lab.path("project"), &[]);
    run(&lab, &["persist", "--local"]).exits(0);
    assert_eq!(crate::harness::Tree::of(&lab.path("project"), &[]), before);

    let page = run(&lab, &["persist", "test", "--doc"]).exits(0).stdout;
    assert!(page.starts_with("# What shop keeps across releases\n"), "{page}");
    assert!(page.contains("ssh host.invalid 'tar -czf - -C ~/shop shared' > web1-shared.tar.gz\n"), "{page}");
    let volumes = run(&lab, &["persist", "--format", "docker-compose"]).exits(0).stdout;
    assert!(volumes.contains("      - \"shop-storage:/var/www/html/storage\" # "), "{volumes}");
}
