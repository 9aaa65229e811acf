//! Steps and hooks as they are written: each knows its neighbour or its phase, not yet its order.

use indexmap::IndexMap;

use super::build;
use super::fields::{Fields, mismatch};
use super::name;
use super::value;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::node::{Entry, Node, Value};
use crate::config::order::{ON_THE_WAY, is_builtin};
use crate::config::suggest::closest;
use crate::config::{Cache, Dir, On, Text, UndoConfig};
use crate::plan::Phase;

/// The keys of a step.
pub const KEYS: &[&str] = &[
    "run",
    "phase",
    "before",
    "after",
    "in",
    "on",
    "roles",
    "once",
    "when",
    "undo",
    "timeout",
    "retry",
    "allow_failure",
    "env",
    "cache",
];

/// The keys of a hook: a step whose phase is given by its list.
pub const HOOK_KEYS: &[&str] =
    &["name", "run", "in", "on", "roles", "once", "when", "undo", "timeout", "retry", "allow_failure", "env"];

/// The word for an undo that is the step once more.
pub const AGAIN: &str = "again";

/// The keys of an undo that is no command.
pub const UNDO_KEYS: &[&str] = &["impossible"];

/// The phases that have a list of hooks.
pub const HOOKS: &[&str] = &["pre_release", "mid_release", "post_release"];

/// Where a step runs, as the keys `in:` and `on:` spell it.
pub const DIRS: [(&str, Dir); 5] = [
    ("release", Dir::Release),
    ("current", Dir::Current),
    ("shared", Dir::Shared),
    ("deploy_to", Dir::DeployTo),
    ("build", Dir::Build),
];

/// The machines of a step, as the key `on:` spells them.
pub const MACHINES: [(&str, On); 3] = [("hosts", On::Hosts), ("local", On::Local), ("builder", On::Builder)];

/// A step without its place among the others.
#[derive(Debug)]
pub struct Draft {
    pub name: String,
    pub at: Span,
    pub place: Place,
    pub run: Text,
    pub dir: Option<Dir>,
    pub on: Option<On>,
    pub roles: Vec<String>,
    pub roles_at: Span,
    pub once: bool,
    pub when: Option<Text>,
    pub undo: UndoConfig,
    pub timeout: u64,
    pub retry: u32,
    pub allow_failure: bool,
    pub env: IndexMap<String, Text>,
    pub cache: Option<Cache>,
}

/// What a step says about its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At the end of what is in the phase so far.
    Phase(Phase),
    /// Right before a step.
    Before(String, Span),
    /// Right after a step.
    After(String, Span),
}

/// What was read of `steps:` and `hooks:`.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The steps without mistakes.
    pub steps: Vec<Draft>,
    /// The names of all steps that are not switched off.
    pub names: Vec<String>,
    /// The names of the steps that are.
    pub off: Vec<String>,
}

/// Reads `steps:` and `hooks:` of a merged file.
pub fn drafts(top: &Fields<'_>, out: &mut Diagnostics) -> Drafts {
    let mut drafts = Drafts::default();
    if let Some(steps) = top.entry("steps").and_then(|entry| value::map("steps", &entry.node, out)) {
        for (name, entry) in steps {
            if is_builtin(name) || ON_THE_WAY.contains(&name.as_str()) {
                let message = format!("`{name}` is a step of deployer itself; it cannot be changed");
                let help = "place a step of another name before or after it";
                out.push(Diagnostic::new(&entry.key, message).help(help));
            } else if entry.node.value == Value::Bool(false) {
                drafts.off.push(name.clone());
            } else {
                drafts.names.push(name.clone());
                let others = steps.keys().map(String::as_str).filter(|other| other != name);
                drafts.steps.extend(step(name, entry, others.collect(), out));
            }
        }
    }
    hooks(top, &mut drafts, out);
    drafts
}

fn step(name: &str, entry: &Entry, others: Vec<&str>, out: &mut Diagnostics) -> Option<Draft> {
    name::check("a step", name, &entry.key, out);
    if !matches!(entry.node.value, Value::Map(_)) {
        out.push(mismatch(name, "a map, or false to switch the step off", &entry.node));
        return None;
    }
    let fields = Fields::new(name, &entry.node, &entry.key, &[KEYS], out)?;
    if fields.entry("run").is_none() {
        let message = format!("step `{name}` has no `run`");
        out.push(Diagnostic::new(&entry.key, message).meant(closest(name, others)));
        // Half a step is a mistyped name of a recipe's: that it has no place either is no news.
        return draft(name, &fields, None, out);
    }
    let place = place(name, &fields, out);
    draft(name, &fields, place, out)
}

fn place(name: &str, fields: &Fields<'_>, out: &mut Diagnostics) -> Option<Place> {
    let phase = fields.get("phase", phase, out).map(Place::Phase);
    let neighbour = |key: &str| fields.entry(key).map(|entry| entry.node.span.clone()).unwrap_or_default();
    let before = fields.get("before", value::line, out).map(|step| Place::Before(step, neighbour("before")));
    let after = fields.get("after", value::line, out).map(|step| Place::After(step, neighbour("after")));
    let given = ["phase", "before", "after"].into_iter().filter(|key| fields.entry(key).is_some()).count();
    if given != 1 {
        let message = format!("step `{name}` must have one of phase, before or after");
        out.push(Diagnostic::new(fields.owner(), message));
        return None;
    }
    phase.or(before).or(after)
}

