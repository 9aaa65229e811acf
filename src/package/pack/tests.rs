//! Packing real trees, and unpacking them with the tools of real hosts.
#![expect(clippy::disallowed_methods, reason = "trees are made of files, and tools unpack them")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use super::*;
use crate::package::listing::Item;
use crate::package::manifest::Shipped;
use crate::package::sample::listing;
use crate::package::spool::Reader;
use crate::package::tree::{Entry, Kind};

fn release() -> ReleaseId {
    "20260102030405".parse().unwrap()
}

/// Makes a tree with names, links, permissions and sizes that archives stumble over.
fn tree() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let long = format!("{}/{}", "long".repeat(40), "ü".repeat(80));
    let files = ["artisan", "-rf", "a b/'q\" $(x) `y`\\", "c/é ✓\t", "REVISION", &long];
    for (index, path) in files.into_iter().enumerate() {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x".repeat(index * 511)).unwrap();
    }
    fs::write(tree.path().join("large"), (0..200_000u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>())
        .unwrap();
    fs::set_permissions(tree.path().join("artisan"), fs::Permissions::from_mode(0o770)).unwrap();
    fs::create_dir(tree.path().join("empty")).unwrap();
    symlink(format!("../{long}"), tree.path().join("c/link")).unwrap();
    symlink("nowhere", tree.path().join("broken")).unwrap();
    tree
}

async fn read(mut reader: Reader) -> Result<Vec<u8>, PackError> {
    let mut archive = Vec::new();
    while let Some(chunk) = reader.chunk().await? {
        archive.extend_from_slice(&chunk);
    }
    Ok(archive)
}

async fn packed(tree: &Path, exclude: &[&str]) -> Result<(Vec<u8>, Packed), PackError> {
    let spool = tempfile::tempdir().unwrap();
    let exclude = exclude.iter().map(|&line| line.to_owned()).collect();
    let extra = vec![("REVISION".to_owned(), b"abc\n".to_vec())];
    let packing = pack(tree.to_owned(), exclude, &release(), extra, spool.path())?;
    let (first, second) = tokio::join!(read(packing.spool.reader()), read(packing.spool.reader()));
    let packed = packing.done.await.unwrap();
    match (first, second) {
        (Ok(first), Ok(second)) => {
            assert!(first == second);
            Ok((first, packed?))
        }
        (first, second) => Err(first.and(second).unwrap_err()),
    }
}

/// Runs a tool on the archive; `None`, with a word about it, where the machine does not have it.
fn through(archive: &[u8], tool: &[&str], folder: &Path) -> Option<Vec<u8>> {
    let [program, arguments @ ..] = tool else { panic!("no tool") };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        assert!(std::env::var_os("DEPLOYER_TEST_COMPLETE").is_none(), "{program} is missing");
        println!("skipped: {program} is missing");
        return None;
    };
    let (mut stdin, content) = (child.stdin.take().unwrap(), archive.to_vec());
    let writer = std::thread::spawn(move || stdin.write_all(&content));
    let output = child.wait_with_output().unwrap();
    assert!(writer.join().unwrap().is_ok() && output.status.success(), "{tool:?}");
    Some(output.stdout)
}

#[tokio::test]
async fn every_tar_unpacks_exactly_the_tree() {
    let tree = tree();
    let (archive, packed) = packed(tree.path(), &[]).await.unwrap();
    fs::write(tree.path().join("REVISION"), "abc\n").unwrap();
    fs::write(tree.path().join(".deployer-manifest"), packed.manifest.to_text()).unwrap();
    for tool in [&["tar", "-xzpf", "-"][..], &["busybox", "tar", "-xzpf", "-"]] {
        let folder = tempfile::tempdir().unwrap();
        if through(&archive, tool, folder.path()).is_some() {
            assert!(listing(folder.path()) == listing(tree.path()), "{tool:?}");
            let mode = |path| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o7777;
            assert_eq!(["artisan", "-rf", "empty"].map(mode), [0o755, 0o644, 0o755]);
        }
    }
}

