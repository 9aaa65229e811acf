//! Renders every template of a stage with made-up facts, before any host is touched: an undefined
//! name, an unknown filter, a value where no value can stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use minijinja::Value;

use super::inputs::{Inputs, Origin};
use super::values;
use crate::config::{Config, HostConfig, Location, StepConfig, Text, UndoConfig};
use crate::facts::{Facts, Php};
use crate::host::HostName;
use crate::release::ReleaseId;
use crate::template::{Engine, TemplateError};

/// A template that would fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The step.
    pub step: String,
    /// Where its text begins.
    pub at: Location,
    /// What is wrong, and on which line of the text.
    pub error: TemplateError,
    /// The name that was probably meant.
    pub meant: Option<String>,
}

/// Renders every template for every host and returns what fails, each mistake once.
pub fn mistakes(config: &Config, environment: &BTreeMap<String, String>) -> Vec<Mistake> {
    let (source, addresses, facts) = (Origin::default(), BTreeMap::new(), BTreeMap::new());
    let now = Timestamp::UNIX_EPOCH;
    let inputs = Inputs { config, facts: &facts, addresses: &addresses, source: &source, environment, now };
    let mut mistakes: Vec<Mistake> = Vec::new();
    for host in &config.hosts {
        let values = values::for_steps(&inputs, host, &sample(host), &ReleaseId::at(now));
        for step in &config.steps {
            let found = of_step(step, &values).into_iter();
            mistakes.extend(
                found
                    .filter_map(|mistake| (!mistakes.contains(&mistake)).then_some(mistake))
                    .collect::<Vec<_>>(),
            );
        }
    }
    mistakes
}

fn of_step(step: &StepConfig, values: &Value) -> Vec<Mistake> {
    let engine = Engine::new();
    let shell = |text: &Text| engine.shell(&step.name, &text.text, values).err();
    let plain = |text: &Text| match text.text.contains("secrets.") {
        true => shell(text),
        false => engine.plain(&step.name, &text.text, values).err(),
    };
    let mut found: Vec<(&Text, TemplateError)> = Vec::new();
    found.extend(shell(&step.run).map(|error| (&step.run, error)));
    if let UndoConfig::Run(text) = &step.undo {
        found.extend(shell(text).map(|error| (text, error)));
    }
    if let Some(when) = &step.when {
        found.extend(engine.evaluate(&when.text, values).err().map(|error| (when, error)));
    }
    found.extend(step.env.values().filter_map(|text| Some((text, plain(text)?))));
    let mistake = |(text, error): (&Text, TemplateError)| Mistake {
        step: step.name.clone(),
        at: text.at.clone(),
        meant: error.undefined.as_deref().and_then(|name| closest(name, values)),
        error,
    };
    found.into_iter().map(mistake).collect()
}

/// Returns hosts as they might be, for what is planned without asking them.
pub fn unasked(config: &Config) -> BTreeMap<HostName, Facts> {
    config.hosts.iter().map(|host| (host.name.clone(), sample(host))).collect()
}

/// A host as it might be.
fn sample(host: &HostConfig) -> Facts {
    let home = "/home/sample".to_owned();
    Facts {
        deploy_to: host.deploy_to.replacen('~', &home, 1),
        home,
        user: "sample".to_owned(),
        php: Some(Php {
            version: "8.2.0".to_owned(),
            binary: "/usr/bin/php".to_owned(),
            program: "php".to_owned(),
        }),
        ..Facts::default()
    }
}

/// Returns the known name that is most like an undefined one.
fn closest(undefined: &str, values: &Value) -> Option<String> {
    let likeness = |name: &String| strsim::jaro_winkler(undefined, name);
    let best = names(values).into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) > 0.8).then_some(best)
}

/// Returns all names, those in maps with their dots.
fn names(values: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for name in values.try_iter().into_iter().flatten() {
        if let Ok(inner) = values.get_item(&name)
            && inner.kind() == minijinja::value::ValueKind::Map
        {
            names.extend(inner.try_iter().into_iter().flatten().map(|key| format!("{name}.{key}")));
        }
        names.push(name.to_string());
    }
    names
}
