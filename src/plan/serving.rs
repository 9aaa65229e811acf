//! The steps that make a web server serve the release, and prove that it does.

use std::collections::BTreeMap;

use super::builtin;
use super::contents::{Contents, Vital};
use super::docroot::{Treatment, treatment};
use super::inputs::PlanError;
use super::page::{Expectation, Page};
use super::step::{Action, Phase, Undo};
use crate::config::{DocrootMode, HostConfig};
use crate::facts::Facts;
use crate::host::HostName;

/// Seconds that the proof may take.
const PROOF_TIMEOUT: u64 = 90;
/// How often the page of the proof is asked for before it counts as wrong: web servers look at links
/// again after some seconds.
const PROOF_TRIES: u32 = 8;
/// How often it must be right in a row: a site has several workers.
const PROOFS_IN_A_ROW: u32 = 3;

impl Contents<'_> {
    /// Adds the taking along of what hosts keep in their docroots.
    pub fn carry(&mut self) -> Result<(), PlanError> {
        let summary = "take along what the host keeps in its docroot";
        self.add_where(Phase::Switch, &builtin::CARRY, summary, Vital::No, serves)
    }

    /// Adds the page of the proof, where there will be one.
    pub fn token(&mut self) -> Result<(), PlanError> {
        let proves = self.proves();
        let summary = "give the release a page that proves which one is served";
        let chosen = |facts: &Facts, host: &HostConfig| proves && host.url.is_some() && serves(facts, host);
        self.add_where(Phase::Switch, &builtin::TOKEN, summary, Vital::No, chosen)
    }

    /// Adds the copying of files to docroots that cannot be links.
    pub fn mirror(&mut self) -> Result<(), PlanError> {
        let summary = "copy files with new names to public_html, which is no link";
        let chosen = |facts: &Facts, host: &HostConfig| {
            matches!(treatment(host.docroot_mode, facts), Some(Treatment::Stub | Treatment::Exchange))
        };
        self.add_where(Phase::Switch, &builtin::MIRROR, summary, Vital::No, chosen)
    }

    /// Adds the exchange of files there.
    pub fn statics(&mut self) -> Result<(), PlanError> {
        let summary = "exchange the files in public_html that differ";
        let chosen = |facts: &Facts, host: &HostConfig| {
            treatment(host.docroot_mode, facts) == Some(Treatment::Exchange)
        };
        self.add_where(Phase::Switch, &builtin::STATICS, summary, Vital::Yes, chosen)
    }

    /// Adds what takes the place of docroots that do not serve releases yet.
    pub fn docroot(&mut self) -> Result<(), PlanError> {
        let is = |wanted: Treatment| {
            move |facts: &Facts, host: &HostConfig| treatment(host.docroot_mode, facts) == Some(wanted)
        };
        let inputs = self.inputs();
        let links = inputs.hosts().any(|(host, facts)| is(Treatment::Link)(facts, host));
        let summary = if links {
            "make public_html a link to the live release; what is there is kept in backups/"
        } else {
            "make public_html a directory that finds the live release; what is there is kept in backups/"
        };
        let chosen = |facts: &Facts, host: &HostConfig| {
            is(Treatment::Link)(facts, host) || is(Treatment::Stub)(facts, host)
        };
        self.add_where(Phase::Switch, &builtin::DOCROOT, summary, Vital::Yes, chosen)
    }

    /// Adds the proof that sites serve the release, where a docroot has just been made to.
    pub fn prove(&mut self) -> Result<(), PlanError> {
        let pages: BTreeMap<HostName, Page> = if self.proves() { self.pages() } else { BTreeMap::new() };
        if pages.is_empty() {
            return self.around("prove");
        }
        let mut urls: Vec<&str> = pages.values().map(Page::site).collect();
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
        self.add_where(Phase::Cleanup, &builtin::TIDY, summary, Vital::No, serves)
    }

    /// Tells whether there is a docroot that must be seen to serve the release.
    fn proves(&self) -> bool {
        let changes = |host: &HostConfig, facts: &Facts| {
            matches!(
                treatment(host.docroot_mode, facts),
                Some(Treatment::Link | Treatment::Stub | Treatment::Exchange)
            )
        };
        self.inputs().hosts().any(|(host, facts)| host.url.is_some() && changes(host, facts))
    }

    fn pages(&self) -> BTreeMap<HostName, Page> {
        let release = self.release();
        let page = |(host, _): (&HostConfig, &Facts)| {
            let url = format!("{}/deployer-{release}-{{run}}.txt", host.url.as_deref()?);
            let advice = match host.docroot_mode {
                DocrootMode::Link => {
                    "where the web server refuses links, write `docroot_mode: stub` for the host"
                }
                DocrootMode::Stub => "`deployer setup` tells how the web server can be told what to serve",
            };
            let expect =
                Expectation { status: vec![200], text: Some(release.to_string()), ..Expectation::default() };
            let page = Page {
                url,
                expect,
                tries: PROOF_TRIES,
                in_a_row: PROOFS_IN_A_ROW,
                timeout: 10,
                follow: true,
                certificate_days: None,
                advice: advice.to_owned(),
            };
            Some((host.name.clone(), page))
        };
        self.inputs().hosts().filter(|(host, facts)| serves(facts, host)).filter_map(page).collect()
    }
}

/// Tells whether a docroot serves releases, or will.
fn serves(facts: &Facts, host: &HostConfig) -> bool {
    treatment(host.docroot_mode, facts).is_some_and(|treatment| treatment != Treatment::Leave)
}
