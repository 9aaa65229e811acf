//! Hosts whose accounts have all kinds of login shells.

use std::fs;

use super::machine::Machine;
use super::project::Project;
use crate::part::program;

const SHELLS: [&str; 5] = ["bash", "dash", "fish", "tcsh", "zsh"];

/// What these shells read when they start.
const STARTUP: [&str; 8] =
    [".bashrc", ".profile", ".zshrc", ".zshenv", ".cshrc", ".tcshrc", ".config/fish/config.fish", ".login"];

#[test]
fn accounts_with_noisy_and_slow_login_shells_are_deployed_to_at_once() {
    let Some(programs) = SHELLS.map(program).into_iter().collect::<Option<Vec<_>>>() else { return };
    let accounts: Vec<_> = SHELLS.into_iter().zip(programs.iter().map(AsRef::as_ref)).collect();
    let Some(machine) = Machine::start("", &accounts) else { return };
    for account in &machine.accounts {
        for file in STARTUP {
            // No line end after the last word: what the program prints must not be glued to it.
            account.write(file, "echo welcome to this server\nsleep 1\nprintf 'have fun'\n");
        }
    }
    let hosts = |(number, shell): (usize, &&str)| machine.host(shell, number, "deploy_to: ~/my site");
    let hosts: String = SHELLS.iter().enumerate().map(hosts).collect();
    let project = Project::with_site(&machine.deploy_yml("recipe: common\nsource: { path: site }\n", &hosts));
    for text in ["one\n", "two\n"] {
        project.write("site/index.html", text);
        project.deploy();
        for (number, shell) in SHELLS.iter().enumerate() {
            let page = machine.home(number).join("my site/current/index.html");
            assert_eq!(fs::read_to_string(page).unwrap(), text, "{shell}");
        }
    }
    let shown = project.exec("cat index.html");
    assert_eq!(shown, ["bash | two", "dash | two", "fish | two", "tcsh | two", "zsh  | two"]);
}
