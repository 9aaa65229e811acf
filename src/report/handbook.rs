//! The page for the team: what is kept, where, why, and how it is brought back.

use crate::config::{Config, HostConfig};
use crate::persist::Kind;
use crate::persist::record::{Entry, Exclusion};
use crate::template::quote;

/// Returns the page for a stage, as Markdown.
pub fn page(config: &Config, entries: &[Entry], exclusions: &[Exclusion]) -> String {
    let (application, stage) = (&config.application, &config.stage);
    let mut text = format!(
        "# What {application} keeps across releases\n\n\
         `deployer run {stage}` puts each release into a directory of its own, `releases/<id>`, and makes it live\n\
         by turning the link `current` to it. What users and the application write is in `shared/`; each\n\
         release has links to it. A deploy never changes and never deletes a file there.\n\n"
    );
    text += &kept(entries);
    text += &not_kept(exclusions);
    text += &places(&config.hosts);
    text += &backup(&config.stage, &config.hosts);
    text += &recovery(stage);
    text
}

fn kept(entries: &[Entry]) -> String {
    let row = |entry: &Entry| {
        let what = match entry.kind {
            Kind::Dir => "directory",
            Kind::File => "file",
        };
        format!("| {} | {what} | {} |\n", code(&entry.path), cell(&entry.reason))
    };
    let rows: String = entries.iter().map(row).collect();
    format!("## What is kept\n\n| path | what | why |\n|---|---|---|\n{rows}\n")
}

fn not_kept(exclusions: &[Exclusion]) -> String {
    if exclusions.is_empty() {
        return String::new();
    }
    let row =
        |exclusion: &Exclusion| format!("| {} | {} |\n", code(&exclusion.path), cell(&exclusion.reason));
    let rows: String = exclusions.iter().map(row).collect();
    format!(
        "## What in `public/` is not kept\n\nEach release has its own.\n\n| path | why |\n|---|---|\n{rows}\n"
    )
}

fn places(hosts: &[HostConfig]) -> String {
    let row = |host: &HostConfig| {
        let shared = format!("{}/shared", host.deploy_to.trim_end_matches('/'));
        format!("| {} | {} | {} |\n", cell(host.name.as_str()), code(&account(host)), code(&shared))
    };
    let rows: String = hosts.iter().map(row).collect();
    format!(
        "## Where it is\n\n| host | account | directory |\n|---|---|---|\n{rows}\n\
         `shared/.persistence-config` there lists what is kept, and `backups/` holds what had to make way.\n\n"
    )
}

fn backup(stage: &str, hosts: &[HostConfig]) -> String {
    let command = |host: &HostConfig| {
        let port = host.port.map_or_else(String::new, |port| format!("-p {port} "));
        let dir = host.deploy_to.trim_end_matches('/');
        // A leading ~ is for the host's shell, so it stays outside of the quotes.
        let remote = match dir.strip_prefix("~/") {
            Some(rest) => format!("tar -czf - -C ~/{} shared", word(rest)),
            None => format!("tar -czf - -C {} shared", word(dir)),
        };
        format!("ssh {port}{} {} > {}-shared.tar.gz\n", account(host), word(&remote), host.name)
    };
    let commands: String = hosts.iter().map(command).collect();
    format!(
        "## A backup\n\n```sh\ndeployer backup {stage}             # of each host, checked\n\
         deployer backup {stage} --list      # what there is\n\
         deployer restore {stage} ID         # asks first, and keeps what is there now\n```\n\n\
         Without this program:\n\n```sh\n{commands}```\n\n\
         The archive holds `.env` with its secrets: keep it where you would keep those. The database is not in it.\n\n"
    )
}

fn recovery(stage: &str) -> String {
    format!(
        "## When something is missing\n\n\
         From a machine with this project:\n\n\
         ```sh\n\
         deployer persist {stage} --verify    # looks, and changes nothing\n\
         deployer persist {stage} --repair    # shows what it would do, and asks\n\
         deployer rollback {stage}            # the release before; shared data stays as it is\n\
         ```\n\n\
         On the host itself, in the terminal of the hosting panel, without anything else:\n\n\
         ```sh\n\
         cd shared                            # in the application's directory\n\
         sh health-check.sh                   # looks, and changes nothing\n\
         sh emergency-recovery.sh             # shows what it would do\n\
         sh emergency-recovery.sh --yes       # does it\n\
         ```\n\n\
         The recovery makes broken and missing links again, merges into `shared/` what was written beside it, and\n\
         points `current` to the last good release when it is missing. It never deletes: what has to make way is\n\
         moved into `backups/recovered-TIME`.\n"
    )
}

fn account(host: &HostConfig) -> String {
    host.user.as_ref().map_or_else(|| host.address.clone(), |user| format!("{user}@{}", host.address))
}

fn word(text: &str) -> String {
    quote::word(text).unwrap_or_default()
}

/// Returns a text that cannot end its cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text).replace('`', "'"))
}
