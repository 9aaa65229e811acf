//! The names of archives, from the id of the backup. Pure.

use crate::release::ReleaseId;

/// Returns the file name of the archive with that id.
pub fn of(id: &ReleaseId) -> String {
    format!("shared-{id}.tar.gz")
}

/// Returns the id in a file name; `None`: it is no name that this program gives.
pub fn id(name: &str) -> Option<ReleaseId> {
    name.strip_prefix("shared-")?.strip_suffix(".tar.gz")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_names_have_an_id() {
        let own: ReleaseId = "20260102030405".parse().unwrap();
        assert_eq!(id(&of(&own)), Some(own));
        for other in ["shared-mine.tar.gz", "shared-20260102030405.tar.gz.partial", "20260102030405.tar.gz"] {
            assert_eq!(id(other), None, "{other}");
        }
    }
}
