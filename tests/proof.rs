//! A site is seen to serve the release, or the run is taken back.
#![expect(clippy::disallowed_methods, reason = "a site is served")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use deployer::event::EventKind;

use crate::docroot::{lab, old_site, served};
use crate::harness::Outcome;

/// Serves a directory over HTTP until the test ends; returns the address.
fn serve(directory: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = String::new();
            BufReader::new(&stream).read_line(&mut request).unwrap();
            let page = request.split([' ', '?']).nth(1).unwrap().trim_start_matches('/');
            let (status, text) = match fs::read_to_string(directory.join(page)) {
                Ok(text) => (200, text),
                Err(_) => (404, format!("there is no {page}\n")),
            };
            let _gone = write!(
                stream,
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                text.len()
            );
        }
    });
    address
}

#[test]
fn a_site_is_proved_to_serve_the_release_and_the_page_of_the_proof_goes() {
    let lab = lab("");
    let public_html = old_site(&lab);
    let url = serve(public_html.clone());
    lab.configure(&format!("url: {url}\n"));
    let plan = lab.run(&["plan", "test"]).exits(0).stdout;
    let outcome = lab.run(&["run", "test"]).exits(0);
    assert!(plan.contains(&format!("{url} must serve this release, or all is put back")));
    let names: Vec<_> = outcome.plan().steps.iter().map(|step| step.name.as_str()).collect();
    assert!(names.join(" ").contains("carry seal arm token switch docroot prove"), "{names:?}");
    let pages = fs::read_dir(&public_html).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(pages.into_iter().all(|name| !name.to_string_lossy().starts_with("deployer-")));
}

#[test]
fn a_site_that_does_not_serve_the_release_is_put_back_and_told() {
    let lab = lab("");
    old_site(&lab);
    let url = serve(lab.path("elsewhere"));
    lab.configure(&format!("url: {url}\n"));
    let before = served(&lab);
    let outcome = lab.run(&["run", "test"]).exits(1);
    let told: Vec<_> = outcome.finished().failed.iter().map(|failure| failure.reason.as_str()).collect();
    let advice = "where the web server refuses links, write `docroot_mode: stub` for the host";
    assert_eq!(told, [format!("{url} answers 404; {advice}")]);
    assert_eq!(served(&lab), before);
    lab.is_tidy();
}

#[test]
fn a_site_that_only_the_host_can_reach_is_proved_from_there() {
    let lab = lab("");
    let url = serve(lab.hosts[0].home("public_html"));
    lab.configure(&format!("url: {url}\n"));
    let mut command = lab.command(&["run", "test", "--output", "json"]);
    let output = command.env("HTTP_PROXY", "http://127.0.0.1:1").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let outcome = Outcome::new(output.status.code(), text(output.stdout), text(output.stderr)).exits(0);
    let warned = outcome.events.iter().filter_map(|event| match &event.kind {
        EventKind::Warning { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let warned: Vec<_> = warned.collect();
    assert!(warned[0].starts_with(&format!("this machine cannot reach {url} (")), "{warned:?}");
    assert!(warned[0].ends_with("); the host can"), "{warned:?}");
}

#[test]
fn pages_of_a_run_that_died_go_with_the_next_and_are_never_taken_for_the_application_s() {
    let lab = lab("");
    let url = serve(lab.hosts[0].home("public_html"));
    lab.configure(&format!("url: {url}\n"));
    lab.run(&["run", "test"]).exits(0);
    let (host, live) = (&lab.hosts[0], lab.hosts[0].live());
    let page = format!("releases/{live}/public/deployer-{live}-0123456789abcdef.txt");
    fs::write(host.app(&page), "left\n").unwrap();
    fs::write(host.app(".deployer/pages.0123456789abcdef"), format!("{page}\n../precious\n")).unwrap();
    fs::write(host.app(&format!("releases/{live}/public/deployer-notes.txt")), "mine\n").unwrap();
    let drift = lab.run(&["drift", "test"]).exits(0).stdout;
    assert!(drift.contains("deployer-notes.txt") && !drift.contains("0123456789abcdef"), "{drift}");
    lab.run(&["run", "test"]).exits(0);
    assert!(!host.app(&page).exists());
    let served = fs::read_dir(host.app("current/public")).unwrap();
    let names: Vec<_> = served.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let own: Vec<_> = names.iter().filter(|name| name.starts_with("deployer-")).collect();
    assert_eq!(own, ["deployer-notes.txt"]);
    lab.is_tidy();
}

#[test]
fn a_site_that_is_not_looked_at_and_one_that_is_not_set_up_yet_keep_no_release_from_going_live() {
    let lab = crate::harness::Lab::new(&["web1"]);
    let url = serve(lab.path("elsewhere"));
    lab.configure(&format!("url: {url}\n"));
    let outcome = lab.run(&["run", "test"]).exits(0);
    let warned = outcome.events.iter().any(|event| {
        matches!(&event.kind, EventKind::Warning { text, .. } if text.starts_with(&format!("not proved: {url} answers 404")))
    });
    assert!(warned, "{:?}", outcome.events);
    lab.run(&["run", "test"]).exits(1);
    lab.configure(&format!("url: {url}\nopcache: {{ proof: false }}\n"));
    assert!(lab.run(&["run", "test"]).exits(0).plan().named("prove").is_none());
    lab.is_tidy();
}
