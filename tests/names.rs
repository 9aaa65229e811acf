//! Names and values that would do harm if a shell, a pattern or an option parser got hold of them.
#![expect(clippy::disallowed_methods, reason = "files with strange names are written")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Lab, Tree};

const DIRECTORIES: [&str; 4] =
    ["~/it's a \"shop\"", "~/$(touch pwned);touch pwned #", "-rf *", "~/back\\slash & ünïcödé $HOME"];

const FILES: [&str; 10] = [
    "it's \"quoted\".txt",
    "-rf",
    "--help/-x",
    "a b/ c ",
    "$(touch pwned)",
    "`touch pwned`",
    "touch pwned;touch pwned",
    "back\\slash\\n",
    "ünïcödé *?[a]",
    "a-directory-whose-name-is-very-long-for-tar-has-a-field-of-a-hundred-bytes/and-one-of-155-bytes-for-the-\
     directories-before-it/which-these-names-leave-behind-them-in-any-case/so-that-another-way-is-needed.txt",
];

const VALUE: &str =
    "it's \"quoted\" $(touch pwned) `touch pwned` $HOME \\ \\n * ; & | > x !! %s ~ {{ x }} ünï\n-rf";

/// Returns the paths below a directory that a command hidden in a name has made.
fn harm(directory: &Path) -> Vec<String> {
    let lines = format!("{:?}", Tree::of(directory, &[]));
    let is_harm =
        |line: &&str| line.split(' ').next().is_some_and(|path| path == "pwned" || path.ends_with("/pwned"));
    lines.lines().filter(is_harm).map(str::to_owned).collect()
}

#[test]
fn directories_and_files_of_any_name_are_deployed_undone_and_rolled_back() {
    let mut lab = Lab::new(&["web1", "web2", "web3", "web4"]);
    for (host, directory) in lab.hosts.iter_mut().zip(DIRECTORIES) {
        directory.clone_into(&mut host.deploy_to);
    }
    for file in FILES {
        lab.write(&format!("site/files/{file}"), file);
    }
    std::os::unix::fs::symlink("-rf", lab.path("project/site/files/a link")).unwrap();
    let shared = "shared: { dirs: [\"public/user's \\\"own\\\" $(touch pwned)\", \"-x/y z\"], files: [config/settings.php] }\n";
    lab.configure(shared);
    lab.run(&["run", "test"]).exits(0);
    let site = Tree::of(&lab.path("project/site/files"), &[]);
    let first = lab.trees();
    for host in &lab.hosts {
        assert_eq!(Tree::of(&host.app("current/files"), &[]), site, "{}", host.deploy_to);
        fs::write(host.app("current/public/user's \"own\" $(touch pwned)/photo"), "").unwrap();
        fs::remove_file(host.app("shared/public/user's \"own\" $(touch pwned)/photo")).unwrap();
        fs::write(host.app("current/-x/y z/photo"), "").unwrap();
        fs::remove_file(host.app("shared/-x/y z/photo")).unwrap();
    }
    lab.configure(&format!("{shared}steps: {{ fault: {{ phase: post_release, run: exit 1 }} }}\n"));
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(lab.trees(), first);
    lab.page("version 2");
    lab.configure(shared);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(lab.pages(), ["version 2"; 4]);
    lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(lab.pages(), ["version 1"; 4]);
    assert_eq!(harm(&lab.path("")), Vec::<String>::new());
}

#[test]
fn values_reach_a_command_as_they_are_however_they_are_quoted() {
    let lab = Lab::new(&["web1"]);
    let vars = json!({ "evil": VALUE, "list": [VALUE, "-n", ""] });
    lab.configure(&format!(
        "vars: {vars}
steps:
  say:
    phase: mid_release
    in: deploy_to
    env: {{ EVIL: \"{{{{ evil }}}}\" }}
    run: |
      printf '%s\\n' {{{{ evil }}}} >~/plain
      printf '%s\\n' \"{{{{ evil }}}}\" >~/double
      printf '%s\\n' '{{{{ evil }}}}' >~/single
      printf '%s\\n' a{{{{ evil }}}}b \"c {{{{ evil }}}} d\" 'e {{{{ evil }}}} f' >~/mixed
      printf '%s\\n' \"$EVIL\" >~/variable
      printf '<%s>' {{{{ list }}}} >~/list
"
    ));
    lab.run(&["run", "test"]).exits(0);
    let said = |file: &str| fs::read_to_string(lab.hosts[0].home(file)).unwrap();
    for file in ["plain", "double", "single", "variable"] {
        assert_eq!(said(file), format!("{VALUE}\n"), "{file}");
    }
    assert_eq!(said("mixed"), format!("a{VALUE}b\nc {VALUE} d\ne {VALUE} f\n"));
    assert_eq!(said("list"), format!("<{VALUE}><-n><>"));
    assert_eq!(harm(&lab.path("")), Vec::<String>::new());
}

#[test]
fn a_branch_and_a_subject_of_any_name_are_deployed_and_recorded() {
    const BRANCH: &str = "feature/$(touch${IFS}pwned)'\"";
    const SUBJECT: &str = "It's \"quoted\" \\ $(touch pwned) `touch pwned` %s ünï";
    let lab = Lab::new(&["web1"]);
    let git = |args: &[&str]| {
        let mut command = lab.in_project("git");
        command.args(["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]).args(args);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    lab.configure("source: { git: ., ref: main }\nshared: {}\n");
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "Begin"]);
    git(&["checkout", "-q", "-b", BRANCH]);
    git(&["commit", "-q", "--allow-empty", "-m", SUBJECT]);
    lab.run(&["run", "test", "--ref", BRANCH]).exits(0);
    let commit = git(&["rev-parse", "HEAD"]);
    assert_eq!(fs::read_to_string(lab.hosts[0].app("current/REVISION")).unwrap(), format!("{commit}\n"));
    let record = fs::read_to_string(lab.hosts[0].app(".deployer/history.jsonl")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!((&record["reference"], &record["subject"]), (&json!(BRANCH), &json!(SUBJECT)));
    assert_eq!(harm(&lab.path("")), Vec::<String>::new());
}
