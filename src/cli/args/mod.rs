//! The command line, as types.

mod env;
mod logs;
mod project;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::release::ReleaseId;
pub use env::{Env, EnvAction};
pub use logs::{Logs, as_meant};
pub use project::{Analyze, CiSystem, Init, Package};

/// Ships PHP applications over SSH to shared hosting and to servers, and never loses a byte on the way.
///
/// It sends nothing anywhere but to your hosts: no telemetry, no update check.
#[derive(Debug, Parser)]
#[command(name = "deployer", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What all commands take.
    #[command(flatten)]
    pub common: Common,
}

/// What all commands take.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Common {
    /// Use this file; without it deploy.yml is looked for here and in the folders above.
    #[arg(short, long, global = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only this host (may be given several times).
    #[arg(long, global = true, value_name = "NAME")]
    pub host: Vec<String>,
    /// Only hosts with this role (may be given several times).
    #[arg(long, global = true, value_name = "ROLE")]
    pub role: Vec<String>,
    /// Release this branch, tag or commit.
    #[arg(long = "ref", global = true, value_name = "REF")]
    pub reference: Option<String>,
    /// Set a variable of templates, as `--var php=php8.2` (may be given several times).
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_value)]
    pub var: Vec<(String, String)>,
    /// How to tell what happens.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub output: OutputFormat,
    /// Colours.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub color: Color,
    /// Show the output of steps that succeed, too.
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Only the ending.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Answer questions with yes.
    #[arg(long, global = true)]
    pub yes: bool,
}

/// How to tell what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For a person: drawn live on a terminal, else as plain.
    #[default]
    Human,
    /// A line for each step.
    Plain,
    /// JSON, on standard output.
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Deploy to a stage
    #[command(visible_alias = "deploy")]
    Run(Run),
    /// Show exactly what `run` would do
    Plan(Plan),
    /// Make the release live again that was live before
    Rollback(Rollback),
    /// What each host serves, and who has the lock
    Status(Stage),
    /// The releases on the hosts
    Releases(Stage),
    /// The runs that the hosts recorded
    History(Stage),
    /// Look whether the hosts are ready, without changing anything
    Check(Stage),
    /// What was written, changed or removed in the live release since it was shipped
    Drift(Stage),
    /// What must be done by hand before the hosts can serve releases; or a first clone made ready to run
    Setup(Setup),
    /// What the project asks for, and what is wrong with it before it is deployed
    Analyze(Analyze),
    /// Remove the lock of a run that is dead
    Unlock(Stage),
    /// What outlives every release: list it, look after it, repair it
    Persist(Persist),
    /// The settings of a stage (.env): compare, push, pull, list or set them
    Env(Env),
    /// Make the archive of a release for use elsewhere, or list what goes in; no host is contacted
    Package(Package),
    /// Write the file that deploys from a CI system
    Init(Init),
    /// Run a command on the hosts, in the live release
    Exec(Exec),
    /// Who is told how a run goes, and a test whether they can be
    Notify(Notify),
    /// A shell on a host, in the live release
    Ssh(Stage),
    /// What the application writes into its logs, on all hosts
    Logs(Logs),
    /// The checklist after a deploy: is the site well, on every host
    Verify(Stage),
    /// Archives of the shared data and dumps of the database: make, list and download them
    Backup(Backup),
    /// Put the shared data of a backup, or a dump, in the place of what is there, which is kept
    Restore(Restore),
    /// The built-in recipes
    Recipes(Recipes),
    /// The JSON Schema of deploy.yml, for editors
    Schema,
    /// The completions of a shell
    Completions(Completions),
    /// A deploy, a second one, a failing one that is undone, and a rollback, on a host inside the program
    Demo(Demo),
}

/// A stage.
#[derive(Debug, ClapArgs)]
pub struct Stage {
    /// The stage, as in `production`.
    pub stage: String,
}

/// `deployer setup`.
#[derive(Debug, ClapArgs)]
pub struct Setup {
    /// The stage; with `--local` it may be left out.
    #[arg(required_unless_present = "local")]
    pub stage: Option<String>,
    /// Make this working copy ready to run, after the first clone: settings, packages, key, database.
    #[arg(long)]
    pub local: bool,
}

/// `deployer run`.
#[derive(Debug, ClapArgs)]
pub struct Run {
    /// The stage; with `--plan` it may be left out.
    #[arg(required_unless_present = "plan")]
    pub stage: Option<String>,
    /// Run exactly this saved plan, or nothing when the hosts have changed since.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Only show the plan, as `deployer plan` does.
    #[arg(long, conflicts_with = "plan")]
    pub dry_run: bool,
}

