//! A PHP that remembers all it can, behind each kind of web server: after a run each visitor sees the
//! release that is live, none saw half of one and half of another, and none was turned away.
//!
//! `DEPLOYS=100 cargo test many_releases -- --nocapture` plays more of them, and prints what was seen.
#![expect(clippy::print_stdout, reason = "what was seen is told to whoever asks for more")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::crowd::{Crowd, Report, Turn, report};
use super::live;
use super::machine::Machine;
use super::project::{Finished, Project};
use super::site::{Php, Server, Site};
use crate::part::program;

const CACHING: Php = Php::Caching(&[]);
const APACHE: Server = Server::Apache("FollowSymLinks");

/// The front controller names the release that it is from, then those of a class, of the settings that were
/// cached on the host, and of a view that is loaded a little later.
const INDEX: &str = "<?php\nrequire __DIR__ . '/../src/Version.php';\n$settings = require __DIR__ . '/../cache/settings.php';\n\
                     echo basename(dirname(__DIR__)), '|', Version::release(), '|', $settings['release'], '|';\n\
                     usleep(2000);\ninclude __DIR__ . '/../views/home.php';\n";

/// An application on a host whose web server shows it.
struct Shop {
    project: Project,
    machine: Machine,
    site: Site,
}

impl Shop {
    /// Makes one with a live release.
    fn start(name: &str, server: Server, php: Php) -> Option<Self> {
        let machine = Machine::start("", &[(name, &program("bash")?)])?;
        let project = Project::new();
        project.write("site/public/index.php", INDEX);
        project.write("site/public/up.php", "<?php echo 'well';\n");
        project.write(
            "site/src/Version.php",
            "<?php\nclass Version {\n    static function release() { return basename(dirname(__DIR__)); }\n}\n",
        );
        project.write("site/views/home.php", "<?php echo basename(dirname(__DIR__));\n");
        project.write("deploy.yml", &deploy_yml(&machine, ""));
        project.deploy();
        // Apache wants to see what it is to serve.
        let public = machine.home(0).join("shop/current/public");
        let site = Site::start(server, php, &machine.user(0), &public)?;
        let shop = Self { project, machine, site };
        shop.configure("");
        Some(shop)
    }

    fn configure(&self, more: &str) {
        let url = format!("url: http://127.0.0.1:{}\n{more}", self.site.port);
        self.project.write("deploy.yml", &deploy_yml(&self.machine, &url));
    }

    fn deploy_to(&self) -> PathBuf {
        self.machine.home(0).join("shop")
    }

    fn live(&self) -> String {
        live(&self.deploy_to())
    }

    /// Runs the program, and tells when `current` was turned and what visitors must see now.
    fn turn(&self, arguments: &[&str], exit: i32) -> (Turn, Finished) {
        let finished = self.project.deployer(arguments).with(exit);
        let over = SystemTime::now();
        let link = fs::symlink_metadata(self.deploy_to().join("current")).unwrap();
        let turn = Turn { release: self.live(), switched: link.modified().unwrap(), over };
        // Somebody comes afterwards, too.
        std::thread::sleep(Duration::from_millis(100));
        (turn, finished)
    }

    /// Returns what one visitor sees, as often as there could be workers that say otherwise.
    fn seen(&self) -> Vec<(u16, String)> {
        let mut seen: Vec<_> = (0..40).map(|_| self.site.page("/")).collect();
        seen.dedup();
        seen
    }

    /// Checks that visitors see the live release, all of it.
    #[track_caller]
    fn is_served(&self) {
        assert_eq!(self.seen(), [(200, [&self.live()[..]; 4].join("|"))]);
    }

    /// Checks that no page of a proof is left, nor a note of one.
    fn is_tidy(&self) {
        let left = super::sh(&format!(
            "find {} \\( -name 'deployer-*' -o -name 'pages.*' -o -name 'visits.*' \\)",
            self.deploy_to().display()
        ));
        assert_eq!(left, "");
    }
}

fn deploy_yml(machine: &Machine, more: &str) -> String {
    let cached =
        "\"mkdir -p cache && echo \\\"<?php return ['release' => '{{ release }}'];\\\" >cache/settings.php\"";
    let settings = format!(
        "recipe: php\nsource: {{ path: site }}\nsteps: {{ cache-settings: {{ phase: configure, run: {cached} }} }}\n{more}"
    );
    machine.deploy_yml(&settings, &machine.host("web1", 0, "deploy_to: ~/shop"))
}