fn phase(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Phase> {
    let place = value::choice(name, node, &Phase::ALL.map(Phase::as_str), out)?;
    Phase::ALL.get(place).copied()
}

fn draft(name: &str, fields: &Fields<'_>, place: Option<Place>, out: &mut Diagnostics) -> Option<Draft> {
    const TIMEOUT: u64 = 600;
    let run = fields.get("run", value::template, out);
    let dir = fields.get("in", |name, node, out| one_of(name, node, DIRS, out), out);
    let on = fields.get("on", |name, node, out| one_of(name, node, MACHINES, out), out);
    let roles = fields.get("roles", value::lines, out).unwrap_or_default();
    let once = fields.get("once", value::flag, out).unwrap_or(false);
    let when = fields.get("when", value::template, out);
    let undo = fields.get("undo", undo, out).unwrap_or(UndoConfig::NotNeeded);
    let timeout = fields.get("timeout", value::seconds, out).unwrap_or(TIMEOUT);
    let retry = fields.get("retry", value::number::<0, 100>, out).unwrap_or(0);
    let allow_failure = fields.get("allow_failure", value::flag, out).unwrap_or(false);
    let env = fields.get("env", env, out).unwrap_or_default();
    let cache = fields.get("cache", build::cache, out);
    Some(Draft {
        name: name.to_owned(),
        at: fields.owner().clone(),
        place: place?,
        run: run?,
        dir,
        on,
        roles,
        roles_at: fields.entry("roles").map_or_else(Span::default, |entry| entry.node.span.clone()),
        once,
        when,
        undo,
        timeout,
        retry: u32::try_from(retry).unwrap_or(u32::MAX),
        allow_failure,
        env,
        cache,
    })
}

fn one_of<T: Copy, const N: usize>(
    name: &str,
    node: &Node,
    words: [(&str, T); N],
    out: &mut Diagnostics,
) -> Option<T> {
    let place = value::choice(name, node, &words.map(|(word, _)| word), out)?;
    words.get(place).map(|(_, value)| *value)
}

fn undo(name: &str, node: &Node, out: &mut Diagnostics) -> Option<UndoConfig> {
    if !matches!(node.value, Value::Map(_)) {
        let text = value::template(name, node, out)?;
        return Some(if text.text == AGAIN { UndoConfig::Again } else { UndoConfig::Run(text) });
    }
    let fields = Fields::new(name, node, &node.span, &[UNDO_KEYS], out)?;
    fields.require("impossible", "`undo`", value::line, out).map(UndoConfig::Impossible)
}

fn env(name: &str, node: &Node, out: &mut Diagnostics) -> Option<IndexMap<String, Text>> {
    let mut env = IndexMap::new();
    for (name, entry) in value::map(name, node, out)? {
        name::check_identifier("an environment variable", name, &entry.key, out);
        if let Some(text) = value::template(name, &entry.node, out) {
            env.insert(name.clone(), text);
        }
    }
    Some(env)
}

fn hooks(top: &Fields<'_>, drafts: &mut Drafts, out: &mut Diagnostics) {
    let lists = top.below("hooks", HOOKS, out);
    let phases = Phase::ALL.into_iter().filter(|phase| HOOKS.contains(&phase.as_str()));
    for phase in phases {
        let items =
            lists.entry(phase.as_str()).and_then(|entry| value::list(phase.as_str(), &entry.node, out));
        for (index, node) in items.unwrap_or_default().iter().enumerate() {
            let number = format!("{phase}-{}", index + 1);
            let name = node.at(&["name"]).and_then(|node| value::line("name", node, out)).unwrap_or(number);
            if drafts.names.contains(&name) {
                out.push(Diagnostic::new(&node.span, format!("there is a step `{name}` already")));
            }
            name::check("a step", &name, &node.span, out);
            drafts.names.push(name.clone());
            drafts.steps.extend(hook(&name, phase, node, out));
        }
    }
}

fn hook(name: &str, phase: Phase, node: &Node, out: &mut Diagnostics) -> Option<Draft> {
    let entry = Entry { key: node.span.clone(), node: node.clone() };
    let place = Some(Place::Phase(phase));
    if matches!(node.value, Value::Text(..)) {
        let run = IndexMap::from([("run".to_owned(), entry)]);
        let map = Node { value: Value::Map(run), span: node.span.clone() };
        return draft(name, &Fields::new(name, &map, &node.span, &[HOOK_KEYS], out)?, place, out);
    }
    let fields = Fields::new(name, node, &node.span, &[HOOK_KEYS], out)?;
    fields.require("run", &format!("hook `{name}`"), value::template, out);
    draft(name, &fields, place, out)
}
