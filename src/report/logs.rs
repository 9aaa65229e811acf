//! Lines of logs, as they arrive from several hosts.

use std::io::{self, Write};

use serde::Serialize;

use super::printable::printable;
use super::screen::Screen;
use crate::host::HostName;

/// A line, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The host.
    pub host: HostName,
    /// The file there.
    pub file: String,
    /// The line.
    pub line: String,
}

/// How lines are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a person, behind the name of the host where there are several.
    Text,
    /// As JSON objects, one a line.
    Json,
}

/// Writes lines of logs.
#[derive(Debug)]
pub struct Logs {
    hosts: Vec<HostName>,
    form: Form,
    screen: Screen,
    /// Whether names of files stand before lines: a host has several.
    named: bool,
    widest: usize,
}

impl Logs {
    /// Takes the hosts, in the order of deploy.yml.
    pub fn new(hosts: Vec<HostName>, form: Form, screen: Screen) -> Self {
        Self { hosts, form, screen, named: false, widest: 0 }
    }

    /// Puts the names of files before lines from now on.
    pub fn name_files(&mut self) {
        self.named = true;
    }

    /// Writes a line. On a terminal it cannot do more than be read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn print(&mut self, out: &mut dyn Write, line: &LogLine) -> io::Result<()> {
        if self.form == Form::Json {
            serde_json::to_writer(&mut *out, line)?;
            writeln!(out)?;
        } else {
            let prefix = self.prefix(line);
            let text = if self.screen.terminal { printable(&line.line) } else { line.line.clone() };
            writeln!(out, "{prefix}{text}")?;
        }
        out.flush()
    }

    fn prefix(&mut self, line: &LogLine) -> String {
        let mut names = Vec::new();
        if self.hosts.len() > 1 {
            let width = self.hosts.iter().map(|host| host.as_str().len()).max().unwrap_or_default();
            names.push(format!("{:width$}", line.host));
        }
        if self.named {
            let name = printable(line.file.rsplit('/').next().unwrap_or_default());
            self.widest = self.widest.max(name.len());
            names.push(format!("{name:width$}", width = self.widest));
        }
        if names.is_empty() {
            return String::new();
        }
        let place = self.hosts.iter().position(|host| *host == line.host).unwrap_or_default();
        self.screen.paint().host(place, format!("{} |", names.join(" "))) + " "
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(hosts: &[&str], form: Form, terminal: bool, named: bool) -> String {
        let screen = Screen { terminal, ..Screen::unknown() };
        let mut logs = Logs::new(hosts.iter().map(|name| HostName::from(*name)).collect(), form, screen);
        if named {
            logs.name_files();
        }
        let mut out = Vec::new();
        for (host, file) in [("web1", "/l/laravel.log"), ("a", "/l/b.log")] {
            let line =
                LogLine { host: host.into(), file: file.to_owned(), line: "\u{1b}[2Jit\tis".to_owned() };
            logs.print(&mut out, &line).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_says_where_it_is_from_only_where_that_is_a_question() {
        assert_eq!(printed(&["web1"], Form::Text, true, false), "it    is\nit    is\n");
        assert_eq!(printed(&["web1", "a"], Form::Text, true, false), "web1 | it    is\na    | it    is\n");
        assert_eq!(
            printed(&["web1", "a"], Form::Text, true, true),
            "web1 laravel.log | it    is\na    b.log       | it    is\n"
        );
    }

    #[test]
    fn what_is_no_terminal_gets_the_line_as_it_is() {
        assert_eq!(printed(&["web1"], Form::Text, false, false), "\u{1b}[2Jit\tis\n\u{1b}[2Jit\tis\n");
        let json = printed(&["web1"], Form::Json, false, false);
        let first = json.lines().next().unwrap();
        assert_eq!(first, r#"{"host":"web1","file":"/l/laravel.log","line":"\u001b[2Jit\tis"}"#);
    }
}
