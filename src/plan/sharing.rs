//! Which paths a release shares with the others, and how it is linked to them.

use serde::Serialize;

use crate::config::Shared;
use crate::facts::{Facts, Kind};

/// A link from a release to shared data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The path in the release, from its top.
    pub path: String,
    /// What the link holds: relative, so that it stays right wherever the directory is seen.
    pub target: String,
}

/// Returns the directories that are shared.
pub fn dirs(shared: &Shared) -> Vec<String> {
    let all = shared.dirs.iter().chain(&shared.also);
    all.map(|path| clean(path)).filter(|path| !shared.never.contains(path)).collect()
}

/// Returns the files that are shared.
pub fn files(shared: &Shared) -> Vec<String> {
    shared.files.iter().map(|path| clean(path)).collect()
}

/// Returns every path below `shared` that the probe must look at.
pub fn questions(shared: &Shared) -> Vec<String> {
    let mut paths = dirs(shared);
    paths.extend(shared.tree.iter().map(|path| clean(path)));
    paths.extend(files(shared));
    paths
}

/// Returns the links of a release.
pub fn links(shared: &Shared) -> Vec<Link> {
    let paths = dirs(shared).into_iter().chain(files(shared));
    paths.map(|path| Link { target: target(&path), path }).collect()
}

/// Returns the given paths that the host does not have yet.
pub fn missing(paths: impl IntoIterator<Item = String>, facts: &Facts) -> Vec<String> {
    let missing = |path: &String| facts.in_shared.get(path).is_none_or(|kind| *kind == Kind::Missing);
    paths.into_iter().filter(missing).collect()
}

/// From `releases/<id>/<path>` to `shared/<path>`.
fn target(path: &str) -> String {
    let up = 2 + path.matches('/').count();
    format!("{}shared/{path}", "../".repeat(up))
}

fn clean(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_climb_from_their_own_directory() {
        let shared = Shared {
            files: vec![".env".to_owned()],
            dirs: vec!["storage/".to_owned()],
            also: vec!["./public//user uploads".to_owned()],
            ..Shared::default()
        };
        let links: Vec<_> = links(&shared).into_iter().map(|link| (link.path, link.target)).collect();
        let link = |path: &str, target: &str| (path.to_owned(), target.to_owned());
        assert_eq!(
            links,
            [
                link("storage", "../../shared/storage"),
                link("public/user uploads", "../../../shared/public/user uploads"),
                link(".env", "../../shared/.env"),
            ]
        );
    }
}
