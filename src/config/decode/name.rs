//! Names: they end up in paths, scripts and file names, so they hold nothing that could break out.

use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};

/// Checks a name of an application, a stage, a host, a role or a step.
pub fn check(what: &str, name: &str, at: &Span, out: &mut Diagnostics) -> bool {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if !is_name {
        let message = format!("`{}` cannot be the name of {what}", name.escape_debug());
        let rule = "letters, digits, `.`, `_` and `-`, the first a letter or a digit";
        out.push(Diagnostic::new(at, message).help(rule));
    }
    is_name
}

/// Tells whether a text can name a variable or a secret.
pub fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Checks a name of a variable, a secret or an environment variable.
pub fn check_identifier(what: &str, name: &str, at: &Span, out: &mut Diagnostics) -> bool {
    let good = is_identifier(name);
    if !good {
        let message = format!("`{}` cannot be the name of {what}", name.escape_debug());
        out.push(Diagnostic::new(at, message).help("letters, digits and `_`, the first not a digit"));
    }
    good
}
