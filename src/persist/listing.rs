//! What recipes and deploy.yml say about a path.

use super::Reason;
use super::path;
use crate::config::Shared;

/// The lists of recipes and deploy.yml. Of the listed paths that a path lies in, the closest
/// decides; a path that is listed as both is not shared.
pub(super) struct Listing<'s> {
    shared: &'s Shared,
    /// The key and the path of each that is shared.
    wanted: Vec<(&'static str, String)>,
    never: Vec<String>,
}

impl<'s> Listing<'s> {
    pub fn new(shared: &'s Shared) -> Self {
        let lists = [("files", &shared.files), ("dirs", &shared.dirs), ("also", &shared.also)];
        let clean = |list: &[String]| -> Vec<String> {
            list.iter().map(|path| path::clean(path)).filter(|path| path::is_inside(path)).collect()
        };
        let wanted =
            lists.into_iter().flat_map(|(key, list)| clean(list).into_iter().map(move |path| (key, path)));
        Self { shared, wanted: wanted.collect(), never: clean(&shared.never) }
    }

    /// Returns what is to be shared: key and path.
    pub fn wanted(&self) -> &[(&'static str, String)] {
        &self.wanted
    }

    /// Returns the paths that are never shared.
    pub fn never(&self) -> &[String] {
        &self.never
    }

    /// Tells whether a path is never shared, and says so.
    pub fn refuses(&self, path: &str) -> Option<Reason> {
        let never = closest(path, self.never.iter())?;
        let wanted = closest(path, self.wanted.iter().map(|(_, path)| path));
        (wanted <= Some(never)).then(|| Reason::Never { file: self.file("never") })
    }

    /// Says that a list of recipes or deploy.yml shares a path.
    pub fn reason(&self, key: &'static str) -> Reason {
        Reason::Listed { file: self.file(key), key }
    }

    fn file(&self, key: &str) -> String {
        self.shared.written_in.get(key).map_or("deploy.yml", String::as_str).to_owned()
    }
}

/// Returns the length of the longest of the paths that this one is or lies in.
fn closest<'p>(path: &str, listed: impl Iterator<Item = &'p String>) -> Option<usize> {
    listed.filter(|listed| path::is_within(path, listed)).map(String::len).max()
}
