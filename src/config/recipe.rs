//! The built-in recipes, and the layers that a file is laid over.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::decode::fields::Fields;
use super::decode::{RECIPE, SETTINGS, value};
use super::diagnostic::{Diagnostic, Diagnostics, Span};
use super::node::{self, Node};
use super::suggest::closest;

const BUILTIN: [(&str, &str); 7] = [
    ("common", include_str!("../../recipes/common.yml")),
    ("php", include_str!("../../recipes/php.yml")),
    ("laravel", include_str!("../../recipes/laravel.yml")),
    ("codeigniter4", include_str!("../../recipes/codeigniter4.yml")),
    ("symfony", include_str!("../../recipes/symfony.yml")),
    ("wordpress", include_str!("../../recipes/wordpress.yml")),
    ("static", include_str!("../../recipes/static.yml")),
];

/// The recipe of a file that names none.
pub const DEFAULT: &str = "common";

/// Reads a file by its path. The only way from here to the disk.
pub type Reader<'r> = &'r dyn Fn(&Path) -> io::Result<String>;

/// Returns the built-in recipes: the name and the text of each.
pub fn builtin() -> &'static [(&'static str, &'static str)] {
    &BUILTIN
}

/// Tells whether a location's file is a built-in recipe.
pub fn is_builtin_file(file: &str) -> bool {
    file.strip_prefix("recipe ").is_some_and(|name| BUILTIN.iter().any(|(builtin, _)| *builtin == name))
}

/// Returns the recipes below a file, the lowest first.
///
/// `shown` is the file's own name, `root` its folder.
pub fn layers(shown: &str, file: &Node, root: &Path, read: Reader<'_>, out: &mut Diagnostics) -> Vec<Node> {
    let mut layers: Vec<Node> = Vec::new();
    let mut chain = vec![shown.to_owned()];
    let mut next = named(file, out).or_else(|| default(file));
    let mut folder = PathBuf::new();
    while let Some((name, at)) = next {
        let found =
            if is_path(&name) { file_recipe(&name, &folder, root, read) } else { builtin_recipe(&name) };
        let found = match found {
            Ok(found) => found,
            Err(problem) => {
                out.push(Diagnostic { span: at, ..*problem });
                break;
            }
        };
        chain.push(found.shown.clone());
        if chain.iter().filter(|name| **name == found.shown).count() > 1 {
            out.push(Diagnostic::new(&at, format!("a recipe extends itself: {}", chain.join(" -> "))));
            break;
        }
        out.add_source(&found.shown, found.text.trim_start_matches('\u{feff}'));
        let Some(node) = parsed(&found, out) else { break };
        next = named(&node, out);
        folder = found.folder;
        layers.push(node);
    }
    layers.reverse();
    layers
}

/// A recipe that was read.
struct Found {
    shown: String,
    text: String,
    folder: PathBuf,
}

fn named(node: &Node, out: &mut Diagnostics) -> Option<(String, Span)> {
    let node = node.at(&["recipe"])?;
    Some((value::line("recipe", node, out)?, node.span.clone()))
}

fn default(file: &Node) -> Option<(String, Span)> {
    file.at(&["recipe"]).is_none().then(|| (DEFAULT.to_owned(), file.span.clone()))
}

fn is_path(name: &str) -> bool {
    name.contains('/') || name.ends_with(".yml") || name.ends_with(".yaml")
}

/// Returns a built-in recipe. The place of a mistake is left to the caller.
fn builtin_recipe(name: &str) -> Result<Found, Box<Diagnostic>> {
    let names: Vec<&str> = BUILTIN.iter().map(|(builtin, _)| *builtin).collect();
    if let Some((_, text)) = BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
        let shown = format!("recipe {name}");
        return Ok(Found { shown, text: (*text).to_owned(), folder: PathBuf::new() });
    }
    let mistake = Diagnostic::new(Span::default(), format!("there is no built-in recipe `{name}`"));
    let help = format!("built-in: {}; a path has a `/` or ends in .yml", names.join(", "));
    Err(Box::new(mistake.meant(closest(name, names)).help(help)))
}

/// Reads a recipe by its path, which starts at the folder of the file that names it.
fn file_recipe(name: &str, folder: &Path, root: &Path, read: Reader<'_>) -> Result<Found, Box<Diagnostic>> {
    let path = normal(&folder.join(name));
    let text = read(&root.join(&path)).map_err(|error| {
        let message = format!("cannot read the recipe {}: {error}", path.display());
        Box::new(Diagnostic::new(Span::default(), message))
    })?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    Ok(Found { shown: path.display().to_string(), text, folder })
}

/// Returns the path without `.` and `..`, as far as its text tells: one name for one recipe.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            part => normal.push(part),
        }
        normal
    })
}

fn parsed(found: &Found, out: &mut Diagnostics) -> Option<Node> {
    match node::parse(&found.shown, found.text.trim_start_matches('\u{feff}')) {
        Ok(node) => {
            Fields::new(&found.shown, &node, &node.span, &[SETTINGS, RECIPE], out)?;
            Some(node)
        }
        Err(mistake) => {
            out.push(*mistake);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_name() {
        assert_eq!(normal(Path::new("./a/../b/./c.yml")), Path::new("b/c.yml"));
        assert_eq!(normal(Path::new("../c.yml")), Path::new("../c.yml"));
    }
}
