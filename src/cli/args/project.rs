//! The words of commands that look at the project alone, or at what it is packed to.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::release::ReleaseId;

/// `deployer package`.
#[derive(Debug, ClapArgs)]
pub struct Package {
    /// The stage; without it the first of deploy.yml.
    pub stage: Option<String>,
    /// Write the archive to this file; without it to APPLICATION-ID.tar.gz in the working directory.
    #[arg(short, long, value_name = "FILE", conflicts_with = "list")]
    pub out: Option<PathBuf>,
    /// The id of the release, which is also the time of its files; without it the time of the commit,
    /// so that the same commit gives the same archive.
    #[arg(long, value_name = "ID")]
    pub release_id: Option<ReleaseId>,
    /// List what goes in, and write nothing.
    #[arg(long)]
    pub list: bool,
    /// List what stays behind instead, each with the rule that says so.
    #[arg(long, requires = "list")]
    pub ignored: bool,
    /// List the checkout as it is before it is built.
    #[arg(long, requires = "list")]
    pub no_build: bool,
}

/// `deployer init`.
#[derive(Debug, ClapArgs)]
pub struct Init {
    /// The stage that is deployed; without it the first of deploy.yml.
    pub stage: Option<String>,
    /// The CI system.
    #[arg(long, value_enum)]
    pub ci: Option<CiSystem>,
    /// Replace the file when it is there.
    #[arg(long)]
    pub force: bool,
}

/// CI systems that files are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CiSystem {
    /// GitHub Actions: .github/workflows/deploy.yml
    Github,
    /// GitLab CI: .gitlab-ci.yml
    Gitlab,
    /// DeployHQ's build pipeline: .deploybuild.yaml
    Deployhq,
}

/// `deployer analyze`.
#[derive(Debug, ClapArgs)]
pub struct Analyze {
    /// The stage: what it would release is looked at, and its hosts. Without one it is the working copy,
    /// and no host is contacted.
    pub stage: Option<String>,
    /// Make git forget what should not have been committed; the files themselves stay.
    #[arg(long, conflicts_with = "stage")]
    pub fix: bool,
    /// Write the versions of PHP, Composer, node and npm here to deployer.lock, for deploys to be held to.
    #[arg(long, conflicts_with = "stage")]
    pub write_lock: bool,
    /// Answer in JSON, as `--output json`.
    #[arg(long)]
    pub json: bool,
}
