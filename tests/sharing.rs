//! What belongs to the users of a site stays as it is, whatever is deployed.
#![expect(clippy::disallowed_methods, reason = "hosts are given data, and looked at")]
#![expect(clippy::unwrap_used, reason = "a lab that does not work is a failed test")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::harness::{Host, Lab, Tree};

const SHARED: &str = "rollout: { max_parallel: 1 }
shared: { dirs: [public/uploads], files: [config/settings.php, .env] }
env_file: production.env
";
const ENVIRONMENT: &str = "APP_KEY=\"it's $(a) `secret` \\\\ key\"\n\n# end\nLAST=1";

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn shared(lab: &Lab) -> Vec<Tree> {
    lab.hosts.iter().map(|host| Tree::of(&host.app("shared"), &[])).collect()
}

/// Puts there what users and their administrators put there.
fn use_it(host: &Host) {
    let uploads = host.app("shared/public/uploads");
    fs::create_dir(uploads.join("private")).unwrap();
    fs::write(uploads.join("private/it's a \"photo\".jpg"), "a photo\n").unwrap();
    symlink("private", uploads.join("a link")).unwrap();
    set_mode(&uploads.join("private"), 0o2750);
    set_mode(&uploads, 0o2775);
    fs::write(host.app("shared/.env"), "APP_KEY=changed\n").unwrap();
    set_mode(&host.app("shared/.env"), 0o640);
    fs::remove_file(uploads.join("welcome.jpg")).unwrap();
}

#[test]
fn no_deploy_no_failure_and_no_rollback_touches_shared_data() {
    let lab = Lab::new(&["web1", "web2", "web3"]);
    lab.write("production.env", &format!("{ENVIRONMENT}\n"));
    let fault = "steps: { fault: { phase: post_release, run: \"test {{ host.name }} != web2\" } }\n";
    lab.configure(&format!("{SHARED}{fault}"));
    let empty = lab.trees();
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(lab.trees(), empty);
    lab.configure(SHARED);
    lab.run(&["run", "test"]).exits(0);
    for host in &lab.hosts {
        let file = host.app("current/.env");
        assert_eq!(fs::read_to_string(&file).unwrap(), format!("{ENVIRONMENT}\n"));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        use_it(host);
    }
    let before = shared(&lab);
    lab.write(
        "site/public/uploads/private/it's a \"photo\".jpg",
        "shipped, but users have one of that name\n",
    );
    lab.write("production.env", "APP_KEY=another\n");
    lab.page("version 2");
    lab.run(&["run", "test"]).exits(0);
    assert_eq!(shared(&lab), before);
    lab.configure(&format!("{SHARED}{fault}"));
    lab.run(&["run", "test"]).exits(1);
    assert_eq!(shared(&lab), before);
    lab.configure(SHARED);
    lab.run(&["rollback", "test"]).exits(0);
    assert_eq!(shared(&lab), before);
    assert_eq!(lab.pages(), ["version 1"; 3]);
    lab.is_tidy();
}
