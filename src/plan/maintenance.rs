//! The page of maintenance that visitors see while a release goes live: shown before the migrations,
//! lifted once the new release is proved to be served, and on every way out.
//!
//! A Laravel application is put down by itself. Others get `shared/maintenance.html`, which the stub of a
//! docroot looks for, and a web server or a front controller can be told to.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::builtin;
use super::contents::{Contents, Vital};
use super::inputs::PlanError;
use super::page::{Expectation, Page};
use super::step::{Action, OnFailure, Phase, Undo};
use super::{CLOSED, Kind};
use crate::config::{HostConfig, Maintenance};
use crate::facts::{Down, Facts};
use crate::host::HostName;
use crate::template::references;

const PAGE: &str = include_str!("../../web/maintenance.html");

/// How often the site is asked whether it shows the page.
const TRIES: u32 = 4;

impl Contents<'_> {
    /// Adds the page of maintenance, and what has hosts lift it by themselves, where deploy.yml asks for it.
    pub fn down(&mut self, phase: Phase) -> Result<(), PlanError> {
        let shell = &builtin::DOWN;
        let Some(maintenance) = self.inputs().config.maintenance.clone() else {
            return self.around(shell.name);
        };
        let Some(values) = self.values_where(|facts, _| facts.live().is_some()) else {
            return self.around(shell.name);
        };
        self.arm(phase)?;
        let values =
            values.into_iter().map(|(host, of_host)| (host, options(&maintenance, of_host))).collect();
        let (action, undo) = (shell.action(&values)?, shell.undo(&values, true)?);
        self.push(phase, shell.name, "show visitors a page of maintenance", action, undo)?;
        if let Some(step) = self.steps().iter_mut().rfind(|step| step.name == shell.name) {
            step.secrets.extend(maintenance.secret);
        }
        self.closed(phase)
    }

    /// Adds a look at whether visitors see it: what is not so is told.
    fn closed(&mut self, phase: Phase) -> Result<(), PlanError> {
        let shown = |(host, facts): (&HostConfig, &Facts)| {
            facts.live()?;
            Some((host.name.clone(), page(host.url.as_deref()?)))
        };
        let pages: BTreeMap<HostName, Page> = self.inputs().hosts().filter_map(shown).collect();
        if pages.is_empty() {
            return Ok(());
        }
        let summary = "look whether visitors see it";
        self.push(phase, CLOSED, summary, Action::Fetch { pages }, Undo::NotNeeded)?;
        if let Some(step) = self.steps().iter_mut().rfind(|step| step.name == CLOSED) {
            step.on_failure = OnFailure::Warn;
        }
        Ok(())
    }

    /// Adds its end: where this run shows it, where a run that died did, and in a rollback whoever did.
    pub fn up(&mut self) -> Result<(), PlanError> {
        let (shows, kind) = (self.inputs().config.maintenance.is_some(), self.kind());
        let chosen = move |facts: &Facts, _: &HostConfig| match facts.down {
            Some(Down::ByRun) => true,
            Some(Down::ByOthers) => kind == Kind::Rollback,
            None => shows && facts.live().is_some(),
        };
        let summary = "let visitors see the application again";
        self.add_where(Phase::Switch, &builtin::UP, summary, Vital::No, chosen)
    }
}

/// Returns what a person should know of a page that this run neither shows nor lifts.
pub fn warning(shows: bool, facts: &Facts) -> Option<String> {
    let stays = facts.down == Some(Down::ByOthers);
    stays.then(|| {
        let text = "the application is in maintenance mode, and not by this program: it stays so";
        if shows { text.to_owned() } else { format!("{text} (`php artisan up` ends it)") }
    })
}

fn options(maintenance: &Maintenance, of_host: Value) -> Value {
    let Maintenance { secret, retry, refresh, render, page } = maintenance;
    let seconds = |seconds: &Option<u64>| seconds.map_or_else(String::new, |seconds| seconds.to_string());
    let reference = secret.as_ref().and_then(|name| references([name]).get_attr(&name.0).ok());
    context! {
        secret => reference.unwrap_or_else(|| Value::from("")),
        retry => seconds(retry),
        refresh => seconds(refresh),
        render => render.as_deref().unwrap_or_default(),
        page => page.as_deref().unwrap_or_default(),
        default_page => PAGE.trim_end(),
        ..of_host
    }
}

fn page(url: &str) -> Page {
    Page {
        url: format!("{url}/"),
        expect: Expectation { status: vec![503], ..Expectation::default() },
        tries: TRIES,
        timeout: 10,
        follow: false,
        certificate_days: None,
        advice: "visitors do not see the page of maintenance; README tells how a web server finds \
                 shared/maintenance.html"
            .to_owned(),
    }
}
