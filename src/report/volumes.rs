//! What releases share, as volumes of containers.

use std::collections::BTreeSet;

use crate::persist::Kind;
use crate::persist::record::Entry;

/// Where images of PHP applications have the application.
const INSIDE: &str = "/var/www/html";

/// Returns a part of a compose file: a named volume for each directory, and the files bound from
/// beside it, since a volume cannot be one file.
pub fn docker_compose(application: &str, entries: &[Entry]) -> String {
    let mut names = BTreeSet::new();
    let (mut mounts, mut volumes) = (String::new(), String::new());
    for Entry { kind, path, reason } in entries {
        let source = match kind {
            Kind::Dir => {
                let name = fresh(&format!("{application}-{}", slug(path)), &mut names);
                volumes += &format!("  {name}:\n");
                name
            }
            Kind::File => format!("./{path}"),
        };
        let mount = serde_json::Value::from(format!("{source}:{INSIDE}/{path}").replace('$', "$$"));
        mounts += &format!("      - {mount} # {}\n", reason.replace('\n', " "));
    }
    let head = format!(
        "# What {application} keeps across releases. Merge it into compose.yaml; `app` is the service that\n\
         # runs PHP, with the application in {INSIDE}. A file must be there before the first start.\n"
    );
    let volumes = if volumes.is_empty() { volumes } else { format!("volumes:\n{volumes}") };
    let mounts = if mounts.is_empty() { " []\n".to_owned() } else { format!("\n{mounts}") };
    format!("{head}services:\n  app:\n    volumes:{mounts}{volumes}")
}

/// Returns a path with nothing in it that a volume's name cannot hold.
fn slug(path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = path.chars().map(plain).collect();
    text.trim_matches('-').to_owned()
}

/// Returns the name, or one like it that is not taken.
fn fresh(name: &str, taken: &mut BTreeSet<String>) -> String {
    let others = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(others);
    let name = names.find(|name| !taken.contains(name)).expect("there is no end of numbers");
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, path: &str) -> Entry {
        Entry { kind, path: path.to_owned(), reason: "a reason".to_owned() }
    }

    #[test]
    fn directories_are_volumes_with_names_of_their_own_and_files_are_bound() {
        let entries = [
            entry(Kind::Dir, "public/user uploads"),
            entry(Kind::Dir, "public/user-uploads"),
            entry(Kind::File, ".env"),
        ];
        assert_eq!(
            docker_compose("shop", &entries),
            "# What shop keeps across releases. Merge it into compose.yaml; `app` is the service that\n\
             # runs PHP, with the application in /var/www/html. A file must be there before the first start.\n\
             services:\n  app:\n    volumes:\n\
             \x20     - \"shop-public-user-uploads:/var/www/html/public/user uploads\" # a reason\n\
             \x20     - \"shop-public-user-uploads-2:/var/www/html/public/user-uploads\" # a reason\n\
             \x20     - \"./.env:/var/www/html/.env\" # a reason\n\
             volumes:\n  shop-public-user-uploads:\n  shop-public-user-uploads-2:\n"
        );
    }
}
