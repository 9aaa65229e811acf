//! A host whose PHP may start no program and make no link, and that has no tools but BusyBox's: all that a
//! deploy does there goes over SSH.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::application::laravel;
use super::machine::Machine;
use super::project::Project;
use super::{live, names, sh};
use crate::part::program;

const FORCED: &str = r#"ForceCommand exec env -i HOME="$HOME" USER="$USER" PATH=DIR/bin DIR/bin/sh -c "$SSH_ORIGINAL_COMMAND""#;

/// What hosting panels switch off.
const PHP: &str = "#!/bin/sh\nexec /usr/bin/php -d disable_functions=exec,shell_exec,system,passthru,popen,proc_open,pcntl_exec,\
                   pcntl_fork,symlink,link,readlink,putenv,mail \"$@\"\n";

const DATABASE: &str = "DB_CONNECTION=sqlite\nDB_DATABASE=HOME/shop/shared/storage/app/shop.sqlite\n";

#[test]
fn a_laravel_application_is_deployed_where_php_may_start_nothing_and_tools_are_few() {
    let (Some(busybox), Some(dash), Some(_)) = (program("busybox"), program("dash"), program("composer"))
    else {
        return;
    };
    let Some(machine) = Machine::start(FORCED, &[("frugal", &dash)]) else { return };
    let bin = machine.sshd.path("bin");
    fs::create_dir(&bin).unwrap();
    sh(&format!("{} --install -s {}", busybox.display(), bin.display()));
    // Such accounts have neither of these.
    for tool in ["sha256sum", "timeout", "od", "fuser", "awk"].iter().take(3) {
        let _ = fs::remove_file(bin.join(tool));
    }
    fs::write(bin.join("php"), PHP).unwrap();
    fs::set_permissions(bin.join("php"), fs::Permissions::from_mode(0o755)).unwrap();
    let home = machine.home(0);
    let host = machine.host("web1", 0, "deploy_to: ~/shop");
    let settings = "recipe: laravel\nenv_file: ../production.env\nsteps:\n  database:\n    before: upload\n    in: shared\n    \
                    run: mkdir -p storage/app && touch storage/app/shop.sqlite\n";
    let project =
        laravel(&machine.deploy_yml(settings, &host), &DATABASE.replace("HOME", home.to_str().unwrap()));
    let told = project.deployer(&["check", "production"]).with(0).stdout;
    assert!(told.contains("Ready."), "{told}");
    project.deploy();
    project.write("VERSION", "two\n");
    project.commit("Two");
    project.deploy();
    let deploy_to = home.join("shop");
    assert_eq!(fs::read_to_string(deploy_to.join("current/VERSION")).unwrap(), "two\n");
    let second = live(&deploy_to);
    let told = project.deployer(&["check", "production"]).with(0).stdout;
    assert!(told.contains("sqlite answers"), "{told}");
    project.deployer(&["rollback", "production"]).with(0);
    assert_eq!(fs::read_to_string(deploy_to.join("current/VERSION")).unwrap(), "one\n");
    assert!(names(&deploy_to.join("releases")).contains(&second));
}

#[test]
fn a_host_on_which_no_link_can_be_made_ends_the_run_at_its_first_step() {
    let (Some(busybox), Some(dash)) = (program("busybox"), program("dash")) else { return };
    let Some(machine) = Machine::start(FORCED, &[("nolinks", &dash)]) else { return };
    let bin = machine.sshd.path("bin");
    fs::create_dir(&bin).unwrap();
    sh(&format!("{} --install -s {}", busybox.display(), bin.display()));
    fs::remove_file(bin.join("ln")).unwrap();
    // As on a file system of Windows.
    fs::write(bin.join("ln"), "#!/bin/sh\necho 'ln: Operation not permitted' >&2\nexit 1\n").unwrap();
    fs::set_permissions(bin.join("ln"), fs::Permissions::from_mode(0o755)).unwrap();
    let host = machine.host("web1", 0, "deploy_to: ~/shop");
    let project = Project::with_site(&machine.deploy_yml("recipe: common\nsource: { path: site }\n", &host));
    let told = project.deployer(&["run", "production"]).with(4).stderr;
    assert!(told.contains("no link can be made in"), "{told}");
    assert!(told.contains("and `current` must be one: ln: Operation not permitted"), "{told}");
    assert_eq!(sh(&format!("find {}/shop -type f -o -type l", machine.home(0).display())), "");
}
