//! The programs that look after shared data on a host without the controller, as texts.

/// Stands in all that is written into `shared/` for people. A file without it is somebody else's.
pub const MARK: &str = "written by deployer";

/// Looks whether shared data is there, in reach of the live release, and safe.
pub const HEALTH_CHECK: &str = include_str!("../../templates/health-check.sh");

/// Brings shared data back into reach of the live release.
pub const EMERGENCY_RECOVERY: &str = include_str!("../../templates/emergency-recovery.sh");

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what stands between two lines of a text.
    fn between<'a>(text: &'a str, first: &str, last: &str) -> &'a str {
        let (_, rest) = text.split_once(first).unwrap();
        rest.split_once(last).unwrap().0
    }

    #[test]
    fn both_programs_see_the_application_with_the_same_eyes() {
        let (first, last) = ("# --- the same in both scripts ---\n", "# --- end ---\n");
        let same = between(HEALTH_CHECK, first, last);
        assert_eq!(same, between(EMERGENCY_RECOVERY, first, last));
        assert!(same.contains("leads_to_release()"));
    }

    #[test]
    fn a_deploy_knows_the_programs_for_its_own() {
        assert!(HEALTH_CHECK.contains(MARK) && EMERGENCY_RECOVERY.contains(MARK));
    }
}
