//! Runs that do not begin: the reason, the exit code, and that nothing was changed anywhere.
#![expect(clippy::disallowed_methods, reason = "projects and hosts are made wrong")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::harness::{Host, Lab, Outcome};

const DIGEST: &str = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn what_is_wrong_with_each_host_is_told_at_once_and_none_is_changed() {
    let mut lab = Lab::live(&["web1", "web2", "web3", "web4"]);
    let before: Vec<_> = lab.hosts.iter().map(Host::everything).collect();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    lab.hosts[0].port = free;
    lab.hosts[1].host_key = DIGEST.to_owned();
    lab.hosts[2].identity = lab.hosts[3].identity.clone();
    lab.configure("");
    let outcome = lab.run(&["run", "test"]).exits(4);
    let port = |host: &Host| host.server.port().to_string();
    let (second, third) = (port(&lab.hosts[1]), port(&lab.hosts[2]));
    let problems = outcome.problems().join("\n");
    let problems = problems.replace(&free.to_string(), "P1").replace(&second, "P2").replace(&third, "P3");
    assert_eq!(
        problems,
        "web1: port P1 is closed on 127.0.0.1\nweb2: its key is not the pinned one; nothing was sent\n\
         web3: login refused for web3@127.0.0.1 port P3"
    );
    assert_eq!(lab.hosts.iter().map(Host::everything).collect::<Vec<_>>(), before);
}

#[test]
fn a_link_that_became_a_directory_fails_the_switch_on_one_host_and_all_go_back() {
    let lab = Lab::live(&["web1", "web2", "web3"]);
    let trees = lab.trees();
    lab.configure(
        "steps:
  sabotage:
    before: switch
    in: deploy_to
    run: |
      [ {{ host.name }} = web2 ] || exit 0
      readlink current >was
      rm current
      mkdir current
    undo: |
      [ -f was ] || exit 0
      rmdir current
      ln -s \"$(cat was)\" current
      rm was
",
    );
    let outcome = lab.run(&["run", "test"]).exits(1);
    assert_eq!(outcome.ended(deployer::event::StepOutcome::Failed), ["switch on web2"]);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
}

/// A project in which one thing is wrong.
struct Mistake {
    name: &'static str,
    make: fn(&Lab),
    args: &'static [&'static str],
    says: &'static [&'static str],
}

const MISTAKES: [Mistake; 7] = [
    Mistake {
        name: "no deploy.yml",
        make: |lab| fs::remove_file(lab.path("project/deploy.yml")).unwrap(),
        args: &["run", "test"],
        says: &["there is no deploy.yml in ", "deploy.yml.example"],
    },
    Mistake {
        name: "no YAML",
        make: |lab| lab.configure("vars: { open: [1\n"),
        args: &["run", "test"],
        says: &["deploy.yml:8:"],
    },
    Mistake {
        name: "an unknown stage",
        make: |lab| lab.configure(""),
        args: &["run", "tset"],
        says: &["no stage \"tset\" in deploy.yml; did you mean \"test\"? stages: test"],
    },
    Mistake {
        name: "an unknown host",
        make: |lab| lab.configure(""),
        args: &["run", "test", "--host", "web9"],
        says: &["no host \"web9\" in test; did you mean \"web1\"? hosts: web1"],
    },
    Mistake {
        name: "a recipe that is based on itself",
        make: |lab| {
            lab.write("own.yml", "recipe: ./own.yml\n");
            lab.configure("recipe: ./own.yml\n");
        },
        args: &["run", "test"],
        says: &["own.yml:1:9", "own.yml"],
    },
    Mistake {
        name: "a template with an unknown name",
        make: |lab| {
            lab.configure(
                "steps:\n  warm:\n    phase: post_release\n    run: |\n      echo\n      echo {{ pph }}\n",
            )
        },
        args: &["run", "test"],
        says: &["`pph`", "deploy.yml:12:15"],
    },
    Mistake {
        name: "a secret that is nowhere",
        make: |lab| {
            lab.configure("secrets: { KEY: { env: NOWHERE } }\nsteps: { use: { phase: post_release, run: \"x {{ secrets.KEY }}\" } }\n");
        },
        args: &["run", "test"],
        says: &["secret KEY", "NOWHERE is not set"],
    },
];

#[test]
fn a_wrong_project_is_refused_with_the_place_and_no_host_is_contacted() {
    let lab = Lab::live(&["web1"]);
    let (before, logins) = (lab.hosts[0].everything(), lab.hosts[0].server.logins());
    for Mistake { name, make, args, says } in MISTAKES {
        make(&lab);
        let outcome = lab.run(args).exits(2);
        says_all(name, &outcome.message(), says);
        assert_eq!(lab.hosts[0].server.logins(), logins, "{name}");
        assert_eq!(lab.hosts[0].everything(), before, "{name}");
    }
}

