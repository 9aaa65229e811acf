//! Another path under `shared.also` of a deploy.yml: a change of its text that leaves comments and
//! layout as they are. It knows the usual shapes; the caller reads the result and compares, since
//! YAML has more.

/// Returns the text with the path added, or nothing when it has none of the usual shapes.
pub fn insert(text: &str, path: &str) -> Option<String> {
    let item = scalar(path);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(start) = lines.iter().position(|line| line.starts_with("shared:")) else {
        return Some(new_block(&lines, &item));
    };
    let value = without_comment(lines[start].strip_prefix("shared:")?);
    if value.is_empty() {
        return in_block(&lines, start, &item);
    }
    let line = in_flow_map(lines[start], &item)?;
    Some(replaced(&lines, start, &line))
}

/// Returns the lines that a person adds by hand.
pub fn by_hand(path: &str) -> String {
    format!("shared:\n  also:\n    - {}\n", scalar(path))
}

/// Writes a path as YAML: plain where nothing in it could mean anything else.
fn scalar(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let plain = path.chars().all(is_plain)
        && path.starts_with(|c: char| c.is_ascii_alphabetic())
        && (path.contains('/') || path.len() > 5);
    if plain { path.to_owned() } else { serde_json::Value::from(path).to_string() }
}

/// Puts a new block above `stages:` and the comments that belong to it, or at the end.
fn new_block(lines: &[&str], item: &str) -> String {
    let mut place = lines.iter().position(|line| line.starts_with("stages:")).unwrap_or(lines.len());
    while place > 0 && place < lines.len() && lines[place - 1].starts_with('#') {
        place -= 1;
    }
    with(lines, place, &format!("shared:\n  also:\n    - {item}\n"))
}

/// Adds to `shared:` with its keys on lines of their own.
fn in_block(lines: &[&str], start: usize, item: &str) -> Option<String> {
    let end = end_of_block(lines, start, 0);
    let first = (start + 1..end).find(|line| is_content(lines[*line]))?;
    let indent = indent(lines[first]);
    let key = format!("{}also:", " ".repeat(indent));
    let Some(also) = (first..end).find(|line| lines[*line].starts_with(&key)) else {
        let place = (first..end).rfind(|line| is_content(lines[*line]))? + 1;
        let pad = " ".repeat(indent);
        return Some(with(lines, place, &format!("{pad}also:\n{pad}  - {item}\n")));
    };
    let value = without_comment(&lines[also][key.len()..]);
    if value.starts_with('[') {
        let line = in_flow_list(lines[also], key.len(), item)?;
        return Some(replaced(lines, also, &line));
    }
    let is_item = |line: &&usize| lines[**line].trim_start().starts_with("- ");
    let below: Vec<usize> = (also + 1..end)
        .take_while(|line| !is_content(lines[*line]) || lines[*line].trim_start().starts_with("- "))
        .collect();
    let last = below.iter().rfind(is_item).filter(|_| value.is_empty())?;
    let line = lines[*last];
    Some(with(lines, last + 1, &format!("{}- {item}\n", &line[..self::indent(line)])))
}

/// Adds to `shared: { … }` on one line.
fn in_flow_map(line: &str, item: &str) -> Option<String> {
    let open = line.find('{')?;
    let close = closing(line, open)?;
    match key_in(&line[..close], open) {
        Some(also) => in_flow_list(line, also, item),
        None => {
            let inside = line[open + 1..close].trim_end();
            let comma = if inside.trim().is_empty() || inside.ends_with(',') { "" } else { "," };
            let rest = &line[close..];
            Some(format!("{}{inside}{comma} also: [{item}] {rest}", &line[..=open]))
        }
    }
}

/// Returns where the value of `also:` begins in a map that opens there.
fn key_in(line: &str, open: usize) -> Option<usize> {
    let starts = line.match_indices("also:").map(|(at, _)| at);
    let is_key = |at: &usize| {
        let before = line[open + 1..*at].trim_end();
        before.is_empty() || before.ends_with(',')
    };
    starts.filter(|at| *at > open).find(is_key).map(|at| at + "also:".len())
}

/// Adds to a list `[…]` that begins on the line, from that byte on.
fn in_flow_list(line: &str, from: usize, item: &str) -> Option<String> {
    let open = from + line[from..].find('[')?;
    if !line[from..open].trim().is_empty() {
        return None;
    }
    let close = closing(line, open)?;
    let inside = line[open + 1..close].trim_end();
    let comma = match inside.trim() {
        "" => "",
        text if text.ends_with(',') => " ",
        _ => ", ",
    };
    Some(format!("{}{inside}{comma}{item}{}", &line[..=open], &line[close..]))
}

/// Returns where the bracket closes that opens there, if it does on this line.
fn closing(line: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (at, c) in line[open..].char_indices() {
        match (quote, c) {
            (Some(mark), c) if mark == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') if depth == 1 => return Some(open + at),
            (None, ']' | '}') => depth -= 1,
            (None, '#') => return None,
            (None, _) => {}
        }
    }
    None
}

/// Returns the number of the line with which something less indented begins.
fn end_of_block(lines: &[&str], start: usize, outer: usize) -> usize {
    let ends = |line: &usize| is_content(lines[*line]) && indent(lines[*line]) <= outer;
    (start + 1..lines.len()).find(ends).unwrap_or(lines.len())
}

fn is_content(line: &str) -> bool {
    !without_comment(line).is_empty()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn without_comment(text: &str) -> &str {
    let text = text.trim();
    if text.starts_with('#') { "" } else { text.split(" #").next().unwrap_or_default().trim_end() }
}

fn replaced(lines: &[&str], at: usize, line: &str) -> String {
    let mut lines = lines.to_vec();
    lines[at] = line;
    lines.concat()
}

/// Returns the lines with more of them in front of one; a last line without an end gets one.
fn with(lines: &[&str], place: usize, more: &str) -> String {
    let mut text = lines[..place].concat();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text + more + &lines[place..].concat()
}

#[cfg(test)]
mod tests;
