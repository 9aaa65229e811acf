//! What a person is told about files that were written or changed in the live release.

use super::preflight::Problem;
use super::sharing::Sharing;
use crate::config::Stray;
use crate::facts::Facts;
use crate::facts::survey::Found;

/// How many paths a line names.
const NAMED: usize = 3;

/// Returns what a person should know before the live release is replaced.
pub fn warnings(policy: Stray, sharing: &Sharing, facts: &Facts) -> Vec<String> {
    let Some(survey) = &facts.survey else { return Vec::new() };
    let mut warnings = Vec::new();
    let strays = outside(&survey.stray, sharing);
    let becomes = match policy {
        Stray::Adopt => "carried along",
        Stray::Keep => "left in the old release, which stays",
        Stray::Fail => "no deploy with `stray: fail`",
    };
    warnings.extend(told(&strays, &format!("written outside of the shared paths ({becomes})")));
    let (renewed, edited) = renewed(&survey.edited, sharing);
    warnings.extend(told(&renewed, "written in the place of its link (the later of it and the shared one is used, the other is kept in backups)"));
    warnings.extend(told(&edited, "changed on the host (replaced; a copy is kept in backups)"));
    warnings.extend(told(&survey.gone, "removed on the host (the new release has what it ships)"));
    warnings
}

/// Parts shared files, whose links were replaced by files, from what was edited in the release.
fn renewed(edited: &Found, sharing: &Sharing) -> (Found, Found) {
    let is_shared = |path: &&String| sharing.choice.files().any(|file| file == path.as_str());
    let (renewed, paths): (Vec<_>, Vec<_>) = edited.paths.iter().cloned().partition(|path| is_shared(&path));
    let count = edited.count - renewed.len();
    (Found { count: renewed.len(), paths: renewed }, Found { paths, count })
}

/// Returns why the policy forbids a run.
pub fn forbids(policy: Stray, sharing: &Sharing, facts: &Facts) -> Option<Problem> {
    let strays = outside(&facts.survey.as_ref()?.stray, sharing);
    if policy != Stray::Fail || strays.count == 0 {
        return None;
    }
    let problem = Problem::new("the application wrote files outside of the shared paths");
    let problem = strays.paths.iter().take(20).fold(problem, Problem::detail);
    let more = strays.count.saturating_sub(20);
    let problem = if more > 0 { problem.detail(format!("and {more} more")) } else { problem };
    Some(problem.detail(
        "`shared.stray` is `fail`: list their directories under `shared.also`, or write `adopt` or `keep`",
    ))
}

/// Returns the stray files that no shared path takes in. Those that the host only counts are
/// beyond the first ones: they are taken for such.
fn outside(found: &Found, sharing: &Sharing) -> Found {
    let mut left = found.clone();
    left.paths.retain(|path| !sharing.holds(path));
    left.count -= found.paths.len() - left.paths.len();
    if left.paths.is_empty() {
        left.count = 0;
    }
    left
}

fn told(found: &Found, what: &str) -> Option<String> {
    if found.count == 0 {
        return None;
    }
    let names = found.paths.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = found.count.saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{names}{rest}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Survey;

    fn found(count: usize) -> Found {
        Found { paths: (1..=count).map(|number| format!("public/{number}.txt")).collect(), count }
    }

    #[test]
    fn what_was_written_changed_and_removed_is_told_with_what_becomes_of_it() {
        let survey = Survey { stray: found(5), edited: found(1), ..Survey::default() };
        let facts = Facts { survey: Some(survey), ..Facts::default() };
        assert_eq!(
            warnings(Stray::Adopt, &Sharing::default(), &facts),
            [
                "public/1.txt, public/2.txt, public/3.txt and 2 more: written outside of the shared paths (carried along)",
                "public/1.txt: changed on the host (replaced; a copy is kept in backups)",
            ]
        );
        assert_eq!(forbids(Stray::Adopt, &Sharing::default(), &facts), None);
        let problem = forbids(Stray::Fail, &Sharing::default(), &facts).unwrap();
        assert_eq!(problem.detail.len(), 6);
    }
}
