//! Directories that are shared: what vendors ship there, and those that become shared later.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::{kept, seen, write, write_at};
use crate::harness::{Lab, wait_until};

const GALLERY: &str = "shared: { dirs: [public/uploads], files: [config/settings.php], also: [gallery] }\n";

#[test]
fn a_demo_file_that_was_deleted_stays_deleted_while_a_new_one_arrives() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    fs::remove_file(host.app("current/public/uploads/welcome.jpg")).unwrap();
    lab.write("site/public/uploads/welcome.jpg", "another picture\n");
    lab.write("site/public/uploads/new.jpg", "a new picture\n");
    lab.run(&["run", "test"]).exits(0);
    let now = || ["welcome.jpg", "new.jpg"].map(|name| seen(host, &format!("public/uploads/{name}")));
    assert_eq!(now(), ["", "a new picture\n"]);
    // A rollback forgets nothing of that.
    lab.run(&["rollback", "test"]).exits(0);
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(now(), ["", "a new picture\n"]);
}

#[test]
fn a_directory_that_becomes_shared_gets_what_the_live_release_has_and_what_is_written_meanwhile() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.write("site/gallery/demo.jpg", "a demo\n");
    lab.write("site/gallery/other.jpg", "another demo\n");
    lab.run(&["run", "test"]).exits(0);
    write(host, "gallery/by users/one.jpg", "before");
    write(host, "gallery/changing.jpg", "v1");
    fs::remove_file(host.app("current/gallery/demo.jpg")).unwrap();
    let old = host.app("releases").join(host.live());
    let hold = "steps:\n  wait: { phase: mid_release, in: deploy_to, run: \": >~/began; while [ -e ~/hold ]; do sleep 0.05; done\" }\n";
    fs::write(host.home("hold"), "").unwrap();
    lab.configure(&format!("{GALLERY}{hold}"));
    let run = lab.start(&["run", "test"]);
    wait_until("the step", || host.home("began").exists());
    write_at(&old.join("gallery/meanwhile.jpg"), "meanwhile");
    write_at(&old.join("gallery/changing.new"), "v2");
    fs::rename(old.join("gallery/changing.new"), old.join("gallery/changing.jpg")).unwrap();
    fs::remove_file(host.home("hold")).unwrap();
    run.wait().exits(0);
    let names = ["by users/one.jpg", "changing.jpg", "meanwhile.jpg", "demo.jpg", "other.jpg"];
    let now = names.map(|name| seen(host, &format!("gallery/{name}")));
    assert_eq!(now, ["before", "v2", "meanwhile", "", "another demo\n"]);
    assert!(fs::symlink_metadata(host.app("current/gallery")).unwrap().is_symlink());
    assert_eq!(kept(host), Vec::<String>::new());
    // It took no space.
    let inode = |path: std::path::PathBuf| fs::metadata(path).unwrap().ino();
    let one = "gallery/by users/one.jpg";
    assert_eq!(inode(old.join(one)), inode(host.app("shared").join(one)));
}

#[test]
fn one_shared_path_may_lie_in_another() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(
        "shared: { dirs: [public/uploads, public/uploads/private, storage/app/public], files: [storage/app/public/x.txt, config/settings.php] }\n",
    );
    lab.write("site/storage/app/public/x.txt", "shipped\n");
    lab.write("site/public/uploads/private/demo.jpg", "a demo\n");
    lab.run(&["run", "test"]).exits(0);
    write(host, "public/uploads/private/mine.jpg", "mine");
    write(host, "storage/app/public/x.txt", "changed");
    lab.page("version 3");
    lab.run(&["run", "test"]).exits(0);
    let now =
        ["public/uploads/private/mine.jpg", "public/uploads/private/demo.jpg", "storage/app/public/x.txt"];
    assert_eq!(now.map(|path| seen(host, path)), ["mine", "a demo\n", "changed"]);
    assert_eq!(seen(host, "public/uploads/photo.jpg"), "a photo on web1\n");
    assert_eq!(lab.pages(), ["version 3"]);
}

#[test]
fn a_file_that_was_written_in_the_place_of_a_shared_ones_link_is_the_shared_one_from_then_on() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(
        "steps:\n  cache: { phase: configure, run: cp config/settings.php cached.php }\n  fault: { phase: post_release, run: '[ ! -e ~/fail ]' }\n",
    );
    let (current, shared) = (host.app("current/config/settings.php"), host.app("shared/config/settings.php"));
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o600)).unwrap();
    let before = fs::read_to_string(&shared).unwrap();
    // As `sed -i`, vim and the file managers of panels do it.
    write(host, "config/new", "<?php return ['on' => 'edited'];\n");
    fs::rename(host.app("current/config/new"), &current).unwrap();
    fs::write(host.home("fail"), "").unwrap();
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(seen(host, "config/settings.php"), "<?php return ['on' => 'edited'];\n");
    fs::remove_file(host.home("fail")).unwrap();
    lab.run(&["run", "test"]).exits(0);
    for path in ["config/settings.php", "cached.php"] {
        assert_eq!(seen(host, path), "<?php return ['on' => 'edited'];\n");
    }
    assert!(fs::symlink_metadata(&current).unwrap().is_symlink());
    assert_eq!(fs::metadata(&shared).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = kept(host);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0].ends_with(&format!("./config/settings.php = {}", before.trim_end())), "{kept:?}");
    lab.is_tidy();
}

#[test]
fn such_a_file_is_the_shared_one_after_a_rollback_too_and_when_it_is_written_during_a_deploy() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let write = |to: &str| {
        write(host, "config/new", to);
        fs::rename(host.app("current/config/new"), host.app("current/config/settings.php")).unwrap();
    };
    let late =
        "cp config/settings.php config/new && echo late >>config/new && mv config/new config/settings.php";
    lab.configure(&format!("steps:\n  late: {{ after: seal, in: current, run: {late} }}\n"));
    lab.run(&["run", "test"]).exits(0);
    assert!(seen(host, "config/settings.php").ends_with("late\n"));
    write("again\n");
    lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(seen(host, "config/settings.php"), "again\n");
    lab.is_tidy();
}

#[test]
fn what_was_written_into_shared_data_after_such_a_file_wins_and_the_other_is_kept() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write(host, "config/new", "edited\n");
    fs::rename(host.app("current/config/new"), host.app("current/config/settings.php")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    fs::write(host.app("shared/config/settings.php"), "pushed later\n").unwrap();
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "config/settings.php"), "pushed later\n");
    let kept = kept(host);
    assert!(kept.len() == 1 && kept[0].ends_with("./config/settings.php = edited"), "{kept:?}");
    lab.is_tidy();
}

#[test]
fn what_a_person_put_into_shared_data_by_hand_is_not_replaced_by_what_was_shipped() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    write_at(&host.app("shared/src/a.php"), "<?php // by hand\n");
    lab.configure("shared: { dirs: [public/uploads], files: [config/settings.php, src/a.php] }\n");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(seen(host, "src/a.php"), "<?php // by hand\n");
}
