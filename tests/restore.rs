//! The shared data of a backup in the place of the present data.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at, and archives are made")]

use std::fs;
use std::time::Duration;

use deployer::event::Outcome as Word;
use deployer::release::ReleaseId;
use rustix::process::Signal;

use crate::harness::archives::{archive, backup, fill, here, large, names};
use crate::harness::{Lab, Tree, wait_until};

#[test]
fn a_restore_brings_every_file_back_and_keeps_what_was_there() {
    let mut lab = Lab::new(&["web1", "web2"]);
    lab.hosts[0].deploy_to = "~/it's a \"shop\"".to_owned();
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    lab.hosts.iter().for_each(fill);
    let wanted: Vec<_> = lab.hosts.iter().map(|host| Tree::of(&host.app("shared"), &[])).collect();
    // One host's archive is here, the other's on the host.
    let id = backup(&lab, &["--on-host"]);
    lab.run(&["backup", "test", "--download", &id, "--host", "web1"]).exits(0);
    for host in &lab.hosts {
        fs::remove_dir_all(host.app("shared/public/uploads/a b")).unwrap();
        fs::write(host.app("shared/public/uploads/photo"), "new").unwrap();
    }
    let present: Vec<_> = lab.hosts.iter().map(|host| Tree::of(&host.app("shared"), &[])).collect();
    let live = lab.hosts[0].live();

    let outcome = lab.run(&["restore", "test", &id, "--yes"]).exits(0);
    let finished = outcome.finished();
    assert_eq!(finished.outcome, Word::Deployed);
    assert_eq!(
        finished.live.values().flatten().map(ReleaseId::as_str).collect::<Vec<_>>(),
        [live.as_str(); 2]
    );
    let kept = format!("backups/shared-before-{}", outcome.plan().release);
    for (place, host) in lab.hosts.iter().enumerate() {
        assert_eq!(Tree::of(&host.app("shared"), &[]), wanted[place]);
        assert_eq!(Tree::of(&host.app(&kept), &[]), present[place]);
        assert!(finished.left[place].text.starts_with(&kept), "{:?}", finished.left);
        assert_eq!(fs::read_to_string(host.app("current/public/uploads/-rf")).unwrap(), "-rf");
    }
    lab.is_tidy();
    // Neither the way back nor what is kept is confused by it.
    lab.page("version 2");
    lab.run(&["run", "test"]).exits(0);
    lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(lab.hosts.iter().map(|host| host.live()).collect::<Vec<_>>(), vec![live; 2]);
    let history = lab.run(&["history", "test"]).exits(0).stdout;
    assert!(history.contains("\"kind\":\"restore\",\"outcome\":\"deployed\""), "{history}");
}

#[test]
fn only_a_part_is_restored() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let id = backup(&lab, &[]);
    fs::write(host.app("shared/config/settings.php"), "newer").unwrap();
    fs::remove_dir_all(host.app("shared/public")).unwrap();
    let outcome = lab.run(&["restore", "test", &id, "--only", "public/uploads/", "--yes"]).exits(0);
    assert_eq!(fs::read_to_string(host.app("shared/public/uploads/photo.jpg")).unwrap(), "a photo on web1\n");
    assert_eq!(fs::read_to_string(host.app("shared/config/settings.php")).unwrap(), "newer");
    assert_eq!(outcome.finished().left, [], "nothing was there before");

    let outcome = lab.run(&["restore", "test", &id, "--only", "config/settings.php", "--yes"]).exits(0);
    let kept = format!("backups/shared-before-{}/config/settings.php", outcome.plan().release);
    assert_eq!(fs::read_to_string(host.app(&kept)).unwrap(), "newer");
    lab.is_tidy();
    assert_eq!(names(&host.app("")).iter().filter(|name| name.starts_with("shared")).count(), 1);

    let refused = lab.run(&["restore", "test", &id, "--only", "storage/app", "--yes"]).exits(4);
    let path = here(&lab, "web1", &format!("shared-{id}.tar.gz"));
    assert_eq!(refused.problems(), [format!("web1: {}: it has no storage/app", path.display())]);
    lab.run(&["restore", "test", &id, "--only", "../x", "--yes"]).exits(2);
}

#[test]
fn a_host_that_never_had_anything_is_restored_to() {
    let mut lab = Lab::live(&["web1"]);
    let wanted = Tree::of(&lab.hosts[0].app("shared"), &[]);
    let id = backup(&lab, &[]);
    let file = here(&lab, "web1", &format!("shared-{id}.tar.gz"));
    lab.hosts[0].deploy_to = "~/another/shop".to_owned();
    lab.configure("");
    lab.run(&["restore", "test", file.to_str().unwrap(), "--yes"]).exits(0);
    assert_eq!(Tree::of(&lab.hosts[0].app("shared"), &[]), wanted);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(Tree::of(&lab.hosts[0].app("shared"), &[]), wanted);
}

#[test]
fn without_a_terminal_yes_must_be_said() {
    let lab = Lab::live(&["web1"]);
    let id = backup(&lab, &[]);
    let trees = lab.trees();
    let outcome = lab.run(&["restore", "test", &id]).exits(2);
    let text = "error: a restore replaces the shared data, and there is no terminal to ask whether it may";
    assert_eq!(outcome.message(), text);
    assert_eq!(lab.trees(), trees);
}

