//! `shared.stray: keep` and `shared.stray: fail`.

use super::{seen, write};
use crate::harness::Lab;

const FAIL: &str = "shared: { dirs: [public/uploads], files: [config/settings.php], stray: fail }\n";
const KEEP: &str =
    "shared: { dirs: [public/uploads], files: [config/settings.php], stray: keep }\nkeep_releases: 1\n";

#[test]
fn with_fail_a_deploy_is_refused_and_names_the_files() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "public/it's mine.txt", "mine");
    lab.configure(FAIL);
    let before = lab.trees();
    let refused = lab.run(&["run", "test"]).exits(4);
    assert_eq!(refused.problems(), ["web1: the application wrote files outside of the shared paths"]);
    assert!(refused.message().contains("public/it's mine.txt"), "{}", refused.message());
    assert_eq!(lab.trees(), before);
    lab.configure("shared: { dirs: [public/uploads], files: [config/settings.php], stray: adopt }\n");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "public/it's mine.txt"), "mine");
}

#[test]
fn with_fail_a_file_that_is_written_during_the_deploy_takes_it_back() {
    let lab = Lab::live(&["web1"]);
    let before = lab.trees();
    let write =
        "steps: { late: { phase: mid_release, in: current, run: \"echo mine >'public/my file.txt'\" } }\n";
    lab.configure(&format!("{FAIL}{write}"));
    let outcome = lab.run(&["run", "test"]).exits(1);
    assert!(outcome.output("adopt", Some("web1")).contains(&"  public/my file.txt".to_owned()));
    let host = &lab.hosts[0];
    assert_eq!(seen(host, "public/my file.txt"), "mine\n");
    std::fs::remove_file(host.app("current/public/my file.txt")).unwrap();
    assert_eq!(lab.trees(), before);
    lab.is_tidy();
}

#[test]
fn with_keep_stray_files_stay_and_so_does_their_release() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let first = host.live();
    write(host, "notes.txt", "mine");
    lab.configure(KEEP);
    for _ in 0..3 {
        lab.run(&["run", "test"]).exits(0);
    }
    assert_eq!(seen(host, "notes.txt"), "");
    let notes = host.app("releases").join(&first).join("notes.txt");
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "mine");
    // Only that one is more than one is to be kept, with the one before the live one.
    assert_eq!(host.releases().len(), 3, "{:?}", host.releases());
    // Once they may be carried, they are, and it goes.
    lab.configure("keep_releases: 1\n");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "notes.txt"), "mine");
    assert!(!notes.exists());
    lab.is_tidy();
}

#[test]
fn a_deploy_ends_by_naming_the_archive_of_what_was_changed_on_the_host() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "count.txt", "1");
    write(host, "src/a.php", "edited");
    let run = lab.run(&["run", "test"]).exits(0);
    let left: Vec<_> = run.finished().left.iter().map(|left| left.text.clone()).collect();
    let backups = host.app("backups").canonicalize().unwrap();
    assert_eq!(left, [format!("changed files kept in {}: drift-{}.tar.gz", backups.display(), host.live())]);
    assert_eq!(lab.run(&["run", "test"]).exits(0).finished().left.len(), 0);
}
