//! What the built-in steps do to the directories of a host: lines drawn from the plan's facts
//! rather than from the words of its steps.

use std::collections::BTreeSet;

use crate::host::HostName;
use crate::plan::docroot::Treatment;
use crate::plan::{Action, OnFailure, Page, Phase, Plan, PlanHost, Proof, Step};
use crate::report::groups::{grouped, some_of};
use crate::report::measure::number_of;
use crate::report::paint::Paint;

/// The columns of a thing's name before what is said about it.
pub(super) const THING: usize = 26;

/// One thing that happens to the directories of some hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    /// A release comes into being, with its links.
    Release,
    /// `current` is moved.
    Switch,
    /// What the web server serves becomes the live release.
    Docroot,
    /// Sites are looked at.
    Proof,
    /// Old releases go.
    Prune,
}

impl Effect {
    /// Returns the effects that a section of these steps brings.
    pub(super) fn of(steps: &[&Step]) -> BTreeSet<Self> {
        let mut effects = BTreeSet::new();
        for step in steps {
            match (step.phase, &step.action) {
                (_, Action::Upload { .. }) => effects.insert(Self::Release),
                (Phase::Switch, Action::Remote { .. }) => {
                    effects.insert(Self::Switch) | effects.insert(Self::Docroot)
                }
                (Phase::Switch, Action::Fetch { .. } | Action::Prove { .. }) => effects.insert(Self::Proof),
                (Phase::Cleanup, Action::Remote { .. }) => effects.insert(Self::Prune),
                _ => continue,
            };
        }
        effects
    }

    /// Returns its lines, hosts that are alike on one.
    pub(super) fn lines(self, plan: &Plan, paint: Paint) -> Vec<String> {
        match self {
            Self::Release => release(plan, paint),
            Self::Switch => lines(plan, |host| switch(plan, host, paint)),
            Self::Docroot => lines(plan, |host| docroot(host, paint)),
            Self::Proof => proofs(plan),
            Self::Prune => lines(plan, |host| prune(host, paint)),
        }
    }
}

fn release(plan: &Plan, paint: Paint) -> Vec<String> {
    let mut all = vec![format!("  {} releases/{}", paint.added("+"), paint.release(&plan.release))];
    all.extend(lines(plan, |host| {
        let thing = number_of(host.links.len(), "link");
        (!host.links.is_empty()).then(|| line(&paint.added("+"), &thing, &host.links.join(", ")))
    }));
    all
}

fn switch(plan: &Plan, host: &PlanHost, paint: Paint) -> Option<String> {
    let release = paint.release(&plan.release);
    let arrow = paint.arrow();
    Some(match &host.live {
        Some(live) if *live == plan.release => line(" ", "current", &format!("stays {release}")),
        Some(live) => {
            line(&paint.changed("~"), "current", &format!("{} {arrow} {release}", paint.release(live)))
        }
        None => line(&paint.added("+"), "current", &format!("{arrow} {release} (first deploy)")),
    })
}

fn docroot(host: &PlanHost, paint: Paint) -> Option<String> {
    let change = host.docroot.as_ref()?;
    let thing = change.path.rsplit('/').next().unwrap_or(&change.path);
    let becomes = match &change.link {
        Some(link) => format!("{} {link}", paint.arrow()),
        None if change.treatment == Treatment::Exchange => {
            "gets the files of the release that differ".to_owned()
        }
        None => "finds the live release by its index.php".to_owned(),
    };
    let kept =
        change.aside.as_ref().map_or_else(String::new, |aside| format!("; the old one is kept: {aside}"));
    let sign = if change.aside.is_none() && change.treatment != Treatment::Exchange {
        paint.added("+")
    } else {
        paint.changed("~")
    };
    Some(line(&sign, thing, &format!("{becomes}{kept}")))
}

fn proofs(plan: &Plan) -> Vec<String> {
    let of_step = |step: &Step| match &step.action {
        Action::Fetch { pages } => {
            let required = step.on_failure == OnFailure::Undo;
            lines(plan, |host| pages.get(&host.name).map(|it| page(it, required)))
        }
        Action::Prove { proofs } => lines(plan, |host| proofs.get(&host.name).map(proof)),
        _ => Vec::new(),
    };
    plan.steps.iter().flat_map(of_step).collect()
}

fn page(page: &Page, required: bool) -> String {
    line("?", &page.url, &format!("must answer {}, {}", page.expect.in_words(), otherwise(required)))
}

fn proof(proof: &Proof) -> String {
    line("?", &proof.site, &format!("must serve this release, {}", otherwise(proof.required)))
}

fn otherwise(required: bool) -> &'static str {
    if required { "or all is put back" } else { "which is looked at and told" }
}

fn prune(host: &PlanHost, paint: Paint) -> Option<String> {
    let sign = paint.removed("-");
    let stay = format!("{} stay", number_of(host.keep, "release"));
    let releases: Vec<&str> = host.prune.iter().map(crate::release::ReleaseId::as_str).collect();
    match releases.as_slice() {
        [] => None,
        [one] => Some(line(&sign, &format!("releases/{one}"), &stay)),
        many => {
            let thing = number_of(many.len(), "release");
            Some(line(&sign, &thing, &format!("{}; {stay}", many.join(" "))))
        }
    }
}

/// Returns a line of a plan: its sign, a thing, and what is said about it.
pub(super) fn line(sign: &str, thing: &str, words: &str) -> String {
    format!("  {sign} {thing:<THING$} {words}").trim_end().to_owned()
}

/// Returns the line of each host, the same one once with the names of its hosts.
fn lines(plan: &Plan, of: impl Fn(&PlanHost) -> Option<String>) -> Vec<String> {
    let lines = plan.hosts.iter().filter_map(|host| Some((of(host)?, host.name.clone())));
    let named = |(line, hosts): (String, Vec<HostName>)| {
        if hosts.len() == plan.hosts.len() {
            return line;
        }
        format!("{line}  on {}", some_of(&hosts, plan.hosts.len()))
    };
    grouped(lines).into_iter().map(named).collect()
}
