//! Random releases: what the script makes of one on a host is the other, whatever was done to it there.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use deployer::package::{Difference, Listing, Manifest, Part, pack_part};
use deployer::plan::Compression;
use deployer::template::Engine;
use flate2::Compression as Level;
use minijinja::context;
use proptest::prelude::*;

use crate::harness::Tree;
use crate::part::program;

const SCRIPT: &str = concat!(
    include_str!("../../templates/inventory.sh"),
    include_str!("../../templates/survey.sh"),
    include_str!("../../templates/upload.sh")
);

/// Names that shells, tar and checksum tools stumble over.
const NAMES: [&str; 9] = ["vendor", "a", "b c", "-rf", "é'\"", "x\\ty", " lead", "$(id)", "=\t"];

#[derive(Clone, Debug)]
enum Thing {
    File(u8, bool),
    Link(usize),
    Folder,
}

type Things = Vec<(Vec<usize>, Thing)>;

fn things() -> impl Strategy<Value = Things> {
    let path = prop::collection::vec(0..NAMES.len(), 1..4);
    let thing = prop_oneof![
        4 => (0..4u8, any::<bool>()).prop_map(|(content, run)| Thing::File(content, run)),
        1 => (0..NAMES.len()).prop_map(Thing::Link),
        1 => Just(Thing::Folder),
    ];
    prop::collection::vec((path, thing), 1..25)
}

