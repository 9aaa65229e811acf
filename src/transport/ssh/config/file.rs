//! A smaller reader of ssh's configuration, for machines without ssh: `Host` with patterns and
//! negation, `Include`, `=`. It refuses `Match` rather than to guess. Pure: files are read by the
//! function that the caller gives.

use super::{Options, words};
use crate::transport::ssh::pattern;

/// Gives the texts of the files that an `Include` names, in order.
pub(in crate::transport::ssh) type Include<'a> = &'a dyn Fn(&str) -> Result<Vec<String>, String>;

// As ssh has it.
const DEEPEST_INCLUDE: usize = 16;

/// Reads the options of one host from the text of a configuration.
///
/// # Errors
/// A line that cannot be read, or that this reader does not know how to follow.
pub(in crate::transport::ssh) fn options(
    text: &str,
    host: &str,
    include: Include<'_>,
) -> Result<Options, String> {
    let mut options = Options::default();
    read(text, host, include, &mut options, 0)?;
    Ok(options)
}

fn read(
    text: &str,
    host: &str,
    include: Include<'_>,
    options: &mut Options,
    depth: usize,
) -> Result<(), String> {
    if depth > DEEPEST_INCLUDE {
        return Err("files include each other".to_owned());
    }
    let mut applies = true;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = split(line).ok_or_else(|| format!("line {}: no value", number + 1))?;
        match name.as_str() {
            "host" => applies = pattern::any(words(value).iter().map(String::as_str), host),
            "match" => {
                return Err(format!("line {}: Match needs the ssh program, which was not found", number + 1));
            }
            "include" if applies => {
                for text in words(value).iter().map(|name| include(name)).collect::<Result<Vec<_>, _>>()? {
                    text.iter().try_for_each(|text| read(text, host, include, options, depth + 1))?;
                }
            }
            _ if applies => options.push(&name, &unquoted(&name, value)),
            _ => {}
        }
    }
    Ok(())
}

/// Splits `Name value`, `Name=value` and `Name = value`.
fn split(line: &str) -> Option<(String, &str)> {
    let end = line.find(|char: char| char.is_whitespace() || char == '=')?;
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let value = rest.strip_prefix('=').unwrap_or(rest).trim();
    if value.is_empty() { None } else { Some((name.to_ascii_lowercase(), value)) }
}

/// Takes the quotes off a value that is one word; lists of files keep them.
fn unquoted(name: &str, value: &str) -> String {
    if name.ends_with("knownhostsfile") || name == "proxycommand" {
        return value.to_owned();
    }
    words(value).into_iter().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
# globals
User = ana
Host web* !web9
    HostName %h.example.com
    IdentityFile \"~/.ssh/my key\"
    IdentityFile ~/.ssh/second
    Port=2222
Host *
    Include more
    Port 22
";

    fn no_files(_: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    #[test]
    fn the_first_value_counts_and_key_files_add_up() {
        let options = options(CONFIG, "web1", &no_files).unwrap();
        assert_eq!(options.get("port"), Some("2222"));
        assert_eq!(options.get("user"), Some("ana"));
        assert_eq!(options.get("hostname"), Some("%h.example.com"));
        let files: Vec<_> = options.all("identityfile").collect();
        assert_eq!(files, ["~/.ssh/my key", "~/.ssh/second"]);
    }

    #[test]
    fn a_negated_pattern_leaves_the_block_out() {
        let options = options(CONFIG, "web9", &no_files).unwrap();
        assert_eq!((options.get("port"), options.get("hostname")), (Some("22"), None));
    }

    #[test]
    fn a_file_is_included_where_it_stands() {
        let include = |name: &str| {
            assert_eq!(name, "more");
            Ok(vec!["Port 7\nHost other\nUser nobody".to_owned()])
        };
        let options = options(CONFIG, "db", &include).unwrap();
        assert_eq!((options.get("port"), options.get("user")), (Some("7"), Some("ana")));
    }

    #[test]
    fn match_is_refused_rather_than_guessed() {
        let error = options("User a\nMatch user b\nUser c", "web1", &no_files).unwrap_err();
        assert_eq!(error, "line 2: Match needs the ssh program, which was not found");
    }

    #[test]
    fn files_that_include_each_other_are_an_error() {
        let include = |_: &str| Ok(vec!["Include self".to_owned()]);
        assert_eq!(options("Include self", "h", &include).unwrap_err(), "files include each other");
    }
}
