//! The directory that a web server serves, on hosts of all kinds: what becomes of it, and that it is
//! as it was after any failure.
#![expect(clippy::disallowed_methods, reason = "hosts are given directories, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use deployer::execute::probe::Question;
use deployer::facts::parse::parse;
use deployer::plan::{Plan, Undo};
use rustix::process::Signal;

use crate::harness::{Lab, Outcome, Stand, Tree};

const BLOCK: &str = "# php -- BEGIN cPanel-generated handler, do not edit\n<IfModule mime_module>\n  AddHandler \
                     application/x-httpd-ea-php82 .php\n</IfModule>\n# php -- END cPanel-generated handler, do not \
                     edit\n";

/// Makes a project for a host whose web server serves `public_html`.
pub fn lab(more: &str) -> Lab {
    let mut lab = Lab::new(&["web1"]);
    lab.hosts[0].more = format!("public_html: ~/public_html{more}");
    lab.write("site/public/style.css", "body {}\n");
    lab.configure("");
    lab
}

/// Puts a site there.
pub fn old_site(lab: &Lab) -> PathBuf {
    let public_html = lab.hosts[0].home("public_html");
    for (file, text) in [
        ("index.html", "old\n"),
        (".htaccess", &format!("# BEGIN WordPress\nRewriteEngine On\n# END WordPress\n{BLOCK}")),
        (".user.ini", "memory_limit = 77M\n"),
        (".well-known/acme-challenge/it's -a token", "proof\n"),
    ] {
        let path = public_html.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    public_html
}

/// Returns all that a person has on the host, without what the program records.
pub fn served(lab: &Lab) -> [Tree; 2] {
    [Tree::of(&lab.hosts[0].home(""), &["shop"]), lab.hosts[0].tree()]
}

fn warnings(outcome: &Outcome) -> Vec<String> {
    outcome.plan().warnings.iter().map(|warning| warning.text.clone()).collect()
}

#[test]
fn a_directory_becomes_a_link_and_each_release_has_what_is_the_host_s() {
    let lab = lab("");
    let public_html = old_site(&lab);
    let old = Tree::of(&public_html, &[]);
    lab.write("site/public/.htaccess", "Options -Indexes\n");
    let outcome = lab.run(&["run", "test"]).exits(0);
    let kept = lab.hosts[0].app(&format!("backups/public_html-{}", outcome.plan().release));
    assert_eq!(Tree::of(&kept, &[]), old);
    assert_eq!(fs::read_link(&public_html).unwrap(), Path::new("shop/current/public"));
    assert_eq!(
        warnings(&outcome),
        [format!(
            "{} is a directory with 4 files; it is kept in backups/ as it is; of .htaccess, .user.ini, \
             .well-known, what is the host's goes along",
            public_html.display()
        )]
    );
    // Another site's rules stay with it.
    let read = |file: &str| fs::read_to_string(public_html.join(file)).unwrap();
    assert_eq!(read(".htaccess"), format!("Options -Indexes\n{BLOCK}"));
    assert_eq!(read(".user.ini"), "memory_limit = 77M\n");
    assert_eq!(read(".well-known/acme-challenge/it's -a token"), "proof\n");

    // A release's own settings win, and go with it.
    lab.write("site/public/.user.ini", "memory_limit = 1G\n");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(read(".user.ini"), "memory_limit = 1G\n");
    fs::remove_file(lab.path("project/site/public/.user.ini")).unwrap();
    lab.run(&["run", "test"]).exits(0);
    assert!(!public_html.join(".user.ini").exists());
    // What the panel writes through the link is the host's.
    fs::write(public_html.join(".user.ini"), "memory_limit = 99M\n").unwrap();
    fs::write(public_html.join(".htaccess"), BLOCK.replace("82", "83")).unwrap();
    let steps = lab.run(&["run", "test"]).exits(0);
    assert!(steps.plan().named("docroot").is_none());
    assert_eq!(read(".user.ini"), "memory_limit = 99M\n");
    assert_eq!(read(".htaccess"), format!("Options -Indexes\n{}", BLOCK.replace("82", "83")));
    lab.is_tidy();
}

#[test]
fn a_missing_directory_becomes_a_link_as_well() {
    let lab = lab("");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(fs::read_to_string(lab.hosts[0].home("public_html/style.css")).unwrap(), "body {}\n");
    lab.is_tidy();
}

#[test]
fn a_link_to_something_else_is_left_alone_and_told() {
    let lab = lab("");
    let public_html = lab.hosts[0].home("public_html");
    fs::create_dir(lab.hosts[0].home("private_html")).unwrap();
    symlink("private_html", &public_html).unwrap();
    let outcome = lab.run(&["run", "test"]).exits(0);
    let told = "is a link to private_html, not to the live release; it is left alone, and what is deployed \
                is not served there";
    assert_eq!(warnings(&outcome), [format!("{} {told}", public_html.display())]);
    assert_eq!(fs::read_link(&public_html).unwrap(), Path::new("private_html"));
    let home = lab.hosts[0].home("").display().to_string();
    let guide = lab.run(&["setup", "test"]).exits(0).stdout.replace(home.trim_end_matches('/'), "~");
    let guide: serde_json::Value = serde_json::from_str(&guide).unwrap();
    let panel = "in the hosting panel or the web server's configuration, make ~/shop/current/public the document \
                 root (in nginx with $realpath_root), and name only `deploy_to: ~/shop` in deploy.yml";
    assert_eq!(
        guide["data"],
        serde_json::json!([{
            "host": "web1",
            "state": "~/public_html is a link to private_html, which somebody made; it is left alone",
            "ways": [
                { "text": panel, "run": [] },
                { "text": "on the host, as somebody who may", "run": [
                    { "run": "mv ~/public_html ~/public_html.before", "why": "keep what is there" },
                    { "run": "ln -s shop/current/public ~/public_html", "why": "serve releases" },
                ] },
            ],
        }])
    );
    fs::remove_file(&public_html).unwrap();
    let guide = String::from_utf8(lab.command(&["setup", "test"]).output().unwrap().stdout).unwrap();
    let told = "will be made a link to the live release\n  nothing to do by hand\n";
    assert_eq!(guide, format!("web1: {} {told}", public_html.display()));
}

#[test]
fn an_application_inside_of_what_is_served_is_refused() {
    let mut lab = lab("");
    lab.hosts[0].deploy_to = "~/public_html/shop".to_owned();
    lab.configure("");
    old_site(&lab);
    let before = lab.hosts[0].everything();
    let problems = lab.run(&["run", "test"]).exits(4).problems();
    let home = lab.hosts[0].home("").display().to_string();
    let problems: Vec<_> =
        problems.iter().map(|problem| problem.replace(home.trim_end_matches('/'), "~")).collect();
    assert_eq!(problems, ["web1: ~/public_html/shop lies in ~/public_html, which the web server serves"]);
    assert_eq!(lab.hosts[0].everything(), before);
}

#[test]
fn a_failure_next_to_any_step_puts_everything_back() {
    for more in ["", ", docroot_mode: stub"] {
        let lab = lab(more);
        old_site(&lab);
        every_failure_is_undone(&lab);
        lab.run(&["run", "test"]).exits(0);
        lab.write("site/public/style.css", "body { color: red }\n");
        lab.write("site/public/new/file.css", "new {}\n");
        every_failure_is_undone(&lab);
        lab.run(&["run", "test"]).exits(0);
        assert_eq!(
            fs::read_to_string(lab.hosts[0].home("public_html/style.css")).unwrap(),
            "body { color: red }\n"
        );
        every_failure_is_undone_of(&lab, "rollback");
    }
}

fn every_failure_is_undone(lab: &Lab) {
    every_failure_is_undone_of(lab, "run");
}

fn every_failure_is_undone_of(lab: &Lab, command: &str) {
    lab.configure("");
    let printed = lab.run(&[command, "test", "--dry-run"]).exits(0).stdout;
    let plan: Plan = serde_json::from_str(&printed).unwrap();
    let steps = plan.steps.iter().filter(|step| step.phase == deployer::plan::Phase::Switch);
    let before = served(lab);
    for step in steps {
        for side in ["before", "after"] {
            lab.configure(&format!(
                "steps: {{ fault: {{ {side}: {}, in: deploy_to, run: \"false\" }} }}\n",
                step.name
            ));
            lab.run(&[command, "test"]).exits(1);
            assert_eq!(served(lab), before, "{side} {} of a {command}", step.name);
        }
    }
    lab.configure("");
}

#[test]
fn an_undo_that_was_cut_off_is_done_again() {
    let lab = lab("");
    let public_html = old_site(&lab);
    let old = Tree::of(&public_html, &[]);
    let plan: Plan = serde_json::from_str(&lab.run(&["plan", "test"]).exits(0).stdout).unwrap();
    let Undo::Run { scripts, vital: true } = &plan.named("docroot").unwrap().undo else {
        panic!("it is vital")
    };
    let undo = scripts.values().next().unwrap();
    let undone = || {
        let status = std::process::Command::new("sh").args(["-ec", undo]).status().unwrap();
        assert!(status.success());
        assert_eq!(Tree::of(&public_html, &[]), old);
    };
    undone();
    let aside = lab.hosts[0].app(&format!("backups/public_html-{}", plan.release));
    fs::create_dir_all(aside.parent().unwrap()).unwrap();
    // Between the two renames; after both; and between the undo's own two steps.
    for link in [None, Some("shop/current/public"), None] {
        fs::rename(&public_html, &aside).unwrap();
        link.iter().for_each(|link| symlink(link, &public_html).unwrap());
        undone();
        undone();
    }
    // What somebody else has put there meanwhile is not touched.
    fs::rename(&public_html, &aside).unwrap();
    fs::create_dir(&public_html).unwrap();
    let output = std::process::Command::new("sh").args(["-ec", undo]).output().unwrap();
    assert!(!output.status.success());
    assert_eq!(Tree::of(&aside, &[]), old);
}

#[test]
fn a_stopped_run_puts_the_directory_back_and_a_killed_one_needs_no_hand_work() {
    let lab = lab("");
    let public_html = old_site(&lab);
    let before = served(&lab);
    let stand = Stand::in_phase(&lab, "post_release");
    assert!(public_html.is_symlink());
    stand.run.signal(Signal::TERM);
    stand.run.wait().exits(143);
    for mark in ["hold", "began"] {
        let _gone = fs::remove_file(lab.hosts[0].home(mark));
    }
    assert_eq!(served(&lab), before);

    let stand = Stand::in_phase(&lab, "post_release");
    stand.run.signal(Signal::KILL);
    drop(stand);
    let _gone = fs::remove_file(lab.hosts[0].home("hold"));
    lab.hosts[0].wait_for_quiet();
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    assert!(public_html.join("style.css").exists());
    lab.is_tidy();
}

#[test]
fn what_an_old_site_has_is_found() {
    let mut lab = lab(", existing: ~/laravel");
    lab.hosts[0].deploy_to = "~/shop".to_owned();
    lab.configure("shared: { dirs: [storage, public/uploads], files: [.env] }\n");
    for dir in ["laravel/storage", "public_html/uploads", "public_html/user files"] {
        fs::create_dir_all(lab.hosts[0].home(dir)).unwrap();
    }
    fs::write(lab.hosts[0].home("laravel/.env"), "APP_KEY=secret\n").unwrap();
    let question = Question {
        deploy_to: "~/shop".to_owned(),
        shared: ["storage", "public/uploads", ".env"].map(str::to_owned).to_vec(),
        public_html: Some("public_html".to_owned()),
        docroot: "public".to_owned(),
        existing: Some("~/laravel".to_owned()),
        ..Question::default()
    };
    let home = lab.hosts[0].home("");
    let script = question.script().unwrap();
    let output = std::process::Command::new("sh").args(["-c", &script]).env("HOME", &home).output().unwrap();
    let facts = parse(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let home = home.display().to_string();
    let home = home.trim_end_matches('/');
    let found: Vec<_> = facts
        .existing
        .paths
        .iter()
        .map(|(path, kind)| format!("{} {kind:?}", path.replace(home, "~")))
        .collect();
    assert_eq!(
        found,
        [
            "~/laravel/.env File",
            "~/laravel/storage Dir",
            "~/public_html/uploads Dir",
            "~/public_html/user files Dir",
        ]
    );
    assert_eq!(facts.existing.root, Some(format!("{home}/laravel")));
}