/// Lays a tree out. What has no room is left out.
fn lay_out(root: &Path, things: &Things) {
    fs::create_dir_all(root).unwrap();
    fs::write(root.join("index.php"), "<?php\n").unwrap();
    for (path, thing) in things {
        let path = path.iter().fold(root.to_owned(), |path, name| path.join(NAMES[*name]));
        let behind_a_link = path.ancestors().skip(1).take_while(|up| *up != root).any(Path::is_symlink);
        let free = !behind_a_link && fs::symlink_metadata(&path).is_err();
        if !free || fs::create_dir_all(path.parent().unwrap()).is_err() {
            continue;
        }
        match thing {
            Thing::File(content, run) => {
                fs::write(&path, format!("content {content}\n").repeat(usize::from(*content))).unwrap();
                mode(&path, if *run { 0o755 } else { 0o644 });
            }
            Thing::Link(name) => symlink(NAMES[*name], &path).unwrap(),
            Thing::Folder => fs::create_dir(&path).unwrap(),
        }
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A host with a live release, in a folder.
struct Site {
    root: PathBuf,
    shell: Vec<String>,
    hardlink: bool,
}

impl Site {
    /// Runs the script with an archive as its input, and returns what it found wrong and its manifest.
    fn upload(&self, how: &str, archive: &[u8]) -> (Vec<String>, String) {
        let records = self.root.join(".deployer").display().to_string();
        let values = context! {
            checksum => "sha256sum", records, release => "20260102030406", base_id => "20260102030405",
            base => self.root.join("live").display().to_string(),
            partial => self.root.join("new release").display().to_string(),
            decompress => Compression::Gzip.unpacked_by(), hardlink => self.hardlink,
        };
        let script = Engine::new().shell("upload.sh", SCRIPT, &values).unwrap().text;
        fs::write(self.root.join("script"), format!("set -e\n{script}")).unwrap();
        let mut command = Command::new(program(&self.shell[0]).unwrap());
        command.args(&self.shell[1..]).arg(self.root.join("script")).current_dir(&self.root);
        if let Some(tools) = self.shell.get(1).map(|_| self.root.join("tools")) {
            command.env("PATH", tools);
        }
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = format!("{how} new\n1 1\n").into_bytes();
        input.extend_from_slice(archive);
        child.stdin.take().unwrap().write_all(&input).unwrap();
        let output = child.wait_with_output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{:?}: {out}\n{err}", self.shell);
        let after = |mark: &'static str| move |line: &str| line.strip_prefix(mark).map(str::to_owned);
        let manifest = out.lines().find_map(after("@manifest ")).unwrap();
        (out.lines().filter_map(after("@wrong ")).collect(), manifest)
    }
}

async fn packed(listing: &Arc<Listing>, difference: &Arc<Difference>, part: Part) -> Vec<u8> {
    let spool = std::env::temp_dir();
    let packing =
        pack_part(Arc::clone(listing), Arc::clone(difference), part, Compression::Gzip, &spool).unwrap();
    let (mut reader, mut archive) = (packing.spool.reader(), Vec::new());
    while let Some(chunk) = reader.chunk().await.unwrap() {
        archive.extend_from_slice(&chunk);
    }
    archive
}

fn listing(tree: &Path, release: &str) -> Arc<Listing> {
    Arc::new(Listing::read(tree, &[], &release.parse().unwrap(), Vec::new()).unwrap())
}

/// Ships one release, lets somebody work on it, ships the other, and returns what it consists of there.
async fn shipped(
    old: &Things,
    new: &Things,
    drift: &[(usize, u8)],
    shell: &[&str],
    hardlink: bool,
) -> (Tree, Tree) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a site");
    let shell = shell.iter().map(|&word| word.to_owned()).collect();
    let site = Site { root: root.clone(), shell, hardlink };
    fs::create_dir_all(root.join(".deployer/shipped")).unwrap();
    fs::create_dir(root.join("tools")).unwrap();
    if let (Some(busybox), true) = (program("busybox"), site.shell.len() > 1) {
        Command::new(busybox).args(["--install", "-s"]).arg(root.join("tools")).status().unwrap();
    }
    lay_out(&root.join("old"), old);
    lay_out(&root.join("new"), new);
    let none = std::collections::BTreeSet::new();
    let first = listing(&root.join("old"), "20260102030405");
    let whole = Arc::new(Difference::new(&first, None, &none));
    let (wrong, manifest) = site.upload("all", &packed(&first, &whole, Part::Difference).await);
    assert_eq!((wrong, manifest.contains(&whole.sha256)), (vec![], true));
    fs::rename(root.join("new release"), root.join("live")).unwrap();
    keep(&whole.manifest, &root.join(".deployer/shipped/20260102030405.gz"));
    spoil(&root.join("live"), &whole.manifest, drift);
    let spoiled = Tree::of(&root.join("live"), &[]);

    let second = listing(&root.join("new"), "20260102030406");
    let delta = Arc::new(Difference::new(&second, Some(&whole.manifest), &none));
    let (mut wrong, manifest) = site.upload("delta", &packed(&second, &delta, Part::Difference).await);
    assert!(manifest.contains(&delta.sha256));
    for _ in 0..2 {
        let (places, unknown) = delta.places(&wrong);
        assert_eq!(unknown, Vec::<&str>::new());
        if places.is_empty() {
            break;
        }
        wrong = site.upload("more", &packed(&second, &delta, Part::Places(places)).await).0;
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(Tree::of(&root.join("live"), &[]), spoiled, "the live release is as it was");
    (Tree::of(&root.join("new release"), &[]), Tree::of(&root.join("new"), &[]))
}

fn keep(manifest: &Manifest, path: &Path) {
    let mut file = flate2::write::GzEncoder::new(fs::File::create(path).unwrap(), Level::fast());
    file.write_all(manifest.to_text().as_bytes()).unwrap();
    file.finish().unwrap();
}

/// Does to a release what applications, panels and persons do.
fn spoil(live: &Path, manifest: &Manifest, drift: &[(usize, u8)]) {
    for (which, how) in drift {
        let path = live.join(manifest.entries[which % manifest.entries.len()].path());
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        match (how, metadata.is_file()) {
            (0, true) => {
                // Other content, of the same size and time.
                fs::write(&path, vec![b'!'; usize::try_from(metadata.len()).unwrap()]).unwrap();
                let file = fs::File::options().append(true).open(&path).unwrap();
                file.set_modified(metadata.modified().unwrap()).unwrap();
            }
            (1, true) => fs::write(&path, "edited").unwrap(),
            (2, true) => fs::remove_file(&path).unwrap(),
            (3, true) => mode(&path, 0o600),
            (4, true) => {
                fs::remove_file(&path).unwrap();
                symlink("/etc/passwd", &path).unwrap();
            }
            (_, false) if metadata.is_dir() => {
                fs::rename(&path, live.with_file_name(format!("elsewhere {which}"))).unwrap();
                symlink("../elsewhere", &path).unwrap();
            }
            _ => {}
        }
    }
    fs::create_dir_all(live.join("uploads")).unwrap();
    fs::write(live.join("uploads/stray.jpg"), "a user's").unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_release_becomes_the_next_one_in_every_shell(
        old in things(),
        new in things(),
        drift in prop::collection::vec((0..100usize, 0..6u8), 0..4),
        hardlink in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        for shell in [&["dash"][..], &["busybox", "sh"]] {
            let Some(_there) = program(shell[0]) else { continue };
            let (there, here) = runtime.block_on(shipped(&old, &new, &drift, shell, hardlink));
            prop_assert_eq!(there, here);
        }
    }
}
