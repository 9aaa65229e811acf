//! Asking a host for its log files, and for parts of them.

use minijinja::{Value, context};

use crate::execute::session::Session;
use crate::logs::answer::{self, Reading};
use crate::logs::{Begin, Listing, Part};
use crate::template::Engine;

const LIST: &str = include_str!("../../../templates/logs-list.sh");
const READ: &str = include_str!("../../../templates/logs-read.sh");

/// Lists the files.
///
/// # Errors
/// Why the host does not answer, in words.
pub async fn list(session: &mut Session, patterns: &[String], rotated: &[String]) -> Result<Listing, String> {
    let values = context! { patterns => patterns.to_vec(), rotated => rotated.to_vec() };
    let lines = session.ask(&script("logs-list.sh", LIST, &values)?).await.map_err(|lost| lost.reason)?;
    Ok(Listing::read(&lines))
}

/// Reads parts of files.
///
/// # Errors
/// Why the host does not answer, in words.
pub async fn parts(session: &mut Session, parts: &[Part]) -> Result<Vec<Reading>, String> {
    // A log holds what visitors send: none of them can guess it.
    let token = format!("{:016x}", rand::random::<u64>());
    let parts: Vec<Value> = parts.iter().map(values).collect();
    let values = context! { token => token.as_str(), parts };
    let lines = session.ask(&script("logs-read.sh", READ, &values)?).await.map_err(|lost| lost.reason)?;
    Ok(answer::read(lines, &token))
}

fn values(part: &Part) -> Value {
    let Part { path, inode, begin, end } = part;
    let (how, from) = match begin {
        Begin::At(from) => ("between", *from),
        Begin::Last(lines) => ("last", u64::from(*lines)),
    };
    context! { how, from, path => path.as_str(), inode, end }
}

fn script(name: &str, text: &str, values: &Value) -> Result<String, String> {
    Engine::new().shell(name, text, values).map(|rendered| rendered.text).map_err(|error| error.to_string())
}
