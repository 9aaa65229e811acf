//! Tests of the module as a whole: what real shells make of the scripts, and what is refused.

mod places;
mod programs;
mod refusals;
mod rendering;
mod secrets;
mod shells;
mod soup;

use minijinja::context;

use super::Engine;

/// Everything a shell could take for its own.
const HOSTILE: &str = "it's \"q\" $HOME $(echo ran >&2; exit 7) `echo ran`\\ \n; exit 7 #{a,b} ~ !! * ? [a] \
     -n %s\\n ${x} $((1)) && || | < > ( ) ;; esac \t'\"";

/// Renders a script with `value` in its context.
fn render(template: &str, value: &str) -> Result<String, String> {
    let rendered = Engine::new().shell("step", template, &context! { value });
    rendered.map(|rendered| rendered.text).map_err(|error| error.to_string())
}
