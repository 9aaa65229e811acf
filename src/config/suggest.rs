//! The name that was probably meant.

/// Returns the candidate that is closest to a mistyped name, unless all are far off or two are as
/// close: `web9` is none of `web1` and `web2`.
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = normal(name);
    let allowed = (name.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &normal(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    match near.as_slice() {
        [(best, _), (second, _), ..] if best == second => None,
        [(_, candidate), ..] => Some(candidate),
        [] => None,
    }
}

/// Case and the choice between `-` and `_` are no difference worth a point.
fn normal(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_suggested_or_none() {
        let keys = ["keep_releases", "port", "phase"];
        assert_eq!(closest("keep-relases", keys), Some("keep_releases"));
        assert_eq!(closest("prot", keys), Some("port"));
        assert_eq!(closest("color", keys), None);
        assert_eq!(closest("web9", ["web1", "web2"]), None);
        assert_eq!(closest("web-1", ["web_1", "web2"]), Some("web_1"));
    }
}
