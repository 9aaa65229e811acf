//! `export-ignore` in `.gitattributes`: what `git archive` leaves out, and Capistrano and Deployer with
//! it, is left out here, too.

/// Returns the lines that are about exports, with their numbers, as rules of gitignore.
pub(super) fn rules(text: &str) -> impl Iterator<Item = (usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, rule(line)?)))
}

fn rule(line: &str) -> Option<String> {
    let (pattern, attributes) = split(line.trim_start())?;
    // Patterns for attributes know no negation, and nothing in a folder is meant by its name and a slash.
    if pattern.starts_with(['#', '!']) || pattern.ends_with('/') {
        return None;
    }
    let last =
        attributes.split_whitespace().rfind(|word| word.trim_start_matches(['-', '!']) == "export-ignore");
    match last? {
        "export-ignore" => Some(pattern),
        _ => Some(format!("!{pattern}")),
    }
}

/// Splits a line into its pattern, which may be in quotes, and the attributes.
fn split(line: &str) -> Option<(String, &str)> {
    let Some(quoted) = line.strip_prefix('"') else {
        let (pattern, attributes) = line.split_once([' ', '\t'])?;
        return Some((pattern.to_owned(), attributes));
    };
    let (mut pattern, mut escaped) = (String::new(), false);
    for (place, char) in quoted.char_indices() {
        match char {
            '"' if !escaped => return Some((pattern, &quoted[place + 1..])),
            '\\' if !escaped => escaped = true,
            char => {
                pattern.push(char);
                escaped = false;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_archive_leaves_out_becomes_rules() {
        let text = "# about\n* text=auto\n/.github export-ignore\n*.md   diff=markdown export-ignore\n\
                    README.md -export-ignore\n\"a b.txt\" export-ignore\n/docs/ export-ignore\n\
                    !x export-ignore\nb !export-ignore\nexport-ignore\n\"open export-ignore\n";
        let found: Vec<_> = rules(text).collect();
        let expected = [(3, "/.github"), (4, "*.md"), (5, "!README.md"), (6, "a b.txt"), (9, "!b")];
        assert_eq!(found, expected.map(|(line, rule)| (line, rule.to_owned())));
    }
}
