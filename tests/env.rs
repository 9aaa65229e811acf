//! `deployer env` as a person uses it, the checks of settings before a deploy, and the key that is made once.
#![expect(clippy::disallowed_methods, reason = "hosts are given settings, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

use crate::harness::{Host, Lab, Outcome};

/// Everything that a file of settings can hold and a shell would stumble over.
const SETTINGS: &str = "# it's a \"shop\"\r\nAPP_KEY=base64:abc=\r\nDB_PASSWORD='pa$$ \\w0rd `id`'\r\nTEXT=\"one\ntwo %s \\n\"\r\n\r\nLAST=$(id)";

const LARAVEL: &str = "shared: { dirs: [public/uploads], files: [.env] }\n";

/// Runs the program as a person does, with this on its standard input.
fn run(lab: &Lab, args: &[&str], input: &str) -> Outcome {
    let mut command = lab.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that needs no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome::new(output.status.code(), text(output.stdout), text(output.stderr))
}

fn lab(hosts: &[&str], more: &str) -> Lab {
    let lab = Lab::new(hosts);
    lab.configure(&format!("{LARAVEL}{more}"));
    lab.write("site/artisan", "<?php\n");
    lab
}

fn put(host: &Host, text: &str, mode: u32) {
    fs::create_dir_all(host.app("shared")).unwrap();
    fs::write(host.app("shared/.env"), text).unwrap();
    fs::set_permissions(host.app("shared/.env"), fs::Permissions::from_mode(mode)).unwrap();
}

fn env(host: &Host) -> String {
    fs::read_to_string(host.app("shared/.env")).unwrap()
}

fn mode(host: &Host, path: &str) -> u32 {
    fs::metadata(host.app(path)).unwrap().permissions().mode() & 0o777
}

