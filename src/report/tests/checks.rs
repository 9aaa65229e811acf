//! All that was found on hosts, on screens of several widths.

use super::{is, printed};
use crate::plan::found::Line;
use crate::plan::preflight::{HostReport, Problem};
use crate::report::check::print;
use crate::report::sample::screen;

fn line(about: &str, value: &str, why: &str) -> Line {
    Line { about: about.to_owned(), value: value.to_owned(), why: why.to_owned() }
}

/// A shared host as it was found.
fn host(name: &str) -> HostReport {
    let found = [
        line("login", "u123456789@82.112.0.10 port 65002", ""),
        line(
            "php",
            "8.3.12, /opt/alt/php83/usr/bin/php",
            "the site's own, by /home/u123456789/domains/shop.example/public_html/.htaccess",
        ),
        line("extensions", "all 9 that composer.json and composer.lock ask for", "on the command line"),
        line("space", "41.0 GB free", "by the account's quota"),
        line("files", "room for 197,882 more", "by the account's quota"),
        line(
            "docroot",
            "/home/u123456789/domains/shop.example/public_html",
            "becomes a link to the live release",
        ),
        line("lock", "free", ""),
    ];
    HostReport { host: name.into(), found: found.to_vec(), ..HostReport::default() }
}

fn text(reports: &[HostReport], columns: usize) -> String {
    printed(|out| print(out, "shop", "production", reports, &screen(columns, 24)))
}

#[test]
fn what_was_found_fits_the_screen() {
    let mut warned = host("web1");
    warned
        .warnings
        .push("public_html is a directory with 212 files; it is kept in backups/ as it is".to_owned());
    is("check-wide", &text(std::slice::from_ref(&warned), 120));
    is("check-narrow", &text(&[warned], 60));
}

#[test]
fn what_is_wrong_on_several_hosts_is_told_with_what_mends_it() {
    let problem = Problem::new("PHP 8.3.12 has no intl, gd on the command line")
        .detail("gd: acme/pictures 1.2.0 asks for it")
        .detail("in the hosting panel: Select PHP Version > Extensions");
    let problem = Problem { about: "php".to_owned(), ..problem };
    let mut wrong = HostReport { problems: vec![problem], ..host("web2") };
    wrong.found.retain(|line| line.about != "php");
    let silent = Problem::new("10.0.0.12 port 22 does not answer (3 tries, 15 s)")
        .next("ssh -v -p 22 deploy@10.0.0.12", "what ssh itself says");
    let silent = HostReport { host: "web3".into(), problems: vec![silent], ..HostReport::default() };
    is("check-wrong", &text(&[host("web1"), wrong, silent], 80));
}

#[test]
fn many_hosts_on_which_all_is_well_take_one_line() {
    let mut reports: Vec<HostReport> = (1..=40).map(|number| host(&format!("web{number}"))).collect();
    let mut low = host("web41");
    low.found.truncate(1);
    low.warnings.push("431 MB are free".to_owned());
    reports.push(low);
    is("check-many", &text(&reports, 80));
}
