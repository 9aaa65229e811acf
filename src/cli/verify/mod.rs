//! `deployer verify`: the checklist after a deploy, on every host and from outside.

mod gather;
mod site;

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use super::args::Common;
use super::fault::Fault;
use super::hosts::{Reach, Reached};
use super::preparation::identity;
use super::secrets::{self, Need};
use super::served::{Served, served};
use super::surroundings::Surroundings;
use crate::config::{Config, HostConfig};
use crate::execute::session::Identity;
use crate::facts::Facts;
use crate::host::HostName;
use crate::persist::record::persistence_config;
use crate::plan::guard;
use crate::plan::inputs::Origin;
use crate::plan::preflight::HostReport;
use crate::plan::sharing::Sharing;
use crate::report::verdicts::{HostVerdicts, Verdicts, print};
use crate::secret::redact::Redactor;
use crate::verify::host::{Subject, checks};
use crate::verify::seen::Seen;
use crate::verify::{Check, Verdict};
use gather::{Asked, gather};

/// Exit code when a host does not answer.
const SILENT: u8 = 4;

/// Goes through the checklist. Nothing is changed but for a file that is written and removed again.
///
/// # Errors
/// When deploy.yml is wrong. Exit code 1: something is wrong with the site, 4: a host does not answer.
pub async fn verify(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let config = super::stage::open(stage, common, surroundings)?;
    let secrets = secrets::resolve(&config, Need::Login, surroundings).await?;
    let (redactor, identity) = (Redactor::new(&secrets), identity(surroundings));
    let reach = Reach {
        config: &config,
        surroundings,
        secrets: &secrets,
        identity: &identity,
        redactor: &redactor,
        survey: false,
        settings: true,
    };
    let mut answers = reach.all().await;
    let looks = look(&config, &mut answers, &identity, surroundings).await;
    let hosts =
        config.hosts.iter().zip(&answers).map(|(host, answer)| verdicts(&config, host, answer, &looks));
    let hosts = hosts.collect();
    let verdicts = Verdicts::new(config.application.clone(), stage.to_owned(), hosts);
    if super::wants_json(common) {
        super::answer(&verdicts)?;
    } else {
        print(&mut std::io::stdout().lock(), &verdicts, &surroundings.stdout(common))?;
    }
    let failed = verdicts.worst() == Verdict::Fail;
    Ok(if verdicts.is_silent() { SILENT } else { u8::from(failed) })
}

/// What was seen.
struct Looks {
    facts: BTreeMap<HostName, Facts>,
    seen: BTreeMap<HostName, Result<Seen, String>>,
    sites: BTreeMap<String, Vec<Check>>,
    served: Vec<Served>,
}

/// Looks at all hosts that answered, and at their sites while they are being looked at.
async fn look(
    config: &Config,
    answers: &mut [Result<Reached, HostReport>],
    identity: &Identity,
    surroundings: &Surroundings,
) -> Looks {
    let facts: BTreeMap<HostName, Facts> =
        answers.iter().flatten().map(|host| (host.name.clone(), host.facts.clone())).collect();
    let sharing = Sharing::new(config, &facts, &Origin::default());
    let keeps = persistence_config(&guard::entries(&sharing.choice));
    let uploads = site::uploads(config, &sharing);
    let token = identity.run.as_str();
    let asked = Asked { keeps: &keeps, logs: &config.logs, uploads: uploads.as_ref(), token };
    let looks = answers.iter_mut().flatten().map(async |host| {
        let seen = gather(host, &asked).await;
        (host.name.clone(), seen)
    });
    let seen: BTreeMap<_, _> = join_all(looks).await.into_iter().collect();
    let sites = site::looks(config, &facts, &seen, uploads.as_ref(), token, surroundings).await;
    // Each host takes its file away.
    join_all(answers.iter_mut().flatten().map(gather::end)).await;
    let sites = site::from_hosts(config, sites, answers).await;
    let served = served(config, answers.iter_mut().flatten(), identity).await;
    join_all(answers.iter_mut().flatten().map(async |host| host.connection.close().await)).await;
    Looks { facts, seen, sites, served }
}

fn verdicts(
    config: &Config,
    host: &HostConfig,
    answer: &Result<Reached, HostReport>,
    looks: &Looks,
) -> HostVerdicts {
    let Looks { facts, seen, sites, served } = looks;
    let name = host.name.clone();
    let lives: BTreeSet<_> = facts.values().map(Facts::live).collect();
    let (Some(facts), Some(seen)) = (facts.get(&name), seen.get(&name)) else {
        return silent(name, answer);
    };
    let mut all = match seen {
        Ok(seen) => checks(&Subject { config, host, facts, seen, differs: lives.len() > 1 }),
        Err(why) => return HostVerdicts::silent(name, why.clone(), Vec::new()),
    };
    all.extend(served.iter().find(|served| served.host == name).and_then(|served| of_served(served, config)));
    all.extend(host.url.as_ref().and_then(|url| sites.get(url)).cloned().unwrap_or_default());
    if host.url.is_none() {
        let words = "the site was not looked at: deploy.yml does not say its `url`";
        all.push(Check::warn("site", words).next("url: https://shop.example", "names it in deploy.yml"));
    }
    HostVerdicts::of(name, all)
}

fn of_served(served: &Served, config: &Config) -> Option<Check> {
    let Served { workers, problem, remark, .. } = served;
    crate::verify::site::served(workers, problem.as_deref(), remark.as_deref(), &config.stage)
}

fn silent(name: HostName, answer: &Result<Reached, HostReport>) -> HostVerdicts {
    let problem = answer.as_ref().err().and_then(|report| report.problems.first());
    let next = problem.map(|problem| problem.next.clone()).unwrap_or_default();
    HostVerdicts::silent(name, problem.map_or_else(String::new, |problem| problem.text.clone()), next)
}
