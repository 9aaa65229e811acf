//! A domain at a shared host: an account, a web server in front of its `public_html`, and a project.

use std::fs;
use std::path::PathBuf;

use super::machine::Machine;
use super::project::Project;
use super::sh;
use super::site::{Php, Server, Site};
use crate::harness::Tree;
use crate::part::program;

pub const ROUTES: &str =
    "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ index.php [L]\n";

/// The block that a panel writes for the domain's PHP.
pub fn handler(version: &str) -> String {
    format!(
        "# php -- BEGIN cPanel-generated handler, do not edit\nHeader set X-Php {version}\n\
         # php -- END cPanel-generated handler, do not edit\n"
    )
}

/// A domain at a shared host, with an old site in its `public_html`.
pub struct Domain {
    machine: Machine,
    pub site: Site,
    pub project: Project,
}

impl Domain {
    pub fn new(name: &str, server: Server, more: &str) -> Option<Self> {
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
        let site = Site::start(server, Php::Forgetful, &machine.user(0), &public_html)?;
        let project = Project::new();
        project.write("site/public/.htaccess", ROUTES);
        project.write("site/public/style.css", "body {}\n");
        let domain = Self { machine, site, project };
        domain.configure(more, "");
        domain.version("one");
        Some(domain)
    }

    pub fn configure(&self, more: &str, steps: &str) {
        let settings = format!(
            "recipe: common\nsource: {{ path: site }}\nshared: {{ dirs: [public/.well-known, public/uploads] }}\n\
             url: http://127.0.0.1:{}\n{steps}",
            self.site.port
        );
        let host = self.machine.host("web1", 0, &format!("domain_path: ~/domains/shop.example{more}"));
        self.project.write("deploy.yml", &self.machine.deploy_yml(&settings, &host));
    }

    pub fn version(&self, version: &str) {
        let index = format!(
            "<?php echo '{version} with ', ini_get('memory_limit'), ' at ', $_SERVER['REQUEST_URI'];\n"
        );
        self.project.write("site/public/index.php", &index);
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.machine.home(0).join("domains/shop.example").join(path)
    }

    pub fn old_site(&self) -> Tree {
        Tree::of(&self.path("public_html"), &[])
    }

    /// Checks what visitors see of the release, and of what the host keeps.
    #[track_caller]
    pub fn serves(&self, version: &str) {
        assert_eq!(self.site.page("/"), (200, format!("{version} with 77M at /")));
        assert_eq!(self.site.page("/a/route"), (200, format!("{version} with 77M at /a/route")));
        assert_eq!(self.site.page("/style.css"), (200, "body {}\n".to_owned()));
        assert_eq!(self.site.page("/.well-known/acme-challenge/to%20ken"), (200, "proof\n".to_owned()));
    }

    #[track_caller]
    pub fn has_php(&self, version: &str) {
        let (head, _) = self.site.get("/");
        assert!(head.contains(&format!("X-Php: {version}\r\n")), "{head}");
    }

    /// Fails right after the docroot was changed.
    pub fn fails(&self, more: &str) {
        let old = self.old_site();
        self.configure(more, "steps: { fault: { after: prove, run: \"false\" } }\n");
        self.project.deployer(&["run", "production"]).with(1);
        assert_eq!(self.old_site(), old);
        assert!(!self.path("deploy/backups").exists());
        assert_eq!(self.site.page("/"), (200, "the old site\n".to_owned()));
        self.configure(more, "");
    }
}
