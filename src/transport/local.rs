//! Processes on this machine, started and ended as those on a host are.
#![expect(clippy::disallowed_methods, reason = "processes are started")]

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::{BOOTSTRAP, Exit, Output, Process, StartError};

/// This machine.
#[derive(Clone, Debug)]
pub struct Local {
    /// The directory that processes start in; `None`: that of the program.
    pub directory: Option<PathBuf>,
    /// What the environment of processes starts from.
    pub environment: Environment,
    /// More variables, set over those.
    pub variables: Vec<(OsString, OsString)>,
}

/// What the environment of processes starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The program's own.
    Inherited,
    /// Nothing.
    Clean,
}

const QUEUE: usize = 16;
const CHUNK: usize = 64 << 10;

/// The time between being asked to end and being made to.
const GRACE: Duration = Duration::from_secs(2);

impl Local {
    /// Starts [`BOOTSTRAP`] in a process group of its own.
    ///
    /// # Errors
    /// When there is no `sh`, or no such directory.
    pub fn start(&self) -> Result<Process, StartError> {
        let Self { directory, environment, variables } = self;
        let mut command = Command::new("sh");
        command.args(["-c", BOOTSTRAP]).process_group(0).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if *environment == Environment::Clean {
            command.env_clear();
        }
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = directory {
            command.current_dir(directory);
        }
        let child = command.spawn().map_err(|error| StartError { reason: error.to_string() })?;
        let (input, to_write) = mpsc::channel(QUEUE);
        let (to_read, output) = mpsc::channel(QUEUE);
        tokio::spawn(carry(child, to_write, to_read));
        Ok(Process { input, output })
    }
}

/// Carries the input and output of a process until it ends or nobody listens any more.
async fn carry(mut child: Child, input: mpsc::Receiver<Bytes>, output: mpsc::Sender<Output>) {
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let stdin = child.stdin.take().expect("it is piped");
    let stdout = child.stdout.take().expect("it is piped");
    let stderr = child.stderr.take().expect("it is piped");
    // A task of its own: it may wait for ever for a process that does not read.
    let feeding = tokio::spawn(feed(stdin, input));
    let reading = async {
        tokio::join!(
            read(stdout, &output, Output::Stdout), //
            read(stderr, &output, Output::Stderr),
        );
        child.wait().await
    };
    let ended = tokio::select! {
        status = reading => Some(status),
        () = output.closed() => None,
    };
    feeding.abort();
    match ended {
        Some(status) => {
            let exit = status.map_or_else(|error| Exit::Lost(error.to_string()), exit);
            // Who does not listen any more does not need to know.
            let _ = output.send(Output::Exit(exit)).await;
        }
        None => end(child, group).await,
    }
}

