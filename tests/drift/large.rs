//! A directory of many files: it is neither copied nor walked through.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use crate::harness::Lab;

const FILES: usize = 100_000;

#[test]
fn a_large_directory_is_linked_when_it_becomes_shared_and_left_alone_from_then_on() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    let gallery = host.app("current/gallery");
    for number in 0..FILES {
        let folder = gallery.join(format!("{:03}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&folder).unwrap();
        }
        fs::write(folder.join(format!("{number}.jpg")), "x").unwrap();
    }
    let old = gallery.canonicalize().unwrap();
    let also = "shared: { dirs: [public/uploads], files: [config/settings.php], also: [gallery] }\n";
    lab.configure(also);
    let timed = || {
        let began = Instant::now();
        lab.run(&["run", "test"]).exits(0);
        began.elapsed()
    };
    let seeding = timed();
    let inode = |path: std::path::PathBuf| fs::metadata(path).unwrap().ino();
    for file in ["000/0.jpg", "099/99999.jpg"] {
        assert_eq!(inode(old.join(file)), inode(host.app("shared/gallery").join(file)));
    }
    // A directory that is only linked is not looked into: nobody may even read it.
    let shared = host.app("shared/gallery/050");
    let before = fs::metadata(&shared).unwrap().atime_nsec();
    let after = timed();
    assert_eq!(fs::metadata(&shared).unwrap().atime_nsec(), before);
    println!("seeding {FILES} files: {seeding:?}; the deploy after it: {after:?}");
    assert!(after < Duration::from_secs(20).min(seeding), "{after:?} after {seeding:?}");
}
