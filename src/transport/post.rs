//! Requests that tell others something. No error of theirs holds the address: whoever knows it could write
//! there, too.

use std::time::Duration;

use reqwest::redirect::Policy;

/// What of an answer is read, to be shown.
const ENOUGH: usize = 400;

/// Nobody was told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// There is no such address, or no such header can be sent.
    #[error("its address or a header is not valid: {0}")]
    Invalid(String),
    /// No answer came.
    #[error("no answer for {0} s")]
    Silent(u64),
    /// Nobody is there.
    #[error("{0}")]
    Unreachable(String),
    /// It is elsewhere: what is sent goes nowhere but to the address that was named.
    #[error("answers {0}, which leads elsewhere: name the address that it leads to")]
    Elsewhere(u16),
    /// It was not taken.
    #[error("answers {status}{}", .text.as_ref().map_or_else(String::new, |text| format!(": {text}")))]
    Refused {
        /// The status.
        status: u16,
        /// The first line of the answer.
        text: Option<String>,
    },
}

/// Sends JSON to an address, or only asks for it.
///
/// # Errors
/// When it was not taken, or nobody knows.
pub async fn send(
    url: &str,
    headers: &[(String, String)],
    body: Option<String>,
    patience: Duration,
) -> Result<(), Unsent> {
    let agent = concat!("deployer/", env!("CARGO_PKG_VERSION"));
    let client = reqwest::Client::builder().user_agent(agent).timeout(patience).redirect(Policy::none());
    let failed = |error: reqwest::Error| failed(error, patience);
    let client = client.build().map_err(failed)?;
    let mut request = match body {
        Some(body) => client.post(url).header("content-type", "application/json").body(body),
        None => client.get(url),
    };
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    if status.is_redirection() {
        return Err(Unsent::Elsewhere(status.as_u16()));
    }
    let mut text = Vec::new();
    while text.len() < ENOUGH
        && let Ok(Some(chunk)) = response.chunk().await
    {
        text.extend_from_slice(&chunk);
    }
    text.truncate(ENOUGH);
    let text = String::from_utf8_lossy(&text);
    let text = text.lines().next().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    Err(Unsent::Refused { status: status.as_u16(), text })
}

fn failed(error: reqwest::Error, patience: Duration) -> Unsent {
    let error = error.without_url();
    if error.is_timeout() {
        return Unsent::Silent(patience.as_secs());
    }
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if error.is_builder() {
        Unsent::Invalid(innermost.to_string())
    } else {
        Unsent::Unreachable(innermost.to_string())
    }
}
