//! The time in which the terminal belongs to a shell on a host.

use std::io::{self, Write};

use bytes::Bytes;
use rustix::process::{Signal as Number, getpid, kill_process};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use super::escape::Escape;
use super::keyboard::{self, Keyboard};
use super::modes::Modes;
use crate::transport::ssh::{Keys, Terminal};
use crate::transport::{Exit, Output};

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The shell ended with this code.
    Code(i32),
    /// A signal killed the shell.
    Killed {
        /// Its name, without `SIG`.
        name: String,
        /// Its number here; 0 where it has none.
        number: u8,
    },
    /// The person left by `~.`.
    Left,
    /// The connection was lost, in words.
    Lost(String),
    /// A signal with this number was sent to this program.
    Signal(u8),
}

/// Carries keys to the host and drawings back until either side has enough. The terminal is as it was
/// when this returns, however it ends.
///
/// # Errors
/// When signals cannot be listened to.
pub async fn talk(terminal: Terminal, keyboard: Keyboard) -> io::Result<Ended> {
    let mut signals = Signals::listen()?;
    let Terminal { input, mut output } = terminal;
    let mut typed = Keyboard::listen();
    let (mut escape, mut modes) = (Escape::default(), Modes::default());
    let ended = loop {
        tokio::select! {
            drawn = output.recv() => match drawn {
                Some(Output::Stdout(bytes) | Output::Stderr(bytes)) => {
                    modes.take(&bytes);
                    draw(&bytes);
                }
                Some(Output::Exit(exit)) => break ended(exit),
                None => break Ended::Lost("the connection is gone".to_owned()),
            },
            keys = typed.recv() => match keys {
                Some(bytes) => if press(&mut escape, &bytes, &input) { break Ended::Left },
                None => break Ended::Signal(number(Number::HUP)),
            },
            heard = signals.next() => match heard {
                Heard::Resized => send(&input, Keys::Resized(keyboard::window())),
                Heard::Stop => {
                    pause(&keyboard)?;
                    send(&input, Keys::Resized(keyboard::window()));
                }
                Heard::End(signal) => break Ended::Signal(number(signal)),
            },
        }
    };
    // A shell that ended by itself has tidied up; its prompt's marks are not for the next one, either.
    draw(modes.undo().as_bytes());
    drop(keyboard);
    if !matches!(ended, Ended::Code(_)) {
        draw(b"\n");
    }
    Ok(ended)
}

/// Hands on what was typed; `true`: the person leaves.
fn press(escape: &mut Escape, bytes: &Bytes, input: &mpsc::UnboundedSender<Keys>) -> bool {
    let typed = escape.take(bytes);
    if !typed.keys.is_empty() {
        send(input, Keys::Typed(typed.keys.into()));
    }
    typed.leaves
}

/// Never waits: a host that does not take keys must not keep the person from leaving.
fn send(input: &mpsc::UnboundedSender<Keys>, keys: Keys) {
    // A shell that has ended is told by its exit.
    let _taken = input.send(keys);
}

/// A terminal that is gone is told by a signal.
fn draw(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _drawn = out.write_all(bytes).and_then(|()| out.flush());
}

/// Stops this program until somebody continues it; the terminal is the shell's meanwhile.
fn pause(keyboard: &Keyboard) -> io::Result<()> {
    keyboard.leave();
    kill_process(getpid(), Number::STOP)?;
    keyboard.take()
}

fn ended(exit: Exit) -> Ended {
    match exit {
        Exit::Code(code) => Ended::Code(code),
        Exit::Signal(name) => {
            let known = [
                ("HUP", Number::HUP),
                ("INT", Number::INT),
                ("QUIT", Number::QUIT),
                ("ABRT", Number::ABORT),
                ("KILL", Number::KILL),
                ("SEGV", Number::SEGV),
                ("PIPE", Number::PIPE),
                ("ALRM", Number::ALARM),
                ("TERM", Number::TERM),
            ];
            let number =
                known.into_iter().find(|(known, _)| *known == name).map_or(0, |(_, known)| number(known));
            Ended::Killed { name, number }
        }
        Exit::Lost(reason) => Ended::Lost(reason),
    }
}

fn number(signal: Number) -> u8 {
    u8::try_from(signal.as_raw()).unwrap_or_default()
}

/// What this program is told by signals.
enum Heard {
    Resized,
    Stop,
    End(Number),
}

struct Signals {
    window: Signal,
    stop: Signal,
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            window: signal(SignalKind::window_change())?,
            stop: signal(SignalKind::from_raw(Number::TSTP.as_raw()))?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.window.recv() => Heard::Resized,
            _ = self.stop.recv() => Heard::Stop,
            _ = self.interrupt.recv() => Heard::End(Number::INT),
            _ = self.quit.recv() => Heard::End(Number::QUIT),
            _ = self.terminate.recv() => Heard::End(Number::TERM),
            _ = self.hangup.recv() => Heard::End(Number::HUP),
        }
    }
}
