//! `deployer env STAGE pull`: the hosts' settings, in the file here.

use std::io::Write;
use std::path::Path;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::surroundings::Surroundings;
use super::diff::Comparison;
use super::here::Here;
use super::{Stage, sure};
use crate::dotenv::Settings;
use crate::host::HostName;
use crate::release::ReleaseId;

/// Writes what the hosts have into the file here, for its owner alone. What the file held is kept.
///
/// # Errors
/// When hosts differ, when git would commit the file, or when nobody could be asked.
pub async fn pull(
    stage: &str,
    file: Option<&Path>,
    unignored: bool,
    common: &Common,
    surroundings: &Surroundings,
) -> Result<u8, Fault> {
    let config = super::super::stage::open(stage, common, surroundings)?;
    let here = Here::new(file, &config, surroundings)?;
    let copy = here.copy(ReleaseId::at(surroundings.now).as_str());
    let old = here.bytes()?;
    let written = if old.is_some() { vec![&here, &copy] } else { vec![&here] };
    if let Some(seen) = written.into_iter().find(|file| !unignored && file.is_committed()) {
        let text = format!("git does not ignore {}: the settings would be committed", seen.name);
        let ignored = format!("echo '{}*' >> .gitignore", here.name);
        let run = format!("deployer env {stage} pull {} --unignored", here.name);
        return Err(Fault::usage(text).next(ignored, "then pull again").next(run, "if they may be"));
    }
    let stage = Stage::look(stage, common, surroundings).await?;
    let (host, new) = the_one(&stage)?;
    let mut err = std::io::stderr();
    if old.as_ref() == Some(new) {
        writeln!(err, "{} is what {host} has; nothing was changed.", here.name)?;
        return Ok(0);
    }
    if let Some(old) = &old {
        writeln!(err, "{} is there; compared with it, {host}", here.name)?;
        for line in differences(new, old, &here.name) {
            writeln!(err, "  {line}")?;
        }
        let again = format!("deployer env {} pull {} --yes", stage.name(), here.name);
        if !sure(&format!("Replace {}? What it holds is kept.", here.name), again, common, surroundings)? {
            writeln!(err, "Nothing was changed.")?;
            return Ok(4);
        }
        copy.write(old)?;
        writeln!(err, "What {} held is in {}.", here.name, copy.name)?;
    }
    here.write(new)?;
    writeln!(err, "{} has the settings of {host}. It is readable by you alone.", here.name)?;
    Ok(0)
}

/// Returns the file that all hosts have.
fn the_one(stage: &Stage) -> Result<(&HostName, &Vec<u8>), Fault> {
    let found: Vec<_> =
        stage.hosts.iter().filter_map(|(host, remote)| Some((host, remote.bytes.as_ref()?))).collect();
    let Some((first, bytes)) = found.first() else {
        let run = format!("deployer env {} push", stage.name());
        return Err(
            Fault::usage(format!("no host of {} has a shared/.env", stage.name())).next(run, "sends one")
        );
    };
    let Some((other, theirs)) = found.iter().find(|(_, other)| other != bytes) else {
        return Ok((first, bytes));
    };
    let mut text = format!("{first} and {other} differ");
    for line in differences(theirs, bytes, first.as_str()) {
        text.push_str(&format!("\n  {other} {line}"));
    }
    let run = |host: &HostName| format!("deployer env {} pull --host {host}", stage.name());
    let fault = Fault::usage(text).next(run(first), format!("those of {first}"));
    Err(fault.next(run(other), format!("those of {other}")))
}

fn differences(theirs: &[u8], ours: &[u8], name: &str) -> Vec<String> {
    let (Ok(theirs), Ok(ours)) = (Settings::read(theirs), Settings::read(ours)) else {
        return vec!["has a line that PHP does not read".to_owned()];
    };
    let comparison = Comparison::new(&theirs, &ours, name);
    if comparison.is_same() {
        return vec!["has the same values; comments, order or spelling differ".to_owned()];
    }
    comparison.findings().into_iter().map(|finding| finding.text).collect()
}
