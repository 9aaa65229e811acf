//! What is released: found, looked through, and with how and where it is built.

use super::analyze;
use super::fault::Fault;
use super::offers::Asking;
use super::preparation::{Look, resolve};
use crate::build::Build;
use crate::execute::member::Member;
use crate::package::Resolved;

/// What is released. The default is nothing new.
#[derive(Debug, Default)]
pub struct Released {
    /// The commit or folder; `None`: nothing new.
    pub resolved: Option<Resolved>,
    /// Whether production code uses packages that composer.json lists for development only.
    pub needs_dev: bool,
    /// How it is built.
    pub build: Build,
    /// The machine that builds it, if that is not this one.
    pub builder: Option<Member>,
}

impl Released {
    /// Finds it, where a command looks at it.
    ///
    /// # Errors
    /// When there is nothing, it cannot be released whole, or was tried with other programs than are here.
    pub async fn find(look: Look, asking: &Asking<'_>) -> Result<Self, Fault> {
        if look != Look::HostsAndSource {
            return Ok(Self::default());
        }
        let (config, surroundings) = (asking.config, asking.surroundings);
        let mut resolved = resolve(config, surroundings).await?;
        let need = analyze::dev_need(&resolved, config).await?;
        resolved.notes.extend(analyze::notes(&need));
        analyze::must_be_pinned(&resolved, config, surroundings).await?;
        let (build, builder) = asking.build(&resolved).await.map_err(|error| Fault::because(&error))?;
        Ok(Self { resolved: Some(resolved), needs_dev: need.always().next().is_some(), build, builder })
    }
}
