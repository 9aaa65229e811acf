//! Hosts whose web server serves a fixed directory: it becomes a link, what the host keeps there
//! survives, and whatever fails, the old site is served again.

use std::fs;
use std::path::PathBuf;

use super::machine::Machine;
use super::names;
use super::project::Project;
use super::sh;
use super::site::{Server, Site};
use crate::harness::Tree;
use crate::part::program;

const ROUTES: &str = "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ index.php [L]\n";

/// The block that a panel writes for the domain's PHP.
fn handler(version: &str) -> String {
    format!(
        "# php -- BEGIN cPanel-generated handler, do not edit\nHeader set X-Php {version}\n\
         # php -- END cPanel-generated handler, do not edit\n"
    )
}

/// A domain at a shared host, with an old site in its `public_html`.
struct Domain {
    machine: Machine,
    site: Site,
    project: Project,
}

impl Domain {
    fn new(name: &str, server: Server, more: &str) -> Option<Self> {
        let machine = Machine::start("", &[(name, &program("bash")?)])?;
        let domain = machine.home(0).join("domains/shop.example");
        let public_html = domain.join("public_html");
        let write = |file: &str, text: &str| {
            let path = public_html.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("index.html", "the old site\n");
        write("it's old/a page.html", "a page\n");
        write(".htaccess", &format!("Options -Indexes\n\n{}", handler("ea-php82")));
        write(".user.ini", "memory_limit = 77M\n");
        write(".well-known/acme-challenge/to ken", "proof\n");
        sh(&format!("chown -R {0}:{0} /home/{0} && chmod 750 {1}", machine.user(0), public_html.display()));
        let site = Site::start(server, &machine.user(0), &public_html)?;
        let project = Project::new();
        project.write("site/public/.htaccess", ROUTES);
        project.write("site/public/style.css", "body {}\n");
        let domain = Self { machine, site, project };
        domain.configure(more, "");
        domain.version("one");
        Some(domain)
    }

    fn configure(&self, more: &str, steps: &str) {
        let settings = format!(
            "recipe: common\nsource: {{ path: site }}\nshared: {{ dirs: [public/.well-known, public/uploads] }}\n\
             url: http://127.0.0.1:{}\n{steps}",
            self.site.port
        );
        let host = self.machine.host("web1", 0, &format!("domain_path: ~/domains/shop.example{more}"));
        self.project.write("deploy.yml", &self.machine.deploy_yml(&settings, &host));
    }

    fn version(&self, version: &str) {
        let index = format!(
            "<?php echo '{version} with ', ini_get('memory_limit'), ' at ', $_SERVER['REQUEST_URI'];\n"
        );
        self.project.write("site/public/index.php", &index);
    }

    fn path(&self, path: &str) -> PathBuf {
        self.machine.home(0).join("domains/shop.example").join(path)
    }

    fn old_site(&self) -> Tree {
        Tree::of(&self.path("public_html"), &[])
    }

    /// Checks what visitors see of the release, and of what the host keeps.
    #[track_caller]
    fn serves(&self, version: &str) {
        assert_eq!(self.site.page("/"), (200, format!("{version} with 77M at /")));
        assert_eq!(self.site.page("/a/route"), (200, format!("{version} with 77M at /a/route")));
        assert_eq!(self.site.page("/style.css"), (200, "body {}\n".to_owned()));
        assert_eq!(self.site.page("/.well-known/acme-challenge/to%20ken"), (200, "proof\n".to_owned()));
    }

    #[track_caller]
    fn has_php(&self, version: &str) {
        let (head, _) = self.site.get("/");
        assert!(head.contains(&format!("X-Php: {version}\r\n")), "{head}");
    }

    /// Fails right after the docroot was changed.
    fn fails(&self, more: &str) {
        let old = self.old_site();
        self.configure(more, "steps: { fault: { after: prove, run: \"false\" } }\n");
        self.project.deployer(&["run", "production"]).with(1);
        assert_eq!(self.old_site(), old);
        assert!(!self.path("deploy/backups").exists());
        assert_eq!(self.site.page("/"), (200, "the old site\n".to_owned()));
        self.configure(more, "");
    }
}

#[test]
fn a_directory_that_apache_serves_becomes_a_link_and_keeps_what_is_the_host_s() {
    let Some(domain) = Domain::new("apache", Server::Apache("SymLinksIfOwnerMatch"), "") else { return };
    let old = domain.old_site();
    domain.fails("");
    domain.project.deploy();
    domain.serves("one");
    domain.has_php("ea-php82");
    assert_eq!(fs::read_link(domain.path("public_html")).unwrap().to_str(), Some("deploy/current/public"));
    let [kept] = &names(&domain.path("deploy/backups"))[..] else { panic!("one thing is kept") };
    assert_eq!(Tree::of(&domain.path("deploy/backups").join(kept), &[]), old);

    // The panel writes through the link.
    let htaccess = domain.path("public_html/.htaccess");
    fs::write(&htaccess, format!("{ROUTES}{}", handler("ea-php83"))).unwrap();
    domain.version("two");
    domain.project.deploy();
    domain.serves("two");
    domain.has_php("ea-php83");
    assert_eq!(fs::read_to_string(&htaccess).unwrap(), format!("{ROUTES}{}", handler("ea-php83")));

    let before = Tree::of(&domain.path("deploy"), &[".deployer", "deployment.log"]);
    domain.configure("", "steps: { fault: { after: switch, run: \"false\" } }\n");
    domain.project.deployer(&["run", "production"]).with(1);
    domain.configure("", "");
    domain.project.deployer(&["rollback", "production"]).with(0);
    domain.serves("one");
    domain.has_php("ea-php83");
    domain.project.deployer(&["rollback", "production", "--to", "20000101000000"]).with(2);
    assert_ne!(Tree::of(&domain.path("deploy"), &[".deployer", "deployment.log"]), before);
}

#[test]
fn a_directory_that_nginx_serves_becomes_a_link() {
    let Some(domain) = Domain::new("nginx", Server::Nginx, "") else { return };
    domain.fails("");
    for version in ["one", "two"] {
        domain.version(version);
        domain.project.deploy();
        domain.serves(version);
    }
    domain.project.deployer(&["rollback", "production"]).with(0);
    domain.serves("one");
}

#[test]
fn a_web_server_that_refuses_links_serves_the_old_site_again() {
    let Some(domain) = Domain::new("refuses", Server::Apache("None"), "") else { return };
    let old = domain.old_site();
    let run = domain.project.deployer(&["run", "production"]).with(1);
    let told =
        format!("http://127.0.0.1:{} answers 403; where the web server refuses links", domain.site.port);
    assert!(run.stderr.contains(&told), "{}", run.stderr);
    assert_eq!(domain.old_site(), old);
    assert_eq!(domain.site.page("/"), (200, "the old site\n".to_owned()));
}

#[test]
fn a_web_server_that_refuses_links_finds_the_live_release_by_a_script() {
    let stub = ", docroot_mode: stub";
    let Some(domain) = Domain::new("stub", Server::Apache("None"), stub) else { return };
    let old = domain.old_site();
    domain.fails(stub);
    domain.project.write("site/public/build/app.1.js", "one\n");
    domain.project.write("site/public/gone.txt", "one\n");
    domain.project.deploy();
    domain.serves("one");
    domain.has_php("ea-php82");
    let [kept] = &names(&domain.path("deploy/backups"))[..] else { panic!("one thing is kept") };
    assert_eq!(Tree::of(&domain.path("deploy/backups").join(kept), &[]), old);
    for hidden in ["/.env", "/.user.ini", "/.git/config", "/%2e./.deployer-release.json", "/..%2fREVISION"] {
        assert!([400, 403, 404].contains(&domain.site.page(hidden).0), "{hidden}");
    }

    // What the panel, a person and a visitor do then.
    let public_html = domain.path("public_html");
    let htaccess = fs::read_to_string(public_html.join(".htaccess")).unwrap();
    fs::write(public_html.join(".htaccess"), htaccess.replace("ea-php82", "ea-php83")).unwrap();
    fs::write(public_html.join("style.css"), "body { color: red }\n").unwrap();
    fs::write(public_html.join("mine.html"), "mine\n").unwrap();
    fs::write(domain.path("deploy/shared/public/uploads/photo.txt"), "a photo\n").unwrap();
    fs::write(domain.path("deploy/shared/public/uploads/bad.php"), "<?php echo 'run';").unwrap();
    assert_eq!(domain.site.page("/uploads/photo.txt"), (200, "a photo\n".to_owned()));
    assert!(domain.site.page("/uploads/bad.php").1.starts_with("one with"));

    let before = domain.old_site();
    domain.version("two");
    domain.project.write("site/public/build/app.2.js", "two\n");
    fs::remove_file(domain.project.root().join("site/public/gone.txt")).unwrap();
    domain.configure(stub, "steps: { fault: { after: prove, run: \"false\" } }\n");
    domain.project.deployer(&["run", "production"]).with(1);
    assert_eq!(domain.old_site(), before);
    domain.configure(stub, "");
    domain.project.deploy();
    domain.serves("two");
    domain.has_php("ea-php83");
    let kept = names(&domain.path("deploy/backups"));
    let style = domain.path("deploy/backups").join(&kept[1]).join("style.css");
    assert_eq!(fs::read_to_string(style).unwrap(), "body { color: red }\n");
    // Pages of the last release may still be open somewhere.
    for (page, text) in [("/mine.html", "mine\n"), ("/build/app.1.js", "one\n"), ("/gone.txt", "one\n")] {
        assert_eq!(domain.site.page(page), (200, text.to_owned()));
    }

    domain.version("three");
    domain.project.deploy();
    domain.serves("three");
    assert!(domain.site.page("/gone.txt").1.starts_with("three with"));
    assert_eq!(domain.site.page("/mine.html"), (200, "mine\n".to_owned()));

    domain.project.deployer(&["rollback", "production"]).with(0);
    domain.serves("two");
    domain.has_php("ea-php83");
    let records = ["history.jsonl", "mirror", "releases"];
    assert_eq!(names(&domain.path("deploy/.deployer")), records);
    let hidden = names(&domain.path("")).into_iter().filter(|name| name.starts_with('.'));
    assert_eq!(hidden.collect::<Vec<_>>(), Vec::<String>::new());
}