/// `deployer plan`.
#[derive(Debug, ClapArgs)]
pub struct Plan {
    /// The stage.
    pub stage: String,
    /// List the files that differ from what is live.
    #[arg(long)]
    pub files: bool,
    /// Show the exact shell text for each host, and the undo of each step.
    #[arg(long)]
    pub commands: bool,
    /// Show the SQL of the pending migrations: the live release pretends to run them.
    #[arg(long)]
    pub sql: bool,
    /// Save the plan for `deployer run --plan FILE`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `deployer rollback`.
#[derive(Debug, ClapArgs)]
pub struct Rollback {
    /// The stage.
    pub stage: String,
    /// Go to this release instead of the one that was live before.
    #[arg(long, value_name = "ID")]
    pub to: Option<ReleaseId>,
    /// Also put the dump in the place of the database that was made before the live release migrated it.
    #[arg(long)]
    pub with_db: bool,
    /// Only show the plan.
    #[arg(long)]
    pub dry_run: bool,
}

/// `deployer persist`.
#[derive(Debug, ClapArgs)]
pub struct Persist {
    /// The stage; where no host is asked, it may be left out.
    #[arg(required_unless_present_any = ["add", "local", "doc", "format"])]
    pub stage: Option<String>,
    /// Look on every host whether all of it is there, in reach and safe.
    #[arg(long, group = "what")]
    pub verify: bool,
    /// Bring it back into reach, after having shown how.
    #[arg(long, group = "what")]
    pub repair: bool,
    /// Also take away the right of everyone to write files, and to read .env.
    #[arg(long, requires = "repair")]
    pub fix_modes: bool,
    /// Share one more path: it is written into deploy.yml.
    #[arg(long, group = "what", value_name = "PATH")]
    pub add: Option<String>,
    /// Make and check the same directories in this working copy.
    #[arg(long, group = "what")]
    pub local: bool,
    /// Print a page for the team, as Markdown.
    #[arg(long, group = "what")]
    pub doc: bool,
    /// Print it in another form.
    #[arg(long, group = "what", value_enum)]
    pub format: Option<VolumeFormat>,
}

/// Forms in which shared paths are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VolumeFormat {
    /// Volumes of a compose file.
    DockerCompose,
}

/// `deployer exec`.
#[derive(Debug, ClapArgs)]
pub struct Exec {
    /// The stage.
    pub stage: String,
    /// The command and its arguments; one argument alone is a line of shell.
    #[arg(last = true, required = true)]
    pub command: Vec<String>,
}

/// `deployer notify`.
#[derive(Debug, ClapArgs)]
pub struct Notify {
    /// The stage.
    pub stage: String,
    /// Send a test message to each.
    #[arg(long)]
    pub test: bool,
}

/// `deployer backup`.
#[derive(Debug, ClapArgs)]
pub struct Backup {
    /// The stage.
    pub stage: String,
    /// Keep archives in this folder, not in backups/ beside deploy.yml.
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Keep the archives in `backups` on the hosts; without it they are streamed here.
    #[arg(long, conflicts_with = "to")]
    pub on_host: bool,
    /// Dump the database instead, into `backups` on its host.
    #[arg(long, conflicts_with_all = ["on_host", "list"])]
    pub database: bool,
    /// List the archives and dumps here and on the hosts.
    #[arg(long, conflicts_with_all = ["on_host", "keep", "keep_days"])]
    pub list: bool,
    /// Bring the archives with this id from the hosts.
    #[arg(long, value_name = "ID", conflicts_with_all = ["list", "on_host", "keep", "keep_days"])]
    pub download: Option<ReleaseId>,
    /// Afterwards remove all but the newest so many of each host.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: Option<u32>,
    /// Afterwards remove those older than so many days, but never the newest.
    #[arg(long, value_name = "N", conflicts_with = "keep", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_days: Option<u32>,
}

/// `deployer restore`.
#[derive(Debug, ClapArgs)]
pub struct Restore {
    /// The stage.
    pub stage: String,
    /// The id of a backup (`deployer backup STAGE --list` shows them), or the file of an archive.
    #[arg(value_name = "ID|FILE")]
    pub archive: String,
    /// Only this path below `shared`, as `storage/app`.
    #[arg(long, value_name = "PATH")]
    pub only: Option<String>,
    /// Put the dump with this id in the place of the database, which is dumped first.
    #[arg(long, conflicts_with_all = ["only", "from"])]
    pub database: bool,
    /// Look for the archives of the id in this folder, not in backups/ beside deploy.yml.
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
}

/// `deployer recipes`.
#[derive(Debug, ClapArgs)]
pub struct Recipes {
    /// Print this recipe.
    pub name: Option<String>,
}

/// `deployer completions`.
#[derive(Debug, ClapArgs)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// `deployer demo`.
#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// Keep the demo's folder, to look at it.
    #[arg(long)]
    pub keep: bool,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
