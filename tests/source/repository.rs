//! Deploys of real repositories.

use std::fs;

use super::{commit, git, lab, told};

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
