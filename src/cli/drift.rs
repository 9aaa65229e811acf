//! `deployer drift`: how the live releases differ from what was shipped.

use super::args::Common;
use super::fault::Fault;
use super::preparation::{Look, of_stage};
use super::surroundings::Surroundings;
use crate::config::Stray;
use crate::event::Next;
use crate::report::drift::{Drift, HostDrift, print};

/// Shows what was written, changed and removed in the live release of each host.
///
/// # Errors
/// When deploy.yml is wrong, or a host does not answer.
pub async fn drift(stage: &str, common: &Common, surroundings: &Surroundings) -> Result<u8, Fault> {
    let preparation = of_stage(stage, Look::Survey, common, surroundings).await?;
    let hosts = preparation.config.hosts.iter().filter_map(|host| {
        let facts = preparation.facts.get(&host.name)?;
        Some(HostDrift { host: host.name.clone(), live: facts.live(), survey: facts.survey.clone() })
    });
    let hosts: Vec<_> = hosts.collect();
    let any = hosts.iter().any(HostDrift::differs);
    let next = any.then(|| Next {
        run: format!("deployer run {stage}"),
        why: match preparation.config.shared.stray {
            Stray::Adopt => "carries along what was written, and keeps what was changed in backups",
            Stray::Keep => "leaves what was written in the old release, which stays, and keeps what was changed in backups",
            Stray::Fail => "is refused while there are written files outside of the shared paths (`stray: fail`)",
        }
        .to_owned(),
    });
    let application = preparation.config.application.clone();
    let drift = Drift { application, stage: stage.to_owned(), hosts, next: next.into_iter().collect() };
    if super::wants_json(common) {
        super::answer(&drift)?;
    } else {
        print(&mut std::io::stdout().lock(), &drift, &surroundings.stdout(common))?;
    }
    Ok(0)
}
