//! The steps that make a web server serve the release; [caches](super::caches) has those that prove that it
//! does.

use super::builtin;
use super::contents::{Contents, Vital};
use super::docroot::{Treatment, treatment};
use super::inputs::PlanError;
use super::step::Phase;
use crate::config::HostConfig;
use crate::facts::Facts;

impl Contents<'_> {
    /// Adds the taking along of what hosts keep in their docroots.
    pub fn carry(&mut self) -> Result<(), PlanError> {
        let summary = "take along what the host keeps in its docroot";
        self.add_where(Phase::Switch, &builtin::CARRY, summary, Vital::No, serves)
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

    /// Adds the removal of what only an undo needs.
    pub fn tidy(&mut self) -> Result<(), PlanError> {
        let summary = "remove the page of the proof and what an undo would need";
        let has_pages = self.has_pages();
        let chosen = move |facts: &Facts, host: &HostConfig| serves(facts, host) || has_pages(facts, host);
        self.add_where(Phase::Cleanup, &builtin::TIDY, summary, Vital::No, chosen)
    }
}

/// Tells whether a docroot serves releases, or will.
fn serves(facts: &Facts, host: &HostConfig) -> bool {
    treatment(host.docroot_mode, facts).is_some_and(|treatment| treatment != Treatment::Leave)
}
