//! Runs that do not start.

use super::{is, printed};
use crate::plan::preflight::{HostReport, Problem};
use crate::report::refusal::print;
use crate::report::sample::screen;

fn ready(host: &str) -> HostReport {
    let summary = "php 8.3.12, 12.4 GB free".to_owned();
    HostReport { host: host.into(), summary, ..HostReport::default() }
}

fn refused(host: &str, problem: Problem) -> HostReport {
    HostReport { summary: String::new(), problems: vec![problem], ..ready(host) }
}

fn text(reports: &[HostReport]) -> String {
    printed(|out| print(out, "shop", "production", reports, &screen(80, 24)))
}

#[test]
fn a_host_that_does_not_answer() {
    let silent = Problem::new("10.0.0.12 port 22 does not answer (3 tries, 15 s)")
        .detail("A time-out is mostly a firewall or a machine that is down; a wrong port")
        .detail("would be refused at once.")
        .next("ssh -v -p 22 deploy@10.0.0.12", "what ssh itself says");
    is("refusal-unreachable", &text(&[ready("web1"), refused("web2", silent), ready("web3")]));
}

#[test]
fn keys_that_are_refused_and_a_host_that_is_not_itself_at_once() {
    let login = Problem::new("login refused for deploy@10.0.0.12 port 22")
        .detail("The server accepts: publickey. These were offered and refused:")
        .detail("  ~/.ssh/id_ed25519     SHA256:Jx0wKq3v…m2Q    deploy.yml line 14")
        .next("ssh-copy-id -i ~/.ssh/id_ed25519 deploy@10.0.0.12", "install the key")
        .next("deployer check production", "try again");
    let identity = Problem::new("its identity changed; nothing was sent")
        .detail("known     ED25519 SHA256:kQ0vT7Yd…i9M   known_hosts line 18")
        .detail("offered   ED25519 SHA256:Zp8mL2ff…0wE")
        .next("ssh-keygen -R 10.0.0.13", "only after your host confirms the new one")
        .next("deployer check production", "try again");
    let mut low = ready("web1");
    low.warnings.push("431 MB are free".to_owned());
    is("refusal-key", &text(&[low, refused("web2", login), refused("web3", identity)]));
}

#[test]
fn a_lock_that_is_held_on_every_host_is_told_once() {
    let held = Problem::new("ben has been deploying to production for 2 m 10 s")
        .detail("lock     ben@build-7, run 20261120140955, last sign of life 3 s ago")
        .next("deployer unlock production", "only if that run is dead");
    let reports = ["web1", "web2", "web3"].map(|host| refused(host, held.clone()));
    is("refusal-lock", &text(&reports));
}

#[test]
fn many_ready_hosts_take_one_line() {
    let mut reports: Vec<HostReport> = (1..=40).map(|number| ready(&format!("web{number}"))).collect();
    reports.push(refused("web41", Problem::new("php 8.1.2, but composer.lock asks for 8.2")));
    is("refusal-many", &text(&reports));
}
