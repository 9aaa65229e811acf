//! The person's terminal: its size, and every key as it is pressed.

use std::io;

use bytes::Bytes;
use rustix::stdio::stdin;
use rustix::termios::{
    OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr,
};
use tokio::sync::mpsc;

use crate::transport::ssh::Window;

/// What is read at once.
const CHUNK: usize = 4096;

/// A terminal that hands over every key. Dropping it makes the terminal as it was.
pub struct Keyboard {
    before: Termios,
}

/// Tells whether standard input is a terminal.
pub fn is_there() -> bool {
    isatty(stdin())
}

/// Returns the size of the terminal.
pub fn window() -> Window {
    let Ok(size) = tcgetwinsize(stdin()) else {
        return Window { columns: 80, rows: 24, ..Window::default() };
    };
    Window {
        columns: size.ws_col.into(),
        rows: size.ws_row.into(),
        width: size.ws_xpixel.into(),
        height: size.ws_ypixel.into(),
    }
}

/// Returns the byte that the erase key sends.
pub fn erase() -> Option<u8> {
    tcgetattr(stdin()).ok().map(|termios| termios.special_codes[SpecialCodeIndex::VERASE])
}

impl Keyboard {
    /// Takes over the terminal: from now on no key has a meaning here.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn enter() -> io::Result<Self> {
        let keyboard = Self { before: tcgetattr(stdin())? };
        keyboard.take()?;
        Ok(keyboard)
    }

    /// Takes it over once more.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn take(&self) -> io::Result<()> {
        let mut raw = self.before.clone();
        raw.make_raw();
        // What was typed meanwhile is for the shell there.
        Ok(tcsetattr(stdin(), OptionalActions::Drain, &raw)?)
    }

    /// Gives it back.
    pub fn leave(&self) {
        // A terminal that is gone needs nothing.
        let _restored = tcsetattr(stdin(), OptionalActions::Drain, &self.before);
    }

    /// Reads keys from now on, on a thread of its own, as long as somebody takes them.
    pub fn listen() -> mpsc::Receiver<Bytes> {
        let (sender, receiver) = mpsc::channel(4);
        std::thread::spawn(move || {
            let mut buffer = [0; CHUNK];
            loop {
                match rustix::io::read(stdin(), &mut buffer) {
                    Err(rustix::io::Errno::INTR) => {}
                    Ok(count @ 1..) => {
                        let bytes = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
                        if sender.blocking_send(bytes).is_err() {
                            return;
                        }
                    }
                    Ok(0) | Err(_) => return,
                }
            }
        });
        receiver
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.leave();
    }
}
