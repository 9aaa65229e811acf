//! `deployer logs` on hosts inside the test: what a person sees of what applications write.
#![expect(clippy::disallowed_methods, reason = "logs are written, and the program is run")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Host, Lab, Outcome, wait_until};

const SETTINGS: &str = "shared: { dirs: [storage] }\nlogs: [storage/logs/*.log]\n";

/// Two hosts whose application writes logs.
fn lab(hosts: &[&str]) -> Lab {
    let lab = Lab::new(hosts);
    lab.configure(SETTINGS);
    lab.run(&["run", "test"]).exits(0);
    for host in &lab.hosts {
        fs::create_dir_all(host.app("shared/storage/logs")).unwrap();
    }
    lab
}

fn write(host: &Host, name: &str, text: &str) {
    let path = host.app("shared/storage/logs").join(name);
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// Runs the program as a person does, without a terminal.
fn run(lab: &Lab, args: &[&str]) -> Outcome {
    let output = lab.command(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome::new(output.status.code(), text(output.stdout), text(output.stderr))
}

/// A program that follows logs; what it prints is taken line by line.
struct Following {
    child: Child,
    lines: Receiver<String>,
}

impl Following {
    fn start(lab: &Lab, args: &[&str]) -> Self {
        let mut command = lab.command(args);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let pipes: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for pipe in pipes {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines() {
                    // The test may be over.
                    let _heard = sender.send(line.unwrap());
                }
            });
        }
        Self { child, lines }
    }

    #[track_caller]
    fn next(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(20)).expect("a line")
    }

    fn ends_by(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // It has ended, or its test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_last_lines_of_all_hosts_are_shown_each_behind_its_name() {
    let lab = lab(&["web1", "second"]);
    let text: String = (1..=200).map(|number| format!("line {number}\n")).collect();
    write(&lab.hosts[0], "laravel-2026-11-28.log", "yesterday\n");
    write(&lab.hosts[0], "laravel-2026-11-29.log", &text);
    write(&lab.hosts[1], "laravel-2026-11-29.log", "one\nhalf a line");
    let shown = run(&lab, &["logs", "test", "-n", "2"]).exits(0);
    let mut lines: Vec<_> = shown.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["second | half a line", "second | one", "web1   | line 199", "web1   | line 200"]);
    assert_eq!(shown.stderr, "");

    let json = run(&lab, &["logs", "test", "-n", "1", "--host", "web1", "--output", "json"]).exits(0);
    let line: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(line["host"], "web1");
    assert_eq!(line["line"], "line 200");
    let path = lab.hosts[0].app("shared/storage/logs/laravel-2026-11-29.log");
    assert_eq!(line["file"], path.to_str().unwrap());

    let all =
        run(&lab, &["logs", "test", "-n", "9999", "--host", "web1", "shared/storage/logs/laravel-*-29.log"]);
    assert_eq!(all.exits(0).stdout, text, "one host and one file need no name");
    let deploys = run(&lab, &["logs", "test", "--deploy", "--host", "web1"]).exits(0);
    assert!(deploys.stdout.contains("deployed"), "{}", deploys.stdout);
}

#[test]
fn logs_are_followed_over_rotation_and_a_lost_connection_and_nothing_is_left_out() {
    let lab = lab(&["web1"]);
    let host = &lab.hosts[0];
    let path = |name: &str| host.app("shared/storage/logs").join(name);
    write(host, "laravel.log", "old\nbefore\n");
    let following = Following::start(&lab, &["logs", "test", "-f", "-n", "1"]);
    assert_eq!(following.next(), "before");
    write(host, "laravel.log", "first\nsec");
    assert_eq!(following.next(), "first");
    write(host, "laravel.log", "ond\n");
    assert_eq!(following.next(), "second");

    // As logrotate does, while somebody still has the old file open.
    let mut open = OpenOptions::new().append(true).open(path("laravel.log")).unwrap();
    fs::rename(path("laravel.log"), path("laravel.log.1")).unwrap();
    open.write_all(b"late\n").unwrap();
    assert_eq!(following.next(), "late");
    write(host, "laravel.log", "new file\n");
    assert_eq!(following.next(), "new file");
    // As copytruncate does.
    File::create(path("laravel.log")).unwrap();
    write(host, "laravel.log", "empty\n");
    assert_eq!(following.next(), "empty");

    host.server.cut();
    write(host, "laravel.log", "while nobody looked\n");
    let lost = following.next();
    assert!(lost.starts_with("web1: connection lost (") && lost.ends_with("); trying again"), "{lost}");
    assert_eq!(following.next(), "web1: connected again; nothing is left out");
    assert_eq!(following.next(), "while nobody looked");

    // A second log: from now on it is said which.
    write(host, "worker.log", "job\n");
    assert_eq!(following.next(), "worker.log | job");
    assert_eq!(following.ends_by(Signal::INT), Some(130));
    host.wait_for_quiet();
}

#[test]
fn nothing_runs_on_there_when_the_program_is_killed() {
    let lab = lab(&["web1"]);
    write(&lab.hosts[0], "laravel.log", "one\n");
    let following = Following::start(&lab, &["logs", "test", "-f"]);
    assert_eq!(following.next(), "one");
    assert_eq!(following.ends_by(Signal::KILL), None);
    lab.hosts[0].wait_for_quiet();
}

#[test]
fn secrets_are_taken_out_and_a_log_that_is_not_there_is_said() {
    let lab = lab(&["web1", "web2"]);
    lab.configure(&format!("{SETTINGS}secrets: {{ TOKEN: {{ env: TOKEN }}, OTHER: {{ env: OTHER }} }}\n"));
    write(&lab.hosts[0], "laravel.log", "with s3cret-t0ken in it\n");
    let output = lab.command(&["logs", "test"]).env("TOKEN", "s3cret-t0ken").output().unwrap();
    let (shown, told) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(shown, "web1 | with [TOKEN] in it\n");
    assert!(told.contains("! OTHER: not found here"), "{told}");
    let looked_for = lab.hosts[1].app("shared/storage/logs/*.log");
    assert!(told.contains(&format!("web2: no log there; looked for {}", looked_for.display())), "{told}");

    run(&lab, &["logs", "test", "nothing.log"]).exits(1);
    lab.configure("");
    let unknown = run(&lab, &["logs", "test"]).exits(2);
    assert!(unknown.stderr.contains("logs: [storage/logs/*.log]"), "{}", unknown.stderr);
}

#[test]
fn a_log_that_comes_later_is_waited_for() {
    let lab = lab(&["web1"]);
    let host = &lab.hosts[0];
    let following = Following::start(&lab, &["logs", "test", "-f"]);
    assert!(following.next().ends_with("waiting for one"));
    write(host, "laravel.log", "there it is\n");
    assert_eq!(following.next(), "there it is");
    wait_until("the program ends", || true);
}
