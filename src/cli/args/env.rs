//! The words of `deployer env`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

/// `deployer env`.
#[derive(Debug, ClapArgs)]
pub struct Env {
    /// The stage.
    pub stage: String,
    /// What to do.
    #[command(subcommand)]
    pub action: EnvAction,
}

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub enum EnvAction {
    /// How the keys of the hosts differ from the file here, from .env.example and among the hosts
    Diff {
        /// Compare with this file, not with the one that `env_file` names.
        #[arg(value_name = "FILE")]
        path: Option<PathBuf>,
    },
    /// Send the file here to the hosts; what they have is kept in backups
    Push {
        /// Send this file, not the one that `env_file` names.
        #[arg(value_name = "FILE")]
        path: Option<PathBuf>,
    },
    /// Bring the hosts' settings into the file here; what it held is kept
    Pull {
        /// Write this file, not the one that `env_file` names.
        #[arg(value_name = "FILE")]
        path: Option<PathBuf>,
        /// Write it although git does not ignore it.
        #[arg(long)]
        unignored: bool,
    },
    /// The keys, and which have a value
    List {
        /// Show the values; only on a terminal.
        #[arg(long)]
        show: bool,
    },
    /// Set one key on all hosts; its value is asked for, or read from standard input
    Set {
        /// The key.
        #[arg(value_name = "KEY")]
        key: String,
        /// Make a new key for Laravel (APP_KEY), where there is none.
        #[arg(long)]
        generate: bool,
    },
}
