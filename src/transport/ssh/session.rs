//! One process of a connection: a task that carries its input and output.
//!
//! It always reads: a channel that nobody reads would block the whole connection. What the receiver
//! has not taken yet waits here. And it never writes without reading: the far side may have ended,
//! and then nobody makes room for what is still to be written.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;

use super::link::{Link, Lost};
use crate::transport::{Exit, Output, Process};

/// What may wait for a slow receiver. Behind it the connection waits with all its processes.
const MAX_BACKLOG: usize = 256 << 20;

/// Chunks on their way, of whatever size they were sent in.
const QUEUE: usize = 16;

/// How long a process that was signalled is listened to.
const GOODBYE: Duration = Duration::from_secs(10);

/// Starts to carry the input and output of a process that was asked for.
pub(super) fn start(channel: Channel<Msg>, link: Link, permit: OwnedSemaphorePermit) -> Process {
    let (input, to_write) = mpsc::channel(QUEUE);
    let (to_read, output) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut session = Session { backlog: VecDeque::new(), size: 0, exit: None, refused: false, link };
        match session.carry(channel, to_write, &to_read).await {
            End::Closed => {
                drop(permit);
                session.deliver(&to_read).await;
            }
            End::Dropped => drop(permit),
        }
    });
    Process { input, output }
}

struct Session {
    backlog: VecDeque<Output>,
    size: usize,
    exit: Option<Exit>,
    refused: bool,
    link: Link,
}

/// How the carrying ended.
enum End {
    /// The channel is closed.
    Closed,
    /// Nobody wants the output.
    Dropped,
}

impl Session {
    async fn carry(
        &mut self,
        channel: Channel<Msg>,
        input: mpsc::Receiver<Bytes>,
        output: &mpsc::Sender<Output>,
    ) -> End {
        let (mut reader, writer) = channel.split();
        let mut feeding: Option<Pin<Box<_>>> = Some(Box::pin(feed(&writer, input)));
        loop {
            tokio::select! {
                message = reader.wait(), if self.size < MAX_BACKLOG => match message {
                    Some(ChannelMsg::Close) | None => return End::Closed,
                    Some(message) => self.take(message),
                },
                // The input is dropped with its future, so that who sends learns of the end.
                () = async { feeding.as_mut().expect("guarded").await }, if feeding.is_some() => feeding = None,
                place = output.reserve(), if !self.backlog.is_empty() => {
                    let (Ok(place), Some(chunk)) = (place, self.next()) else { continue };
                    place.send(chunk);
                }
                () = output.closed() => {
                    drop(feeding);
                    stop(&mut reader, &writer).await;
                    return End::Dropped;
                }
            }
        }
    }

    fn take(&mut self, message: ChannelMsg) {
        match message {
            ChannelMsg::Data { data } => self.keep(Output::Stdout(data)),
            ChannelMsg::ExtendedData { data, ext: 1 } => self.keep(Output::Stderr(data)),
            ChannelMsg::ExitStatus { exit_status } => {
                // A code is a byte; what does not fit is no code of ours.
                self.exit = Some(Exit::Code(i32::try_from(exit_status).unwrap_or(i32::MAX)));
            }
            ChannelMsg::ExitSignal { signal_name, .. } => self.exit = Some(Exit::Signal(name(&signal_name))),
            ChannelMsg::Failure => self.refused = true,
            _ => {}
        }
    }

    fn keep(&mut self, output: Output) {
        self.size += size(&output);
        self.backlog.push_back(output);
    }

    fn next(&mut self) -> Option<Output> {
        let output = self.backlog.pop_front()?;
        self.size -= size(&output);
        Some(output)
    }

    /// Hands over what is left, and the end.
    async fn deliver(mut self, output: &mpsc::Sender<Output>) {
        while let Some(chunk) = self.next() {
            if output.send(chunk).await.is_err() {
                return;
            }
        }
        let exit = match self.exit.take() {
            Some(exit) => exit,
            None => Exit::Lost(self.lost().await),
        };
        // Who does not listen any more does not need to know.
        let _ = output.send(Output::Exit(exit)).await;
    }

    async fn lost(&self) -> String {
        if self.refused {
            return "the host refuses to run commands".to_owned();
        }
        let reason = self.link.reason().await.map(Lost::words);
        reason.unwrap_or_else(|| "the host closed the session without an exit code".to_owned())
    }
}

fn size(output: &Output) -> usize {
    match output {
        Output::Stdout(bytes) | Output::Stderr(bytes) => bytes.len(),
        Output::Exit(_) => 0,
    }
}

/// Writes the input and closes it. It may never come back: see the top of this file.
async fn feed(writer: &ChannelWriteHalf<Msg>, mut input: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = input.recv().await {
        if writer.data_bytes(bytes).await.is_err() {
            return;
        }
    }
    let _ = writer.eof().await;
}

/// Ends the remote process: closing the channel alone would leave it running.
async fn stop(reader: &mut ChannelReadHalf, writer: &ChannelWriteHalf<Msg>) {
    let goodbye = async {
        let _ = writer.signal(Sig::TERM).await;
        let _ = writer.close().await;
        while !matches!(reader.wait().await, Some(ChannelMsg::Close) | None) {}
    };
    let _ = timeout(GOODBYE, goodbye).await;
}

/// Returns the name of a signal without `SIG`.
pub(super) fn name(signal: &Sig) -> String {
    match signal {
        Sig::Custom(name) => name.clone(),
        known => format!("{known:?}"),
    }
}
