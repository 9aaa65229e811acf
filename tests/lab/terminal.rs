//! `deployer ssh`, used by a person at a terminal.

use std::process::Command;

use super::machine::Machine;
use super::project::Project;
use super::tmux::Tmux;
use super::wait_until;
use crate::part::program;
use crate::sshd::run;

const SETTINGS: &str = "recipe: common\nsource: { path: site }\n";

/// A project on this machine's accounts, each a host named after its shell.
fn project(machine: &Machine, names: &[&str]) -> Project {
    let host = |(number, name): (usize, &&str)| machine.host(name, number, "deploy_to: ~/it's my site");
    let hosts: String = names.iter().enumerate().map(host).collect();
    Project::with_site(&machine.deploy_yml(SETTINGS, &hosts))
}

fn terminal(project: &Project) -> Option<Tmux> {
    let home = project.root();
    let variables = [("DEPLOYER", env!("CARGO_BIN_EXE_deployer")), ("HOME", home.to_str()?), ("USER", "ana")];
    Tmux::open(&project.root(), &variables)
}

#[test]
fn a_shell_opens_in_the_live_release_and_its_keys_size_and_exit_code_are_the_persons() {
    let Some(bash) = program("bash") else { return };
    let Some(machine) = Machine::start("", &[("person", &bash)]) else { return };
    let project = project(&machine, &["web1"]);
    project.deploy();
    machine.accounts[0].write(".profile", "export PS1='there> ' FROM=profile\n");
    let Some(tmux) = terminal(&project) else { return };
    tmux.enters("stty -g >before; $DEPLOYER ssh production; echo \"ended $?\"; stty -g | diff before - && echo as 'before'");
    tmux.shows("there>");
    tmux.enters("clear; echo \"at $PWD $FROM $0 $(stty size)\"");
    tmux.shows(&format!("at {}/it's my site/current profile", machine.home(0).display()));
    tmux.shows("20 90");
    tmux.resize(70, 15);
    tmux.enters("clear; echo size=$(stty size)");
    tmux.shows("size=15 70");
    // Every byte gets there: letters of other languages, and keys that would end a program here.
    tmux.enters("clear; echo rea''dy; read x; echo \"read $x\"");
    tmux.shows("ready");
    tmux.enters("Größe");
    tmux.shows("read Größe");
    tmux.enters("clear; echo sle''eping; sleep 100");
    tmux.shows("sleeping");
    tmux.presses("C-c");
    tmux.enters("echo \"code $?\"");
    tmux.shows("code 130");
    tmux.enters("clear; echo once mo''re; sleep 300");
    tmux.shows("once more");
    tmux.presses("C-z");
    tmux.shows("Stopped");
    tmux.enters("kill %1; clear; exit 7");
    tmux.shows("ended 7");
    tmux.shows("as before");
    assert_eq!(machine.logins(0), 2, "one for the deploy, one for the person");
}

#[test]
fn whatever_the_login_shell_is_it_is_one_that_has_read_its_profile() {
    let shells = ["bash", "dash", "fish", "tcsh", "zsh"];
    let files = [".bash_profile", ".profile", ".config/fish/config.fish", ".login", ".zprofile"];
    let Some(programs) = shells.map(program).into_iter().collect::<Option<Vec<_>>>() else { return };
    let accounts: Vec<_> = shells.into_iter().zip(programs.iter().map(AsRef::as_ref)).collect();
    let Some(machine) = Machine::start("", &accounts) else { return };
    let project = project(&machine, &shells);
    for (account, file) in machine.accounts.iter().zip(files) {
        account.write(file, "echo has read its profile\n");
        account.write(".zshrc", "\n");
    }
    project.deploy();
    let Some(tmux) = terminal(&project) else { return };
    for (number, shell) in shells.iter().enumerate() {
        tmux.enters(&format!("clear; $DEPLOYER ssh production --host {shell}; echo \"ended $?\""));
        tmux.shows("has read its profile");
        tmux.enters("pwd; tty");
        // tcsh knows no other names of directories than those without links.
        let directory = if *shell == "tcsh" { "releases/" } else { "current" };
        tmux.shows(&format!("{}/it's my site/{directory}", machine.home(number).display()));
        tmux.shows("/dev/pts/");
        tmux.enters("exit 3");
        tmux.shows("ended 3");
    }
}

