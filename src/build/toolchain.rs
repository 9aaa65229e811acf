//! What a machine can build with: the lines that `templates/toolchain.sh` prints there.

use std::collections::BTreeMap;

/// What a machine can build with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toolchain {
    /// The directory that builds work in, absolute.
    pub work_dir: String,
    /// The system and the processor, as `Linux x86_64`.
    pub system: String,
    /// The command that prints the SHA-256 of its input, as shell text.
    pub checksum: Option<String>,
    /// Tools that every build needs and that are not there.
    pub lacks: Vec<String>,
    /// The PHPs, in the order in which they are to be tried.
    pub php: Vec<Php>,
    /// The Composers, in that order, too.
    pub composer: Vec<Composer>,
    /// The versions of node, npm, pnpm, yarn and corepack, as far as they are there.
    pub node: BTreeMap<String, String>,
}

/// A PHP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Php {
    /// As in `8.2.29`.
    pub version: String,
    /// How it was called.
    pub name: String,
}

/// A Composer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composer {
    /// As in `2.8.1`.
    pub version: String,
    /// Whether any PHP can run it: it is no program for itself.
    pub is_php: bool,
    /// Its file, absolute.
    pub path: String,
}

impl Composer {
    /// Tells whether it is of the first version, which nobody maintains.
    pub fn is_first(&self) -> bool {
        self.version.starts_with("1.") || self.version == "1"
    }
}

impl Toolchain {
    /// Reads what a machine answered; lines of other kinds are passed over.
    pub fn parse<'l>(lines: impl IntoIterator<Item = &'l str>) -> Self {
        let mut toolchain = Self::default();
        for line in lines {
            let Some((word, rest)) = line.split_once(' ') else { continue };
            toolchain.take(word, rest);
        }
        toolchain
    }

    fn take(&mut self, word: &str, rest: &str) {
        let text = || rest.to_owned();
        match word {
            "work_dir" => self.work_dir = text(),
            "system" => self.system = text(),
            "checksum" => self.checksum = Some(text()),
            "lacks" => self.lacks.push(text()),
            "php" => self.php.extend(
                rest.split_once(' ')
                    .map(|(version, name)| Php { version: version.to_owned(), name: name.to_owned() }),
            ),
            "composer" => self.composer.extend(composer(rest)),
            "node" | "npm" | "pnpm" | "yarn" | "corepack" => {
                self.node.insert(word.to_owned(), rest.trim_start_matches('v').to_owned());
            }
            _ => {}
        }
    }
}

/// Reads `VERSION php|program PATH`.
fn composer(rest: &str) -> Option<Composer> {
    let (version, rest) = rest.split_once(' ')?;
    let (kind, path) = rest.split_once(' ')?;
    Some(Composer { version: version.to_owned(), is_php: kind == "php", path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_answers_is_read_and_what_its_login_shell_prints_is_not() {
        let toolchain = Toolchain::parse(
            "Welcome to build1\nwork_dir /home/ana/.cache/deployer\nsystem Linux x86_64\nchecksum sha256sum\nlacks gzip\n\
             php 8.2.29 php\nphp 8.3.1 php8.3\ncomposer 2.5.5 php /usr/bin/com poser\ncomposer 1.10.1 program /opt/c\n\
             node v20.1.0\nnpm 10.2.0\nphp\n"
                .lines(),
        );
        let php = |version: &str, name: &str| Php { version: version.to_owned(), name: name.to_owned() };
        let two =
            Composer { version: "2.5.5".to_owned(), is_php: true, path: "/usr/bin/com poser".to_owned() };
        let one = Composer { version: "1.10.1".to_owned(), is_php: false, path: "/opt/c".to_owned() };
        assert!(one.is_first() && !two.is_first());
        let expected = Toolchain {
            work_dir: "/home/ana/.cache/deployer".to_owned(),
            system: "Linux x86_64".to_owned(),
            checksum: Some("sha256sum".to_owned()),
            lacks: vec!["gzip".to_owned()],
            php: vec![php("8.2.29", "php"), php("8.3.1", "php8.3")],
            composer: vec![two, one],
            node: [("node", "20.1.0"), ("npm", "10.2.0")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
        };
        assert_eq!(toolchain, expected);
    }
}
