//! Where a release is built, and what is kept from one build to the next.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::HostConfig;

/// The name of the builder in plans and reports.
pub const BUILDER: &str = "builder";

/// Where a release is built, and what is kept from one build to the next.
#[derive(Clone, Debug)]
pub struct BuildConfig {
    /// The places, the first that can be used is. Never empty.
    pub on: Vec<Site>,
    /// The directories of which copies are kept.
    pub cache: BTreeSet<Cache>,
    /// The builder: how it is reached. Its `deploy_to` is the directory that builds work in.
    pub builder: Option<HostConfig>,
}

impl Default for BuildConfig {
    fn default() -> Self {
        Self { on: vec![Site::Local], cache: Cache::ALL.into(), builder: None }
    }
}

/// A place to build in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// The machine that `build.builder` describes.
    Builder,
    /// The controller.
    Local,
}

/// A directory that a step fills from lock files, and of which copies are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cache {
    /// What Composer installs.
    Vendor,
    /// What npm, pnpm or yarn install.
    NodeModules,
}

impl Cache {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Vendor, Self::NodeModules];

    /// Returns the directory.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::NodeModules => "node_modules",
        }
    }
}