async fn feed(mut stdin: ChildStdin, mut input: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = input.recv().await {
        if stdin.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

async fn read(mut pipe: impl AsyncRead + Unpin, output: &mpsc::Sender<Output>, kind: fn(Bytes) -> Output) {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    while let Ok(1..) = pipe.read_buf(&mut buffer).await {
        if output.send(kind(buffer.split().freeze())).await.is_err() {
            return;
        }
        buffer.reserve(CHUNK);
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal_name(signal)),
        (None, None) => Exit::Lost("it ended without a code".to_owned()),
    }
}

/// Returns the name of a signal without `SIG`, as SSH sends it; a number where it has none.
pub(crate) fn signal_name(signal: i32) -> String {
    let name = match Signal::from_named_raw(signal) {
        Some(Signal::ABORT) => "ABRT",
        Some(Signal::ALARM) => "ALRM",
        Some(Signal::FPE) => "FPE",
        Some(Signal::HUP) => "HUP",
        Some(Signal::ILL) => "ILL",
        Some(Signal::INT) => "INT",
        Some(Signal::KILL) => "KILL",
        Some(Signal::PIPE) => "PIPE",
        Some(Signal::QUIT) => "QUIT",
        Some(Signal::SEGV) => "SEGV",
        Some(Signal::TERM) => "TERM",
        Some(Signal::USR1) => "USR1",
        Some(Signal::USR2) => "USR2",
        Some(Signal::BUS) => "BUS",
        Some(Signal::XCPU) => "XCPU",
        Some(Signal::XFSZ) => "XFSZ",
        _ => return signal.to_string(),
    };
    name.to_owned()
}

/// Ends a process with all that it has started.
async fn end(mut child: Child, group: Option<Pid>) {
    let Some(group) = group else { return };
    // Errors mean that nothing is left to be ended.
    let _ = kill_process_group(group, Signal::TERM);
    tokio::select! {
        _ = child.wait() => {}
        () = sleep(GRACE) => {}
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Local {
        Local { directory: None, environment: Environment::Inherited, variables: Vec::new() }
    }

    async fn run(local: &Local, line: &str, input: &'static str) -> (String, String, Exit) {
        let mut process = local.start().unwrap();
        process.input.send(format!("{line}\n{input}").into()).await.unwrap();
        drop(process.input);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        loop {
            match process.output.recv().await.unwrap() {
                Output::Stdout(bytes) => out.extend_from_slice(&bytes),
                Output::Stderr(bytes) => err.extend_from_slice(&bytes),
                Output::Exit(exit) => {
                    assert_eq!(process.output.recv().await, None);
                    return (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), exit);
                }
            }
        }
    }

    #[tokio::test]
    async fn the_first_line_is_the_program_and_the_rest_its_input() {
        let result = run(&local(), "tr a-z A-Z; echo done >&2; exit 3", "hello\n").await;
        assert_eq!(result, ("HELLO\n".to_owned(), "done\n".to_owned(), Exit::Code(3)));
    }

    #[tokio::test]
    async fn a_signal_is_told_by_its_name() {
        assert_eq!(run(&local(), "kill -TERM $$", "").await.2, Exit::Signal("TERM".to_owned()));
    }

    #[tokio::test]
    async fn the_environment_and_the_directory_are_the_callers() {
        let directory = tempfile::tempdir().unwrap();
        let local = Local {
            directory: Some(directory.path().to_owned()),
            environment: Environment::Clean,
            variables: vec![("COLOUR".into(), "red".into())],
        };
        let (out, ..) = run(&local, "pwd; echo \"$COLOUR ${HOME-none}\"", "").await;
        let directory = directory.path().canonicalize().unwrap();
        assert_eq!(out, format!("{}\nred none\n", directory.display()));
    }

    #[tokio::test]
    async fn writing_to_a_process_that_has_ended_fails_and_never_waits() {
        let mut process = local().start().unwrap();
        process.input.send("exec <&-; exit 4\n".into()).await.unwrap();
        let writing = async { while process.input.send(Bytes::from(vec![0; 1 << 20])).await.is_ok() {} };
        let reading = async {
            let exit = process.output.recv().await;
            process.output.close();
            exit
        };
        let both = async { tokio::join!(writing, reading).1 };
        let exit = tokio::time::timeout(Duration::from_secs(5), both).await.unwrap();
        assert_eq!(exit, Some(Output::Exit(Exit::Code(4))));
    }

    #[tokio::test]
    async fn a_dropped_process_ends_with_all_that_it_started() {
        let directory = tempfile::tempdir().unwrap();
        let here = Local { directory: Some(directory.path().to_owned()), ..local() };
        let mut process = here.start().unwrap();
        let line = "trap 'sleep 0.1; touch ended; exit' TERM; sleep 60 & echo $!; wait\n";
        process.input.send(line.into()).await.unwrap();
        let Some(Output::Stdout(child)) = process.output.recv().await else { panic!("no output") };
        drop(process);
        let child = String::from_utf8(child.to_vec()).unwrap().trim().parse().unwrap();
        for _ in 0..40 {
            sleep(Duration::from_millis(50)).await;
            if rustix::process::test_kill_process(Pid::from_raw(child).unwrap()).is_err() {
                break;
            }
        }
        sleep(Duration::from_millis(300)).await;
        assert!(directory.path().join("ended").exists(), "the signal was not heard");
        let (state, ..) = run(&local(), &format!("ps -o stat= -p {child}"), "").await;
        assert!(state.is_empty() || state.starts_with('Z'), "still there: {state}");
    }
}
