//! `deployer env STAGE diff`: how keys differ. Never a value, and nothing that one could be guessed from.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::surroundings::Surroundings;
use super::Stage;
use super::here::Here;
use crate::dotenv::Settings;
use crate::dotenv::comparison::{Difference, compare};
use crate::event::Next;
use crate::host::HostName;
use crate::persist::finding::{Finding, State};
use crate::plan::settings::named;
use crate::report::findings;

/// The name of what an application lists its settings in.
const EXAMPLE: &str = ".env.example";

/// How a host's keys differ from another file's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The other file, or another host.
    pub with: String,
    /// What the host lacks.
    pub missing: Vec<String>,
    /// What only the host has.
    pub extra: Vec<String>,
    /// What has no value on the host, and one in the other file.
    pub empty: Vec<String>,
    /// What has another value.
    pub different: Vec<String>,
}

impl Comparison {
    /// Compares a host's settings with others.
    pub fn new(host: &Settings, other: &Settings, with: &str) -> Self {
        let found = compare(host, other);
        let of = |wanted: Difference| {
            found.iter().filter(|(_, is)| *is == wanted).map(|(key, _)| key.clone()).collect::<Vec<_>>()
        };
        Self {
            with: with.to_owned(),
            missing: of(Difference::Missing),
            extra: of(Difference::Extra),
            empty: of(Difference::Empty),
            different: of(Difference::Different),
        }
    }

    /// Tells whether nothing differs.
    pub fn is_same(&self) -> bool {
        [&self.missing, &self.extra, &self.empty, &self.different].iter().all(|keys| keys.is_empty())
    }

    /// Returns it in words.
    pub fn findings(&self) -> Vec<Finding> {
        let Self { with, missing, extra, empty, different } = self;
        let told = [
            (missing, format!("lacks, and {with} has")),
            (extra, format!("has, and {with} lacks")),
            (empty, format!("has empty, and {with} has a value of")),
            (different, format!("has another value than {with} of")),
        ];
        let finding = |(keys, how): &(&Vec<String>, String)| {
            let keys: Vec<_> = keys.iter().map(String::as_str).collect();
            (!keys.is_empty()).then(|| finding(State::Warn, "settings", format!("{how}: {}", named(&keys))))
        };
        told.iter().filter_map(finding).collect()
    }
}

/// What differs on a host.
#[derive(Debug, Serialize)]
struct HostDiff {
    host: HostName,
    /// Whether it has settings at all.
    present: bool,
    compared: Vec<Comparison>,
}

/// Makes a finding.
pub fn finding(state: State, name: &str, text: String) -> Finding {
    Finding { state, name: name.to_owned(), text }
}

/// Compares the hosts with the file here, with `.env.example` and with each other.
///
/// # Errors
/// When deploy.yml is wrong, a host does not answer, or a file cannot be read.
pub async fn diff(
    stage: &str,
    file: Option<&Path>,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let config = super::super::stage::open(stage, common, surroundings)?;
    let here = Here::new(file, &config, surroundings)?;
    let example = Here { path: config.root.join(EXAMPLE), name: EXAMPLE.to_owned() };
    let mut others = Vec::new();
    if file.is_some() || here.bytes()?.is_some() {
        others.push((here.name.clone(), here.read(stage)?.1));
    }
    let stage = Stage::look(stage, common, surroundings).await?;
    let example = example.bytes()?.and_then(|bytes| Settings::read(&bytes).ok());
    let hosts = stage.settings()?;
    let diffs: Vec<_> =
        (0..hosts.len()).map(|index| of_host(index, &hosts, &others, example.as_ref())).collect();
    if super::super::wants_json(common) {
        super::super::answer(&diffs)?;
        return Ok(0);
    }
    print(&stage, &diffs, &others, common, surroundings)?;
    Ok(0)
}

fn of_host(
    index: usize,
    hosts: &[(HostName, Option<Settings>)],
    others: &[(String, Settings)],
    example: Option<&Settings>,
) -> HostDiff {
    let (host, settings) = &hosts[index];
    let mut compared = Vec::new();
    if let Some(settings) = settings {
        compared.extend(others.iter().map(|(name, other)| Comparison::new(settings, other, name)));
        // The values of an example mean nothing, and what it does not list may be there.
        let lacks = example.map(|example| Comparison {
            extra: Vec::new(),
            empty: Vec::new(),
            different: Vec::new(),
            ..Comparison::new(settings, example, EXAMPLE)
        });
        compared.extend(lacks);
        let earlier = hosts[..index].iter().filter_map(|(host, other)| Some((host, other.as_ref()?)));
        compared.extend(earlier.take(1).map(|(name, other)| Comparison::new(settings, other, name.as_str())));
    }
    compared.retain(|comparison| !comparison.is_same());
    HostDiff { host: host.clone(), present: settings.is_some(), compared }
}

fn print(
    stage: &Stage,
    diffs: &[HostDiff],
    others: &[(String, Settings)],
    common: &Common,
    surroundings: &Surroundings,
) -> Result<(), Fault> {
    let said = |diff: &HostDiff| -> Vec<Finding> {
        let with = others.first().map_or("the other hosts", |(name, _)| name.as_str());
        match (diff.present, diff.compared.is_empty()) {
            (false, _) => vec![finding(State::Fail, "settings", "shared/.env is missing".to_owned())],
            (true, true) => vec![finding(State::Ok, "settings", format!("the same as {with}"))],
            (true, false) => diff.compared.iter().flat_map(Comparison::findings).collect(),
        }
    };
    let all: Vec<_> = diffs.iter().map(|diff| (diff.host.clone(), said(diff))).collect();
    let is_same = all.iter().all(|(_, findings)| findings.iter().all(|finding| finding.state == State::Ok));
    let all: Vec<_> = all.iter().map(|(host, findings)| (host.clone(), findings.as_slice())).collect();
    let next = |action: &str, why: &str| Next {
        run: format!("deployer env {} {action}", stage.name()),
        why: why.to_owned(),
    };
    let (ending, next) = if is_same {
        ("Nothing differs.", Vec::new())
    } else {
        let push = next("push", "sends the file here to the hosts");
        (
            "Keys are named; values are shown to nobody.",
            vec![push, next("pull", "brings the hosts' settings here")],
        )
    };
    let heading =
        findings::Heading { application: &stage.preparation.config.application, stage: stage.name() };
    let mut out = std::io::stdout().lock();
    findings::print(&mut out, &heading, &all, ending, &next, &surroundings.stdout(common))?;
    Ok(out.flush()?)
}
