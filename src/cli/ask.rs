//! Asking the person at the terminal, one question at a time.

use std::sync::{Arc, Mutex, PoisonError};

use console::Term;

use crate::secret::SecretValue;
use crate::transport::ssh::{Ask, Question};

/// Asks for passphrases and passwords without showing what is typed. Ten hosts that take the same
/// key ask once.
pub fn on_terminal() -> Ask {
    let answers: Mutex<Vec<(Question, SecretValue)>> = Mutex::default();
    Ask(Arc::new(move |question| {
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, answer)) = answers.iter().find(|(asked, _)| asked == question) {
            return Some(answer.clone());
        }
        let text = match question {
            Question::Passphrase { path } => format!("passphrase of {}: ", path.display()),
            Question::Password { account } => format!("password for {account}: "),
        };
        let term = Term::stderr();
        term.write_str(&text).ok()?;
        let answer = term.read_secure_line().ok()?;
        let answer = (!answer.is_empty()).then(|| SecretValue::new(answer))?;
        answers.push((question.clone(), answer.clone()));
        Some(answer)
    }))
}

/// Asks for one of these words to be typed; anything else is no.
pub fn typed(question: &str, words: &[&str]) -> bool {
    let term = Term::stderr();
    let asked = term.write_str(&format!("{question}: "));
    asked.is_ok() && term.read_line().is_ok_and(|answer| words.contains(&answer.trim()))
}

/// Asks a question that is answered with yes or no; anything but yes is no.
pub fn confirm(question: &str) -> bool {
    let term = Term::stderr();
    let asked = term.write_str(&format!("{question} [y/N] "));
    asked.is_ok() && term.read_line().is_ok_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Asks for one of several names, by number or by name; `None`: it was none of them.
pub fn choose(question: &str, names: &[&str]) -> Option<usize> {
    let term = Term::stderr();
    let list: String =
        names.iter().enumerate().map(|(place, name)| format!("  {}  {name}\n", place + 1)).collect();
    term.write_str(&format!("{list}{question} ")).ok()?;
    let answer = term.read_line().ok()?;
    let answer = answer.trim();
    let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.filter(|place| *place < names.len()).or_else(|| names.iter().position(|name| *name == answer))
}
