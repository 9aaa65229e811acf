//! Web servers that refuse links: a script finds the live release, and files are copied to it.

use std::fs;

use super::domain::Domain;
use super::names;
use super::site::Server;
use crate::harness::Tree;

const STUB: &str = ", docroot_mode: stub";

#[test]
fn a_web_server_that_refuses_links_finds_the_live_release_by_a_script() {
    let Some(domain) = Domain::new("stub", Server::Apache("None"), STUB) else { return };
    let old = domain.old_site();
    domain.fails(STUB);
    domain.project.write("site/public/build/app.1.js", "one\n");
    domain.project.write("site/public/gone.txt", "one\n");
    domain.project.deploy();
    domain.serves("one");
    domain.has_php("ea-php82");
    let [kept] = &names(&domain.path("deploy/backups"))[..] else { panic!("one thing is kept") };
    assert_eq!(Tree::of(&domain.path("deploy/backups").join(kept), &[]), old);
    hides_what_is_not_for_visitors(&domain);
    is_used(&domain);

    fails_and_is_as_before(&domain);
    domain.project.deploy();
    domain.serves("two");
    domain.has_php("ea-php83");
    let kept =
        names(&domain.path("deploy/backups")).into_iter().rfind(|name| name.starts_with("public_html-"));
    let style = domain.path("deploy/backups").join(kept.unwrap()).join("style.css");
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
    is_tidy(&domain);
}

fn hides_what_is_not_for_visitors(domain: &Domain) {
    for page in ["/.env", "/.user.ini", "/.git/config", "/%2e./.deployer-release.json", "/..%2fREVISION"] {
        assert!([400, 403, 404].contains(&domain.site.page(page).0), "{page}");
    }
}

/// What the panel, a person and visitors do.
fn is_used(domain: &Domain) {
    let public_html = domain.path("public_html");
    let htaccess = fs::read_to_string(public_html.join(".htaccess")).unwrap();
    fs::write(public_html.join(".htaccess"), htaccess.replace("ea-php82", "ea-php83")).unwrap();
    fs::write(public_html.join("style.css"), "body { color: red }\n").unwrap();
    fs::write(public_html.join("mine.html"), "mine\n").unwrap();
    let uploads = domain.path("deploy/shared/public/uploads");
    fs::write(uploads.join("photo.txt"), "a photo\n").unwrap();
    fs::write(uploads.join("bad.php"), "<?php echo 'run';").unwrap();
    assert_eq!(domain.site.page("/uploads/photo.txt"), (200, "a photo\n".to_owned()));
    assert!(domain.site.page("/uploads/bad.php").1.starts_with("one with"));
}

/// Fails with version `two`, which has a new file and lacks an old one.
fn fails_and_is_as_before(domain: &Domain) {
    let before = domain.old_site();
    domain.version("two");
    domain.project.write("site/public/build/app.2.js", "two\n");
    fs::remove_file(domain.project.root().join("site/public/gone.txt")).unwrap();
    domain.configure(STUB, "steps: { fault: { after: prove, run: \"false\" } }\n");
    domain.project.deployer(&["run", "production"]).with(1);
    assert_eq!(domain.old_site(), before);
    domain.configure(STUB, "");
}

fn is_tidy(domain: &Domain) {
    let own = ["carried.", "created.", "mirror.", "placed.", "statics."];
    let left = names(&domain.path("deploy/.deployer")).into_iter();
    let left = left.filter(|name| own.iter().any(|own| name.starts_with(own)));
    assert_eq!(left.collect::<Vec<_>>(), Vec::<String>::new());
    let hidden = names(&domain.path("")).into_iter().filter(|name| name.starts_with('.'));
    assert_eq!(hidden.collect::<Vec<_>>(), Vec::<String>::new());
}
