//! The order of steps: each next to the one it names, the others at the end of their phase.

use std::collections::HashMap;

use super::decode::step::{Draft, Drafts, Place};
use super::diagnostic::{Diagnostic, Diagnostics, Span};
use super::suggest::closest;
use super::{Anchor, Dir, On, StepConfig};
use crate::plan::Phase;

/// The program's own steps, which others may be placed next to, with their phases.
pub const BUILTIN: [(&str, Phase); 33] = [
    ("lock", Phase::Prepare),
    ("examine", Phase::Prepare),
    ("setup", Phase::Prepare),
    ("env-file", Phase::Prepare),
    ("checkout", Phase::Build),
    ("validate", Phase::Build),
    ("package", Phase::Package),
    ("upload", Phase::Transfer),
    ("publish", Phase::Configure),
    ("share", Phase::Configure),
    ("link", Phase::Configure),
    ("down", Phase::MidRelease),
    ("closed", Phase::MidRelease),
    ("mirror", Phase::Switch),
    ("carry", Phase::Switch),
    ("inherit", Phase::Switch),
    ("seal", Phase::Switch),
    ("arm", Phase::Switch),
    ("adopt", Phase::Switch),
    ("switch", Phase::Switch),
    ("token", Phase::Switch),
    ("docroot", Phase::Switch),
    ("statics", Phase::Switch),
    ("prove", Phase::Switch),
    ("up", Phase::Switch),
    ("health", Phase::Switch),
    ("confirm", Phase::PostRelease),
    ("settle", Phase::Cleanup),
    ("prune", Phase::Cleanup),
    ("guard", Phase::Cleanup),
    ("tidy", Phase::Cleanup),
    ("record", Phase::Finalize),
    ("unlock", Phase::Finalize),
];

/// The program's steps that are only there when the release is built elsewhere: nothing is placed next to
/// them.
pub const ON_THE_WAY: [&str; 3] = ["builder", "to-builder", "from-builder"];

/// Puts steps in order: by phase, within it as written, anchored ones next to their neighbour.
pub fn arrange(drafts: &Drafts, out: &mut Diagnostics) -> Vec<StepConfig> {
    let arrangement = Arrangement::new(drafts);
    for draft in &drafts.steps {
        arrangement.check_neighbour(draft, out);
        arrangement.check_ring(draft, out);
    }
    let mut steps = Vec::new();
    for phase in Phase::ALL {
        for root in &drafts.steps {
            if let Some((of, anchor)) = arrangement.root(root)
                && of == phase
            {
                arrangement.emit(root, phase, anchor.as_ref(), &mut steps, out);
            }
        }
    }
    steps
}

struct Arrangement<'d> {
    drafts: &'d Drafts,
    by_name: HashMap<&'d str, &'d Draft>,
}

impl<'d> Arrangement<'d> {
    fn new(drafts: &'d Drafts) -> Self {
        Self { drafts, by_name: drafts.steps.iter().map(|draft| (draft.name.as_str(), draft)).collect() }
    }

    /// Returns the phase of a step that is placed next to no other step of the user or the recipe.
    fn root(&self, draft: &Draft) -> Option<(Phase, Option<Anchor>)> {
        match &draft.place {
            Place::Phase(phase) => Some((*phase, None)),
            Place::Before(name, _) => Some((builtin(name)?, Some(Anchor::Before(name.clone())))),
            Place::After(name, _) => Some((builtin(name)?, Some(Anchor::After(name.clone())))),
        }
    }

    /// Adds a step with all steps that are placed next to it.
    fn emit(
        &self,
        draft: &Draft,
        phase: Phase,
        anchor: Option<&Anchor>,
        steps: &mut Vec<StepConfig>,
        out: &mut Diagnostics,
    ) {
        let is_before =
            |other: &&Draft| matches!(&other.place, Place::Before(name, _) if *name == draft.name);
        let is_after = |other: &&Draft| matches!(&other.place, Place::After(name, _) if *name == draft.name);
        for other in self.drafts.steps.iter().filter(is_before) {
            self.emit(other, phase, anchor, steps, out);
        }
        steps.push(placed(draft, phase, anchor, out));
        for other in self.drafts.steps.iter().filter(is_after) {
            self.emit(other, phase, anchor, steps, out);
        }
    }

