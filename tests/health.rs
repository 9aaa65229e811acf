//! The page that shows whether an application works: what is looked at, and what a wrong one brings.
#![expect(clippy::disallowed_methods, reason = "sites are played by sockets and programs")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use deployer::event::EventKind;

use crate::harness::{Host, Lab, Outcome, Run, wait_until};
use crate::part::program;

/// A site that answers each question with what it was last told to.
struct Site {
    port: u16,
    answer: Arc<Mutex<String>>,
    asked: Arc<Mutex<usize>>,
}

const WELL: &str = "HTTP/1.1 200 OK\r\nX-App: shop\r\n\r\nAll is OK\n";
const HANGS: &str = "hangs";

impl Site {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let site = Self { port, answer: Arc::new(Mutex::new(WELL.to_owned())), asked: Arc::default() };
        let (answer, asked) = (site.answer.clone(), site.asked.clone());
        thread::spawn(move || {
            for visitor in listener.incoming().map_while(Result::ok) {
                *asked.lock().unwrap() += 1;
                let answer = answer.lock().unwrap().clone();
                thread::spawn(move || serve(visitor, &answer));
            }
        });
        site
    }

    fn answers(&self, text: &str) {
        text.clone_into(&mut self.answer.lock().unwrap());
    }

    fn asked(&self) -> usize {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Returns the settings of a check of this site.
    fn check(&self, more: &str) -> String {
        format!("health: {{ url: \"http://127.0.0.1:{}/up\", retries: 1, timeout: 2s{more} }}\n", self.port)
    }
}

fn serve(mut visitor: TcpStream, answer: &str) {
    let _read = visitor.read(&mut [0; 4096]);
    if answer == HANGS {
        thread::sleep(Duration::from_secs(20));
    }
    let _wrote = visitor.write_all(answer.as_bytes());
}

fn reason(run: &Outcome) -> String {
    run.finished().failed[0].reason.clone()
}

fn warnings(run: &Outcome) -> Vec<String> {
    let text = |kind: &EventKind| match kind {
        EventKind::Warning { text, .. } => Some(text.clone()),
        _ => None,
    };
    run.events.iter().filter_map(|event| text(&event.kind)).collect()
}

#[test]
fn a_release_stays_live_when_its_page_is_right() {
    let (lab, site) = (Lab::live(&["web1", "web2"]), Site::start());
    lab.configure(&site.check(", contains: OK, lacks: Whoops, headers: { X-App: shop }, within: 2s"));
    let run = lab.run(&["run", "test"]).exits(0);
    assert_eq!(run.plan().named("health").unwrap().phase.as_str(), "switch");
    assert_eq!(site.asked(), 2);
    lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(site.asked(), 2);
    lab.is_tidy();
}

#[test]
fn whatever_is_wrong_with_the_page_every_host_goes_back_and_it_is_said() {
    let (lab, site) = (Lab::live(&["web1", "web2"]), Site::start());
    let before = lab.hosts.iter().map(Host::live).collect::<Vec<_>>();
    let moved = "HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n";
    let error = "HTTP/1.1 200 OK\r\n\r\nWhoops, looks like something went wrong.\n";
    for (answer, more, expected) in [
        ("HTTP/1.1 500 Oh\r\n\r\nno", "", "answers 500"),
        (moved, "", "answers 302, which leads to /login"),
        (error, ", lacks: Whoops", "says `Whoops`"),
        (error, ", contains: OK", "does not say `OK`"),
        (WELL, ", status: [204, 301]", "answers 200"),
        (WELL, ", headers: { x-app: blog }", "has another header: x-app is `shop`, not `blog`"),
        (HANGS, "", "cannot be reached: no answer for 2 s"),
    ] {
        site.answers(answer);
        lab.configure(&site.check(more));
        let run = lab.run(&["run", "test"]).exits(1);
        let page = format!("http://127.0.0.1:{}/up", site.port);
        let advice = "`health:` in deploy.yml says what must be there";
        assert_eq!(reason(&run), format!("{page} {expected}; {advice}"));
        let now = lab.hosts.iter().map(Host::live).collect::<Vec<_>>();
        assert_eq!(now, before);
        // The site is no better with the release before: that is said, and nothing more is done.
        let told =
            format!("what was live before does not pass the check, either: {page} {expected}; {advice}");
        assert_eq!(warnings(&run).iter().filter(|text| **text == told).count(), 2, "{:?}", warnings(&run));
        lab.is_tidy();
    }
}

