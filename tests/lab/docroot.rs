//! Hosts whose web server serves a fixed directory: it becomes a link, what the host keeps there
//! survives, and whatever fails, the old site is served again.

use std::fs;

use super::domain::{Domain, ROUTES, handler};
use super::names;
use super::site::Server;
use crate::harness::Tree;

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
