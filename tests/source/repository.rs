//! Deploys of real repositories.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{commit, git, lab, told};
use crate::harness::Lab;

#[test]
fn submodules_are_deployed_at_their_recorded_commits() {
    let lab = lab(&["web1", "web2"], "");
    let (theme, project) = (lab.path("theme"), lab.path("project"));
    fs::create_dir(&theme).unwrap();
    git(&theme, &["init", "--quiet", "--initial-branch=main"]);
    fs::write(theme.join("a.css"), "recorded").unwrap();
    commit(&theme, "theme");
    git(&project, &["submodule", "--quiet", "add", "../theme", "public/my theme"]);
    commit(&project, "theme");
    fs::write(theme.join("a.css"), "later").unwrap();
    commit(&theme, "later");
    lab.run(&["run", "test"]).exits(0);
    for host in &lab.hosts {
        assert_eq!(fs::read_to_string(host.app("current/public/my theme/a.css")).unwrap(), "recorded");
        assert!(!host.app("current/public/my theme/.git").exists());
    }
    // From a clone of the whole on another machine.
    let url = format!("file://{}", project.display());
    lab.configure(&format!(
        "source: {{ git: \"{url}\", ref: main }}\nshared: {{ dirs: [public/uploads] }}\n"
    ));
    lab.run(&["run", "test"]).exits(0);
    let host = lab.host("web2");
    assert_eq!(fs::read_to_string(host.app("current/public/my theme/a.css")).unwrap(), "recorded");
}

/// Makes a command that git takes for ssh: it runs on this machine what a server would run.
fn ssh(lab: &Lab) -> String {
    let file = lab.path("ssh");
    fs::write(&file, "#!/bin/sh\nfor last; do :; done\necho \"$@\" >> \"$0.log\"\neval \"$last\"\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    format!("'{}'", file.display())
}

#[test]
fn a_repository_behind_ssh_is_read_with_the_users_own_ssh_and_its_submodules_beside_it() {
    let lab = lab(&["web"], "");
    let (theme, project) = (lab.path("theme"), lab.path("project"));
    fs::create_dir(&theme).unwrap();
    git(&theme, &["init", "--quiet", "--initial-branch=main"]);
    fs::write(theme.join("a.css"), "1").unwrap();
    commit(&theme, "theme");
    git(&project, &["submodule", "--quiet", "add", "../theme", "public/theme"]);
    commit(&project, "theme");
    let url = format!("git@shop.example:{}", project.display());
    lab.configure(&format!(
        "source: {{ git: \"{url}\", ref: main }}\nshared: {{ dirs: [public/uploads] }}\n"
    ));
    let mut run = lab.command(&["run", "test", "--output", "plain"]);
    let (exit, text) = told(run.env("GIT_SSH_COMMAND", ssh(&lab)));
    assert_eq!(exit, 0, "{text}");
    assert_eq!(fs::read_to_string(lab.host("web").app("current/public/theme/a.css")).unwrap(), "1");
    let log = fs::read_to_string(lab.path("ssh.log")).unwrap();
    assert!(log.lines().all(|line| line.contains("git@shop.example git-upload-pack")), "{log}");
    assert!(log.contains("/theme'"), "{log}");
}

#[test]
fn a_token_in_the_url_is_told_to_nobody() {
    let lab = lab(&["web"], "");
    lab.configure("source: { git: \"https://ana:s3cret@127.0.0.1:9/shop.git\", ref: main }\n");
    let (exit, text) = told(&mut lab.command(&["run", "test"]));
    assert!(exit == 2 && text.contains("https://127.0.0.1:9/shop.git") && !text.contains("s3cret"), "{text}");
}

#[test]
fn a_repository_in_a_folder_with_spaces_and_a_part_of_it_are_released() {
    let lab = lab(&["web"], "");
    let folder = lab.path("my shops");
    fs::create_dir_all(folder.join("one shop/public")).unwrap();
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    fs::write(folder.join("one shop/public/index.html"), "one\n").unwrap();
    commit(&folder, "shops");
    lab.configure("source: { git: ../my shops/one shop, ref: main }\nshared: { dirs: [public/uploads] }\n");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(lab.pages(), ["one"]);
}

#[test]
fn what_lies_between_the_live_release_and_the_new_one_is_told() {
    let lab = lab(&["web"], "");
    let project = lab.path("project");
    lab.run(&["run", "test"]).exits(0);
    for number in 1..=12 {
        lab.write("public/index.html", &format!("version {number}\n"));
        commit(&project, &format!("change {number}"));
    }
    let (_, text) = told(&mut lab.command(&["plan", "test"]));
    assert!(text.contains("12 commits against live"), "{text}");
    assert!(text.contains(" change 12\n") && text.contains("and 2 more (-v)"), "{text}");
    assert!(!text.contains(" change 2\n"), "{text}");
    let (_, text) = told(&mut lab.command(&["plan", "test", "-v"]));
    assert!(text.contains(" change 1\n"), "{text}");
    lab.run(&["run", "test"]).exits(0);
    let live = git(&project, &["rev-parse", "--short=7", "HEAD"]);
    let (_, text) = told(&mut lab.command(&["plan", "test", "--ref", "HEAD~2"]));
    assert!(
        text.contains(&format!("is older than the live {live}: 2 commits that are live are taken back")),
        "{text}"
    );
    assert!(text.contains("2 commits that are live go"), "{text}");
    git(&project, &["reset", "--quiet", "--hard", "HEAD~2"]);
    commit(&project, "rewritten");
    let (_, text) = told(&mut lab.command(&["plan", "test"]));
    assert!(
        text.contains(&format!(
            "does not follow from the live {live}: 2 commits that are live are not in it"
        )),
        "{text}"
    );
    git(&project, &["reflog", "expire", "--expire=now", "--all"]);
    git(&project, &["gc", "--quiet", "--prune=now"]);
    let (_, text) = told(&mut lab.command(&["plan", "test"]));
    assert!(text.contains(&format!("the live commit {live} is not known here")), "{text}");
    // The same is said when it is run.
    let (exit, text) = told(lab.command(&["run", "test", "--output", "plain"]).env("COLUMNS", "300"));
    assert!(exit == 0 && text.contains(&format!("the live commit {live} is not known here")), "{text}");
}
