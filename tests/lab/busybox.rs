//! A host that has no tools but BusyBox's.

use std::fs;

use super::machine::Machine;
use super::project::Project;
use super::{live, names, sh};
use crate::part::program;

/// Every command runs in BusyBox's shell and finds BusyBox's programs alone.
const FORCED: &str = r#"ForceCommand exec env -i HOME="$HOME" USER="$USER" PATH=DIR/bin DIR/bin/sh -c "$SSH_ORIGINAL_COMMAND""#;

/// What a panel writes for the web server.
const BLOCK: &str = "# php -- BEGIN cPanel-generated handler, do not edit\n# a handler\n\
                     # php -- END cPanel-generated handler, do not edit\n";

#[test]
fn a_host_with_nothing_but_busybox_is_deployed_to_pruned_and_rolled_back() {
    let (Some(busybox), Some(dash)) = (program("busybox"), program("dash")) else { return };
    let Some(machine) = Machine::start(FORCED, &[("busybox", &dash)]) else { return };
    let bin = machine.sshd.path("bin");
    fs::create_dir(&bin).unwrap();
    sh(&format!("{} --install -s {}", busybox.display(), bin.display()));
    let deploy_to = machine.home(0).join("shop");
    let settings = "recipe: common\nkeep_releases: 2\nsource: { path: site }\nshared: { dirs: [uploads] }\n\
                    docroot: .\n";
    let host = machine.host("web1", 0, "deploy_to: ~/shop, public_html: ~/public html");
    let public_html = machine.home(0).join("public html");
    machine.accounts[0].write("public html/.htaccess", BLOCK);
    machine.accounts[0].write("public html/.user.ini", "memory_limit = 77M\n");
    sh(&format!("chown -R {0}:{0} /home/{0}", machine.user(0)));
    let project = Project::with_site(&machine.deploy_yml(settings, &host));

    let tools = "for tool in sh tar mv sha256sum; do command -v $tool; done; exit 3";
    let mut releases = Vec::new();
    for text in ["one\n", "two\n", "three\n"] {
        project.write("site/index.html", text);
        project.deploy();
        fs::write(deploy_to.join("shared/uploads").join(text.trim()), "a file\n").unwrap();
        releases.push(live(&deploy_to));
        for (file, text) in
            [("index.html", text), (".htaccess", BLOCK), (".user.ini", "memory_limit = 77M\n")]
        {
            assert_eq!(fs::read_to_string(public_html.join(file)).unwrap(), text);
        }
        assert_eq!(fs::read_to_string(deploy_to.join("current/index.html")).unwrap(), text);
    }
    let run = project.deployer(&["exec", "production", "--", tools]).with(3);
    let bin = bin.display();
    assert_eq!(run.stdout, format!("{bin}/sh\n{bin}/tar\n{bin}/mv\n{bin}/sha256sum\n"));
    assert_eq!(names(&deploy_to.join("releases")), releases[1..]);

    project.deployer(&["rollback", "production"]).with(0);
    assert_eq!(live(&deploy_to), releases[1]);
    assert_eq!(names(&deploy_to.join("current/uploads")), ["one", "three", "two"]);
}