#[test]
fn a_page_that_is_right_after_a_while_is_waited_for() {
    let (lab, site) = (Lab::live(&["web1"]), Site::start());
    lab.configure(&site.check("").replace("retries: 1", "retries: 20"));
    site.answers("HTTP/1.1 503 Not yet\r\n\r\n");
    let answer = site.answer.clone();
    let asked = site.asked.clone();
    let well = thread::spawn(move || {
        let since = Instant::now();
        while *asked.lock().unwrap() < 2 && since.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(20));
        }
        WELL.clone_into(&mut answer.lock().unwrap());
    });
    lab.run(&["run", "test"]).exits(0);
    well.join().unwrap();
}

#[test]
fn nobody_is_asked_where_no_page_is_named() {
    let (lab, site) = (Lab::live(&["web1"]), Site::start());
    lab.configure("health: { url: null }\n");
    assert!(lab.run(&["run", "test"]).exits(0).plan().named("health").is_none());
    assert_eq!(site.asked(), 0);
}

/// A site behind a certificate of an authority that the tests' own store knows.
struct Secure {
    server: Child,
    port: u16,
    store: PathBuf,
}

impl Secure {
    /// Starts one whose certificate is good for so many days from now; `None` without openssl.
    fn start(lab: &Lab, days: u32) -> Option<Self> {
        let openssl = program("openssl")?;
        let directory = lab.path("tls");
        fs::create_dir_all(&directory).unwrap();
        let run = |line: &str| {
            let mut command = Command::new(&openssl);
            let done = command.args(line.split(' ')).current_dir(&directory).output().unwrap();
            assert!(done.status.success(), "{line}: {done:?}");
        };
        fs::write(directory.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        run(&format!("req -x509 {key} -keyout ca.key -out ca.pem -days 90 -subj /CN=authority"));
        run(&format!("req {key} -keyout site.key -out site.csr -subj /CN=site"));
        let extra = "-CA ca.pem -CAkey ca.key -CAcreateserial -extfile names";
        run(&format!("x509 -req -in site.csr -out site.pem -days {days} {extra}"));
        // Nobody listens there any more; the next one to ask gets it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Command::new(&openssl);
        server.args(["s_server", "-quiet", "-www", "-cert", "site.pem", "-key", "site.key", "-accept"]);
        server.arg(format!("127.0.0.1:{port}")).current_dir(&directory);
        let server = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_until("the site", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(Self { server, port, store: directory.join("ca.pem") })
    }

    fn deploy(&self, lab: &Lab) -> Outcome {
        let url = format!("https://127.0.0.1:{}/", self.port);
        lab.configure(&format!("health: {{ url: \"{url}\", retries: 0, timeout: 5s, contains: Ciphers }}\n"));
        let mut command = lab.command(&["run", "test", "--output", "json"]);
        Run::start(command.env("SSL_CERT_FILE", &self.store)).wait()
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn a_certificate_that_ends_soon_is_told_and_one_that_has_ended_takes_the_release_back() {
    let lab = Lab::live(&["web1"]);
    let Some(site) = Secure::start(&lab, 60) else { return };
    assert_eq!(warnings(&site.deploy(&lab).exits(0)), Vec::<String>::new());
    drop(site);
    let site = Secure::start(&lab, 5).unwrap();
    // Whole days are told: a second later there are not five any more.
    thread::sleep(Duration::from_secs(2));
    let page = format!("https://127.0.0.1:{}/", site.port);
    let told = warnings(&site.deploy(&lab).exits(0));
    assert_eq!(told, [format!("{page}: its certificate ends in 4 days")]);
    drop(site);
    let site = Secure::start(&lab, 0).unwrap();
    thread::sleep(Duration::from_secs(2));
    let page = format!("https://127.0.0.1:{}/", site.port);
    let reason = reason(&site.deploy(&lab).exits(1));
    assert!(
        reason.starts_with(&format!(
            "{page} is not trusted: its certificate is not valid: certificate expired"
        )),
        "{reason}"
    );
}

#[test]
fn a_site_that_only_the_host_reaches_is_looked_at_from_there() {
    let (lab, site) = (Lab::live(&["web1"]), Site::start());
    // Nobody listens where this machine's proxy is said to be.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let deploy = |more: &str| {
        lab.configure(&site.check(more));
        let mut command = lab.command(&["run", "test", "--output", "json"]);
        Run::start(command.env("http_proxy", format!("http://{nobody}"))).wait()
    };
    let told = warnings(&deploy(", contains: OK, headers: { x-app: shop }").exits(0));
    assert!(told.len() == 1 && told[0].ends_with("; the host can"), "{told:?}");
    let reason = reason(&deploy(", contains: nothing").exits(1));
    assert!(reason.contains("/up, as the host sees it, does not say `nothing`"), "{reason}");
}
