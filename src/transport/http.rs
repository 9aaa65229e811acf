//! Pages of a site, as a visitor gets them: nothing comes from a cache.
#![expect(clippy::disallowed_methods, reason = "how long an answer takes is measured")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderValue, PRAGMA};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::tls::TlsInfo;

use crate::plan::Answer;

/// The bytes of a page that are read.
const ENOUGH: usize = 256 * 1024;

/// Somebody who looks at pages.
#[derive(Clone, Debug)]
pub struct Visitor {
    client: reqwest::Client,
    patience: Duration,
}

/// No answer came that could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silent {
    /// Nobody is there: no such name, nothing listens, no answer in time.
    #[error("{0}")]
    Unreachable(String),
    /// Somebody is there, and visitors are warned of them.
    #[error("{0}")]
    Untrusted(String),
}

/// An answer, and how long the site's certificate is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What was answered.
    pub answer: Answer,
    /// Seconds since 1970 at which the certificate ends; `None`: there is none, or it cannot be read.
    pub certificate_ends: Option<i64>,
}

impl Visitor {
    /// Makes a visitor who waits so many seconds for an answer, and who may follow redirects within a site.
    ///
    /// # Errors
    /// When this machine has no certificates to check sites against.
    pub fn new(timeout: u64, follows: bool) -> Result<Self, Silent> {
        let fresh = HeaderValue::from_static("no-cache");
        let headers = HeaderMap::from_iter([(CACHE_CONTROL, fresh.clone()), (PRAGMA, fresh)]);
        let agent = concat!("deployer/", env!("CARGO_PKG_VERSION"));
        let patience = Duration::from_secs(timeout);
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .default_headers(headers)
            .timeout(patience)
            .redirect(if follows { Policy::custom(within_site) } else { Policy::none() })
            .tls_info(true)
            // Each question may reach another worker.
            .pool_max_idle_per_host(0);
        let client = client.build().map_err(|error| Silent::Unreachable(innermost(&error)))?;
        Ok(Self { client, patience })
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When no answer comes: no such name, nothing listens, a certificate that nobody vouches for.
    pub async fn get(&self, url: &str) -> Result<Seen, Silent> {
        let since = Instant::now();
        let mut response = self.client.get(url).send().await.map_err(|error| self.silent(&error))?;
        let status = response.status().as_u16();
        let headers = named(response.headers());
        let info = response.extensions().get::<TlsInfo>();
        let certificate_ends = info.and_then(TlsInfo::peer_certificate).and_then(end);
        let mut body = Vec::new();
        while body.len() < ENOUGH
            && let Some(chunk) = response.chunk().await.map_err(|error| self.silent(&error))?
        {
            body.extend_from_slice(&chunk);
        }
        let took = u64::try_from(since.elapsed().as_millis()).ok();
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Seen { answer: Answer { status, headers, text, took }, certificate_ends })
    }

    fn silent(&self, error: &reqwest::Error) -> Silent {
        if error.is_timeout() {
            return Silent::Unreachable(format!("no answer for {} s", self.patience.as_secs()));
        }
        let reason = innermost(error);
        // So rustls begins whatever it says about certificates.
        match reason.strip_prefix("invalid peer certificate: ") {
            Some(what) => Silent::Untrusted(format!("its certificate is not valid: {what}")),
            None => Silent::Unreachable(reason),
        }
    }
}

/// Follows a redirect to a safer, a shorter or a longer name of the same site; another one is an answer.
fn within_site(attempt: Attempt<'_>) -> Action {
    let stays =
        attempt.previous().first().is_some_and(|from| is_same_site(from.as_str(), attempt.url().as_str()));
    if stays && attempt.previous().len() < 10 { attempt.follow() } else { attempt.stop() }
}

/// Tells whether a redirect from an address leads to the same host, `www.` left aside.
pub fn is_same_site(from: &str, to: &str) -> bool {
    let host = |url: &str| {
        let rest = url.split_once("://")?.1;
        let host = rest.split(['/', '?', '#']).next()?.to_lowercase();
        let host = host.split(':').next()?.to_owned();
        Some(host.strip_prefix("www.").map_or(host.clone(), str::to_owned))
    };
    // Without a host of its own it stays where it is.
    host(to).is_none_or(|to| Some(to) == host(from))
}

fn named(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// Returns when a certificate ends, in seconds since 1970.
fn end(der: &[u8]) -> Option<i64> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

/// Tells the innermost reason, which is what a person can do something about.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
