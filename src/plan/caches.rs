//! The steps that let the web's PHP forget the release before, and prove which one is served.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::PROVE;
use super::builtin;
use super::contents::{Contents, Vital};
use super::docroot::{self, Treatment, treatment};
use super::inputs::PlanError;
use super::preflight::program;
use super::proof::Proof;
use super::step::{Action, OnFailure, Phase, Undo};
use crate::config::{Config, DocrootMode, HostConfig, Reset};
use crate::facts::Facts;
use crate::host::HostName;
use crate::release::ReleaseId;

/// The page that PHP runs for the proof.
const PAGE: &str = include_str!("../../web/page.php");
/// Seconds that the proof may take.
const PROOF_TIMEOUT: u64 = 120;
/// Seconds that the web's PHP may take to forget, a command of the user's included.
const RESET_TIMEOUT: u64 = 90;

impl<'a> Contents<'a> {
    /// Adds the pages of the proof, where a site can be asked for them.
    pub fn token(&mut self) -> Result<(), PlanError> {
        let summary = "give the releases a page that tells which one is served";
        let has_pages = self.has_pages();
        self.add_where(Phase::Switch, &builtin::TOKEN, summary, Vital::No, has_pages)
    }

    /// Adds the reset of what the web's PHP remembers.
    pub fn opcache(&mut self) -> Result<(), PlanError> {
        let config = self.inputs().config;
        let chosen = |facts: &Facts, host: &HostConfig| resets(config, host, facts);
        let summary = "let PHP forget the release before";
        self.add_where(Phase::Switch, &builtin::OPCACHE, summary, Vital::No, chosen)?;
        if let Some(step) = self.steps().iter_mut().rfind(|step| step.name == builtin::OPCACHE.name) {
            // What is served decides, and not whether every way to tell PHP has worked.
            step.on_failure = OnFailure::Warn;
            step.timeout = RESET_TIMEOUT;
        }
        Ok(())
    }

    /// Adds the proof that sites serve the release.
    pub fn prove(&mut self) -> Result<(), PlanError> {
        let (config, release) = (self.inputs().config, self.release());
        let proofs = self
            .inputs()
            .hosts()
            .filter_map(|(host, facts)| Some((host.name.clone(), proof(config, host, facts, release)?)));
        let proofs: BTreeMap<HostName, Proof> = proofs.collect();
        if proofs.is_empty() {
            return self.around(PROVE);
        }
        let mut sites: Vec<&str> = proofs.values().map(|proof| proof.site.as_str()).collect();
        sites.sort_unstable();
        sites.dedup();
        let required = proofs.values().any(|proof| proof.required);
        let or = if required { "or all is put back" } else { "which is looked at and told" };
        let summary = format!("{} must serve this release, {or}", sites.join(", "));
        self.push(Phase::Switch, PROVE, &summary, Action::Prove { proofs }, Undo::NotNeeded)?;
        self.set_timeout(PROVE, PROOF_TIMEOUT);
        Ok(())
    }

    /// Tells the hosts that get pages for the proof.
    pub(super) fn has_pages(&self) -> impl Fn(&Facts, &HostConfig) -> bool + use<'a> {
        let config = self.inputs().config;
        move |facts, host| has_pages(config, host, facts)
    }
}

/// Returns the proof that a host's site serves a release; `None`: nobody looks.
pub fn proof(config: &Config, host: &HostConfig, facts: &Facts, release: &ReleaseId) -> Option<Proof> {
    let site = host.url.clone().filter(|_| config.opcache.proof && is_served(host, facts))?;
    let reset = config.opcache.reset;
    Some(Proof {
        site,
        page: Proof::name(release),
        php: asks_php(host, facts),
        resets: reset.by_page(),
        otherwise: reset != Reset::Auto || config.opcache.run.is_some(),
        // Before the first release there was nothing that a web server could be told to serve.
        required: facts.live().is_some() || facts.docroot.is_some(),
        advice: advice(config, host, facts),
    })
}

/// Says what to do where something else is served.
fn advice(config: &Config, host: &HostConfig, facts: &Facts) -> String {
    match (&facts.docroot, host.docroot_mode) {
        (Some(_), DocrootMode::Link) => {
            "where the web server refuses links, write `docroot_mode: stub` for the host".to_owned()
        }
        (Some(_), DocrootMode::Stub) => {
            "`deployer setup` tells how the web server can be told what to serve".to_owned()
        }
        (None, _) => format!(
            "the web server must serve {} (in nginx with $realpath_root); or write `opcache: {{ proof: false }}`, \
             and nobody looks",
            docroot::public(&facts.layout().current(), &config.docroot)
        ),
    }
}

/// Returns what a person should know of a host whose site nobody can ask which release it serves.
pub fn unproved(config: &Config, host: &HostConfig, facts: &Facts) -> Option<String> {
    let is_unseen = config.opcache.proof && host.url.is_none() && host.does(&["web".to_owned()]);
    (is_unseen && asks_php(host, facts)).then(|| {
        "it has no `url`: nobody sees which release the site serves, and whether PHP has forgotten the one before"
            .to_owned()
    })
}

/// Returns the values of the steps here.
pub fn values(config: &Config, host: &HostConfig, facts: &Facts) -> Value {
    let runs_php = asks_php(host, facts);
    let site = host.url.as_deref().filter(|_| has_pages(config, host, facts)).unwrap_or_default();
    context! {
        docroot_below => docroot::public("", &config.docroot),
        php_page => if runs_php { PAGE } else { "" },
        asks_php => runs_php && !site.is_empty(),
        site,
        resets => resets(config, host, facts),
        reset => config.opcache.reset.as_str(),
        reset_run => config.opcache.run.as_deref().unwrap_or_default(),
    }
}

/// Returns the values with which a page is put into the live release for a moment, and removed.
pub fn look(config: &Config, host: &HostConfig, facts: &Facts) -> Option<Value> {
    let live = facts.live()?;
    let layout = facts.layout();
    Some(context! {
        deploy_to => layout.deploy_to(),
        records => layout.records(),
        release => live.as_str(),
        docroot_below => docroot::public("", &config.docroot),
        php_page => if asks_php(host, facts) { PAGE } else { "" },
    })
}

/// Tells whether PHP is asked for the page. A docroot that is no link finds the release anew at each request.
fn asks_php(host: &HostConfig, facts: &Facts) -> bool {
    let finds_it = facts.docroot.is_some() && host.docroot_mode == DocrootMode::Stub;
    program(host).is_some() && !finds_it
}

/// Tells whether the application is what a host's site should show.
fn is_served(host: &HostConfig, facts: &Facts) -> bool {
    treatment(host.docroot_mode, facts) != Some(Treatment::Leave)
}

/// Tells whether a host gets pages: for the proof, or for PHP to forget.
fn has_pages(config: &Config, host: &HostConfig, facts: &Facts) -> bool {
    let forgets = asks_php(host, facts) && config.opcache.reset.by_page();
    host.url.is_some() && is_served(host, facts) && (config.opcache.proof || forgets)
}

/// Tells whether the web's PHP of a host is told to forget.
fn resets(config: &Config, host: &HostConfig, facts: &Facts) -> bool {
    let by_page_alone = config.opcache.reset == Reset::Page && config.opcache.run.is_none();
    asks_php(host, facts)
        && config.opcache.reset != Reset::None
        && (!by_page_alone || has_pages(config, host, facts))
}
