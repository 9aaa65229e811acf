//! `deployer notify`: who is told how a run went, and a test whether they can be.

mod process;
pub mod refusal;
pub mod sending;

use std::io::Write;

use serde_json::json;

use super::args::{Common, Notify};
use super::fault::Fault;
use super::surroundings::Surroundings;
use crate::notify::Notifications;
use crate::report;

/// Lists who is told, or tells them that this is a test.
///
/// # Errors
/// When deploy.yml is wrong, or a secret is not found.
pub async fn notify(args: &Notify, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open(&args.stage, common, surroundings)?;
    if config.notify.is_empty() {
        let text = format!("deploy.yml names nobody for {}: add them under `notify:`", config.stage);
        return Err(Fault::usage(text));
    }
    if !args.test {
        let to = Notifications::of_stage(&config);
        if super::wants_json(common) {
            super::answer(&to)?;
            return Ok(0);
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", report::told::lines(&to).join("\n"))?;
        return Ok(0);
    }
    let told = sending::test(&config, surroundings).await?;
    let all = told.iter().all(|told| told.result.is_ok());
    if super::wants_json(common) {
        let each = told.iter().map(|told| {
            json!({ "to": told.name, "told": told.result.is_ok(), "reason": told.result.as_ref().err() })
        });
        super::answer(&each.collect::<Vec<_>>())?;
    } else {
        let width = told.iter().map(|told| told.name.len()).max().unwrap_or_default();
        let mut out = std::io::stdout().lock();
        for sending::Told { name, result, seconds } in &told {
            match result {
                Ok(()) => writeln!(out, "{name:width$}   told in {seconds:.1} s")?,
                Err(reason) => writeln!(out, "{name:width$}   not told: {reason}")?,
            }
        }
    }
    Ok(u8::from(!all))
}
