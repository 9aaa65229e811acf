//! Where a host's logs are looked for.

use crate::facts::Facts;

/// The record that the program keeps for people.
pub const RECORD: &str = "deployment.log";

/// Returns the patterns of `logs:` for a host: below shared data, and in the live release, where logs of
/// an application are that shares none.
pub fn of_stage(logs: &[String], facts: &Facts) -> Vec<String> {
    let layout = facts.layout();
    let below = |root: String| {
        let root = literal(&root);
        logs.iter().map(move |log| if log.starts_with('/') { log.clone() } else { format!("{root}/{log}") })
    };
    let mut patterns: Vec<String> = Vec::new();
    for pattern in below(layout.shared()).chain(below(layout.current())) {
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    patterns
}

/// Returns the patterns that a person named, from the application's directory.
pub fn named(files: &[String], facts: &Facts) -> Vec<String> {
    let from = |root: &str, rest: &str| format!("{}/{rest}", literal(root));
    let place = |file: &String| match file.strip_prefix("~/") {
        Some(rest) => from(&facts.home, rest),
        None if file.starts_with('/') => file.clone(),
        None => from(facts.layout().deploy_to(), file.trim_start_matches("./")),
    };
    files.iter().map(place).collect()
}

/// Returns the patterns of the files that a rotation makes of a file: `x.log.1`, `x.log-20261129`.
pub fn rotated(path: &str) -> [String; 2] {
    let path = literal(path);
    [format!("{path}.*"), format!("{path}-*")]
}

/// Returns the pattern that only this path fits.
pub fn literal(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for character in path.chars() {
        match character {
            '*' | '?' | '[' => pattern.extend(['[', character, ']']),
            // Between brackets it would still be read as a sign.
            '\\' => pattern.push_str("\\\\"),
            other => pattern.push(other),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_begin_where_the_application_is() {
        let facts =
            Facts { home: "/home/ana".to_owned(), deploy_to: "/srv/a[1]*".to_owned(), ..Facts::default() };
        let logs = ["storage/logs/*.log".to_owned(), "/var/log/x".to_owned()];
        assert_eq!(
            of_stage(&logs, &facts),
            [
                "/srv/a[[]1][*]/shared/storage/logs/*.log",
                "/var/log/x",
                "/srv/a[[]1][*]/current/storage/logs/*.log"
            ]
        );
        let files = ["./shared/*.log", "~/error_log", "/var/log/x"].map(str::to_owned);
        assert_eq!(
            named(&files, &facts),
            ["/srv/a[[]1][*]/shared/*.log", "/home/ana/error_log", "/var/log/x"]
        );
        assert_eq!(rotated("/l/a.log"), ["/l/a.log.*", "/l/a.log-*"]);
    }
}
