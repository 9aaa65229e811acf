//! One command of a session: `sh` in the account's home.
#![expect(clippy::disallowed_methods, reason = "processes are started")]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use bytes::{Bytes, BytesMut};
use russh::server::{Handle, Msg};
use russh::{Channel, ChannelId, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;

use super::account::Shared;
use crate::transport::local::signal_name;

/// Serves a session until its command has ended.
pub(super) async fn serve(channel: Channel<Msg>, handle: Handle, home: PathBuf, shared: &Shared) {
    let id = channel.id();
    let (mut reader, writer) = channel.split();
    if let Some(request) = request(&mut reader, &handle, id).await {
        match spawn(request, &home) {
            Ok(child) => {
                shared.sessions.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                run(child, reader, writer, &handle, shared).await;
            }
            Err(error) => {
                let _ = writer.extended_data_bytes(1, format!("{error}\n")).await;
            }
        }
    }
    // The client may be gone already.
    let _ = handle.eof(id).await;
    let _ = handle.close(id).await;
}

/// What a client asked for.
struct Request {
    command: Vec<u8>,
    variables: Vec<(String, String)>,
}

/// Waits for the command; `None` when the client left before.
async fn request(reader: &mut ChannelReadHalf, handle: &Handle, id: ChannelId) -> Option<Request> {
    let mut variables = Vec::new();
    loop {
        let (answer, accepted) = match reader.wait().await? {
            ChannelMsg::Close => return None,
            ChannelMsg::SetEnv { want_reply, variable_name, variable_value } => {
                variables.push((variable_name, variable_value));
                (want_reply, true)
            }
            ChannelMsg::Exec { want_reply, command } => {
                if want_reply {
                    let _ = handle.channel_success(id).await;
                }
                return Some(Request { command, variables });
            }
            ChannelMsg::RequestPty { want_reply, .. }
            | ChannelMsg::RequestShell { want_reply }
            | ChannelMsg::RequestSubsystem { want_reply, .. }
            | ChannelMsg::AgentForward { want_reply } => (want_reply, false),
            _ => (false, false),
        };
        let _ = match (answer, accepted) {
            (false, _) => Ok(()),
            (true, true) => handle.channel_success(id).await,
            (true, false) => handle.channel_failure(id).await,
        };
    }
}

fn spawn(request: Request, home: &Path) -> std::io::Result<Child> {
    let Request { command, variables } = request;
    Command::new("/bin/sh")
        .arg("-c")
        .arg(OsString::from_vec(command))
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(variables)
        .current_dir(home)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

async fn run(
    mut child: Child,
    reader: ChannelReadHalf,
    writer: ChannelWriteHalf<Msg>,
    handle: &Handle,
    shared: &Shared,
) {
    let id = writer.id();
    let Some(group) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) else { return };
    shared.running(group);
    let stdin = child.stdin.take().expect("it is piped");
    let stdout = child.stdout.take().expect("it is piped");
    let stderr = child.stderr.take().expect("it is piped");
    let output = async { tokio::join!(send(stdout, &writer, None), send(stderr, &writer, Some(1))) };
    // As with sshd, the end of the connection closes the pipes and kills nothing.
    let connected = tokio::select! {
        _ = output => true,
        () = listen(reader, stdin, group) => false,
    };
    let status = child.wait().await;
    shared.ended(group);
    if let (true, Ok(status)) = (connected, status) {
        tell(handle, id, status).await;
    }
}

/// Hands on what the client sends, until it closes the channel.
async fn listen(mut reader: ChannelReadHalf, stdin: ChildStdin, group: Pid) {
    // A task and a queue without end: a command that does not read must still hear signals.
    let (input, to_write) = mpsc::unbounded_channel();
    let mut input = Some(input);
    let feeding = tokio::spawn(feed(stdin, to_write));
    loop {
        match reader.wait().await {
            Some(ChannelMsg::Data { data }) => {
                if let Some(open) = &input
                    && open.send(data).is_err()
                {
                    input = None;
                }
            }
            Some(ChannelMsg::Eof) => input = None,
            Some(ChannelMsg::Signal { signal }) => {
                if let Some(signal) = known(&signal) {
                    // Errors mean that it has just ended.
                    let _ = kill_process_group(group, signal);
                }
            }
            Some(ChannelMsg::Close) | None => break,
            Some(_) => {}
        }
    }
    feeding.abort();
}

async fn feed(mut stdin: ChildStdin, mut input: mpsc::UnboundedReceiver<Bytes>) {
    while let Some(bytes) = input.recv().await {
        if stdin.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

async fn send(mut pipe: impl AsyncRead + Unpin, writer: &ChannelWriteHalf<Msg>, kind: Option<u32>) {
    const CHUNK: usize = 64 << 10;
    let mut buffer = BytesMut::with_capacity(CHUNK);
    while let Ok(1..) = pipe.read_buf(&mut buffer).await {
        let bytes = buffer.split().freeze();
        let sent = match kind {
            None => writer.data_bytes(bytes).await,
            Some(kind) => writer.extended_data_bytes(kind, bytes).await,
        };
        if sent.is_err() {
            return;
        }
        buffer.reserve(CHUNK);
    }
}

/// Tells the client how the command ended.
async fn tell(handle: &Handle, id: ChannelId, status: ExitStatus) {
    let _ = match (status.code(), status.signal()) {
        (Some(code), _) => handle.exit_status_request(id, code.cast_unsigned()).await,
        (None, signal) => {
            let name = Sig::Custom(signal_name(signal.unwrap_or_default()));
            handle.exit_signal_request(id, name, false, String::new(), String::new()).await
        }
    };
}

fn known(signal: &Sig) -> Option<Signal> {
    match signal {
        Sig::HUP => Some(Signal::HUP),
        Sig::INT => Some(Signal::INT),
        Sig::KILL => Some(Signal::KILL),
        Sig::QUIT => Some(Signal::QUIT),
        Sig::TERM => Some(Signal::TERM),
        Sig::USR1 => Some(Signal::USR1),
        _ => None,
    }
}