/// Deploys again and again while visitors come, and goes back once.
fn many_releases(name: &str, server: Server, deploys: usize) {
    let Some(shop) = Shop::start(name, server, CACHING) else { return };
    shop.is_served();
    let deploys = std::env::var("DEPLOYS").ok().and_then(|text| text.parse().ok()).unwrap_or(deploys);
    let crowd = Crowd::of(4, shop.site.port, "/");
    let mut turns: Vec<Turn> = (0..deploys).map(|_| shop.turn(&["run", "production"], 0).0).collect();
    turns.push(shop.turn(&["rollback", "production"], 0).0);
    let visits = crowd.leave();
    let report = report(&visits, &turns);
    println!("{name}: {deploys} deploys and a rollback: {report:?}");
    assert!(report.visits > 20 * deploys, "{report:?}");
    assert_eq!((report.failed, report.mixed, report.stale), (0, 0, 0), "{report:?}");
    shop.is_served();
    shop.is_tidy();
}

#[test]
fn many_releases_behind_nginx_with_its_document_root() {
    many_releases("docroot", Server::Nginx, 4);
}

#[test]
fn many_releases_behind_nginx_with_the_real_path_of_its_root() {
    many_releases("realpath", Server::NginxRealpath, 2);
}

#[test]
fn many_releases_behind_apache() {
    many_releases("proxyfcgi", APACHE, 2);
}

#[test]
fn php_that_nobody_tells_serves_the_old_release_and_a_run_that_looks_is_taken_back() {
    let Some(shop) = Shop::start("untold", Server::Nginx, CACHING) else { return };
    let first = shop.live();
    shop.is_served();
    let old = [(200, [&first[..]; 4].join("|"))];
    // Nobody looks: this is what was believed to be live.
    shop.configure("opcache: { reset: none, proof: false }\n");
    shop.project.deploy();
    assert_eq!(shop.seen(), old);
    shop.configure("opcache: { reset: none }\n");
    let status = shop.project.deployer(&["status", "production"]).with(0).stdout;
    assert!(
        status.contains("  200 ") && status.contains(&format!("PHP workers still serve {first}")),
        "{status}"
    );
    shop.is_tidy();
    // Nobody tells PHP, but the site is looked at.
    let believed = shop.live();
    let run = shop.project.deployer(&["run", "production"]).with(1);
    assert!(
        run.stderr.contains(&format!("of 4 PHP workers still serve {first}; in nginx, give")),
        "{}",
        run.stderr
    );
    assert_eq!(shop.live(), believed);
    shop.is_tidy();
    // A command of the user's tells it, here one that ends the workers.
    let workers = format!("pkill -USR2 -u {} -f 'php-fpm: master'", shop.machine.user(0));
    shop.configure(&format!("opcache: {{ reset: command, run: \"{workers}\" }}\n"));
    shop.project.deploy();
    shop.is_served();
}

#[test]
fn a_release_that_is_not_well_goes_back_and_nobody_sees_it_afterwards() {
    let Some(shop) = Shop::start("unwell", Server::Nginx, CACHING) else { return };
    shop.configure("health: { url: /up.php, contains: well, retries: 1, timeout: 5s }\n");
    let first = shop.live();
    shop.is_served();
    shop.project.write("site/public/up.php", "<?php http_response_code(500); echo 'ill';\n");
    let crowd = Crowd::of(4, shop.site.port, "/");
    let (turn, run) = shop.turn(&["run", "production"], 1);
    let visits = crowd.leave();
    assert!(run.stderr.contains("/up.php answers 500"), "{}", run.stderr);
    assert!(!run.stderr.contains("was not seen to be served"), "{}", run.stderr);
    assert_eq!(turn.release, first);
    let Report { failed, mixed, stale, .. } = report(&visits, &[turn]);
    assert_eq!((failed, mixed, stale), (0, 0, 0));
    let failed: Vec<_> = visits.iter().filter(|visit| !visit.releases.contains(&first)).collect();
    assert!(!failed.is_empty(), "the release was never live");
    shop.is_served();
    shop.is_tidy();
}

#[test]
fn without_opcache_each_worker_is_told_by_itself() {
    let Some(shop) = Shop::start("uncached", Server::Nginx, Php::Caching(&["opcache.enable=0"])) else {
        return;
    };
    shop.is_served();
    shop.project.deploy();
    shop.is_served();
    let status = shop.project.deployer(&["status", "production"]).with(0).stdout;
    assert!(status.contains("  200 ") && !status.contains('!'), "{status}");
    shop.is_tidy();
}

#[test]
fn an_opcache_that_lets_no_page_reset_it_is_told_by_name() {
    let Some(shop) =
        Shop::start("restricted", Server::Nginx, Php::Caching(&["opcache.restrict_api=/nowhere"]))
    else {
        return;
    };
    shop.is_served();
    let first = shop.live();
    let run = shop.project.deployer(&["run", "production"]).with(1);
    let told = format!("4 of 4 PHP workers still serve {first}; OPcache lets no page reset it");
    assert!(run.stderr.contains(&told), "{}", run.stderr);
    assert_eq!(shop.live(), first);
    shop.is_served();
    shop.is_tidy();
}
