//! nginx and php-fpm in front of an account's application, and visitors of it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;

use super::{Daemon, free_port, sh, wait_until};
use crate::part::{missing, program};

/// A web server that ends with this value.
pub struct Web {
    _nginx: Daemon,
    _fpm: Daemon,
    _directory: TempDir,
    port: u16,
}

/// An answer: its status, and its text.
pub type Answer = (u16, String);

impl Web {
    /// Serves `public` of whatever is live below a directory, as an account of this machine; `None`
    /// where nginx or php-fpm is not installed.
    pub fn start(user: &str, deploy_to: &Path) -> Option<Self> {
        let (nginx, fpm) = (program("nginx")?, php_fpm()?);
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path().display().to_string();
        let port = free_port();
        fs::write(directory.path().join("fpm.conf"), fpm_conf(&at)).unwrap();
        fs::write(directory.path().join("nginx.conf"), nginx_conf(&at, port, deploy_to)).unwrap();
        sh(&format!("chown -R {user} {at}"));
        let run = |program: &Path, arguments: &[&str]| {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--init-groups"]).arg(program).args(arguments);
            Daemon::start(&mut command)
        };
        let fpm = run(&fpm, &["--nodaemonize", "--fpm-config", &format!("{at}/fpm.conf")]);
        wait_until("php-fpm starts", || directory.path().join("php").exists());
        let nginx = run(&nginx, &["-c", &format!("{at}/nginx.conf"), "-e", &format!("{at}/error")]);
        wait_until("nginx starts", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(Self { _nginx: nginx, _fpm: fpm, _directory: directory, port })
    }

    /// Asks for a page.
    pub fn get(&self, page: &str) -> Answer {
        get(self.port, page)
    }

    /// Returns the address of the site.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks for a page with more headers; returns the head and the text.
    pub fn ask(&self, page: &str, headers: &str) -> (String, String) {
        ask(self.port, page, headers)
    }

    /// Lets a visitor ask for a page again and again.
    pub fn visit(&self, page: &'static str) -> Visitor {
        let (port, done) = (self.port, Arc::new(AtomicBool::new(false)));
        let leave = Arc::clone(&done);
        let visits = std::thread::spawn(move || {
            let mut answers = Vec::new();
            // A test that fails elsewhere does not end the visit.
            while !leave.load(Ordering::SeqCst) && answers.len() < 20_000 {
                answers.push(get(port, page));
                std::thread::sleep(Duration::from_millis(3));
            }
            answers
        });
        Visitor { done, visits }
    }
}

/// Somebody who looks at the site all the time.
pub struct Visitor {
    done: Arc<AtomicBool>,
    visits: JoinHandle<Vec<Answer>>,
}

impl Visitor {
    /// Ends the visit, and returns what was seen.
    pub fn leave(self) -> Vec<Answer> {
        self.done.store(true, Ordering::SeqCst);
        self.visits.join().unwrap()
    }
}

fn get(port: u16, page: &str) -> Answer {
    let (head, body) = ask(port, page, "");
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
}

fn ask(port: u16, page: &str, headers: &str) -> (String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "GET {page} HTTP/1.0\r\nHost: shop.example\r\n{headers}\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    (head.to_owned(), body.to_owned())
}

/// Returns the newest php-fpm: its name has a version.
pub fn php_fpm() -> Option<std::path::PathBuf> {
    let found = sh("ls -v /usr/sbin/php-fpm* 2>/dev/null | tail -n 1");
    if found.is_empty() {
        missing("php-fpm");
        return None;
    }
    Some(found.trim().into())
}

fn fpm_conf(at: &str) -> String {
    format!(
        "[global]\nerror_log = {at}/fpm.log\n[www]\nlisten = {at}/php\npm = static\npm.max_children = 3\n\
         catch_workers_output = yes\n"
    )
}

fn nginx_conf(at: &str, port: u16, deploy_to: &Path) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("  {name}_temp_path {at}/{name};\n"))
        .concat();
    let root = deploy_to.join("current/public");
    format!(
        "daemon off;\npid {at}/pid;\nevents {{}}\nhttp {{\n{temporary}  access_log off;\n  server {{\n\
         listen 127.0.0.1:{port};\nroot {};\nlocation / {{ try_files $uri /index.php; }}\n\
         location = /index.php {{\nfastcgi_pass unix:{at}/php;\ninclude /etc/nginx/fastcgi_params;\n\
         fastcgi_param SCRIPT_FILENAME $realpath_root/index.php;\n\
         fastcgi_param DOCUMENT_ROOT $realpath_root;\n}}\n  }}\n}}\n",
        root.display()
    )
}
