//! Paths inside a release: relative, with `/`, without `.` and `..`.

/// Tells whether a text is a path inside a release, of one line.
pub(super) fn is_inside(path: &str) -> bool {
    !path.chars().any(char::is_control) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Returns a path without `.`, doubled and trailing slashes.
pub(super) fn clean(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

/// Returns the directory that a path lies in, empty for the top, and its name there.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Returns the path of a name in a directory.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Tells whether a path lies below a directory, at any depth. All paths lie below the top.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    if folder.is_empty() {
        return !path.is_empty();
    }
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Tells whether a path is a directory or lies below it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    path == folder || is_below(path, folder)
}

/// Returns the directories that a path lies in, the outermost first, without the top.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(end, _)| path.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_only_begins_alike_is_not_below() {
        assert!(is_below("public/media/a", "public/media"));
        assert!(!is_below("public/media-icons", "public/media"));
        assert!(!is_below("public/media", "public/media"));
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
    }
}