fn says_all(name: &str, message: &str, says: &[&str]) {
    for part in says {
        assert!(message.contains(part), "{name}: no `{part}` in\n{message}");
    }
}

/// A host with which one thing is wrong.
struct Wrong {
    name: &'static str,
    make: fn(&mut Lab),
    exit: i32,
    /// The problem; `APP` stands for the application's directory, `HOME` for the account's.
    problem: &'static str,
}

const WRONG: [Wrong; 9] = [
    Wrong {
        name: "current is a directory",
        make: |lab| {
            fs::remove_file(lab.hosts[0].app("current")).unwrap();
            fs::create_dir(lab.hosts[0].app("current")).unwrap();
        },
        exit: 4,
        problem: "web1: APP/current is not a link; it is left alone",
    },
    Wrong {
        name: "current is somebody else's link",
        make: |lab| {
            fs::remove_file(lab.hosts[0].app("current")).unwrap();
            symlink("/var/www", lab.hosts[0].app("current")).unwrap();
        },
        exit: 4,
        problem: "web1: APP/current is a link to /var/www, which is no release of this application",
    },
    Wrong {
        name: "releases is a file",
        make: |lab| {
            fs::rename(lab.hosts[0].app("releases"), lab.hosts[0].app("old")).unwrap();
            fs::write(lab.hosts[0].app("releases"), "").unwrap();
        },
        exit: 4,
        problem: "web1: APP/releases is not a directory",
    },
    Wrong {
        name: "a file is where the application should be",
        make: |lab| {
            fs::write(lab.hosts[0].home("file"), "").unwrap();
            lab.hosts[0].deploy_to = "~/file/shop".to_owned();
            lab.configure("");
        },
        exit: 4,
        problem: "web1: HOME/file is not a directory for USER",
    },
    Wrong {
        name: "no .env",
        make: |lab| lab.configure("shared: { files: [.env] }\n"),
        exit: 4,
        problem: "web1: APP/shared/.env is missing",
    },
    Wrong {
        name: "an old PHP",
        make: |lab| {
            lab.write("site/composer.json", "{ \"require\": { \"php\": \"^8.3\" } }\n");
            let php = lab.hosts[0].home("php");
            script(&php, "#!/bin/sh\necho \"php 8.1.2 $0\"\n");
            lab.hosts[0].more = format!("php: {}", php.display());
            lab.configure("");
        },
        exit: 4,
        problem: "web1: PHP 8.1.2 is not what composer.json asks for: ^8.3",
    },
    Wrong {
        name: "no PHP",
        make: |lab| {
            lab.hosts[0].more = "php: /nowhere/php".to_owned();
            lab.configure("");
        },
        exit: 4,
        problem: "web1: there is no PHP: `/nowhere/php` does not run",
    },
    Wrong {
        name: "a held lock",
        make: |lab| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            symlink(
                format!("c0ffee:{now}:bo@desk:deploy 20260102030405"),
                lab.hosts[0].app(".deployer/lock"),
            )
            .unwrap();
        },
        exit: 5,
        problem: "web1: locked by bo@desk, deploy 20260102030405",
    },
    Wrong {
        name: "no key",
        make: |lab| {
            lab.hosts[0].identity = lab.path("me/no-key");
            lab.configure("");
        },
        exit: 4,
        problem: "web1: cannot read the key KEY: there is no such file",
    },
];

#[test]
fn a_host_that_is_not_ready_is_refused_with_the_reason_and_not_changed() {
    for Wrong { name, make, exit, problem } in WRONG {
        let mut lab = Lab::live(&["web1"]);
        make(&mut lab);
        let before = lab.hosts[0].everything();
        for command in ["plan", "run"] {
            let outcome = lab.run(&[command, "test"]).exits(exit);
            assert_eq!(told(&lab.hosts[0], &outcome), problem, "{name}");
            assert_eq!(lab.hosts[0].everything(), before, "{name}");
        }
    }
}

/// Returns the problems in words that are the same on every machine.
fn told(host: &Host, outcome: &Outcome) -> String {
    let path = |path: std::path::PathBuf| path.display().to_string().trim_end_matches('/').to_owned();
    let problems = outcome.problems().join("\n");
    let problems = problems.replace(&path(host.app("")), "APP").replace(&path(host.home("")), "HOME");
    let problems = problems.replace(&path(host.identity.clone()), "KEY");
    match problems.split_once(" for ") {
        Some((before, user)) if !user.contains(' ') && before.ends_with("directory") => {
            format!("{before} for USER")
        }
        _ => problems,
    }
}

fn script(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
