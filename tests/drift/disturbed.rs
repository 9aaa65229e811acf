//! Runs that fail, die or are taken back while somebody writes.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::process::Signal;

use super::{kept, seen, write, write_at};
use crate::harness::{Host, Lab, Stand, wait_until};

const FAULT: &str = "fault: { phase: post_release, run: exit 9 }";

/// A step that writes into what visitors see right after the switch, and then the run fails.
fn fails_after(lab: &Lab, run: &str) {
    lab.configure(&format!("steps:\n  late: {{ after: switch, in: current, run: \"{run}\" }}\n  {FAULT}\n"));
    lab.run(&["run", "test"]).exits(1);
    lab.configure("");
}

fn kill_in(lab: &Lab, phase: &str, settings: &str) {
    let stand = Stand::in_phase(lab, phase);
    for host in &lab.hosts {
        // As if the host went down, too: it takes nothing back.
        let notes = host.records().into_iter().filter(|name| name.starts_with("undo."));
        notes.for_each(|name| fs::remove_file(host.app(".deployer").join(name)).unwrap());
    }
    stand.run.signal(Signal::KILL);
    stand.run.wait();
    for host in &lab.hosts {
        wait_until("the lock to go", || fs::symlink_metadata(host.app(".deployer/lock")).is_err());
        host.wait_for_quiet();
        fs::remove_file(host.home("hold")).unwrap();
    }
    lab.configure(settings);
}

fn previous(host: &Host) -> String {
    host.releases().into_iter().rev().find(|id| *id != host.live()).unwrap()
}

#[test]
fn what_is_written_into_a_release_that_fails_is_carried_back() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "count.txt", "1");
    fails_after(&lab, "echo 2 >count.txt; echo new >new.txt");
    assert_eq!(["count.txt", "new.txt"].map(|path| seen(host, path)), ["2\n", "new\n"]);
    assert_eq!(kept(host), Vec::<String>::new());
    lab.is_tidy();
}

#[test]
fn what_was_edited_in_a_release_that_fails_is_kept_in_an_archive() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    fails_after(&lab, "echo edited >src/a.php");
    assert_eq!(seen(host, "src/a.php"), "<?php\n");
    let kept = kept(host);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0].ends_with("./src/a.php = edited"), "{kept:?}");
    lab.is_tidy();
}

#[test]
fn a_file_that_is_written_twice_in_a_second_across_the_switch_is_not_taken_for_one_version() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let steps = "steps:
  first: { before: adopt, in: current, run: \"echo 1 >count.txt; ln -s 1 link\" }
  second: { after: adopt, in: current, run: \"echo 2 >count.txt; ln -sfn 2 link\" }
";
    lab.configure(steps);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "count.txt"), "2\n");
    let link = fs::read_link(host.app("current/link")).unwrap();
    assert!(link.to_str() == Some("2") || kept(host).iter().any(|kept| kept.contains("link")), "{link:?}");
}

#[test]
fn what_was_written_while_a_run_died_is_seen_after_the_next_one() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    kill_in(&lab, "post_release", "keep_releases: 9\n");
    let old = previous(host);
    write_at(&host.app("releases").join(old).join("late.txt"), "late");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "late.txt"), "late");
}

#[test]
fn what_a_dead_run_has_put_into_shared_data_does_not_hide_what_was_written_since() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.write("site/gallery/demo.jpg", "a demo\n");
    lab.run(&["run", "test"]).exits(0);
    write(host, "gallery/mine.jpg", "v1");
    write(host, "gallery/gone.jpg", "to be deleted");
    write(host, "gallery/longer.jpg", "one");
    let also = "shared: { dirs: [public/uploads], files: [config/settings.php], also: [gallery] }\n";
    let hold = "steps:\n  wait: { phase: mid_release, in: deploy_to, run: \": >~/began; sleep 60\" }\n";
    lab.configure(&format!("{also}{hold}"));
    let run = lab.start(&["run", "test"]);
    wait_until("the step", || host.home("began").exists());
    run.signal(Signal::KILL);
    run.wait();
    host.wait_for_quiet();
    let current = host.app("current/gallery");
    fs::remove_file(current.join("gone.jpg")).unwrap();
    fs::remove_file(current.join("mine.jpg")).unwrap();
    fs::write(current.join("mine.jpg"), "v2").unwrap();
    fs::write(current.join("longer.jpg"), "one two").unwrap();
    lab.configure(also);
    lab.run(&["run", "test"]).exits(0);
    let now = ["mine.jpg", "gone.jpg", "longer.jpg", "demo.jpg"];
    assert_eq!(now.map(|name| seen(host, &format!("gallery/{name}"))), ["v2", "", "one two", "a demo\n"]);
}

#[test]
fn what_a_dead_run_has_made_in_its_release_never_gets_into_a_live_one() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let steps = "steps:\n  make: { phase: configure, run: touch only-here.txt }\n  die: { phase: mid_release, in: deploy_to, run: \": >~/began; sleep 60\" }\n";
    lab.configure(steps);
    let run = lab.start(&["run", "test"]);
    wait_until("the step", || host.home("began").exists());
    run.signal(Signal::KILL);
    run.wait();
    host.wait_for_quiet();
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    assert!(!host.app("current/only-here.txt").exists());
    assert_eq!(kept(host), Vec::<String>::new());
    assert_eq!(host.releases().len(), 2);
    lab.is_tidy();
}

#[test]
fn a_rollback_that_fails_loses_nothing_and_brings_nothing_back() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.run(&["run", "test"]).exits(0);
    write(host, "mine.txt", "mine");
    write(host, "src/a.php", "edited");
    lab.configure(&format!("steps:\n  {FAULT}\nkeep_releases: 1\n"));
    lab.run(&["rollback", "test"]).exits(1);
    assert_eq!(["mine.txt", "src/a.php"].map(|path| seen(host, path)), ["mine", "edited"]);
    fs::remove_file(host.app("current/mine.txt")).unwrap();
    lab.configure("keep_releases: 1\n");
    lab.run(&["run", "test"]).exits(0);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(["mine.txt", "src/a.php"].map(|path| seen(host, path)), ["", "<?php\n"]);
    assert!(kept(host).iter().any(|kept| kept.ends_with("= edited")), "{:?}", kept(host));
}

#[test]
fn a_link_and_a_file_that_take_each_others_place_during_a_deploy_are_seen_as_they_were_left() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    symlink("nowhere", host.app("current/was-link")).unwrap();
    write(host, "was-file", "a file");
    let steps = "steps:\n  late: { after: adopt, in: current, run: \"rm was-link was-file; echo file >was-link; ln -s there was-file\" }\n";
    lab.configure(steps);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "was-link"), "file\n");
    assert_eq!(fs::read_link(host.app("current/was-file")).unwrap().to_str(), Some("there"));
}

#[test]
fn what_runs_that_were_killed_after_the_switch_have_shared_stays_shared() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "public/media/clip.mp4", "a clip\n");
    for _ in 0..2 {
        kill_in(&lab, "post_release", "");
        assert_eq!(seen(host, "public/media/clip.mp4"), "a clip\n");
    }
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "public/media/clip.mp4"), "a clip\n");
    assert!(host.app("shared/public/media/clip.mp4").exists());
    lab.is_tidy();
}
