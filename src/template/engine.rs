//! Renders templates and evaluates expressions.

use std::collections::BTreeSet;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, Value};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Expression, Output, State, Template, UndefinedBehavior,
};

use super::sink::Sink;
use super::words::Words;
use super::{TemplateError, names, quote, raw, secret, version};
use crate::secret::SecretName;

/// Instructions that one rendering may take: some ten thousand turns of a loop.
const FUEL: u64 = 1_000_000;

/// A rendered script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The text, for a POSIX shell.
    pub text: String,
    /// The secrets whose variables it reads.
    pub secrets: BTreeSet<SecretName>,
}

/// Renders templates, in which `{{ … }}` is an expression, `{% … %}` a tag and `{# … #}` a comment
/// (with its blanks: `${#name}` is shell).
#[derive(Debug)]
pub struct Engine {
    environment: Environment<'static>,
}

impl Engine {
    /// Makes an engine. It can be used any number of times.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder()
            .comment_delimiters("{# ", " #}")
            .keep_trailing_newline(true)
            .build()
            .expect("the delimiters differ");
        environment.set_syntax(syntax);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_debug(true);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_formatter(write_plainly);
        environment.add_filter("raw", |value: &Value| raw::filter(value));
        environment.add_filter("at_least", version::at_least);
        for filter in ["join", "tojson", "zip", "chain", "groupby"] {
            environment.add_filter(filter, strict(filter));
        }
        for filter in ["safe", "escape", "e", "pprint"] {
            environment.remove_filter(filter);
        }
        for test in ["safe", "escaped"] {
            environment.remove_test(test);
        }
        environment.remove_global("debug");
        Self { environment }
    }

    /// Renders a script: every value is quoted for the place it stands in, and a list outside of
    /// quotes becomes several words. `| raw` asks for text that is not quoted.
    ///
    /// # Errors
    /// When the template is not valid or reads an undefined name, when a value cannot stand where
    /// the template puts it, and when a quote, a parenthesis or the like stays open.
    pub fn shell(&self, name: &str, text: &str, context: &Value) -> Result<Rendered, TemplateError> {
        let sink = Sink::new(text);
        let mut environment = self.environment.clone();
        let values = sink.clone();
        environment.set_formatter(move |out, state, value| {
            refuse_escaping(state)?;
            values.insert(out, value)
        });
        let template = compile(&environment, name, text)?;
        template.render_captured_to(context, sink.clone()).map_err(|error| match sink.refusal() {
            Some((refusal, offset)) => TemplateError::at(name, text, offset, refusal),
            None => TemplateError::of(name, text, &error),
        })?;
        let written = sink.finish();
        let written = written.map_err(|(refusal, offset)| TemplateError::at(name, text, offset, refusal))?;
        Ok(Rendered { text: written.text, secrets: written.secrets })
    }

    /// Renders a text that is no script: nothing is quoted, and no secret may stand in it.
    ///
    /// # Errors
    /// When the template is not valid or reads an undefined name, and when a value is no text.
    pub fn plain(&self, name: &str, text: &str, context: &Value) -> Result<String, TemplateError> {
        let template = compile(&self.environment, name, text)?;
        template.render(context).map_err(|error| TemplateError::of(name, text, &error))
    }

    /// Evaluates an expression, as in `when: facts.first_deploy and "web" in host.roles`. Empty
    /// texts, lists and maps, zero and null are false.
    ///
    /// # Errors
    /// When the expression is not valid or reads an undefined name.
    pub fn evaluate(&self, expression: &str, context: &Value) -> Result<bool, TemplateError> {
        let failed = |error: &Error| TemplateError::of(expression, expression, error);
        let value = self.expression(expression)?.eval(context).map_err(|error| failed(&error))?;
        if secret::referred(&value).is_some() {
            return Err(failed(&Error::new(ErrorKind::InvalidOperation, "a secret is no condition")));
        }
        if value.is_undefined() {
            let detail = format!("`{}` is undefined", expression.trim());
            return Err(failed(&Error::new(ErrorKind::UndefinedError, detail)));
        }
        Ok(value.is_true())
    }

    /// Returns the names that a template cannot do without, dotted as in `host.name`; those of
    /// branches that are not taken are among them, and those with a `default` are not.
    ///
    /// # Errors
    /// When the template is not valid.
    pub fn undeclared(&self, text: &str) -> Result<BTreeSet<String>, TemplateError> {
        let template = compile(&self.environment, "template", text)?;
        Ok(self.without_globals(names::needed(text, template.undeclared_variables(true))))
    }

    /// Returns the names that an expression cannot do without: see [`Self::undeclared`].
    ///
    /// # Errors
    /// When the expression is not valid.
    pub fn undeclared_in_expression(&self, expression: &str) -> Result<BTreeSet<String>, TemplateError> {
        let undeclared = self.expression(expression)?.undeclared_variables(true);
        Ok(self.without_globals(names::needed(expression, undeclared)))
    }

    fn expression<'a>(&'a self, text: &'a str) -> Result<Expression<'a, 'a>, TemplateError> {
        self.environment.compile_expression(text).map_err(|error| TemplateError::of(text, text, &error))
    }

    fn without_globals(&self, mut names: BTreeSet<String>) -> BTreeSet<String> {
        for (global, _) in self.environment.globals() {
            names.remove(global);
        }
        names
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

fn compile<'a>(
    environment: &'a Environment<'a>,
    name: &'a str,
    text: &'a str,
) -> Result<Template<'a, 'a>, TemplateError> {
    if let Some(offset) = half_comment(text) {
        return Err(TemplateError::at(name, text, offset, "a comment has blanks inside: `{# like this #}`"));
    }
    environment.template_from_named_str(name, text).map_err(|error| TemplateError::of(name, text, &error))
}

// What other engines take for a comment would end up in the script.
fn half_comment(text: &str) -> Option<usize> {
    let mut starts = text.match_indices("{#").map(|(offset, _)| offset);
    starts.find(|&offset| !text[..offset].ends_with('$') && !text[offset..].starts_with("{# "))
}

fn write_plainly(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    refuse_escaping(state)?;
    let refused = |why: String| Error::new(ErrorKind::InvalidOperation, why);
    let text = match Words::of(value)? {
        Words::Many(_) => return Err(refused("a list is no text: use `| join(' ')`".to_owned())),
        one @ Words::One(_) => one.text().ok_or_else(|| refused(PLAIN_SECRET.to_owned()))?,
    };
    Ok(out.write_str(quote::without_nul(&text).map_err(|error| refused(error.to_string()))?)?)
}

const PLAIN_SECRET: &str = "a secret can only stand in commands";

// These filters of the engine take an undefined value for nothing or null, even where it is strict.
fn strict(filter: &'static str) -> impl Fn(Rest<Value>) -> Result<Value, Error> + Send + Sync + 'static {
    move |arguments: Rest<Value>| {
        if arguments.iter().any(Value::is_undefined) {
            return Err(Error::new(ErrorKind::UndefinedError, "the value is undefined"));
        }
        Environment::new().empty_state().apply_filter(filter, &arguments)
    }
}

fn refuse_escaping(state: &State<'_, '_>) -> Result<(), Error> {
    match state.auto_escape() {
        AutoEscape::None => Ok(()),
        _ => Err(Error::new(
            ErrorKind::InvalidOperation,
            "`autoescape` has no meaning here: values are quoted",
        )),
    }
}
