//! Backups of a lab: data worth one, where they are, what is in a directory.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Host, Lab};

/// Names that would do harm if a shell, a pattern or an option parser got hold of them.
const NAMES: [&str; 6] =
    ["it's \"quoted\"", "-rf", "--help", "two\nlines\n./x", "a b/ c ", "$(touch pwned) *"];

/// Fills the shared data of a host with what applications leave behind.
pub fn fill(host: &Host) {
    let uploads = host.app("shared/public/uploads");
    for name in NAMES {
        let path = uploads.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    symlink("/nowhere/at all", uploads.join("a link")).unwrap();
    fs::set_permissions(uploads.join("-rf"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir(uploads.join("empty")).unwrap();
    fs::set_permissions(uploads.join("empty"), fs::Permissions::from_mode(0o700)).unwrap();
}

/// Makes a backup and returns its id.
pub fn backup(lab: &Lab, more: &[&str]) -> String {
    let outcome = lab.run(&[&["backup", "test"], more].concat()).exits(0);
    answer(&outcome.stdout)["id"].as_str().unwrap().to_owned()
}

/// Returns what a command answered.
pub fn answer(stdout: &str) -> Value {
    let answer: Value = serde_json::from_str(stdout).unwrap();
    assert_eq!(answer["ok"], true, "{stdout}");
    answer["data"].clone()
}

/// Returns a path in the controller's archives of a host.
pub fn here(lab: &Lab, host: &str, name: &str) -> PathBuf {
    lab.path("project/backups/shop-test").join(host).join(name)
}

/// Returns the names in a directory, sorted; none where there is no directory.
pub fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Writes a file of random bytes, too large for the buffers between here and a host.
pub fn large(path: &Path) {
    let mut seed = 1_u64;
    let bytes: Vec<u8> = (0..24 << 20)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed.to_be_bytes()[0]
        })
        .collect();
    fs::write(path, bytes).unwrap();
}

/// Makes an archive of a shell's making, as `shared.tgz` in the project.
pub fn archive(lab: &Lab, script: &str) -> PathBuf {
    let dir = lab.path("made");
    fs::create_dir_all(&dir).unwrap();
    let mut command = lab.in_project("sh");
    let output = command.args(["-ec", script]).current_dir(&dir).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    dir.join("shared.tgz")
}
