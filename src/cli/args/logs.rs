//! The words of `deployer logs`.

use std::ffi::OsString;

use clap::{Args as ClapArgs, CommandFactory};

use super::Cli;

/// `deployer logs`.
#[derive(Debug, ClapArgs)]
pub struct Logs {
    /// The stage.
    pub stage: String,
    /// Only these files or patterns, from the application's directory, instead of those of `logs:` in
    /// deploy.yml.
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Go on with what is added, until Ctrl-C. Behind `logs`, -f means this and not --file.
    #[arg(short = 'F', long)]
    pub follow: bool,
    /// Begin with so many lines of each file.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    pub lines: u32,
    /// The record that this program keeps on each host, deployment.log, instead.
    #[arg(long, conflicts_with = "files")]
    pub deploy: bool,
}

/// Takes `-f` behind `logs` for what it means to everybody who has ever typed `tail -f`: elsewhere it
/// names deploy.yml.
pub fn as_meant(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let cli = Cli::command();
    let takes_value = |word: &str| {
        let named = |arg: &&clap::Arg| {
            arg.get_long().is_some_and(|long| word.strip_prefix("--") == Some(long))
                || arg.get_short().is_some_and(|short| word == format!("-{short}"))
        };
        cli.get_arguments().find(named).is_some_and(|arg| arg.get_action().takes_values())
    };
    let (mut is_value, mut command, mut ended) = (true, None::<bool>, false);
    let meant = |word: OsString| {
        let text = word.to_str().unwrap_or_default().to_owned();
        ended |= text == "--";
        if command == Some(true) && !ended && !is_value && text.starts_with("-f") {
            return OsString::from(format!("-F{}", &text[2..]));
        }
        // The first word is the program.
        let was_value = std::mem::replace(&mut is_value, takes_value(&text) || text == "-n");
        if command.is_none() && !was_value && !text.starts_with('-') {
            command = Some(text == "logs");
        }
        word
    };
    words.into_iter().map(meant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(line: &str) -> String {
        let words = as_meant(line.split(' ').map(OsString::from));
        words.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn f_follows_behind_logs_and_names_a_file_elsewhere() {
        assert_eq!(meant("deployer logs production -f"), "deployer logs production -F");
        assert_eq!(meant("deployer logs production -fn 20"), "deployer logs production -Fn 20");
        assert_eq!(meant("deployer -f logs logs production -f"), "deployer -f logs logs production -F");
        assert_eq!(meant("deployer --host logs run -f x.yml"), "deployer --host logs run -f x.yml");
        assert_eq!(meant("deployer logs p --host -f"), "deployer logs p --host -f");
        assert_eq!(meant("deployer logs p -- -f"), "deployer logs p -- -f");
        assert_eq!(meant("deployer run production -f x.yml"), "deployer run production -f x.yml");
    }
}
