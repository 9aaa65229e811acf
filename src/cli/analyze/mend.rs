//! `deployer analyze --fix`: what can be taken back with one git command is mended.

use super::super::fault::Fault;
use super::subject::Subject;
use crate::analyze::Finding;
use crate::report::analysis::Done;

/// Mends what can be mended; tells of each what was done, or why it was left.
///
/// # Errors
/// When the project is not a working copy.
pub async fn mend(subject: &Subject, findings: &[Finding]) -> Result<Vec<Done>, Fault> {
    let Some(copy) = &subject.copy else {
        return Err(Fault::usage("only files that git knows can be mended: this is not a working copy"));
    };
    let dirty = copy.is_dirty(".gitignore").await.map_err(|error| Fault::because(&error))?;
    let mut done = Vec::new();
    for finding in findings {
        let Some(mend) = &finding.mend else { continue };
        let what = match mend.forget.as_slice() {
            [one] => one.clone(),
            several => format!("{} files of {}", several.len(), mend.ignore.trim_start_matches('/')),
        };
        done.push(match copy.mend(mend, dirty).await {
            Ok(()) => Done {
                ok: true,
                text: format!("git forgets {what} with the next commit, and ignores it; it is still here"),
            },
            Err(error) => Done { ok: false, text: format!("{what} is left as it was: {error}") },
        });
    }
    Ok(done)
}
