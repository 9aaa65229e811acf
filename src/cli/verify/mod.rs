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
use super::surroundings::Surroundings;
use crate::config::Config;
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
    let hosts = looked_at(&config, &mut answers, &identity.run, surroundings).await?;
    let verdicts = Verdicts::new(config.application.clone(), stage.to_owned(), hosts);
    if super::wants_json(common) {
        super::answer(&verdicts)?;
    } else {
        print(&mut std::io::stdout().lock(), &verdicts, &surroundings.stdout(common))?;
    }
    let failed = verdicts.worst() == Verdict::Fail;
    Ok(if verdicts.is_silent() { SILENT } else { u8::from(failed) })
}

/// Looks at all hosts that answered, and at their sites while they are being looked at.
async fn looked_at(
    config: &Config,
    answers: &mut [Result<Reached, HostReport>],
    token: &str,
    surroundings: &Surroundings,
) -> Result<Vec<HostVerdicts>, Fault> {
    let facts: BTreeMap<HostName, Facts> =
        answers.iter().flatten().map(|host| (host.name.clone(), host.facts.clone())).collect();
    let sharing = Sharing::new(config, &facts, &Origin::default());
    let keeps = persistence_config(&guard::entries(&sharing.choice));
    let uploads = site::uploads(config, &sharing);
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
    let lives: BTreeSet<_> = facts.values().map(Facts::live).collect();
    let of_host = |(host, answer): (&crate::config::HostConfig, &Result<Reached, HostReport>)| {
        let name = host.name.clone();
        let (Some(facts), Some(seen)) = (facts.get(&name), seen.get(&name)) else {
            return silent(name, answer);
        };
        let mut all = match seen {
            Ok(seen) => checks(&Subject { config, host, facts, seen, differs: lives.len() > 1 }),
            Err(why) => return HostVerdicts::silent(name, why.clone(), Vec::new()),
        };
        all.extend(host.url.as_ref().and_then(|url| sites.get(url)).cloned().unwrap_or_default());
        if host.url.is_none() {
            let words = "the site was not looked at: deploy.yml does not say its `url`";
            all.push(Check::warn("site", words).next("url: https://shop.example", "names it in deploy.yml"));
        }
        HostVerdicts::of(name, all)
    };
    let verdicts = config.hosts.iter().zip(answers.iter()).map(of_host).collect();
    join_all(answers.iter_mut().flatten().map(async |host| host.connection.close().await)).await;
    Ok(verdicts)
}

fn silent(name: HostName, answer: &Result<Reached, HostReport>) -> HostVerdicts {
    let problem = answer.as_ref().err().and_then(|report| report.problems.first());
    let next = problem.map(|problem| problem.next.clone()).unwrap_or_default();
    HostVerdicts::silent(name, problem.map_or_else(String::new, |problem| problem.text.clone()), next)
}
