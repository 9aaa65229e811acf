//! What releases share: paths, why, and how much it is.

use std::io::{self, Write};

use serde::Serialize;

use super::groups::{grouped, listed};
use super::measure::{number_of, size};
use super::next;
use super::printable::printable;
use super::screen::Screen;
use super::table::table;
use crate::event::Next;
use crate::host::HostName;
use crate::persist::record::{Entry, Exclusion};

/// No column is cut: a reason that cannot be read is none.
const WHOLE: usize = usize::MAX;

/// What a stage shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The name of the application.
    pub application: String,
    /// The stage.
    pub stage: String,
    /// What is shared.
    pub shared: Vec<Measured>,
    /// What in `public/` is not.
    pub not_shared: Vec<Exclusion>,
}

/// A shared path with what the hosts have there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// The path.
    #[serde(flatten)]
    pub entry: Entry,
    /// How much it is on each host.
    pub hosts: Vec<(HostName, Amount)>,
}

/// How much data a host has somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// Nothing is there.
    Missing,
    /// Something is.
    There {
        /// The space that it takes.
        bytes: u64,
        /// The files in it.
        files: u64,
    },
}

/// Prints what a stage shares.
///
/// # Errors
/// When the text cannot be written.
pub fn print(out: &mut dyn Write, kept: &Kept, screen: &Screen) -> io::Result<()> {
    let paint = screen.paint();
    let (application, stage, dot) = (&kept.application, &kept.stage, paint.dot());
    let count = number_of(kept.shared.len(), "shared path");
    writeln!(out, "{application} {dot} {stage} {dot} {count}\n")?;
    let rows: Vec<_> = kept.shared.iter().flat_map(rows).collect();
    out.write_all(table(["shared", "size", "files", "hosts", "why"], &rows, WHOLE, screen).as_bytes())?;
    if !kept.not_shared.is_empty() {
        let row = |exclusion: &Exclusion| [printable(&exclusion.path), printable(&exclusion.reason)];
        let rows: Vec<_> = kept.not_shared.iter().map(row).collect();
        writeln!(out)?;
        out.write_all(table(["not shared", "why"], &rows, WHOLE, screen).as_bytes())?;
    }
    let next = [
        (format!("deployer persist {stage} --verify"), "looks whether all of it is in reach"),
        (format!("deployer persist {stage} --add PATH"), "shares one more"),
    ];
    let next = next.map(|(run, why)| Next { run, why: why.to_owned() });
    out.write_all(next::block(&next, paint).as_bytes())
}

/// Returns a line for each amount, with the hosts that have so much.
fn rows(measured: &Measured) -> Vec<[String; 5]> {
    let Measured { entry, hosts } = measured;
    let line = |(amount, on): (Amount, Vec<HostName>)| {
        let (size, files) = match amount {
            Amount::Missing => ("missing".to_owned(), String::new()),
            Amount::There { bytes, files } => (size(bytes), files.to_string()),
        };
        [printable(&entry.path), size, files, listed(&on, " "), printable(&entry.reason)]
    };
    grouped(hosts.iter().map(|(host, amount)| (*amount, host.clone()))).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persist::Kind;

    #[test]
    fn hosts_that_have_as_much_share_a_line() {
        let host = |name: &str| HostName::new(name.to_owned());
        let entry =
            |path: &str| Entry { kind: Kind::Dir, path: path.to_owned(), reason: "a reason".to_owned() };
        let much = Amount::There { bytes: 4096, files: 2 };
        let kept = Kept {
            application: "shop".to_owned(),
            stage: "test".to_owned(),
            shared: vec![
                Measured { entry: entry("storage"), hosts: vec![(host("web1"), much), (host("web2"), much)] },
                Measured {
                    entry: entry("media"),
                    hosts: vec![(host("web1"), much), (host("web2"), Amount::Missing)],
                },
            ],
            not_shared: vec![Exclusion {
                path: "public/build".to_owned(),
                reason: "a build makes it".to_owned(),
            }],
        };
        let mut out = Vec::new();
        print(&mut out, &kept, &Screen::unknown()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "shop - test - 2 shared paths\n\n\
             \x20 shared    size      files   hosts       why\n\
             \x20 storage   4 kB      2       web1 web2   a reason\n\
             \x20 media     4 kB      2       web1        a reason\n\
             \x20 media     missing           web2        a reason\n\n\
             \x20 not shared     why\n\
             \x20 public/build   a build makes it\n\n\
             Next\n\
             \x20 deployer persist test --verify      looks whether all of it is in reach\n\
             \x20 deployer persist test --add PATH    shares one more\n"
        );
    }
}
