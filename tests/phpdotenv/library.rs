//! One PHP process that reads one file after another.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Read;
use crate::part::{missing, program};

/// The library, waiting for files.
pub struct Library {
    php: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Library {
    /// Starts it, where it is installed.
    pub fn start() -> Option<Self> {
        let php = program("php")?;
        if !Path::new("/usr/share/php/Dotenv/autoload.php").is_file() {
            missing("php-vlucas-phpdotenv");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/phpdotenv/read.php");
        let mut command = Command::new(php);
        command
            .args(["-d", "display_errors=stderr"])
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut php = command.spawn().unwrap();
        let (input, output) = (php.stdin.take(), BufReader::new(php.stdout.take().unwrap()));
        Some(Self { php, input, output })
    }

    /// Reads a file.
    pub fn read(&mut self, file: &[u8]) -> Read {
        writeln!(self.input.as_mut().unwrap(), "{}", STANDARD.encode(file)).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&line).unwrap();
        match answer.get("error") {
            Some(error) => Err(error.as_str().unwrap().to_owned()),
            None => {
                let pairs: Vec<(String, Option<String>)> =
                    serde_json::from_value(answer["values"].clone()).unwrap();
                Ok(pairs.into_iter().collect())
            }
        }
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        self.input = None;
        let _ended = self.php.wait();
    }
}
