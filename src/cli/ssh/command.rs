//! The command that starts a person's shell, in words that every login shell reads alike.

use minijinja::context;

use crate::execute::probe::split;
use crate::template::{Engine, quote};

const SHELL: &str = include_str!("../../../templates/shell.sh");

/// Returns the command that starts a shell in the application's directory.
///
/// Standard input is the person's terminal, so the program cannot arrive there: it is an argument, with
/// each byte that any shell could mistake as a number.
///
/// # Errors
/// A reason in words, when the directory cannot stand in a script.
pub fn shell(deploy_to: &str) -> Result<String, String> {
    let (deploy_to, below_home) = split(deploy_to);
    let values = context! { deploy_to, below_home };
    let rendered = Engine::new().shell("shell.sh", SHELL, &values).map_err(|error| error.to_string())?;
    let program = quote::octal(rendered.text.as_bytes());
    Ok(format!("exec sh -c 'eval \"$(printf %b \"$1\")\"' sh '{program}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_shell_can_mistake_a_character_of_it() {
        let command = shell("/srv/it's \"a\" $(shop) !! `x` \\ é\n").unwrap();
        let (start, program) = command.split_once("sh '").unwrap();
        assert_eq!(start, "exec sh -c 'eval \"$(printf %b \"$1\")\"' ");
        let program = program.strip_suffix('\'').unwrap();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " _-./:=+@,\\".contains(c);
        assert!(program.chars().all(is_plain), "{program}");
        assert!(program.len() < 8 << 10, "every system takes an argument of this length");
    }
}