fn backups(host: &Host) -> Vec<String> {
    let entries = fs::read_dir(host.app("backups")).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn settings_are_pushed_and_pulled_to_the_byte_and_what_was_there_is_kept() {
    let lab = lab(&["web1", "web2"], "");
    let [web1, web2] = [lab.host("web1"), lab.host("web2")];
    put(web2, "APP_KEY=base64:abc=\nDB_PASSWORD=old-secret\n", 0o640);
    lab.write(".env.test", SETTINGS);

    let asked = run(&lab, &["env", "test", "push"], "").exits(2);
    assert!(asked.stderr.contains("deployer env test push .env.test --yes"), "{}", asked.stderr);
    assert!(!web1.app("shared/.env").exists());

    let pushed = run(&lab, &["env", "test", "push", "--yes"], "").exits(0);
    assert_eq!(env(web1), SETTINGS);
    assert_eq!(env(web2), SETTINGS);
    assert_eq!((mode(web1, "shared/.env"), mode(web2, "shared/.env")), (0o600, 0o640));
    assert_eq!(backups(web1), [""; 0]);
    let kept = backups(web2);
    assert_eq!(kept.len(), 1);
    let kept = format!("backups/{}", kept[0]);
    assert_eq!(fs::read_to_string(web2.app(&kept)).unwrap(), "APP_KEY=base64:abc=\nDB_PASSWORD=old-secret\n");
    assert_eq!(mode(web2, &kept), 0o600);
    assert!(pushed.stderr.contains("deployer run test"), "{}", pushed.stderr);
    lab.is_tidy();

    let again = run(&lab, &["env", "test", "push", "--yes"], "").exits(0);
    assert_eq!(again.stderr, "The hosts of test have exactly this already; nothing was changed.\n");

    // As much as a file may hold arrives, too.
    let large = format!("{SETTINGS}\r\nLARGE='{}'\n", "\"$x\" \\ ü ".repeat(4000));
    assert!((40_000..64_000).contains(&large.len()));
    lab.write(".env.test", &large);
    run(&lab, &["env", "test", "push", "--yes"], "").exits(0);
    assert_eq!((env(web1), env(web2)), (large.clone(), large));
    lab.write(".env.test", SETTINGS);
    run(&lab, &["env", "test", "push", "--yes"], "").exits(0);

    let pulled = run(&lab, &["env", "test", "pull", "elsewhere.env"], "").exits(0);
    let file = lab.path("project/elsewhere.env");
    assert_eq!(fs::read_to_string(&file).unwrap(), SETTINGS);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for told in [&pushed, &again, &pulled] {
        for value in ["base64:abc", "w0rd", "old-secret"] {
            assert!(!told.stderr.contains(value) && !told.stdout.contains(value), "{told:?}");
        }
    }
}

/// Returns a lab with two hosts whose settings differ, and a third without any.
fn different() -> Lab {
    let lab = lab(&["web1", "web2", "web3"], "");
    put(lab.host("web1"), "A=secret-1\nB=\nC=3\n", 0o600);
    put(lab.host("web2"), "A=secret-2\nB=2\nD=4\n", 0o600);
    lab.write(".env.test", "A=secret-1\nB=2\nC=3\n");
    lab
}

#[test]
fn what_differs_is_told_by_key_for_each_host_and_no_value_is_shown() {
    let lab = different();
    lab.write(".env.example", "A=\nNEW=\n");
    let told = run(&lab, &["env", "test", "diff"], "").exits(0);
    assert_eq!(
        told.stdout,
        "shop - test - 3 hosts\n\n\
         \x20 !      web1        has empty, and .env.test has a value of: B\n\
         \x20 !      web1 web2   lacks, and .env.example has: NEW\n\
         \x20 !      web2        lacks, and .env.test has: C\n\
         \x20 !      web2        has, and .env.test lacks: D\n\
         \x20 !      web2        has another value than .env.test of: A\n\
         \x20 !      web2        lacks, and web1 has: C\n\
         \x20 !      web2        has, and web1 lacks: D\n\
         \x20 !      web2        has another value than web1 of: A, B\n\
         \x20 FAIL   web3        shared/.env is missing\n\n\
         Keys are named; values are shown to nobody.\n\n\
         Next\n  deployer env test push    sends the file here to the hosts\n\
         \x20 deployer env test pull    brings the hosts' settings here\n"
    );
    let json = run(&lab, &["env", "test", "diff", "--output", "json"], "").exits(0).stdout;
    assert!(json.contains("\"different\":[\"A\"]") && !json.contains("secret-"), "{json}");
}

#[test]
fn keys_are_listed_and_hosts_that_differ_are_not_pulled_from_at_once() {
    let lab = different();
    let listed = run(&lab, &["env", "test", "list", "--host", "web1", "--host", "web2"], "").exits(0);
    assert_eq!(
        listed.stdout,
        "shop to test - 4 settings\n\n\
         \x20 set    A   differs between hosts\n\
         \x20 empty  B   differs between hosts\n\
         \x20 set    C   only on web1\n\
         \x20 set    D   only on web2\n"
    );
    let shown = run(&lab, &["env", "test", "list", "--show"], "").exits(2);
    assert!(shown.stderr.starts_with("error: --show is for a terminal"), "{}", shown.stderr);

    let differ = run(&lab, &["env", "test", "pull"], "").exits(2);
    assert!(differ.stderr.starts_with("error: web1 and web2 differ\n"), "{}", differ.stderr);
    assert!(!differ.stderr.contains("secret-"));
    run(&lab, &["env", "test", "pull", "--host", "web2", "--yes"], "").exits(0);
    let file = |name: &str| fs::read_to_string(lab.path("project").join(name)).unwrap();
    assert_eq!(file(".env.test"), "A=secret-2\nB=2\nD=4\n");
    let names = fs::read_dir(lab.path("project")).unwrap();
    let copy = names.filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let copy = copy.filter(|name| name.starts_with(".env.test.before-")).collect::<Vec<_>>();
    assert_eq!(copy.iter().map(|name| file(name)).collect::<Vec<_>>(), ["A=secret-1\nB=2\nC=3\n"]);
}

#[test]
fn one_key_is_set_and_every_other_byte_stays() {
    let lab = lab(&["web1", "web2"], "");
    put(lab.host("web1"), "# c\r\nMAIL = 'x' # why\r\nLAST=1", 0o600);
    put(lab.host("web2"), "LAST=\"2\"\n", 0o604);
    run(&lab, &["env", "test", "set", "MAIL", "--yes"], "it's $5 \"off\"\n").exits(0);
    assert_eq!(env(lab.host("web1")), "# c\r\nMAIL = \"it's \\$5 \\\"off\\\"\" # why\r\nLAST=1");
    assert_eq!(env(lab.host("web2")), "LAST=\"2\"\nMAIL=\"it's \\$5 \\\"off\\\"\"\n");
    assert_eq!(mode(lab.host("web2"), "shared/.env"), 0o604);
    lab.is_tidy();

    run(&lab, &["env", "test", "set", "APP_KEY", "--generate", "--yes"], "").exits(0);
    let key = |host: &str| {
        env(lab.host(host)).lines().find(|line| line.starts_with("APP_KEY=")).unwrap().to_owned()
    };
    assert_eq!(key("web1"), key("web2"));
    assert_eq!(key("web1").len(), "APP_KEY=base64:".len() + 44);
    let refused = run(&lab, &["env", "test", "set", "APP_KEY", "--generate", "--yes"], "").exits(2);
    assert!(refused.stderr.starts_with("error: web1 has an APP_KEY: "), "{}", refused.stderr);
}

#[test]
fn a_host_that_is_not_as_it_was_or_is_locked_or_a_link_keeps_all_hosts_as_they_are() {
    let lab = lab(&["web1", "web2"], "");
    put(lab.host("web1"), "A=1\n", 0o600);
    put(lab.host("web2"), "A=1\n", 0o600);
    lab.write(".env.test", "A=2\n");
    let records = lab.host("web2").app(".deployer");
    fs::create_dir_all(&records).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    symlink(format!("feed:{now}:bob@desk:deploy 1"), records.join("lock")).unwrap();
    run(&lab, &["env", "test", "push", "--yes"], "").exits(5);
    assert_eq!((env(lab.host("web1")), env(lab.host("web2"))), ("A=1\n".to_owned(), "A=1\n".to_owned()));
    fs::remove_file(records.join("lock")).unwrap();

    let own = lab.host("web2").home("own.env");
    fs::rename(lab.host("web2").app("shared/.env"), &own).unwrap();
    symlink(&own, lab.host("web2").app("shared/.env")).unwrap();
    let refused = run(&lab, &["env", "test", "push", "--yes"], "").exits(4);
    assert!(refused.stderr.contains("change that file on the host"), "{}", refused.stderr);
    assert_eq!((env(lab.host("web1")), env(lab.host("web2"))), ("A=1\n".to_owned(), "A=1\n".to_owned()));
    assert!(!lab.host("web1").app("shared/.env.deployer").exists());
    lab.is_tidy();
}

#[test]
fn the_developers_own_settings_and_those_that_git_would_take_stay_where_they_are() {
    let lab = lab(&["web1"], "");
    put(lab.host("web1"), "A=1\nAPP_KEY=base64:abc=\n", 0o600);
    lab.write(".env", "A=mine\n");
    for action in [["push", ".env"], ["pull", "./.env"]] {
        let refused = run(&lab, &["env", "test", action[0], action[1], "--yes"], "").exits(2);
        assert!(refused.stderr.contains("this machine's own settings"), "{}", refused.stderr);
    }
    let git = |args: &[&str]| assert!(lab.in_project("git").args(args).status().unwrap().success());
    git(&["init", "-q"]);
    let refused = run(&lab, &["env", "test", "pull"], "").exits(2);
    assert!(refused.stderr.starts_with("error: git does not ignore .env.test"), "{}", refused.stderr);
    assert!(!lab.path("project/.env.test").exists());
    lab.write(".gitignore", ".env.test*\n");
    run(&lab, &["env", "test", "pull"], "").exits(0);
    lab.write(".env.test", "A=1\nAPP_KEY=\n");
    let refused = run(&lab, &["env", "test", "push", "--yes"], "").exits(2);
    assert!(refused.stderr.contains("what it encrypted could not be read"), "{}", refused.stderr);
    lab.configure(&format!("{LARAVEL}env_file: .env\n"));
    let refused = run(&lab, &["plan", "test"], "").exits(2);
    assert!(refused.stderr.contains("`env_file` cannot be .env"), "{}", refused.stderr);
}

#[test]
fn settings_that_would_not_work_are_found_before_anything_is_changed() {
    let lab = lab(&["web1", "web2"], "env_file: production.env\n");
    lab.write("site/.env.example", "APP_KEY=\nMAIL=\nQUEUE=\n");
    lab.write("production.env", "APP_ENV=production\nAPP_DEBUG=true\nAPP_KEY=base64:abc=\n");
    put(lab.host("web1"), "APP_KEY=base64:abc=\nDB_PASSWORD=my secret\n", 0o600);
    let before = lab.trees();
    for command in ["run", "plan", "check"] {
        let refused = run(&lab, &[command, "test"], "").exits(4);
        let told = format!("{}{}", refused.stdout, refused.stderr);
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = "shop/shared/.env: line 2: a value with a space must stand in quotes, and nothing but a comment behind them";
        assert!(told.contains(line), "{told}");
        assert!(!told.contains("my secret"));
    }
    put(lab.host("web1"), "APP_KEY=\n", 0o600);
    let refused = lab.run(&["run", "test"]).exits(4);
    let problems = refused.problems();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("web1: ") && problems[0].ends_with("/shared/.env: APP_KEY is empty"),
        "{problems:?}"
    );
    put(lab.host("web1"), "APP_KEY=base64:abc=\nMAIL=\nQUEUE=sync\n", 0o600);
    lab.write("production.env", "MAIL=a b\n");
    let problems = lab.run(&["run", "test"]).exits(4).problems();
    assert!(problems[0].starts_with("web2: production.env: line 1: a value with a space"), "{problems:?}");
    assert_ne!(lab.trees(), before, "the tests themselves have changed a file");
    lab.write("production.env", "APP_ENV=production\nAPP_DEBUG=true\nAPP_KEY=base64:abc=\n");
    let checked = run(&lab, &["check", "test"], "").exits(0);
    let (_, web2) = checked.stdout.split_once("\nweb2\n").unwrap();
    let web2 = web2.split_whitespace().collect::<Vec<_>>().join(" ");
    for warning in [
        "! production.env: APP_DEBUG is on; error pages show visitors the settings",
        "! production.env lacks what .env.example has: MAIL, QUEUE",
    ] {
        assert!(web2.contains(warning), "{}", checked.stdout);
    }
}

