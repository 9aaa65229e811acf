//! Hosts that cannot take a release, refused before anything is changed.

use std::path::Path;

use super::machine::Machine;
use super::project::Project;
use super::sh;
use super::small_disk::SmallDisk;
use crate::part::program;

#[test]
fn a_host_without_space_is_refused_and_left_as_it_is() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("full", &dash)]) else { return };
    let disk = SmallDisk::mount(machine.sshd.path("disk"), "size=2M");
    let text = refusal(&machine, &disk.0);
    assert_eq!(
        text.replace(disk.0.to_str().unwrap(), "DISK"),
        "shop to production · 1 host\n  FAIL  web1   DISK has 2 MB free, a release needs more\n\n\
         Not started. Nothing was changed on any host.\n"
    );
}

#[test]
fn a_host_without_inodes_for_another_release_is_refused_before_anything_is_changed() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("files", &dash)]) else { return };
    let disk = SmallDisk::mount(machine.sshd.path("disk"), "size=300M,nr_inodes=2900");
    let host = machine.host("web1", 0, &format!("deploy_to: {}/shop", disk.0.display()));
    let configure = |settings: &str| {
        machine.deploy_yml(&format!("recipe: common\nsource: {{ path: site }}\n{settings}"), &host)
    };
    let project = Project::with_site(&configure(""));
    for number in 0..1500 {
        project.write(&format!("site/vendor/acme/{number}.php"), "<?php\n");
    }
    project.deploy();
    let before = listing(&disk.0);
    let text = project.deployer(&["run", "production"]).with(4).stderr;
    assert_eq!(listing(&disk.0), before);
    assert!(text.contains(" files, a release needs 150"), "{text}");
    // Linked files take none.
    project.write("deploy.yml", &configure("package: { unchanged: hardlink }\n"));
    project.deployer(&["plan", "production"]).with(0);
}

#[test]
fn a_release_that_grows_beyond_the_disk_while_it_is_built_is_refused_before_it_is_unpacked() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("grows", &dash)]) else { return };
    let disk = SmallDisk::mount(machine.sshd.path("disk"), "size=80M");
    let host = machine.host("web1", 0, &format!("deploy_to: {}/shop", disk.0.display()));
    let settings = "recipe: common\nsource: { path: site }\nsteps:\n  build-all:\n    phase: build\n    in: build\n    on: local\n\
                    \x20   run: head -c 100000000 /dev/zero >large\n";
    let project = Project::with_site(&machine.deploy_yml(settings, &host));
    let text = project.deployer(&["run", "production"]).with(1).stderr;
    assert!(text.contains("there is no room for the release: it needs 976"), "{text}");
    assert!(!disk.0.join("shop/current").exists());
}

#[test]
fn a_directory_that_cannot_be_written_is_refused_and_left_as_it_is() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("barred", &dash)]) else { return };
    let directory = machine.sshd.path("others");
    std::fs::create_dir(&directory).unwrap();
    let text = refusal(&machine, &directory);
    let text = text.replace(directory.to_str().unwrap(), "OTHERS").replace(&machine.user(0), "USER");
    assert_eq!(
        text,
        "shop to production · 1 host\n  FAIL  web1   OTHERS cannot be written by USER\n\n\
         Not started. Nothing was changed on any host.\n"
    );
}

#[test]
fn shared_data_on_a_disk_that_is_full_or_read_only_is_refused_before_anything_is_changed() {
    let Some(dash) = program("dash") else { return };
    let Some(machine) = Machine::start("", &[("store", &dash)]) else { return };
    let deploy_to = machine.home(0).join("shop");
    sh(&format!("mkdir {0} && chmod 777 {0}", deploy_to.display()));
    let disk = SmallDisk::mount(deploy_to.join("shared"), "size=2M");
    let shared = disk.0.display().to_string();
    sh(&format!("head -c 3000000 /dev/zero >{shared}/photo.jpg || :"));
    let told = |what: &str| {
        let start = "shop to production · 1 host\n  FAIL  web1   ";
        format!("{start}{what}\n\nNot started. Nothing was changed on any host.\n")
    };
    let full = refusal(&machine, &machine.home(0)).replace(&shared, "SHARED");
    let why = "\n  the application cannot write there either: make room first\n";
    assert_eq!(full, told("SHARED has 0 MB free") + why);
    sh(&format!("rm {shared}/photo.jpg && mount -o remount,ro {shared}"));
    let barred = refusal(&machine, &machine.home(0)).replace(&shared, "SHARED");
    assert_eq!(
        barred.replace(&machine.user(0), "USER"),
        told("SHARED cannot be written by USER") + "\n  it was not made by this program and is left alone\n"
    );
}

/// Tries to deploy below a directory, and returns what is told.
fn refusal(machine: &Machine, directory: &Path) -> String {
    let host = machine.host("web1", 0, &format!("deploy_to: {}/shop", directory.display()));
    let settings = "recipe: common\nsource: { path: site }\n";
    let project = Project::with_site(&machine.deploy_yml(settings, &host));
    let before = listing(directory);
    let run = project.deployer(&["run", "production"]).with(4);
    assert_eq!(listing(directory), before);
    run.stderr
}

/// Returns every path below a directory, with its mode and time.
fn listing(directory: &Path) -> String {
    sh(&format!("find {} -printf '%p %m %T@ %C@\\n'", directory.display()))
}
