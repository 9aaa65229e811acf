//! What a deploy asks of a host's sshd.

use super::machine::Machine;
use super::project::Project;

/// Sessions that a run may start on a host.
const COMMANDS: usize = 6;

#[test]
fn a_deploy_logs_in_once_and_starts_few_commands() {
    let Some(machine) = Machine::alone("MaxSessions 2") else { return };
    let project = Project::new();
    let deploy_to = project.root().join("host");
    let host = machine.host("web1", 0, &format!("deploy_to: {}", deploy_to.display()));
    let settings = "recipe: common\nsource: { path: site }\nhooks: { mid_release: [uptime, pwd, date] }\n";
    project.write("deploy.yml", &machine.deploy_yml(settings, &host));
    project.write("site/index.html", "one\n");
    project.deploy();
    assert_eq!(machine.logins(0), 1);
    assert!(machine.commands(0) <= COMMANDS, "{}", machine.sshd.log());
}