#[test]
fn a_key_is_made_once_for_all_hosts_and_is_the_same_after_a_run_that_was_taken_back() {
    let fault = "steps: { fault: { phase: post_release, run: \"false\" } }\n";
    let lab = lab(&["web1", "web2"], &format!("env_file: production.env\n{fault}"));
    lab.write("production.env", "A=1\r\nAPP_KEY= # made by deployer\r\nB='2'\n");
    let undone = lab.run(&["run", "test"]).exits(1);
    let step = undone.plan().named("env-file").unwrap();
    assert_eq!(step.summary, "write shared/.env, which is missing, with its APP_KEY");
    assert!(!lab.host("web1").app("shared/.env").exists());
    let kept = fs::read_to_string(lab.host("web1").app(".deployer/app-key")).unwrap().trim().to_owned();
    assert_eq!(mode(lab.host("web1"), ".deployer/app-key"), 0o600);
    lab.is_tidy();

    lab.configure(&format!("{LARAVEL}env_file: production.env\n"));
    let deployed = lab.run(&["run", "test"]).exits(0);
    let expected = format!("A=1\r\nAPP_KEY={kept} # made by deployer\r\nB='2'\n");
    assert_eq!(env(lab.host("web1")), expected);
    assert_eq!(env(lab.host("web2")), expected);
    for outcome in [&undone, &deployed] {
        assert!(!outcome.stdout.contains(&kept) && !outcome.stderr.contains(&kept));
    }
    // A host that comes later gets the key of the others, whatever was kept.
    for host in &lab.hosts {
        put(host, "APP_KEY=base64:another=\n", 0o600);
    }
    fs::remove_file(lab.host("web2").app("shared/.env")).unwrap();
    fs::remove_file(lab.host("web2").app(".deployer/app-key")).unwrap();
    // What a push that was killed left is forgotten.
    fs::write(lab.host("web1").app("shared/.env.deployer"), "APP_KEY=half").unwrap();
    lab.run(&["run", "test"]).exits(0);
    assert!(!lab.host("web1").app("shared/.env.deployer").exists());
    assert_eq!(env(lab.host("web1")), "APP_KEY=base64:another=\n");
    assert_eq!(env(lab.host("web2")), "A=1\r\nAPP_KEY=base64:another= # made by deployer\r\nB='2'\n");
    lab.is_tidy();
}
