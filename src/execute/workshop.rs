//! Where the controller builds and packs.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::package::{self, Resolved, WorkArea};

/// Where the controller builds and packs.
#[derive(Debug)]
pub struct Workshop {
    /// What is released; `None` in a rollback.
    pub resolved: Option<Resolved>,
    /// The name of the application: each has a work area of its own.
    pub application: String,
    /// What the program can make again.
    pub cache: PathBuf,
    /// What commands find in their environment besides the controller's own: never shown, never sent.
    pub variables: Vec<(OsString, OsString)>,
    /// The directory for the archive while it travels.
    pub spool: PathBuf,
    laid_out: Mutex<Option<(WorkArea, PathBuf)>>,
}

impl Workshop {
    /// Takes what is released and where to work.
    pub fn new(resolved: Option<Resolved>, application: String, cache: PathBuf, spool: PathBuf) -> Self {
        Self { resolved, application, cache, variables: Vec::new(), spool, laid_out: Mutex::default() }
    }

    /// Lays out the clean checkout. No other run on this machine has the work area until this is
    /// dropped.
    ///
    /// # Errors
    /// A reason in words.
    pub async fn lay_out(&self, resolved: &Resolved) -> Result<(), String> {
        let area = WorkArea::lock(&self.cache, &self.application).await.map_err(|error| because(&error))?;
        let tree = package::checkout(resolved, &area).await.map_err(|error| because(&error))?;
        *self.laid_out.lock().unwrap_or_else(PoisonError::into_inner) = Some((area, tree));
        Ok(())
    }

    /// Returns the directory of the clean checkout, once it is there.
    pub fn tree(&self) -> Option<PathBuf> {
        let laid_out = self.laid_out.lock().unwrap_or_else(PoisonError::into_inner);
        laid_out.as_ref().map(|(_, tree)| tree.clone())
    }
}

/// Returns an error with what it came from.
pub(super) fn because(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
