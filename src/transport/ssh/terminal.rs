//! A command with a terminal on the host, for a person: keys go there, and what it draws comes back.
//!
//! Unlike [`session`](super::session) nothing waits here for a slow receiver: the host waits instead,
//! so that an interruption is seen soon and not behind megabytes of output.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Pty};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;

use super::link::{Link, Lost};
use super::session::name;
use crate::transport::{Exit, Output, StartError};

/// The size of a terminal; pixels are 0 where nobody knows them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Characters in a line.
    pub columns: u32,
    /// Lines.
    pub rows: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// What the host is told of the person's terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// Its kind, the value of `TERM`.
    pub term: String,
    /// Its size.
    pub window: Window,
    /// Whether it sends and shows UTF-8.
    pub utf8: bool,
    /// The byte that its erase key sends, where that is known.
    pub erase: Option<u8>,
    /// Variables of the language, `LANG` and `LC_…`: the host takes those that it likes.
    pub language: Vec<(String, String)>,
}

/// What goes to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// What was typed.
    Typed(Bytes),
    /// The terminal has another size now.
    Resized(Window),
}

/// A running command. Dropping it hangs up: the host ends what runs in the terminal.
#[derive(Debug)]
pub struct Terminal {
    /// Takes what is typed, however much is pasted. Sending fails once the command has ended.
    pub input: mpsc::UnboundedSender<Keys>,
    /// What it draws; the last is [`Output::Exit`].
    pub output: mpsc::Receiver<Output>,
}

/// Why there is no terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The host gives none to this account or key.
    #[error("the host gives no terminal")]
    Terminal,
    /// The connection is gone, or the host takes no further session.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Chunks on their way, of 32 KiB at most.
const QUEUE: usize = 4;

/// How long the host is waited for when it is left.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long the host may think about a terminal.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks for a terminal and starts the command in it. `None`: the host gives no terminal.
pub(super) async fn start(
    mut channel: Channel<Msg>,
    command: &str,
    appearance: &Appearance,
    link: Link,
    permit: OwnedSemaphorePermit,
) -> Result<Option<Terminal>, russh::Error> {
    let Appearance { term, window, utf8, erase, language } = appearance;
    let Window { columns, rows, width, height } = *window;
    let speed = [(Pty::TTY_OP_ISPEED, 38_400), (Pty::TTY_OP_OSPEED, 38_400)];
    let erase = erase.map(|byte| (Pty::VERASE, byte.into()));
    let modes: Vec<_> = speed.into_iter().chain([(Pty::IUTF8, u32::from(*utf8))]).chain(erase).collect();
    channel.request_pty(true, term, columns, rows, width, height, &modes).await?;
    if !is_given(&mut channel).await {
        // Whoever refused need not hear of it.
        let _closed = channel.close().await;
        return Ok(None);
    }
    for (name, value) in language {
        channel.set_env(false, name, value).await?;
    }
    channel.exec(true, command).await?;
    let (input, typed) = mpsc::unbounded_channel();
    let (drawn, output) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let exit = carry(channel, typed, &drawn, &link).await;
        drop(permit);
        if let Some(exit) = exit {
            // Who does not listen any more does not need to know.
            let _heard = drawn.send(Output::Exit(exit)).await;
        }
    });
    Ok(Some(Terminal { input, output }))
}

/// Waits for the host's answer about the terminal.
async fn is_given(channel: &mut Channel<Msg>) -> bool {
    let answer = async {
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) => return true,
                Some(ChannelMsg::Failure | ChannelMsg::Close) | None => return false,
                Some(_) => {}
            }
        }
    };
    timeout(PATIENCE, answer).await.unwrap_or(false)
}

/// Carries both ways until the command ends; `None`: nobody wants to see it any more.
async fn carry(
    channel: Channel<Msg>,
    typed: mpsc::UnboundedReceiver<Keys>,
    drawn: &mpsc::Sender<Output>,
    link: &Link,
) -> Option<Exit> {
    let (mut reader, writer) = channel.split();
    let mut feeding: Option<Pin<Box<_>>> = Some(Box::pin(feed(&writer, typed)));
    let (mut exit, mut refused) = (None, false);
    loop {
        tokio::select! {
            next = next(&mut reader, drawn) => match next? {
                (place, Some(ChannelMsg::Data { data })) => place.send(Output::Stdout(data)),
                (place, Some(ChannelMsg::ExtendedData { data, ext: 1 })) => place.send(Output::Stderr(data)),
                (_, Some(ChannelMsg::ExitStatus { exit_status })) => {
                    exit = Some(Exit::Code(i32::try_from(exit_status).unwrap_or(i32::MAX)));
                }
                (_, Some(ChannelMsg::ExitSignal { signal_name, .. })) => exit = Some(Exit::Signal(name(&signal_name))),
                (_, Some(ChannelMsg::Failure)) => refused = true,
                (_, Some(ChannelMsg::Close) | None) => break,
                (_, Some(_)) => {}
            },
            () = async { feeding.as_mut().expect("guarded").await }, if feeding.is_some() => feeding = None,
            () = drawn.closed() => {
                drop(feeding);
                hang_up(&mut reader, &writer).await;
                return None;
            }
        }
    }
    match exit {
        Some(exit) => Some(exit),
        None if refused => Some(Exit::Lost("the host refuses to run commands".to_owned())),
        None => {
            let reason = link.reason().await.map(Lost::words);
            Some(Exit::Lost(reason.unwrap_or_else(|| "the host closed the terminal".to_owned())))
        }
    }
}

/// Returns the next message once there is room for it; `None`: nobody wants it.
async fn next<'o>(
    reader: &mut ChannelReadHalf,
    drawn: &'o mpsc::Sender<Output>,
) -> Option<(mpsc::Permit<'o, Output>, Option<ChannelMsg>)> {
    let place = drawn.reserve().await.ok()?;
    Some((place, reader.wait().await))
}

/// Hands on what is typed, until nobody types any more.
async fn feed(writer: &ChannelWriteHalf<Msg>, mut typed: mpsc::UnboundedReceiver<Keys>) {
    while let Some(keys) = typed.recv().await {
        let sent = match keys {
            Keys::Typed(bytes) => writer.data_bytes(bytes).await,
            Keys::Resized(Window { columns, rows, width, height }) => {
                writer.window_change(columns, rows, width, height).await
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Closes the channel: the host hangs up the terminal, which ends what runs in it.
async fn hang_up(reader: &mut ChannelReadHalf, writer: &ChannelWriteHalf<Msg>) {
    let goodbye = async {
        let _closed = writer.close().await;
        while !matches!(reader.wait().await, Some(ChannelMsg::Close) | None) {}
    };
    let _in_time = timeout(GOODBYE, goodbye).await;
}
