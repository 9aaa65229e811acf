//! Backups and restores over a real sshd, of an account that is not root, with GNU tools and with
//! BusyBox's alone.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::machine::Machine;
use super::project::Project;
use super::{names, sh};
use crate::part::program;

const SETTINGS: &str = "recipe: common\nsource: { path: site }\nshared: { dirs: [uploads] }\n";

/// Every command runs in BusyBox's shell and finds BusyBox's programs alone.
const FORCED: &str = r#"ForceCommand exec env -i HOME="$HOME" USER="$USER" PATH=DIR/bin DIR/bin/sh -c "$SSH_ORIGINAL_COMMAND""#;

#[test]
fn an_account_backs_up_its_data_and_gets_it_back() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("backup", &dash)]) else { return };
    back_and_forth(&machine, "Cannot open: Permission denied");
}

#[test]
fn an_account_with_nothing_but_busybox_backs_up_its_data_and_gets_it_back() {
    let (Some(busybox), Some(dash)) = (program("busybox"), program("dash")) else { return };
    let Some(machine) = Machine::start(FORCED, &[("backbox", &dash)]) else { return };
    let bin = machine.sshd.path("bin");
    fs::create_dir(&bin).unwrap();
    sh(&format!("{} --install -s {}", busybox.display(), bin.display()));
    back_and_forth(&machine, "Permission denied");
}

fn back_and_forth(machine: &Machine, denied: &str) {
    let deploy_to = machine.home(0).join("shop");
    let project =
        Project::with_site(&machine.deploy_yml(SETTINGS, &machine.host("web1", 0, "deploy_to: ~/shop")));
    project.deploy();
    let user = machine.user(0);
    let uploads = deploy_to.join("shared/uploads");
    let shown = uploads.display();
    let on_host = |script: &str| sh(&format!("su -s /bin/sh {user} -c 'cd {shown} && {script}'"));
    on_host(
        "mkdir -p a/b && echo one >a/b/-rf && ln -s nowhere a/link && chmod 640 a/b/-rf && touch -d 2020-01-02 a/b/-rf",
    );
    fs::write(uploads.join("two\nlines ' \""), "odd").unwrap();
    sh(&format!("chown {user} {shown}/two*"));
    // BusyBox's tar has no times for directories and links.
    let shared = deploy_to.join("shared");
    let look = || {
        sh(&format!(
            "cd {} && find . -type f -exec stat -c '%n %a %U %s %Y' {{}} + && find . ! -type f -exec stat -c '%N %a %U' {{}} + | sort",
            shared.display()
        ))
    };
    let before = look();

    for more in [&[][..], &["--on-host"]] {
        // The id of a backup is its second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        project.deployer(&[&["backup", "production"], more].concat()).with(0);
    }
    let here = project.root().join("backups/shop-production/web1");
    let id =
        |names: Vec<String>| names[0].trim_start_matches("shared-").trim_end_matches(".tar.gz").to_owned();
    for id in [id(names(&here)), id(names(&deploy_to.join("backups")))] {
        on_host("rm -rf a && echo new >a");
        project.deployer(&["restore", "production", &id, "--yes"]).with(0);
        assert_eq!(look(), before);
    }
    is_kept(&deploy_to.join("backups"));
    unreadable(machine, &project, denied);
}

/// What each restore has replaced is there.
fn is_kept(backups: &Path) {
    let kept: Vec<_> = names(backups).into_iter().filter(|name| name.starts_with("shared-before-")).collect();
    assert_eq!(kept.len(), 2);
    for name in &kept {
        let file = backups.join(name).join("uploads/a");
        assert_eq!(fs::read_to_string(file).unwrap(), "new\n");
    }
}

/// What the account cannot read is named, and there is no archive without it.
fn unreadable(machine: &Machine, project: &Project, denied: &str) {
    let deploy_to = machine.home(0).join("shop");
    let here = project.root().join("backups/shop-production/web1");
    let closed = deploy_to.join("shared/uploads/closed");
    fs::write(&closed, "secret\n").unwrap();
    sh(&format!("chmod 000 {0} && chown {1} {0}", closed.display(), machine.user(0)));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for more in [&[][..], &["--on-host"]] {
        let there = [names(&here), names(&deploy_to.join("backups"))];
        let run = project.deployer(&[&["backup", "production"], more].concat()).with(1);
        let named = run.stderr.lines().any(|line| line.contains("closed") && line.contains(denied));
        assert!(named, "{}", run.stderr);
        assert_eq!([names(&here), names(&deploy_to.join("backups"))], there);
    }
    assert_eq!(fs::metadata(closed).unwrap().mode() & 0o777, 0);
}
