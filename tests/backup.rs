//! Archives of the shared data: made, listed, kept, damaged, downloaded.
#![expect(clippy::disallowed_methods, reason = "archives are looked at and damaged")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;
use serde_json::Value;

use crate::harness::archives::{answer, backup, fill, here, large, names};
use crate::harness::{Lab, Tree, wait_until};

#[test]
fn a_backup_is_streamed_here_with_its_checksum_and_changes_nothing_on_the_hosts() {
    let mut lab = Lab::new(&["web1", "web2"]);
    lab.hosts[0].deploy_to = "~/it's a \"shop\"".to_owned();
    lab.configure("");
    lab.run(&["run", "test"]).exits(0);
    lab.hosts.iter().for_each(fill);
    let trees = lab.trees();
    let id = backup(&lab, &[]);
    assert_eq!(lab.trees(), trees);
    lab.is_tidy();
    for host in &lab.hosts {
        let name = format!("shared-{id}.tar.gz");
        assert_eq!(names(&here(&lab, &host.name, "")), [name.clone(), format!("{name}.sha256")]);
        let mode = fs::metadata(here(&lab, &host.name, &name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it holds passwords");
        let script = format!("sha256sum -c {name}.sha256 && mkdir out && tar -xpzf {name} -C out");
        let mut command = lab.in_project("sh");
        let output = command.args(["-c", &script]).current_dir(here(&lab, &host.name, "")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let unpacked = Tree::of(&here(&lab, &host.name, "out"), &[]);
        assert_eq!(unpacked, Tree::of(&host.app("shared"), &[]));
        let log = fs::read_to_string(host.app("deployment.log")).unwrap();
        assert!(log.contains(&format!(" backed up shared as {name} by ana@")), "{log}");
    }
    assert_eq!(fs::read_to_string(lab.path("project/backups/shop-test/.gitignore")).unwrap(), "*\n");
}

#[test]
fn a_backup_on_the_host_is_listed_and_downloaded() {
    let lab = Lab::live(&["web1", "web2"]);
    lab.hosts.iter().for_each(fill);
    let id = backup(&lab, &["--on-host"]);
    lab.is_tidy();
    let name = format!("shared-{id}.tar.gz");
    for host in &lab.hosts {
        assert_eq!(names(&host.app("backups")), [name.clone(), format!("{name}.sha256")]);
    }
    let outcome = lab.run(&["backup", "test", "--download", &id, "--host", "web2"]).exits(0);
    let path = here(&lab, "web2", &name);
    assert_eq!(answer(&outcome.stdout)["hosts"][0]["archive"], path.to_str().unwrap());
    assert_eq!(fs::read(&path).unwrap(), fs::read(lab.host("web2").app("backups").join(&name)).unwrap());

    let list = answer(&lab.run(&["backup", "test", "--list"]).exits(0).stdout);
    let row = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        format!("{} {} {} {}", text("id"), text("host"), text("place"), row["checksum"])
    };
    let rows: Vec<_> = list["archives"].as_array().unwrap().iter().map(row).collect();
    let expected = ["web1 host", "web2 here", "web2 host"].map(|what| format!("{id} {what} true"));
    assert_eq!(rows, expected);

    let refused = lab.run(&["backup", "test", "--download", "20200101000000"]).exits(4);
    assert_eq!(
        answer(&refused.stdout)["hosts"][0]["problems"][0],
        "there is no backup 20200101000000 on the host"
    );
    let again = lab.run(&["backup", "test", "--download", &id, "--host", "web2"]).exits(1);
    let problem = answer(&again.stdout)["hosts"][0]["problems"][0].to_string();
    assert!(problem.contains("File exists") || problem.contains("already exists"), "{problem}");
}

#[test]
fn a_changed_archive_on_the_host_does_not_arrive() {
    let lab = Lab::live(&["web1"]);
    let id = backup(&lab, &["--on-host"]);
    let archive = lab.hosts[0].app("backups").join(format!("shared-{id}.tar.gz"));
    let mut bytes = fs::read(&archive).unwrap();
    bytes[20] ^= 1;
    fs::write(&archive, bytes).unwrap();
    let outcome = lab.run(&["backup", "test", "--download", &id]).exits(1);
    let problem = answer(&outcome.stdout)["hosts"][0]["problems"][0].to_string();
    assert!(problem.contains("the archive arrived changed: SHA-256 is "), "{problem}");
    assert_eq!(names(&here(&lab, "web1", "")), Vec::<String>::new());
}

#[test]
fn old_archives_go_but_never_what_the_program_did_not_record_nor_the_newest() {
    let lab = Lab::live(&["web1"]);
    let first = backup(&lab, &[]);
    let dir = here(&lab, "web1", "");
    for id in ["20200101000000", "20200102000000", "20200103000000"] {
        for suffix in ["", ".sha256"] {
            let name = |id: &str| dir.join(format!("shared-{id}.tar.gz{suffix}"));
            fs::copy(name(&first), name(id)).unwrap();
        }
    }
    fs::remove_file(dir.join("shared-20200101000000.tar.gz.sha256")).unwrap();
    fs::write(dir.join("shared-mine.tar.gz"), "mine").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = backup(&lab, &["--keep", "3"]);
    let mut left = vec![first, second, "20200101000000".into(), "20200103000000".into(), "mine".into()];
    left.sort();
    let archives = || -> Vec<String> {
        let is_archive = |name: &String| name.ends_with(".tar.gz");
        let id = |name: String| name.trim_start_matches("shared-").trim_end_matches(".tar.gz").to_owned();
        names(&dir).into_iter().filter(is_archive).map(id).collect()
    };
    assert_eq!(archives(), left);

    lab.configure("backup: { keep_days: 30 }\n");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    backup(&lab, &[]);
    assert!(archives().contains(&"20200101000000".to_owned()), "it was never recorded");
    assert!(!archives().contains(&"20200103000000".to_owned()));
    assert_eq!(archives().len(), 5);
}

#[test]
fn a_host_without_shared_data_keeps_no_other_from_its_backup() {
    let mut lab = Lab::live(&["web1", "web2", "web3"]);
    fs::rename(lab.host("web2").app("shared"), lab.host("web2").app("elsewhere")).unwrap();
    lab.hosts[2].port = 1;
    lab.configure("");
    let outcome = lab.run(&["backup", "test"]).exits(1);
    let data = answer(&outcome.stdout);
    let id = data["id"].as_str().unwrap();
    assert!(here(&lab, "web1", &format!("shared-{id}.tar.gz")).exists());
    let shared = lab.host("web2").app("shared");
    assert_eq!(data["hosts"][1]["problems"][0], format!("there is no {} yet", shared.display()));
    assert_eq!(data["hosts"][2]["problems"][0], "port 1 is closed on 127.0.0.1");
    lab.run(&["backup", "test", "--host", "web2"]).exits(4);
}

#[test]
fn a_backup_that_is_interrupted_or_loses_its_host_leaves_nothing() {
    let lab = Lab::live(&["web1"]);
    let host = &lab.hosts[0];
    large(&host.app("shared/large"));
    let trees = lab.trees();
    let is_partial = |name: &String| name.ends_with(".partial");
    for (how, exit) in [("interrupt", 130), ("cut", 1)] {
        host.server.delay(std::time::Duration::from_millis(20));
        let run = lab.start(&["backup", "test"]);
        wait_until("the archive to begin", || names(&here(&lab, "web1", "")).iter().any(is_partial));
        if how == "cut" {
            host.server.cut()
        } else {
            run.signal(Signal::INT)
        }
        run.wait().exits(exit);
        host.server.delay(std::time::Duration::ZERO);
        assert_eq!(names(&here(&lab, "web1", "")), Vec::<String>::new(), "{how}");
        assert_eq!(lab.trees(), trees, "{how}");
        lab.is_tidy();
    }
    for signal in [Signal::INT, Signal::KILL] {
        let run = lab.start(&["backup", "test", "--on-host"]);
        wait_until("the archive to begin", || names(&host.app("backups")).iter().any(is_partial));
        run.signal(signal);
        run.wait();
        lab.is_tidy();
        assert_eq!(lab.trees(), trees);
    }
}
