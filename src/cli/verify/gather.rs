//! The host's part of the checklist: one script, which stays until the site has been looked at.

use std::time::Duration;

use minijinja::context;
use tokio::time::timeout;

use super::super::hosts::Reached;
use crate::execute::marks::Mark;
use crate::persist::script::HEALTH_CHECK;
use crate::template::Engine;
use crate::verify::seen::Seen;

const SCRIPT: &str = include_str!("../../../templates/verify.sh");

/// All files of an application are looked at: that takes its time where disks are slow.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// How long the end of the script is waited for.
const GOODBYE: Duration = Duration::from_secs(5);

/// A shared directory that the site shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploads {
    /// Where it is, from `shared`.
    pub path: String,
    /// Where the site shows it, from its address.
    pub shown: String,
    /// Whether such a directory is always public.
    pub standard: bool,
}

/// What is asked of each host.
pub struct Asked<'a> {
    /// What is shared.
    pub keeps: &'a str,
    /// Where the application has its logs.
    pub logs: &'a [String],
    /// Where a file is put for the site to show.
    pub uploads: Option<&'a Uploads>,
    /// What is in it.
    pub token: &'a str,
}

/// Asks a host.
///
/// # Errors
/// Why it does not answer, in words.
pub async fn gather(host: &mut Reached, asked: &Asked<'_>) -> Result<Seen, String> {
    let Asked { keeps, logs, uploads, token } = asked;
    let values = context! {
        deploy_to => host.facts.layout().deploy_to(),
        keeps => *keeps,
        logs => logs.to_vec(),
        token => *token,
        php => host.facts.php.as_ref().map_or("", |php| php.binary.as_str()),
        program => HEALTH_CHECK,
        uploads => uploads.map_or("", |uploads| uploads.path.as_str()),
    };
    let script = Engine::new().shell("verify.sh", SCRIPT, &values).map_err(|error| error.to_string())?;
    match timeout(PATIENCE, lines(host, &script.text)).await {
        Ok(lines) => Ok(Seen::read(&lines?)),
        Err(_) => Err(format!("no end after {} s", PATIENCE.as_secs())),
    }
}

/// Runs the script up to where it waits, or to its end.
async fn lines(host: &mut Reached, script: &str) -> Result<Vec<String>, String> {
    host.session.run(script).await.map_err(|lost| lost.reason)?;
    let mut lines = Vec::new();
    loop {
        match host.session.next().await.map_err(|lost| lost.reason)? {
            Mark::Line(line) => {
                let is_end = line.starts_with("fact\tend\t");
                lines.push(line);
                if is_end {
                    return Ok(lines);
                }
            }
            Mark::Done(_) => return Ok(lines),
            Mark::Ready | Mark::Started(_) | Mark::Retried(..) | Mark::Ended(..) => {}
        }
    }
}

/// Lets the script end, which takes its file away.
pub async fn end(host: &mut Reached) {
    host.session.stop().await;
    let done = async {
        while let Ok(mark) = host.session.next().await {
            if matches!(mark, Mark::Done(_)) {
                return;
            }
        }
    };
    let _in_time = timeout(GOODBYE, done).await;
}