#[tokio::test]
async fn every_gunzip_reads_the_archive_to_its_end() {
    let (archive, packed) = packed(tree().path(), &[]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let digest = through(&archive, &["sha256sum"], folder.path()).unwrap();
    assert_eq!(String::from_utf8_lossy(&digest), format!("{}  -\n", packed.sha256));
    assert_eq!(archive.len() as u64, packed.bytes);
    let code = "ini_set('memory_limit', -1); echo gzdecode(stream_get_contents(STDIN));";
    let expected = through(&archive, &["gunzip"], folder.path()).unwrap();
    assert!(expected.len() as u64 > packed.unpacked);
    for tool in [&["busybox", "gunzip"][..], &["php", "-n", "-r", code]] {
        assert!(through(&archive, tool, folder.path()).is_none_or(|tar| tar == expected), "{tool:?}");
    }
}

#[tokio::test]
async fn the_archive_depends_on_nothing_but_the_content() {
    let (first, second) = (tree(), tree());
    let touched = second.path().join("large");
    fs::File::open(&touched).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    fs::set_permissions(second.path().join("-rf"), fs::Permissions::from_mode(0o600)).unwrap();
    let one = packed(first.path(), &[]).await.unwrap();
    assert!(one == packed(second.path(), &[]).await.unwrap());
    fs::write(second.path().join("-rf"), "other").unwrap();
    assert!(one.1.sha256 != packed(second.path(), &[]).await.unwrap().1.sha256);
}

#[tokio::test]
async fn the_manifest_describes_what_was_shipped() {
    let tree = tempfile::tempdir().unwrap();
    fs::create_dir(tree.path().join("a")).unwrap();
    fs::write(tree.path().join("a/file"), "hello").unwrap();
    fs::write(tree.path().join("REVISION"), "committed by mistake").unwrap();
    symlink("a/file", tree.path().join("link")).unwrap();
    let (_, packed) = packed(tree.path(), &[]).await.unwrap();
    let file = |path: &str, size, sha256: &str| Shipped::File {
        path: path.to_owned(),
        size,
        mode: 0o644,
        mtime: 1_767_323_045,
        sha256: sha256.to_owned(),
    };
    let expected = [
        file("REVISION", 4, "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb"),
        Shipped::Directory { path: "a".to_owned(), mode: 0o755 },
        file("a/file", 5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        Shipped::Link { path: "link".to_owned(), target: "a/file".to_owned() },
    ];
    assert_eq!(packed.manifest.entries, expected);
    assert_eq!((packed.files, packed.unpacked), (2, 9));
}

#[tokio::test]
async fn readers_are_told_why_packing_failed() {
    let tree = tree();
    fs::create_dir(tree.path().join("public")).unwrap();
    fs::write(tree.path().join("public/hot"), "http://localhost:5173").unwrap();
    assert!(matches!(packed(tree.path(), &[]).await, Err(PackError::Hot)));
    assert!(matches!(packed(tree.path(), &["*"]).await, Err(PackError::Empty)));
    assert!(matches!(packed(tree.path(), &["a["]).await, Err(PackError::Rule(_))));
    assert!(matches!(packed(&tree.path().join("gone"), &[]).await, Err(PackError::Read { .. })));
}

#[test]
fn a_file_that_changes_meanwhile_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("debug.log");
    fs::write(&source, "12345").unwrap();
    let entry = |size| Entry {
        path: "storage/debug.log".to_owned(),
        kind: Kind::File { source: source.clone(), size, executable: false },
    };
    let is_named = |error| matches!(error, PackError::Changed { path } if path == "storage/debug.log");
    for size in [4, 6] {
        assert!(is_named(Item::read(entry(size), 0).map(drop).unwrap_err()), "between the walk and the hash");
    }
    let item = Item::read(entry(5), 0).unwrap();
    let modified = fs::metadata(&source).unwrap().modified().unwrap();
    fs::write(&source, "54321").unwrap();
    fs::File::options().append(true).open(&source).unwrap().set_modified(modified).unwrap();
    let packed = archive::write(None, std::iter::once((&item, &item.shipped)), io::sink());
    assert!(is_named(packed.map(drop).unwrap_err()), "between the hash and the archive");
}

#[tokio::test]
async fn packing_stops_when_nobody_wants_the_archive() {
    let tree = tree();
    let packing = pack(tree.path().to_owned(), vec![], &release(), vec![], tree.path()).unwrap();
    drop(packing.spool);
    assert!(matches!(packing.done.await.unwrap(), Err(PackError::Stopped)));
}
