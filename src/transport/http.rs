//! Pages of a site, as a visitor gets them: redirects are followed, nothing comes from a cache.

use std::time::Duration;

use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderValue, PRAGMA};

/// How long a visitor waits for a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// The bytes of a page that are read.
const ENOUGH: usize = 256 * 1024;

/// Somebody who looks at pages.
#[derive(Clone, Debug)]
pub struct Visitor {
    client: reqwest::Client,
}

/// What a site answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// As in 200 or 404.
    pub status: u16,
    /// The page, invalid UTF-8 replaced; its beginning, where it is long.
    pub text: String,
}

/// Nobody answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Silent(String);

impl Visitor {
    /// Makes a visitor.
    ///
    /// # Errors
    /// When this machine has no certificates to check sites against.
    pub fn new() -> Result<Self, Silent> {
        let fresh = HeaderValue::from_static("no-cache");
        let headers = HeaderMap::from_iter([(CACHE_CONTROL, fresh.clone()), (PRAGMA, fresh)]);
        let agent = concat!("deployer/", env!("CARGO_PKG_VERSION"));
        let client = reqwest::Client::builder().user_agent(agent).default_headers(headers).timeout(PATIENCE);
        client.build().map(|client| Self { client }).map_err(|error| silent(&error))
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When no answer comes: no such name, nothing listens, a certificate that nobody vouches for.
    pub async fn get(&self, url: &str) -> Result<Answer, Silent> {
        let mut response = self.client.get(url).send().await.map_err(|error| silent(&error))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while body.len() < ENOUGH
            && let Some(chunk) = response.chunk().await.map_err(|error| silent(&error))?
        {
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, text: String::from_utf8_lossy(&body).into_owned() })
    }
}

/// Tells the innermost reason, which is what a person can do something about.
fn silent(error: &reqwest::Error) -> Silent {
    if error.is_timeout() {
        return Silent(format!("no answer for {} s", PATIENCE.as_secs()));
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Silent(innermost.to_string())
}
