//! How the live releases of a stage differ from what was shipped.

use std::io::{self, Write};

use serde::Serialize;

use super::groups::{grouped, names};
use super::next;
use super::printable::printable;
use super::screen::Screen;
use crate::event::Next;
use crate::facts::Survey;
use crate::facts::survey::Found;
use crate::host::HostName;
use crate::release::ReleaseId;

/// How the live releases of a stage differ from what was shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// The hosts, in the order of deploy.yml.
    pub hosts: Vec<HostDrift>,
    /// What to type next.
    pub next: Vec<Next>,
}

/// How a host's live release differs from what was shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostDrift {
    /// The host.
    pub host: HostName,
    /// The release that is live.
    pub live: Option<ReleaseId>,
    /// What was found; `None` where it is not known what was shipped.
    pub survey: Option<Survey>,
}

impl HostDrift {
    /// Tells whether anything was found.
    pub fn differs(&self) -> bool {
        let Some(Survey { stray, edited, gone, written: _ }) = &self.survey else { return false };
        [stray, edited, gone].iter().any(|found| found.count > 0)
    }
}

/// Prints it; hosts that are alike share a list.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, drift: &Drift, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    writeln!(out, "{} {} {}\n", drift.application, paint.dot(), drift.stage)?;
    let alike = grouped(drift.hosts.iter().map(|host| ((&host.live, &host.survey), host.host.clone())));
    for ((live, survey), hosts) in alike {
        let Some(live) = live else {
            writeln!(out, "{}  nothing is live yet", names(&hosts))?;
            continue;
        };
        let Some(survey) = survey else {
            writeln!(
                out,
                "{}  {} has no manifest: it was not shipped by this program",
                names(&hosts),
                paint.release(live)
            )?;
            continue;
        };
        writeln!(out, "{}  {}  {}", names(&hosts), paint.release(live), summary(survey))?;
        list(out, &paint.added("+"), &survey.stray)?;
        list(out, &paint.changed("~"), &survey.edited)?;
        list(out, &paint.removed("-"), &survey.gone)?;
    }
    out.write_all(next::block(&drift.next, paint).as_bytes())
}

fn summary(survey: &Survey) -> String {
    let Survey { stray, edited, gone, written: _ } = survey;
    let parts = [(stray.count, "written"), (edited.count, "changed"), (gone.count, "removed")];
    let found: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if found.is_empty() { "as it was shipped".to_owned() } else { found.join(", ") }
}

fn list(out: &mut dyn Write, mark: &str, found: &Found) -> io::Result<()> {
    for path in &found.paths {
        writeln!(out, "  {mark} {}", printable(path))?;
    }
    match found.count.saturating_sub(found.paths.len()) {
        0 => Ok(()),
        more => writeln!(out, "  {mark} and {more} more"),
    }
}
