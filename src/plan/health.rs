//! The look at whether the application works, once it is live.

use std::collections::BTreeMap;

use super::HEALTH;
use super::contents::Contents;
use super::inputs::PlanError;
use super::page::{Expectation, Page};
use super::step::{Action, Phase, Undo};
use crate::config::{Health, HostConfig};
use crate::host::HostName;

/// Seconds between two questions, and what one may take besides its waiting.
const PAUSES: u64 = 3;

impl Contents<'_> {
    /// Adds the look at the page of `health:`, where there is one.
    pub fn health(&mut self) -> Result<(), PlanError> {
        let Some(health) = self.inputs().config.health.clone() else { return self.around(HEALTH) };
        let pages = self.inputs().hosts().filter_map(|(host, _)| page(&health, host));
        let pages: BTreeMap<HostName, Page> = pages.collect();
        if pages.is_empty() {
            return self.around(HEALTH);
        }
        let mut sites: Vec<String> = pages
            .values()
            .map(|page| format!("{} must answer {}", page.url, page.expect.in_words()))
            .collect();
        sites.sort_unstable();
        sites.dedup();
        let summary = format!("{}, or all is put back", sites.join("; "));
        self.push(Phase::Switch, HEALTH, &summary, Action::Fetch { pages }, Undo::NotNeeded)?;
        self.set_timeout(HEALTH, (health.timeout + PAUSES) * u64::from(health.retries + 1));
        Ok(())
    }
}

/// Returns the page of a host; `None` where only a path is named, and the host has no address.
pub fn page(health: &Health, host: &HostConfig) -> Option<(HostName, Page)> {
    let url = match health.url.strip_prefix('/') {
        Some(path) => format!("{}/{path}", host.url.as_deref()?),
        None => health.url.clone(),
    };
    let Health { status, contains, lacks, headers, within, .. } = health.clone();
    let expect = Expectation { status, contains, lacks, headers, within };
    let page = Page {
        url,
        expect,
        tries: health.retries + 1,
        timeout: health.timeout,
        follow: false,
        certificate_days: Some(health.certificate_days),
        advice: "`health:` in deploy.yml says what must be there".to_owned(),
    };
    Some((host.name.clone(), page))
}
