//! The sites of a stage, as visitors see them: each is looked at once, whatever hosts are behind it.

use std::collections::BTreeMap;

use futures::future::join_all;

use super::super::hosts::Reached;
use super::super::surroundings::Surroundings;
use super::gather::Uploads;
use crate::config::{Config, HostConfig};
use crate::execute::fetch::seen_from_host;
use crate::facts::Facts;
use crate::host::HostName;
use crate::plan::preflight::HostReport;
use crate::plan::sharing::Sharing;
use crate::plan::{Expectation, Page, health};
use crate::transport::http::{Silent, Visitor};
use crate::verify::seen::Seen;
use crate::verify::{Check, site};

/// Seconds that an answer may take.
const TIMEOUT: u64 = 10;

/// What was found of a site.
pub struct Site {
    page: Page,
    checks: Vec<Check>,
    /// Why it cannot be reached from here.
    unreachable: Option<String>,
}

/// Returns a shared directory that the site shows, if there is one.
pub fn uploads(config: &Config, sharing: &Sharing) -> Option<Uploads> {
    let is_laravel =
        config.recipe == "laravel" || config.steps.iter().any(|step| step.name == "storage-link");
    if is_laravel && sharing.choice.dirs().any(|dir| dir == "storage") {
        let (path, shown) = ("storage/app/public".to_owned(), "storage".to_owned());
        return Some(Uploads { path, shown, standard: true });
    }
    let prefix = if config.docroot == "." { String::new() } else { format!("{}/", config.docroot) };
    let mut public = sharing.choice.dirs().filter_map(|dir| Some((dir, dir.strip_prefix(&prefix)?)));
    let (path, shown) = public.find(|(_, shown)| !shown.starts_with('.'))?;
    Some(Uploads { path: path.to_owned(), shown: shown.to_owned(), standard: false })
}

/// Looks at all sites at once; the key is the site's address.
pub async fn looks(
    config: &Config,
    facts: &BTreeMap<HostName, Facts>,
    seen: &BTreeMap<HostName, Result<Seen, String>>,
    uploads: Option<&Uploads>,
    token: &str,
    surroundings: &Surroundings,
) -> BTreeMap<String, Site> {
    let mut sites: BTreeMap<&str, (&HostConfig, Option<String>)> = BTreeMap::new();
    for host in config.hosts.iter().filter(|host| facts.contains_key(&host.name)) {
        let Some(url) = &host.url else { continue };
        let upload = seen.get(&host.name).and_then(|seen| seen.as_ref().ok()?.upload.clone());
        let site = sites.entry(url).or_insert((host, None));
        site.1 = site.1.take().or(upload);
    }
    let now = surroundings.at_this_moment().now.as_second();
    let looks = sites.into_iter().map(async |(url, (host, upload))| {
        let file = upload.zip(uploads);
        (url.to_owned(), look(config, host, url, file, token, now).await)
    });
    join_all(looks).await.into_iter().collect()
}

async fn look(
    config: &Config,
    host: &HostConfig,
    url: &str,
    file: Option<(String, &Uploads)>,
    token: &str,
    now: i64,
) -> Site {
    let page = config.health.as_ref().and_then(|health| health::page(health, host)).map(|(_, page)| page);
    let page = page.unwrap_or_else(|| home_page(url));
    let mut site = Site { page, checks: Vec::new(), unreachable: None };
    let stage = &config.stage;
    let visitor = match Visitor::new(site.page.timeout, site.page.follow) {
        Ok(visitor) => visitor,
        Err(silent) => return Site { unreachable: Some(silent.to_string()), ..site },
    };
    match visitor.get(&site.page.url).await {
        Ok(seen) => {
            let fault = site.page.expect.fault(&seen.answer);
            site.checks.push(site::page(&site.page.url, fault.as_deref(), stage));
            site.checks.extend(seen.certificate_ends.map(|ends| site::certificate(url, ends, now)));
        }
        Err(Silent::Untrusted(why)) => {
            site.checks.push(site::page(&site.page.url, Some(&format!("is not trusted: {why}")), stage));
            return site;
        }
        Err(Silent::Unreachable(why)) => return Site { unreachable: Some(why), ..site },
    }
    let mut private = Vec::new();
    for path in site::PRIVATE {
        let address = format!("{url}{path}");
        private.extend(visitor.get(&address).await.ok().map(|seen| (address, seen.answer)));
    }
    site.checks.push(site::private(url, &private, stage));
    if let Some((name, uploads)) = file {
        let address = format!("{url}/{}/{name}", uploads.shown);
        let answer = visitor.get(&address).await.map(|seen| seen.answer).map_err(|silent| silent.to_string());
        let answer = answer.as_ref().map_err(String::as_str);
        site.checks.push(site::upload(&address, answer, token, uploads.standard));
    }
    site
}

/// Returns the page to look at where deploy.yml names none.
fn home_page(url: &str) -> Page {
    Page {
        url: format!("{url}/"),
        expect: Expectation { status: (200..300).collect(), ..Expectation::default() },
        tries: 1,
        timeout: TIMEOUT,
        follow: true,
        certificate_days: None,
        advice: String::new(),
    }
}

/// Looks from a host at sites that this machine cannot reach, and returns all checks.
pub async fn from_hosts(
    config: &Config,
    sites: BTreeMap<String, Site>,
    answers: &mut [Result<Reached, HostReport>],
) -> BTreeMap<String, Vec<Check>> {
    let mut all = BTreeMap::new();
    for (url, mut site) in sites {
        if let Some(why) = site.unreachable.take() {
            let is_there = |host: &&mut Reached| {
                config.hosts.iter().any(|known| known.name == host.name && known.url.as_deref() == Some(&url))
            };
            let answer = match answers.iter_mut().flatten().find(is_there) {
                Some(host) => seen_from_host(&site.page, &mut host.session).await,
                None => None,
            };
            site.checks = unreachable(&site.page, &why, answer.as_ref(), &config.stage);
        }
        all.insert(url, site.checks);
    }
    all
}

fn unreachable(page: &Page, why: &str, answer: Option<&crate::plan::Answer>, stage: &str) -> Vec<Check> {
    let Some(answer) = answer else {
        return vec![site::page(&page.url, Some(&format!("cannot be reached: {why}")), stage)];
    };
    let fault = page.expect.fault(answer).map(|fault| format!("{fault}, as the host sees it"));
    let words =
        format!("this machine cannot reach {} ({why}); what visitors see was not looked at", page.url);
    vec![site::page(&page.url, fault.as_deref(), stage), Check::warn("site", words)]
}
