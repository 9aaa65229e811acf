//! `logs:`, where the application writes its logs.

use super::fields::mismatch;
use super::value;
use crate::config::diagnostic::Diagnostics;
use crate::config::node::Node;

/// Reads a list of files or patterns, below shared data or absolute.
pub fn logs(name: &str, node: &Node, out: &mut Diagnostics) -> Option<Vec<String>> {
    let items = value::list(name, node, out)?;
    let read: Vec<Option<String>> = items.iter().map(|item| log(name, item, out)).collect();
    read.into_iter().collect()
}

fn log(name: &str, node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = value::line(name, node, out)?;
    let path = text.trim_start_matches("./");
    let below = path.strip_prefix('/').unwrap_or(path);
    if below.split('/').any(|part| matches!(part, "" | "." | "..")) || path.starts_with('~') {
        let wanted = "a file or pattern below shared/, as in storage/logs/*.log, or an absolute one";
        out.push(mismatch(name, wanted, node));
        return None;
    }
    Some(path.to_owned())
}
