//! An archive on its way from a host to the controller.

use sha2::{Digest, Sha256};

use super::scan::{Contents, scan};
use super::store::Partial;
use super::told::Told;
use crate::execute::lines::Lines;
use crate::execute::session::load;
use crate::transport::{Connection, Exit, Output, Process};

/// An archive that has arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// What the host told while it sent it.
    pub told: Told,
    /// The SHA-256 of what arrived, in hex.
    pub sha256: String,
}

/// Runs a script on a host that writes an archive to its output behind the mark `@TOKEN begin`, and
/// lines `@TOKEN NAME VALUE` to its error output. `arrived` is called with the bytes so far.
///
/// # Errors
/// A line for each reason, the most telling first.
pub async fn receive(
    connection: &Connection,
    script: &str,
    token: &str,
    into: &mut Partial,
    arrived: impl Fn(u64),
) -> Result<Received, Vec<String>> {
    let one = |reason: String| vec![reason];
    let Process { input, mut output } = connection.start().await.map_err(|error| one(error.to_string()))?;
    let program = load(&format!("set -e\n{script}"), "end of the program");
    // A host that ends early says why by its exit.
    let _sent = input.send(program.into()).await;
    let mut said = Said { prefix: format!("@{token} "), lines: Lines::default(), told: Told::default() };
    let mut body = Body { mark: format!("\n@{token} begin\n").into_bytes(), before: Some(Vec::new()) };
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    let exit = loop {
        match output.recv().await {
            Some(Output::Stdout(chunk)) => {
                let chunk = body.take(&chunk);
                into.write(&chunk).map_err(|error| one(because(&error)))?;
                digest.update(&chunk);
                bytes += chunk.len() as u64;
                arrived(bytes);
            }
            Some(Output::Stderr(chunk)) => said.take(&chunk),
            Some(Output::Exit(exit)) => break exit,
            None => break Exit::Lost("the connection is gone".to_owned()),
        }
    };
    let reason = match exit {
        Exit::Code(0) => {
            let sha256 = super::hex(&digest.finalize());
            return Ok(Received { told: said.told, sha256 });
        }
        Exit::Code(code) => format!("exit code {code}"),
        Exit::Signal(signal) => format!("killed by SIG{signal}"),
        Exit::Lost(reason) => return Err(one(reason)),
    };
    let messages = said.told.messages();
    Err(if messages.is_empty() { one(reason) } else { messages })
}

/// Reads what arrived to its end, after its checksum was compared.
///
/// # Errors
/// Why it is not good.
pub async fn verify(received: &Received, partial: &Partial) -> Result<Contents, String> {
    match &received.told.sum {
        Some(sum) if *sum == received.sha256 => {}
        Some(sum) => {
            return Err(format!("the archive arrived changed: SHA-256 is {}, not {sum}", received.sha256));
        }
        None => return Err("the host did not say the checksum of the archive".to_owned()),
    }
    let file = partial.reader().map_err(|error| because(&error))?;
    let scanned = tokio::task::spawn_blocking(move || scan(file, None)).await;
    let contents = scanned.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    if contents.sha256 == received.sha256 {
        Ok(contents)
    } else {
        Err("the archive was changed while it was written here".to_owned())
    }
}

/// Returns an error with what it came from.
fn because(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// What the host says besides the archive.
struct Said {
    prefix: String,
    lines: Lines,
    told: Told,
}

impl Said {
    fn take(&mut self, bytes: &[u8]) {
        for line in self.lines.push(bytes) {
            match line.strip_prefix(&self.prefix) {
                Some(fact) => {
                    self.told.fact(fact);
                }
                None => self.told.message(&line),
            }
        }
    }
}

/// The archive in the output: what stands before the mark is a login shell's.
struct Body {
    mark: Vec<u8>,
    before: Option<Vec<u8>>,
}

/// How much a login shell may print.
const NOISE: usize = 1 << 20;

impl Body {
    fn take(&mut self, chunk: &[u8]) -> Vec<u8> {
        let Some(mut before) = self.before.take() else { return chunk.to_vec() };
        before.extend_from_slice(chunk);
        let place = before.windows(self.mark.len()).position(|window| window == self.mark);
        match place {
            Some(place) => before.split_off(place + self.mark.len()),
            None => {
                // The mark may be cut in two.
                let surplus = before.len().saturating_sub(NOISE);
                before.drain(..surplus);
                self.before = Some(before);
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_found_behind_what_a_login_shell_prints_in_pieces_of_any_size() {
        let text = b"Welcome\n@ab\n@abc begin\nthe archive\n@abc begin\nstill";
        for size in 1..text.len() {
            let mut body = Body { mark: b"\n@abc begin\n".to_vec(), before: Some(Vec::new()) };
            let archive: Vec<u8> = text.chunks(size).flat_map(|chunk| body.take(chunk)).collect();
            assert_eq!(String::from_utf8(archive).unwrap(), "the archive\n@abc begin\nstill", "{size}");
        }
    }
}
