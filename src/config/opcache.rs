//! `opcache:`, how the web's PHP is made to forget the release before, and whether that is proved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the web's PHP is made to forget the release before, and whether that is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opcache {
    /// How it is made to forget.
    pub reset: Reset,
    /// A command on the host that does it, as a reload of PHP-FPM.
    pub run: Option<String>,
    /// Whether sites are looked at, and a run is taken back where another release is served.
    pub proof: bool,
}

impl Default for Opcache {
    fn default() -> Self {
        Self { reset: Reset::default(), run: None, proof: true }
    }
}

/// How the web's PHP is made to forget the release before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// By whatever the host has.
    #[default]
    Auto,
    /// By a page that is asked for over HTTP.
    Page,
    /// By `cachetool` on the host.
    Cachetool,
    /// By the file that LiteSpeed looks at.
    Litespeed,
    /// By the command of `run` alone.
    Command,
    /// Not at all: the web server sees to it.
    None,
}

impl Reset {
    /// Returns the word as deploy.yml spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Page => "page",
            Self::Cachetool => "cachetool",
            Self::Litespeed => "litespeed",
            Self::Command => "command",
            Self::None => "none",
        }
    }

    /// Tells whether the page of the proof makes PHP forget when it is asked for.
    pub fn by_page(self) -> bool {
        match self {
            Self::Auto | Self::Page => true,
            Self::Cachetool | Self::Litespeed | Self::Command | Self::None => false,
        }
    }
}
