//! What of a release travels, and what becomes of it on the way.
#![expect(clippy::disallowed_methods, reason = "hosts are looked at and worked on")]
#![expect(clippy::unwrap_used, reason = "a host that cannot be looked at is a failed test")]

mod cut;
mod drifted;
mod hardlink;
mod properties;

use std::fs;
use std::os::unix::fs::MetadataExt;

use deployer::event::{EventKind, Taken};
use deployer::plan::{Action, Compression};

use crate::harness::{Host, Lab, Outcome};

/// Bytes that no compression makes fewer.
fn noise(length: usize, seed: u64) -> String {
    let mut state = seed;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:015x}", state >> 4));
    }
    text
}

/// Returns the bytes that a run sent to a host, and what was there before.
fn sent(outcome: &Outcome, host: &Host) -> (u64, Option<Taken>) {
    let upload = outcome.plan().named("upload").unwrap().id;
    let found = outcome.events.iter().find_map(|event| match &event.kind {
        EventKind::StepFinished { step, host: Some(name), sent: Some(sent), taken, .. }
            if *step == upload && name.as_str() == host.name =>
        {
            Some((*sent, *taken))
        }
        _ => None,
    });
    found.unwrap()
}

/// Makes a site with a large file and some small ones, live on the hosts.
fn large(hosts: &[&str]) -> Lab {
    let lab = Lab::new(hosts);
    lab.write("site/public/large.js", &noise(400_000, 1));
    for number in 0..20 {
        lab.write(&format!("site/vendor/acme/{number}.php"), &format!("<?php // {number}\n"));
    }
    lab.run(&["run", "test"]).exits(0);
    lab
}

#[test]
fn the_directories_of_a_first_deploy_are_as_old_as_its_files() {
    let lab = Lab::live(&["web1"]);
    let time = |path: &str| fs::metadata(lab.hosts[0].app(path)).unwrap().mtime();
    assert_eq!(time("current/src"), time("current/src/a.php"));
}

#[test]
fn a_second_deploy_sends_what_changed_and_copies_the_rest_on_the_host() {
    let lab = large(&["web1", "web2"]);
    let before: Vec<_> =
        lab.hosts.iter().map(|host| fs::metadata(host.app("current/src/a.php")).unwrap()).collect();
    lab.page("version 2");
    let outcome = lab.run(&["run", "test"]).exits(0);
    for (host, before) in lab.hosts.iter().zip(before) {
        let (bytes, taken) = sent(&outcome, host);
        assert!(bytes < 3000, "{bytes}");
        // The page, and what tells the release; the picture and the settings lie behind links.
        assert_eq!(taken, Some(Taken { there: 23, files: 27 }));
        let now = fs::metadata(host.app("current/src/a.php")).unwrap();
        assert_eq!((now.mtime(), now.mode()), (before.mtime(), 0o100_644));
        assert_ne!(now.ino(), before.ino(), "it is a copy");
        assert_eq!(fs::read_to_string(host.app("current/public/large.js")).unwrap(), noise(400_000, 1));
        assert!(!host.app("current/.deployer-manifest").exists());
    }
    assert_eq!(lab.pages(), ["version 2", "version 2"]);
    lab.is_tidy();
}

#[test]
fn a_file_that_was_written_on_the_host_is_no_part_of_what_is_copied() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure("shared: { dirs: [public/uploads], files: [config/settings.php], stray: keep }\n");
    fs::write(host.app("current/src/cache.php"), "made by the application\n").unwrap();
    fs::remove_file(lab.path("project/site/vendor/acme/3.php")).unwrap();
    let old = host.live();
    lab.run(&["run", "test"]).exits(0);
    assert!(!host.app("current/src/cache.php").exists());
    assert!(!host.app("current/vendor/acme/3.php").exists());
    assert!(host.app(&format!("releases/{old}/src/cache.php")).exists());
    assert!(host.app(&format!("releases/{old}/vendor/acme/3.php")).exists());
}

#[test]
fn a_controller_that_does_not_know_what_was_shipped_asks_the_host() {
    let lab = large(&["web1", "web2"]);
    fs::remove_dir_all(lab.path("cache")).unwrap();
    lab.page("version 2");
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert!(lab.hosts.iter().all(|host| sent(&outcome, host).0 < 3000));
    // What it is told must be what the host has said before.
    fs::remove_dir_all(lab.path("cache")).unwrap();
    for host in &lab.hosts {
        fs::write(host.app(&format!(".deployer/shipped/{}.gz", host.live())), "broken").unwrap();
    }
    lab.page("version 3");
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert!(lab.hosts.iter().all(|host| sent(&outcome, host).0 > 200_000));
    assert!(lab.hosts.iter().all(|host| sent(&outcome, host).1.is_none()));
    assert_eq!(lab.pages(), ["version 3", "version 3"]);
}

#[test]
fn a_host_that_has_lost_what_was_shipped_gets_everything() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    fs::write(host.app(&format!(".deployer/shipped/{}.gz", host.live())), "broken").unwrap();
    lab.page("version 2");
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert!(sent(&outcome, host).0 > 200_000);
    assert_eq!(
        outcome.output("upload", Some("web1")),
        ["the host does not know what was shipped to it; everything is sent"]
    );
    assert_eq!(lab.pages(), ["version 2"]);
    lab.is_tidy();
}

#[test]
fn hosts_with_different_releases_get_what_each_of_them_lacks() {
    let mut lab = large(&["web1"]);
    let old = lab.hosts[0].live();
    lab.hosts.push(Host::start("web2", &lab.path("hosts").canonicalize().unwrap()));
    lab.configure("");
    lab.page("version 2");
    let outcome = lab.run(&["run", "test"]).exits(0);
    let Action::Upload { shipments, .. } = &outcome.plan().named("upload").unwrap().action else { panic!() };
    let bases: Vec<_> = shipments
        .values()
        .map(|shipment| shipment.base.as_ref().map(|base| base.release.to_string()))
        .collect();
    assert_eq!(bases, [Some(old), None]);
    assert!(sent(&outcome, &lab.hosts[0]).0 < 3000);
    assert!(sent(&outcome, &lab.hosts[1]).0 > 200_000);
    assert_eq!(lab.pages(), ["version 2", "version 2"]);
    lab.is_tidy();
}

#[test]
fn zstd_serves_where_the_hosts_have_it() {
    let Some(_zstd) = crate::part::program("zstd") else { return };
    let lab = large(&["web1"]);
    let printed = lab.run(&["plan", "test"]).exits(0).stdout;
    let plan: deployer::plan::Plan = serde_json::from_str(&printed).unwrap();
    let Action::Upload { shipments, .. } = &plan.named("upload").unwrap().action else { panic!() };
    assert!(shipments.values().all(|shipment| shipment.compression == Compression::Zstd));
}

#[test]
fn a_file_that_steps_change_on_the_host_travels_each_time_and_needs_no_second_round() {
    let lab = large(&["web1"]);
    let host = &lab.hosts[0];
    lab.configure(
        "steps:\n  stamp: { phase: configure, in: release, run: \"echo '// made here' >>vendor/acme/5.php\" }\n",
    );
    for version in ["version 2", "version 3", "version 4"] {
        lab.page(version);
        let outcome = lab.run(&["run", "test"]).exits(0);
        assert_eq!(outcome.output("upload", Some("web1")), Vec::<String>::new());
        let text = fs::read_to_string(host.app("current/vendor/acme/5.php")).unwrap();
        assert_eq!(text, "<?php // 5\n// made here\n");
    }
    lab.is_tidy();
}
