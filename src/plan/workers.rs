//! What a person should know about processes that outlive a switch: pure.

use super::inputs::Inputs;
use crate::config::recipe;

/// Warns of Octane, whose own reload keeps it in the directory that it was started in. Whoever has changed the
/// step knows about it.
pub fn octane(inputs: &Inputs<'_>) -> Option<String> {
    let is_own = |file: &str| recipe::is_builtin_file(file);
    let reloads = |name: &str| name == "octane-reload";
    let step = inputs.config.steps.iter().find(|step| reloads(&step.name) && is_own(&step.run.at.file))?;
    let text = "Octane serves the release that it was started in, also after octane:reload, unless it was made to \
                follow `current`: have the server restarted, as with";
    let stands = inputs.source.packages.contains_key("laravel/octane");
    stands.then(|| format!("{text} `{}: {{ run: supervisorctl restart octane }}` below `steps`", step.name))
}