#[test]
fn archives_that_are_damaged_or_lead_outside_are_refused_before_anything_is_changed() {
    let lab = Lab::live(&["web1"]);
    let trees = lab.trees();
    let refusal = |script: &str, reason: &str| {
        let file = archive(&lab, script);
        let outcome = lab.run(&["restore", "test", file.to_str().unwrap(), "--yes"]).exits(4);
        let problems = outcome.problems();
        assert!(problems[0].contains(reason), "{problems:?}");
        assert_eq!(lab.trees(), trees, "{script}");
        assert!(!lab.hosts[0].app(".deployer/lock").exists());
    };
    refusal("echo a >a; tar -czPf shared.tgz \"$PWD/a\"", "an entry outside of itself: /");
    refusal("mkdir -p b; cd b; tar -czPf ../shared.tgz ../a", "an entry outside of itself: ../a");
    refusal("tar -czf shared.tgz -C /dev ./null", "no file, directory or link: ./null");
    refusal("tar -czf shared.tgz ./a; echo x >>shared.tgz", "damaged or cut short");
    refusal("tar -czf - ./a | head -c 60 >shared.tgz", "damaged or cut short");
    refusal("tar -czf shared.tgz ./a; printf '%064d  shared.tgz\\n' 0 >shared.tgz.sha256", "it has changed");
    refusal("rm -f shared.tgz*", "cannot read");
    let unknown = lab.run(&["restore", "test", "20200101000000", "--yes"]).exits(4);
    assert!(unknown.problems()[0].starts_with("web1: there is no backup 20200101000000, neither in "));
}

#[test]
fn an_archive_on_the_host_is_refused_as_one_that_is_here() {
    let lab = Lab::live(&["web1"]);
    let id = "20200101000000";
    let archived = lab.hosts[0].app("backups").join(format!("shared-{id}.tar.gz"));
    let refusal = |script: &str, reason: &str| {
        fs::copy(archive(&lab, script), &archived).unwrap();
        let trees = lab.trees();
        let problems = lab.run(&["restore", "test", id, "--yes"]).exits(4).problems();
        assert!(problems[0].contains(reason), "{problems:?}");
        assert_eq!(lab.trees(), trees, "{script}");
    };
    refusal("echo a >a; tar -czPf shared.tgz \"$PWD/a\"", "an entry outside of itself: /");
    refusal("tar -czf shared.tgz -C /dev ./null", "no file, directory or link: ");
    refusal("tar -czf - ./a | head -c 60 >shared.tgz", "damaged or cut short");
    fs::write(format!("{}.sha256", archived.display()), format!("{}  x\n", "0".repeat(64))).unwrap();
    refusal("tar -czf shared.tgz ./a", "it has changed");
}

#[test]
fn when_one_host_fails_all_get_their_data_back() {
    let lab = Lab::live(&["web1", "web2"]);
    let id = backup(&lab, &[]);
    fs::write(lab.host("web1").app("shared/public/uploads/newer"), "newer").unwrap();
    // Where a directory has to be made, there is a file.
    fs::remove_dir_all(lab.host("web2").app("shared/public")).unwrap();
    fs::write(lab.host("web2").app("shared/public"), "a file").unwrap();
    let trees: Vec<_> = lab.hosts.iter().map(|host| Tree::of(&host.app("shared"), &[])).collect();
    let outcome = lab.run(&["restore", "test", &id, "--only", "public/uploads", "--yes"]).exits(1);
    assert_eq!(outcome.finished().outcome, Word::Undone);
    let now: Vec<_> = lab.hosts.iter().map(|host| Tree::of(&host.app("shared"), &[])).collect();
    assert_eq!(now, trees);
    // What was live in between on the other host may hold new uploads: it is kept.
    let undone = format!("shared-undone-{}", outcome.plan().release);
    assert_eq!(names(&lab.host("web1").app("backups")), [undone]);
    assert_eq!(names(&lab.host("web2").app("backups")), Vec::<String>::new());
    lab.is_tidy();
}

#[test]
fn an_archive_that_cannot_be_unpacked_leaves_everything_as_it_was() {
    let lab = Lab::live(&["web1"]);
    let trees = lab.trees();
    // A file that other entries take for a directory.
    let script = "mkdir -p x/a; echo b >x/a/b; echo a >a; tar -cf s.tar ./a; tar -rf s.tar -C x ./a/b; gzip -c s.tar >shared.tgz";
    let file = archive(&lab, script);
    let outcome = lab.run(&["restore", "test", file.to_str().unwrap(), "--yes"]).exits(1);
    assert_eq!(outcome.finished().outcome, Word::Undone);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
}

#[test]
fn an_interrupted_restore_and_a_lost_connection_leave_everything_as_it_was() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    large(&host.app("shared/large"));
    let id = backup(&lab, &[]);
    let trees = lab.trees();
    // What the run before had to leave is empty: it is told apart by that.
    let unpacks = || {
        let mut names = names(&host.app("")).into_iter();
        names.any(|name| name.starts_with("shared.restoring.") && !self::names(&host.app(&name)).is_empty())
    };
    for (how, exit) in [("interrupt", Some(130)), ("terminate", Some(143)), ("cut", Some(1)), ("kill", None)]
    {
        host.server.delay(Duration::from_millis(30));
        let run = lab.start(&["restore", "test", &id, "--yes"]);
        wait_until("the data to be unpacked", unpacks);
        match how {
            "interrupt" => run.signal(Signal::INT),
            "terminate" => run.signal(Signal::TERM),
            "kill" => run.signal(Signal::KILL),
            _ => host.server.cut(),
        }
        let outcome = run.wait();
        assert_eq!(outcome.exit, exit, "{how}: {}", outcome.stdout);
        host.server.delay(Duration::ZERO);
        host.wait_for_quiet();
        if how != "kill" {
            assert_eq!(lab.trees(), trees, "{how}");
            lab.is_tidy();
        }
    }
    assert_eq!(host.page(), "version 1");
    // What the killed run left is in nobody's way.
    lab.run(&["restore", "test", &id, "--yes"]).exits(0);
}