    fn check_neighbour(&self, draft: &Draft, out: &mut Diagnostics) {
        let (Place::Before(name, at) | Place::After(name, at)) = &draft.place else { return };
        if builtin(name).is_some() || self.drafts.names.contains(name) {
            return;
        }
        if self.drafts.off.contains(name) {
            out.push(Diagnostic::new(at, format!("step `{name}` is switched off")));
            return;
        }
        let builtin = BUILTIN.iter().map(|(name, _)| *name);
        let names = self.drafts.names.iter().map(String::as_str).filter(|other| *other != draft.name);
        let meant = closest(name, builtin.chain(names));
        out.push(Diagnostic::new(at, format!("there is no step `{name}`")).meant(meant));
    }

    /// Reports a ring of steps that are placed next to each other, at the first name in it.
    fn check_ring(&self, draft: &Draft, out: &mut Diagnostics) {
        let mut chain = vec![draft.name.as_str()];
        let mut here = draft;
        while let Some((name, _)) = neighbour(here) {
            if name == draft.name {
                if chain.iter().min() == chain.first() {
                    chain.push(name);
                    let at = neighbour(draft).map_or(&draft.at, |(_, at)| at);
                    let message = format!("these steps wait for each other: {}", chain.join(", "));
                    out.push(Diagnostic::new(at, message));
                }
                return;
            }
            match self.by_name.get(name) {
                Some(next) if !chain.contains(&name) => here = next,
                _ => return,
            }
            chain.push(name);
        }
    }
}

fn neighbour(draft: &Draft) -> Option<(&str, &Span)> {
    match &draft.place {
        Place::Phase(_) => None,
        Place::Before(name, at) | Place::After(name, at) => Some((name, at)),
    }
}

/// Tells whether a name is one of the program's own steps.
pub fn is_builtin(name: &str) -> bool {
    builtin(name).is_some()
}

fn builtin(name: &str) -> Option<Phase> {
    BUILTIN.iter().find(|(builtin, _)| *builtin == name).map(|(_, phase)| *phase)
}

fn placed(draft: &Draft, phase: Phase, anchor: Option<&Anchor>, out: &mut Diagnostics) -> StepConfig {
    let on = draft.on.unwrap_or(match (phase, draft.dir) {
        (Phase::Build, _) => On::Builder,
        (Phase::Package, _) | (_, Some(Dir::Build)) => On::Local,
        _ => On::Hosts,
    });
    let dir = draft.dir.unwrap_or(match on {
        On::Local | On::Builder => Dir::Build,
        On::Hosts if has_release(phase, anchor) => Dir::Release,
        On::Hosts => Dir::DeployTo,
    });
    if let Some(problem) = contradiction(on, dir, phase, anchor) {
        out.push(Diagnostic::new(&draft.at, format!("step `{}`: {problem}", draft.name)));
    }
    let Draft { name, run, roles, once, when, undo, timeout, retry, allow_failure, env, cache, .. } = draft;
    StepConfig {
        name: name.clone(),
        phase,
        anchor: anchor.cloned(),
        run: run.clone(),
        dir,
        on,
        roles: roles.clone(),
        once: *once,
        when: when.clone(),
        undo: undo.clone(),
        timeout: *timeout,
        retry: *retry,
        allow_failure: *allow_failure,
        env: env.clone(),
        cache: *cache,
    }
}

/// Tells whether the new release has its final path by then.
fn has_release(phase: Phase, anchor: Option<&Anchor>) -> bool {
    phase >= Phase::Configure && anchor != Some(&Anchor::Before("publish".to_owned()))
}

/// Tells whether the clean checkout is there by then.
fn has_checkout(phase: Phase, anchor: Option<&Anchor>) -> bool {
    phase >= Phase::Build && anchor != Some(&Anchor::Before("checkout".to_owned()))
}

fn contradiction(on: On, dir: Dir, phase: Phase, anchor: Option<&Anchor>) -> Option<&'static str> {
    if on == On::Hosts && anchor == Some(&Anchor::Before("lock".to_owned())) {
        return Some("nothing runs on a host before its lock is taken; write `after: lock`");
    }
    match (on, dir) {
        (On::Hosts, Dir::Build) => Some("`in: build` is a directory of this machine, `on: hosts` is not"),
        (On::Hosts, Dir::Release) if !has_release(phase, anchor) => {
            Some("the release is not there before `publish`")
        }
        (On::Hosts, _) => None,
        (On::Local | On::Builder, Dir::Build) if has_checkout(phase, anchor) => None,
        (On::Local | On::Builder, Dir::Build) => Some("the clean copy is not there before `checkout`"),
        (On::Local | On::Builder, _) => Some("this machine has no such directory; it runs `in: build`"),
    }
}
