//! A first deploy over a site that was put there by FTP: its settings, its storage and its uploads
//! become the shared data, by copies, and what was there stays as it was.
#![expect(clippy::disallowed_methods, reason = "an old site is put there, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::harness::{Lab, Tree};

const SHARED: &str = "shared: { files: [.env], dirs: [storage] }\nenv_file: production.env\n";

/// The files that a running Laravel has, where the top of the application is `top` and `public` is
/// what is served.
fn old_site(top: &Path, public: &Path) {
    for (file, text, mode) in [
        (top.join(".env"), "APP_KEY=of the old site\n", 0o600),
        (top.join("artisan"), "<?php\n", 0o644),
        (top.join("vendor/autoload.php"), "<?php\n", 0o644),
        (top.join("storage/app/invoice 1.pdf"), "an invoice\n", 0o640),
        (top.join("storage/logs/laravel.log"), "an error\n", 0o644),
        (public.join("index.php"), "<?php echo 'old';\n", 0o644),
        (public.join("uploads/-a 'photo'.jpg"), "a photo\n", 0o644),
        (public.join("userAvatars/1.png"), "a face\n", 0o604),
        (public.join("css/style.css"), "body {}\n", 0o644),
    ] {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    }
}

fn project(more: &str) -> Lab {
    let mut lab = Lab::new(&["web1"]);
    lab.hosts[0].more = more.to_owned();
    lab.write("production.env", "APP_KEY=of the controller\n");
    lab.configure(SHARED);
    lab
}

/// The trees of these paths below a directory.
fn trees<const N: usize>(top: &Path, paths: [&str; N]) -> [Tree; N] {
    paths.map(|path| Tree::of(&top.join(path), &[]))
}

/// Deploys, first with a failure, and checks that all data of the old site is shared.
fn hands_over(lab: &Lab, top: &Path, public: &Path) {
    let host = &lab.hosts[0];
    let (data, uploads) = (trees(top, ["storage", ".env"]), trees(public, ["uploads", "userAvatars"]));
    let before = Tree::of(&host.home(""), &["shop"]);
    lab.configure(&format!("{SHARED}steps: {{ fault: {{ phase: post_release, run: \"false\" }} }}\n"));
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(Tree::of(&host.home(""), &["shop"]), before);
    assert!(!host.app("shared").exists(), "what was copied is taken back");

    // Visitors use the old site up to the switch.
    let (storage, uploads_dir) = (top.join("storage"), public.join("uploads"));
    let late = format!(
        "{SHARED}steps: {{ late: {{ phase: mid_release, run: 'echo late >{}/late.log; echo new >{}/photo; echo other >{}/app/late' }} }}\n",
        storage.join("logs").display(),
        uploads_dir.display(),
        storage.display(),
    );
    lab.configure(&late);
    lab.run(&["run", "test"]).exits(0);
    let uploaded = fs::read_to_string(host.app("current/public/uploads/photo")).unwrap();
    assert_eq!(uploaded, "new\n");
    assert_eq!(fs::read_to_string(host.app("current/storage/app/late")).unwrap(), "other\n");
    for file in ["storage/logs/late.log", "storage/app/late", "public/uploads/photo"] {
        fs::remove_file(host.app("shared").join(file)).unwrap();
    }
    lab.configure(SHARED);
    assert_eq!(host.page(), "version 1");
    assert_eq!(trees(&host.app("shared"), ["storage", ".env"]), data);
    // What the release ships there was added.
    fs::remove_file(host.app("shared/public/uploads/welcome.jpg")).unwrap();
    assert_eq!(trees(&host.app("shared/public"), ["uploads", "userAvatars"]), uploads);
    assert!(!host.app("shared/public/css").exists(), "that is code");

    lab.page("version 2");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(trees(&host.app("shared"), ["storage", ".env"]), data);
    assert_eq!(trees(&host.app("current/public"), ["uploads/", "userAvatars/"]), uploads);
    lab.is_tidy();
}

/// The one thing that is kept in `backups`.
fn kept_aside(lab: &Lab) -> PathBuf {
    let kept: Vec<_> =
        fs::read_dir(lab.hosts[0].app("backups")).unwrap().map(|it| it.unwrap().path()).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    kept[0].clone()
}

/// The old site, without what visitors left while the first deploy was on its way.
fn as_before(top: &Path) -> Tree {
    for late in ["storage/logs/late.log", "storage/app/late", "public/uploads/photo", "uploads/photo"] {
        let _missing = fs::remove_file(top.join(late));
    }
    Tree::of(top, &[])
}

#[test]
fn an_application_that_lies_in_public_html_hands_over_its_data() {
    let lab = project("public_html: ~/public_html");
    let top = lab.hosts[0].home("public_html");
    old_site(&top, &top.join("public"));
    let before = Tree::of(&top, &[]);
    hands_over(&lab, &top, &top.join("public"));
    assert_eq!(as_before(&kept_aside(&lab)), before);
}

#[test]
fn an_application_beside_public_html_hands_over_its_data() {
    let lab = project("public_html: ~/public_html, existing: ~/laravel");
    let (top, public) = (lab.hosts[0].home("laravel"), lab.hosts[0].home("public_html"));
    old_site(&top, &public);
    let before = [Tree::of(&top, &[]), Tree::of(&public, &[])];
    hands_over(&lab, &top, &public);
    assert_eq!([as_before(&top), as_before(&kept_aside(&lab))], before);
}
