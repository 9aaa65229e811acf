//! What the sites of hosts really serve, looked at for a moment: `deployer status` and others show it.

use std::collections::BTreeMap;

use futures::future::join_all;

use super::hosts::Reached;
use crate::config::{Config, HostConfig};
use crate::execute::proving::look;
use crate::execute::session::Identity;
use crate::host::HostName;
use crate::plan::proof::{Proof, Watch};
use crate::plan::{Page, caches, health};
use crate::release::ReleaseId;
use crate::report::status::Answers;
use crate::template::Engine;
use crate::transport::http::Visitor;

const LOOK: &str =
    concat!(include_str!("../../templates/put-pages.sh"), include_str!("../../templates/look.sh"));
const END: &str =
    concat!(include_str!("../../templates/pages.sh"), include_str!("../../templates/look.undo.sh"));

/// Seconds that are waited for an answer.
const TIMEOUT: u64 = 10;

/// What the site of a host really serves.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// The host.
    pub host: HostName,
    /// What its page of `health:`, or its `url`, answers; `None`: deploy.yml names neither.
    pub answer: Option<Result<Answers, String>>,
    /// How many workers of PHP serve each release; one stands for a site without PHP. Empty: nobody looked, or
    /// could.
    pub workers: BTreeMap<ReleaseId, usize>,
    /// What is wrong: another release is served, or nobody can see which.
    pub problem: Option<String>,
    /// What a person should know although all is well.
    pub remark: Option<String>,
}

/// Looks at the sites of hosts that have answered.
///
/// For that the releases of each get a page for a moment; a host where a run is at work, or whose site
/// has no `url`, is left alone. Nothing is reset.
pub async fn served<'h>(
    config: &Config,
    hosts: impl IntoIterator<Item = &'h mut Reached>,
    identity: &Identity,
) -> Vec<Served> {
    let looks = hosts.into_iter().filter_map(|reached| {
        let host = config.hosts.iter().find(|host| host.name == reached.name)?;
        Some(of_host(config, host, reached, identity))
    });
    join_all(looks).await
}

async fn of_host(config: &Config, host: &HostConfig, reached: &mut Reached, identity: &Identity) -> Served {
    let (answer, (workers, verdict)) =
        futures::join!(answer(config, host), releases(config, host, reached, identity));
    let (problem, remark) = match verdict {
        Ok(remark) => (None, remark),
        Err(what) => (Some(what), None),
    };
    Served { host: host.name.clone(), answer, workers, problem, remark }
}

/// Asks for the page that shows whether the application works.
async fn answer(config: &Config, host: &HostConfig) -> Option<Result<Answers, String>> {
    let page = config.health.as_ref().and_then(|health| health::page(health, host)).map(|(_, page)| page);
    let (url, follows) = match page {
        Some(Page { url, follow, .. }) => (url, follow),
        None => (host.url.clone()?, true),
    };
    let seen = match Visitor::new(TIMEOUT, follows) {
        Ok(visitor) => visitor.get(&url).await,
        Err(silent) => Err(silent),
    };
    let answered = seen.map(|seen| Answers {
        status: seen.answer.status,
        milliseconds: seen.answer.took.unwrap_or_default(),
    });
    Some(answered.map_err(|silent| silent.to_string()))
}

type Looked = (BTreeMap<ReleaseId, usize>, Result<Option<String>, String>);

/// Looks which release is served.
async fn releases(config: &Config, host: &HostConfig, reached: &mut Reached, identity: &Identity) -> Looked {
    let nothing = (BTreeMap::new(), Ok(None));
    let facts = &reached.facts;
    let Some((live, values)) = facts.live().zip(caches::look(config, host, facts)) else { return nothing };
    let Some(proof) = caches::proof(config, host, facts, &live).filter(|_| facts.lock.is_none()) else {
        return nothing;
    };
    let (engine, records) = (Engine::new(), facts.layout().records());
    let scripts = engine.shell("look.sh", LOOK, &values).and_then(|put| {
        let end = engine.shell("look.undo.sh", END, &values)?;
        Ok((put.text, end.text))
    });
    let Ok((put, end)) = scripts else { return nothing };
    let is_put = reached.session.ask(&put).await.is_ok_and(|lines| lines.iter().any(|line| line == "put"));
    let looked = if is_put {
        let proof = Proof { resets: false, otherwise: true, ..proof };
        let watch = Watch::new(&proof, live, &identity.run).briefly();
        let sight = look(watch, Some((&mut reached.session, records))).await;
        (sight.tally, sight.verdict)
    } else {
        let what =
            format!("the live release cannot be written, so nobody can see whether {} serves it", proof.site);
        (BTreeMap::new(), Err(what))
    };
    // Should the host be gone, the next run removes it.
    let _gone = reached.session.ask(&end).await;
    looked
}
