//! The steps that make a web server serve the release, and prove that it does.

use std::collections::BTreeMap;

use super::builtin;
use super::contents::{Contents, Vital};
use super::docroot::{Treatment, treatment};
use super::inputs::PlanError;
use super::step::{Action, Page, Phase, Undo};
use crate::config::HostConfig;
use crate::facts::Facts;
use crate::host::HostName;

/// Seconds that the proof may take.
const PROOF_TIMEOUT: u64 = 90;

impl Contents<'_> {
    /// Adds the taking along of what hosts keep in their docroots.
    pub fn carry(&mut self) -> Result<(), PlanError> {
        let summary = "take along what the host keeps in its docroot";
        self.add_where(Phase::Configure, &builtin::CARRY, summary, Vital::No, |facts, _| serves(facts))
    }

    /// Adds the page of the proof, where there will be one.
    pub fn token(&mut self) -> Result<(), PlanError> {
        let proves = self.proves();
        let summary = "give the release a page that proves which one is served";
        let chosen =
            |_: &Facts, host: &HostConfig| proves && host.url.is_some() && host.public_html.is_some();
        self.add_where(Phase::Switch, &builtin::TOKEN, summary, Vital::No, chosen)
    }

    /// Adds the link in the place of docroots that do not serve releases yet.
    pub fn docroot(&mut self) -> Result<(), PlanError> {
        let summary = "make public_html a link to the live release; what is there is kept in backups/";
        let chosen = |facts: &Facts, _: &HostConfig| treatment(facts) == Some(Treatment::Link);
        self.add_where(Phase::Switch, &builtin::DOCROOT, summary, Vital::Yes, chosen)
    }

    /// Adds the proof that sites serve the release, where a docroot has just been made to.
    pub fn prove(&mut self) -> Result<(), PlanError> {
        let pages: BTreeMap<HostName, Page> = if self.proves() { self.pages() } else { BTreeMap::new() };
        if pages.is_empty() {
            return self.around("prove");
        }
        let mut urls: Vec<&str> =
            pages.values().filter_map(|page| page.url.rsplit_once('/')).map(|(site, _)| site).collect();
        urls.sort_unstable();
        urls.dedup();
        let summary = format!("{} must serve this release, or all is put back", urls.join(", "));
        self.push(Phase::Switch, "prove", &summary, Action::Fetch { pages }, Undo::NotNeeded)?;
        self.set_timeout("prove", PROOF_TIMEOUT);
        Ok(())
    }

    /// Adds the removal of what only an undo needs.
    pub fn tidy(&mut self) -> Result<(), PlanError> {
        let summary = "remove the page of the proof and what an undo would need";
        self.add_where(Phase::Cleanup, &builtin::TIDY, summary, Vital::No, |facts, _| serves(facts))
    }

    /// Tells whether there is a docroot that must be seen to serve the release.
    fn proves(&self) -> bool {
        self.inputs()
            .hosts()
            .any(|(host, facts)| host.url.is_some() && treatment(facts) == Some(Treatment::Link))
    }

    fn pages(&self) -> BTreeMap<HostName, Page> {
        let release = self.release();
        let page = |(host, facts): (&HostConfig, &Facts)| {
            facts.docroot.as_ref()?;
            let url = format!("{}/deployer-{release}-{{run}}.txt", host.url.as_deref()?);
            let advice =
                "where the web server refuses links, write `docroot_mode: stub` for the host".to_owned();
            Some((host.name.clone(), Page { url, text: release.to_string(), advice }))
        };
        self.inputs().hosts().filter_map(page).collect()
    }
}

/// Tells whether a docroot serves releases, or will.
fn serves(facts: &Facts) -> bool {
    matches!(treatment(facts), Some(Treatment::Serves | Treatment::Link))
}
