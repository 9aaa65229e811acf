//! `deployer persist STAGE`: what is shared and why, how much it is on each host, and what is not.

use futures::future::join_all;
use minijinja::context;

use super::super::args::Common;
use super::super::fault::Fault;
use super::super::preparation::{Look, of_stage};
use super::super::surroundings::Surroundings;
use super::program;
use crate::plan::guard;
use crate::report::kept::{self, Amount, Kept, Measured};
use crate::template::Engine;

const MEASURE: &str = include_str!("../../../templates/measure.sh");

/// Lists what is shared and what in `public/` is not.
///
/// # Errors
/// When a host does not answer.
pub async fn list(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let mut preparation = of_stage(stage, Look::HostsAndSource, common, surroundings).await?;
    let choice = preparation.sharing().choice;
    let entries = guard::entries(&choice);
    let paths: Vec<_> = entries.iter().map(|entry| entry.path.clone()).collect();
    let mut rows: Vec<_> = entries.into_iter().map(|entry| Measured { entry, hosts: Vec::new() }).collect();
    let turns = preparation.reached.iter_mut().map(async |host| {
        let context = context! { shared => host.facts.layout().shared(), paths => paths.clone() };
        let script = Engine::new().shell("measure.sh", MEASURE, &context).map_err(Fault::usage)?;
        let (_, lines) = program::ask(host, &script.text).await?;
        Ok::<_, Fault>((host.name.clone(), lines))
    });
    for measured in join_all(turns).await {
        let (host, lines) = measured?;
        for (path, amount) in lines.iter().filter_map(|line| amount(line)) {
            if let Some(row) = rows.iter_mut().find(|row| row.entry.path == path) {
                row.hosts.push((host.clone(), amount));
            }
        }
    }
    let listed = Kept {
        application: preparation.config.application.clone(),
        stage: stage.to_owned(),
        shared: rows,
        not_shared: guard::exclusions(&choice),
    };
    if super::super::wants_json(common) {
        super::super::answer(&listed)?;
    } else {
        kept::print(&mut std::io::stdout().lock(), &listed, &surroundings.stdout(common))?;
    }
    Ok(0)
}

/// Reads a line of the measuring script.
fn amount(line: &str) -> Option<(&str, Amount)> {
    let (first, rest) = line.split_once(' ')?;
    if first == "missing" {
        return Some((rest, Amount::Missing));
    }
    let (files, path) = rest.split_once(' ')?;
    Some((path, Amount::There { bytes: first.parse::<u64>().ok()? * 1024, files: files.parse().ok()? }))
}
