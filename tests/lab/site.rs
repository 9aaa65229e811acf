//! Apache or nginx with php-fpm in front of a fixed directory, as shared hosting has it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::web::php_fpm;
use super::{Daemon, free_port, sh, wait_until};
use crate::part::program;

/// A web server of an account that ends with this value.
pub struct Site {
    _server: Daemon,
    _fpm: Daemon,
    _directory: TempDir,
    pub port: u16,
}

/// The web server of a site.
#[derive(Clone, Copy)]
pub enum Server {
    /// With these `Options`.
    Apache(&'static str),
    Nginx,
    /// PHP is told where the links of the document root lead.
    NginxRealpath,
}

/// What PHP remembers.
#[derive(Clone, Copy)]
pub enum Php {
    /// Nothing of links and settings, and no code.
    Forgetful,
    /// Links and code, as long as nobody tells it otherwise, in each of four workers; with these settings.
    Caching(&'static [&'static str]),
}

impl Php {
    /// Returns the arguments of php-fpm.
    fn arguments(self) -> Vec<String> {
        let common: &[&str] = match self {
            Self::Forgetful => &["realpath_cache_size=0", "opcache.enable=0", "user_ini.cache_ttl=0"],
            Self::Caching(_) => {
                &["opcache.enable=1", "opcache.validate_timestamps=0", "realpath_cache_ttl=600"]
            }
        };
        let more: &[&str] = match self {
            Self::Forgetful => &[],
            Self::Caching(more) => more,
        };
        common.iter().chain(more).flat_map(|setting| ["-d".to_owned(), (*setting).to_owned()]).collect()
    }

    fn workers(self) -> usize {
        match self {
            Self::Forgetful => 2,
            Self::Caching(_) => 4,
        }
    }
}

const MODULES: [&str; 10] = [
    "mpm_event",
    "authz_core",
    "dir",
    "mime",
    "rewrite",
    "proxy",
    "proxy_fcgi",
    "setenvif",
    "alias",
    "headers",
];

impl Site {
    /// Serves a directory as an account of this machine; `None` where a server is not installed.
    pub fn start(server: Server, php: Php, user: &str, public_html: &Path) -> Option<Self> {
        let fpm = php_fpm()?;
        let binary: PathBuf = match server {
            Server::Apache(_) => program("apache2")?,
            Server::Nginx | Server::NginxRealpath => program("nginx")?,
        };
        let directory = tempfile::tempdir().unwrap();
        let (at, port) = (directory.path().display().to_string(), free_port());
        let settings = format!(
            "[global]\nerror_log = {at}/fpm.log\n[www]\nlisten = {at}/php\npm = static\npm.max_children = {}\n",
            php.workers()
        );
        fs::write(directory.path().join("fpm.conf"), settings).unwrap();
        let settings = match server {
            Server::Apache(options) => apache_conf(&at, port, public_html, options),
            Server::Nginx => nginx_conf(&at, port, public_html, "$document_root"),
            Server::NginxRealpath => nginx_conf(&at, port, public_html, "$realpath_root"),
        };
        fs::write(directory.path().join("server.conf"), settings).unwrap();
        sh(&format!("chown -R {user} {at}"));
        let run = |program: &Path, arguments: &[&str]| {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--init-groups"]).arg(program).args(arguments);
            Daemon::start(&mut command)
        };
        let (fpm_conf, conf, error) =
            (format!("{at}/fpm.conf"), format!("{at}/server.conf"), format!("{at}/error"));
        let settings = php.arguments();
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let fpm = run(&fpm, &[&["--nodaemonize", "--fpm-config", &fpm_conf], &settings[..]].concat());
        wait_until("php-fpm starts", || directory.path().join("php").exists());
        let server = match server {
            Server::Apache(_) => run(&binary, &["-f", &conf, "-DFOREGROUND"]),
            Server::Nginx | Server::NginxRealpath => run(&binary, &["-c", &conf, "-e", &error]),
        };
        wait_until("the web server starts", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(Self { _server: server, _fpm: fpm, _directory: directory, port })
    }

    /// Asks for a page; returns the status line and headers, and the text.
    pub fn get(&self, page: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET {page} HTTP/1.0\r\nHost: shop.example\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
        (head.to_owned(), body.to_owned())
    }

    /// Asks for a page; returns its status and text.
    pub fn page(&self, page: &str) -> (u16, String) {
        let (head, body) = self.get(page);
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
    }
}

fn apache_conf(at: &str, port: u16, public_html: &Path, options: &str) -> String {
    let load = |name: &str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    format!(
        "{}ServerRoot {at}\nDefaultRuntimeDir {at}\nPidFile {at}/pid\nMutex file:{at}\nErrorLog {at}/error\n\
         Listen 127.0.0.1:{port}\nServerName shop.example\nTypesConfig /etc/mime.types\n\
         DocumentRoot \"{}\"\nDirectoryIndex index.php index.html\n\
         <Directory />\nOptions {options}\nAllowOverride All\nRequire all granted\n</Directory>\n\
         <FilesMatch \\.php$>\nSetHandler \"proxy:unix:{at}/php|fcgi://localhost\"\n</FilesMatch>\n",
        MODULES.map(load).concat(),
        public_html.display()
    )
}

fn nginx_conf(at: &str, port: u16, public_html: &Path, root: &str) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("  {name}_temp_path {at}/{name};\n"))
        .concat();
    format!(
        "daemon off;\npid {at}/pid;\nevents {{}}\nhttp {{\n{temporary}  access_log off;\n  server {{\n\
         listen 127.0.0.1:{port};\nroot {};\nindex index.php index.html;\n\
         location / {{ try_files $uri $uri/ /index.php; }}\n\
         location ~ \\.php$ {{\nfastcgi_pass unix:{at}/php;\ninclude /etc/nginx/fastcgi_params;\n\
         fastcgi_param SCRIPT_FILENAME {root}$fastcgi_script_name;\n}}\n  }}\n}}\n",
        public_html.display()
    )
}
