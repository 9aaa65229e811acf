//! A deploy.yml with its recipes and all its stages, free of mistakes.

use std::path::{Path, PathBuf};

use super::Config;
use super::decode::fields::Fields;
use super::decode::{self, FILE, SETTINGS, STAGE, Stage, name, value};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::error::ConfigError;
use super::merge::merge;
use super::node::{self, Map, Node, Value};
use super::order::is_builtin;
use super::overrides::Overrides;
use super::recipe::{self, Reader};
use super::suggest::closest;

/// A file that was read and checked, stage by stage.
#[derive(Clone, Debug)]
pub struct Project {
    file: String,
    root: PathBuf,
    application: String,
    recipe: String,
    base: Node,
    stages: Map,
    sources: Diagnostics,
}

impl Project {
    /// Reads the text of a file.
    ///
    /// `file` is the name that the user knows it by and `root` the folder it is in.
    ///
    /// # Errors
    /// All mistakes of the file, its recipes and its stages.
    pub fn new(file: &str, root: &Path, text: &str, read: Reader<'_>) -> Result<Self, Diagnostics> {
        let text = text.trim_start_matches('\u{feff}');
        let mut out = Diagnostics::default();
        out.add_source(file, text);
        let node = match node::parse(file, text) {
            Ok(node) => node,
            Err(mistake) => {
                out.push(*mistake);
                return Err(out);
            }
        };
        let project = Self::decode(file, root, &node, read, &mut out);
        if !out.is_empty() {
            return Err(out);
        }
        project.map(|project| Self { sources: out.clone(), ..project }).ok_or(out)
    }

    fn decode(file: &str, root: &Path, node: &Node, read: Reader<'_>, out: &mut Diagnostics) -> Option<Self> {
        let top = Fields::new(file, node, &node.span, &[SETTINGS, FILE], out)?;
        let application = application(file, &top, out);
        let stages = stages(file, &top, out);
        let recipe = node.at(&["recipe"]).and_then(|node| match &node.value {
            Value::Text(name, _) => Some(name.clone()),
            _ => None,
        });
        let project = Self {
            file: file.to_owned(),
            root: root.to_owned(),
            application: application.unwrap_or_default(),
            recipe: recipe.unwrap_or_else(|| recipe::DEFAULT.to_owned()),
            base: base(file, root, node, read, out),
            stages: stages.cloned().unwrap_or_default(),
            sources: Diagnostics::default(),
        };
        if project.stages.is_empty() {
            decode::without_stage(&project.base, out);
        }
        for (name, entry) in &project.stages {
            check_switched_off(&project.base, &entry.node, out);
            if Fields::new(name, &entry.node, &entry.key, &[SETTINGS, STAGE], out).is_some() {
                project.decode_stage(name, out);
            }
        }
        Some(project)
    }

    /// Returns the name of the application.
    pub fn application(&self) -> &str {
        &self.application
    }

    /// Returns the names of the stages, in the order of the file.
    pub fn stages(&self) -> impl Iterator<Item = &str> {
        self.stages.keys().map(String::as_str)
    }

    /// Returns one stage with what the command line says about it.
    ///
    /// # Errors
    /// When there is no such stage, host or role, or the command line does not fit the file.
    pub fn stage(&self, name: &str, overrides: &Overrides) -> Result<Config, ConfigError> {
        if !self.stages.contains_key(name) {
            return Err(ConfigError::unknown("stage", name, &self.file, self.stages()));
        }
        let mut out = self.sources.clone();
        match self.decode_stage(name, &mut out) {
            Some(config) if out.is_empty() => overrides.apply(config),
            _ => Err(ConfigError::Mistakes(Box::new(out))),
        }
    }

    /// Returns a collector that knows the files of this project, for checks that come later.
    pub fn diagnostics(&self) -> Diagnostics {
        self.sources.clone()
    }

    fn decode_stage(&self, name: &str, out: &mut Diagnostics) -> Option<Config> {
        let (name, entry) = self.stages.get_key_value(name)?;
        let stage = Stage {
            application: &self.application,
            name,
            at: &entry.key,
            recipe: &self.recipe,
            root: &self.root,
        };
        decode::stage(&stage, &merge(&self.base, &entry.node), out)
    }
}

fn application(file: &str, top: &Fields<'_>, out: &mut Diagnostics) -> Option<String> {
    let application = top.require("application", file, value::line, out)?;
    let at = top.entry("application").map(|entry| entry.node.span.clone()).unwrap_or_default();
    name::check("an application", &application, &at, out).then_some(application)
}

fn stages<'n>(file: &str, top: &Fields<'n>, out: &mut Diagnostics) -> Option<&'n Map> {
    let Some(entry) = top.entry("stages") else {
        out.push(Diagnostic::new(top.owner(), format!("{file} has no `stages`")));
        return None;
    };
    let stages = value::map("stages", &entry.node, out)?;
    if stages.is_empty() {
        out.push(Diagnostic::new(&entry.key, "`stages` must have at least one stage"));
    }
    for (stage, entry) in stages {
        name::check("a stage", stage, &entry.key, out);
    }
    Some(stages)
}

/// Returns the file laid over its recipes.
fn base(file: &str, root: &Path, node: &Node, read: Reader<'_>, out: &mut Diagnostics) -> Node {
    let mut layers = recipe::layers(file, node, root, read, out).into_iter();
    let lowest = layers.next().unwrap_or_else(|| node.clone());
    layers.chain([node.clone()]).fold(lowest, |base, layer| {
        check_switched_off(&base, &layer, out);
        merge(&base, &layer)
    })
}

/// Refuses to switch off a step that is not there: its name is mistyped, and the real one would run.
fn check_switched_off(base: &Node, layer: &Node, out: &mut Diagnostics) {
    let steps = |node: &Node| node.at(&["steps"]).and_then(Node::as_map).cloned().unwrap_or_default();
    let known = steps(base);
    for (name, entry) in steps(layer) {
        if entry.node.value == Value::Bool(false) && !known.contains_key(&name) && !is_builtin(&name) {
            let meant = closest(&name, known.keys().map(String::as_str));
            out.push(
                Diagnostic::new(&entry.key, format!("there is no step `{name}` to switch off")).meant(meant),
            );
        }
    }
}
