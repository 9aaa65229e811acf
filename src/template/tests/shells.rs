//! The shells that scripts are tried in.
#![expect(clippy::disallowed_methods, reason = "runs shells")]

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A shell of this machine.
pub struct Shell {
    pub name: &'static str,
    program: PathBuf,
    arguments: &'static [&'static str],
}

const KNOWN: [(&str, &str, &[&str]); 3] =
    [("dash", "dash", &[]), ("bash", "bash", &[]), ("busybox", "busybox", &["sh"])];

/// Returns the shells that are installed. A missing one is said, and a failure where the tests must
/// be complete.
pub fn installed() -> Vec<Shell> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let find =
        |program: &str| std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file());
    let mut shells = Vec::new();
    for (name, program, arguments) in KNOWN {
        match find(program) {
            Some(program) => shells.push(Shell { name, program, arguments }),
            None if std::env::var_os("DEPLOYER_TEST_COMPLETE").is_some() => panic!("{name} is not installed"),
            None => eprintln!("{name} is not installed: not tried in it"),
        }
    }
    shells
}

impl Shell {
    /// Runs a script with arguments, without environment or input, and returns what it prints.
    pub fn run(&self, script: &str, arguments: &[String]) -> String {
        let output = Command::new(&self.program)
            .args(self.arguments)
            .args(["-c", script, "sh"])
            .args(arguments)
            .env_clear()
            .env("PATH", "/nonexistent")
            .stdin(Stdio::null())
            .output()
            .expect("an installed shell starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// Runs each script in each shell and checks that it prints the text, byte for byte.
pub fn assert_prints(cases: &[(String, String)]) {
    // One process for all of them; a subshell keeps each from the others.
    let script: String = cases.iter().map(|(script, _)| format!("(\n{script}\n)\nprintf '\\0'\n")).collect();
    let expected: String = cases.iter().map(|(_, text)| format!("{text}\0")).collect();
    for shell in installed() {
        let printed = shell.run(&script, &[]);
        if printed != expected {
            let texts = printed.split('\0').map(Some).chain(std::iter::repeat(None));
            let (case, text) = cases
                .iter()
                .zip(texts)
                .find(|((_, expected), text)| Some(expected.as_str()) != *text)
                .unwrap();
            panic!("{} prints {text:?} for {case:?}", shell.name);
        }
    }
}
