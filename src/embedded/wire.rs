//! The wire between a client and the server: every byte goes by here, late, or not at all.
#![expect(clippy::disallowed_methods, reason = "delays are measured")]

use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use russh::server::{Config, run_stream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::account::{Client, Shared};
use super::fault::Faults;

/// Takes connections until it is aborted.
pub(super) async fn listen(
    listener: TcpListener,
    config: Arc<Config>,
    shared: Arc<Shared>,
    faults: Arc<Faults>,
) {
    // Aborted with this future.
    let mut connections = JoinSet::new();
    loop {
        // A connection that failed on its way in is no reason to stop.
        let Ok((tcp, _)) = listener.accept().await else { continue };
        let _ = tcp.set_nodelay(true);
        connections.spawn(serve(tcp, Arc::clone(&config), Arc::clone(&shared), Arc::clone(&faults)));
        while connections.try_join_next().is_some() {}
    }
}

/// More than both windows: client and server each write in the loop that reads, and would wait for
/// each other for ever if neither found room.
const BUFFER: usize = 64 << 20;

async fn serve(tcp: TcpStream, config: Arc<Config>, shared: Arc<Shared>, faults: Arc<Faults>) {
    let (near, far) = tokio::io::duplex(BUFFER);
    let cut = faults.cut();
    let session = async {
        let session = run_stream(config, far, Client::new(shared)).await?;
        session.await
    };
    tokio::select! {
        () = cut => {}
        _ = session => {}
        () = carry(tcp, near, &faults) => {}
    }
}

/// Carries bytes both ways until both sides are done.
async fn carry(tcp: TcpStream, near: DuplexStream, faults: &Faults) {
    let (from_client, to_client) = tcp.into_split();
    let (from_server, to_server) = tokio::io::split(near);
    tokio::join!(pump(from_client, to_server, faults), pump(from_server, to_client, faults));
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, faults: &Faults) {
    let (sender, mut receiver) = mpsc::channel::<(Instant, Bytes)>(1024);
    let read = async move {
        let mut buffer = BytesMut::with_capacity(64 << 10);
        while let Ok(1..) = from.read_buf(&mut buffer).await {
            faults.flowing().await;
            let due = Instant::now() + *faults.delay.borrow();
            if sender.send((due, buffer.split().freeze())).await.is_err() {
                return;
            }
            buffer.reserve(64 << 10);
        }
    };
    let write = async {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            faults.flowing().await;
            to.write_all(&bytes).await?;
        }
        to.shutdown().await
    };
    let (_, _): ((), io::Result<()>) = tokio::join!(read, write);
}
