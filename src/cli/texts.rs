//! What the program can print without a project: recipes, the schema, completions.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Cli, Completions, Recipes};
use super::fault::Fault;
use crate::config::{recipe, schema};

/// Lists the built-in recipes, or prints one.
///
/// # Errors
/// When there is no such recipe.
pub fn recipes(args: &Recipes) -> Result<u8, Fault> {
    let mut out = std::io::stdout().lock();
    let Some(name) = &args.name else {
        for (name, text) in recipe::builtin() {
            let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
            writeln!(out, "{name:<14} {title}")?;
        }
        return Ok(0);
    };
    match recipe::builtin().iter().find(|(known, _)| known == name) {
        Some((_, text)) => out.write_all(text.as_bytes())?,
        None => {
            return Err(
                Fault::usage(format!("there is no recipe `{name}`")).next("deployer recipes", "lists them")
            );
        }
    }
    Ok(0)
}

/// Prints the JSON Schema of deploy.yml.
///
/// # Errors
/// When it cannot be written.
pub fn schema() -> Result<u8, Fault> {
    writeln!(std::io::stdout(), "{}", schema::TEXT.trim_end())?;
    Ok(0)
}

/// Prints the completions of a shell.
///
/// # Errors
/// When they cannot be written.
pub fn completions(args: &Completions) -> Result<u8, Fault> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "deployer", &mut text);
    std::io::stdout().write_all(&text)?;
    Ok(0)
}