#[test]
fn a_person_gets_out_when_the_host_does_not_answer_and_nothing_runs_on_there() {
    let Some(bash) = program("bash") else { return };
    let Some(machine) = Machine::start("", &[("frozen", &bash)]) else { return };
    let project = project(&machine, &["web1"]);
    let Some(tmux) = terminal(&project) else { return };
    let user = machine.user(0);
    let runs = |what: &str| {
        let found = Command::new("pgrep").args(["-u", &user, "-f", what]).output().unwrap();
        !found.stdout.is_empty()
    };
    tmux.enters("stty -g >before; $DEPLOYER ssh production; echo \"ended $?\"; stty -g | diff before - && echo as 'before'");
    tmux.shows("is not there yet; this is your home directory.");
    // A program that has taken the whole screen, on a host that answers no more.
    tmux.enters("printf '\\033[?1049h\\033[?25l'; clear; echo fu''ll; sleep 1234");
    tmux.shows("full");
    let server = run(Command::new("pgrep").args(["-u", &user, "-x", "sshd"]));
    run(Command::new("kill").arg("-STOP").args(server.split_whitespace()));
    tmux.presses("Enter");
    tmux.types("~.");
    tmux.shows("ended 255");
    tmux.shows("as before");
    assert!(tmux.screen().contains("web1: left"), "{}", tmux.screen());
    run(Command::new("kill").arg("-CONT").args(server.split_whitespace()));
    wait_until("nothing is left on the host", || !runs("sleep 1234"));
}

#[test]
fn a_terminal_is_as_it_was_when_the_connection_is_cut_or_the_program_is_ended() {
    let Some(bash) = program("bash") else { return };
    let Some(machine) = Machine::start("", &[("cut", &bash)]) else { return };
    let project = project(&machine, &["web1"]);
    let Some(tmux) = terminal(&project) else { return };
    let user = machine.user(0);
    tmux.enters("stty -g >before; $DEPLOYER ssh production; echo \"ended $?\"");
    tmux.shows("is not there yet");
    tmux.enters("clear; echo $((1000 + 1)); sleep 1234");
    tmux.shows("1001");
    let server = run(Command::new("pgrep").args(["-u", &user, "-x", "sshd"]));
    run(Command::new("kill").arg("-KILL").args(server.split_whitespace()));
    tmux.shows("ended 255");
    wait_until("nothing is left on the host", || {
        !Command::new("pgrep").args(["-u", &user, "-x", "sleep"]).output().unwrap().status.success()
    });

    tmux.enters(
        "clear; sh -c 'echo $$ >number; exec $DEPLOYER ssh production'; echo \"ended $?\"; \
         stty -g | diff before - && echo as 'before'",
    );
    tmux.shows("is not there yet");
    run(Command::new("kill").arg(std::fs::read_to_string(project.root().join("number")).unwrap().trim()));
    tmux.shows("ended 143");
    tmux.shows("as before");
}

#[test]
fn who_cannot_have_a_shell_is_told_what_to_type_instead() {
    let Some(machine) = Machine::alone("PermitTTY no") else { return };
    let project = project(&machine, &["web1"]);
    let told = project.deployer(&["ssh", "production"]).with(2).stderr;
    assert!(told.contains("standard input is no terminal"), "{told}");
    assert!(told.contains("  deployer exec production -- COMMAND"), "{told}");
    let Some(tmux) = terminal(&project) else { return };
    tmux.enters("clear; $DEPLOYER ssh production; echo \"ended $?\"");
    tmux.shows("error: web1: the host gives no terminal");
    tmux.shows("deployer exec production --host web1 -- COMMAND");
    tmux.shows("ended 2");

    let two = machine.host("web1", 0, "deploy_to: ~/a") + &machine.host("web2", 0, "deploy_to: ~/b");
    project.write("deploy.yml", &machine.deploy_yml(SETTINGS, &two));
    tmux.enters("clear; $DEPLOYER ssh production; echo \"ended $?\"");
    tmux.shows("Which host?");
    tmux.enters("none");
    tmux.shows("deployer ssh production --host web2");
    tmux.enters("clear; $DEPLOYER ssh production --host web9; echo \"ended $?\"");
    tmux.shows("no host \"web9\" in production; hosts: web1 web2");
}
