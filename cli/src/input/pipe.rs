//! Frames read from a pipe ahead of their use, so that whoever writes them need not wait.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// Frames that wait to be looked at.
const AHEAD: usize = 4;

/// What a pipe gives: a frame, an end in the middle of one, or an error.
pub enum Piece {
    Frame(Vec<u8>),
    Cut,
    Error(io::Error),
}

/// A thread that reads.
pub struct Pipe {
    pieces: Receiver<Piece>,
    empty: Sender<Vec<u8>>,
}

impl Pipe {
    /// Reads frames of so many bytes.
    pub fn new(mut reader: impl Read + Send + 'static, bytes: usize) -> Self {
        let (send, pieces) = sync_channel(AHEAD);
        let (empty, used) = channel::<Vec<u8>>();
        std::thread::spawn(move || read_all(&mut reader, bytes, &send, &used));
        Self { pieces, empty }
    }

    /// The next piece; nothing at the end.
    pub fn next(&self) -> Option<Piece> {
        self.pieces.recv().ok()
    }

    /// Takes back a frame's memory.
    pub fn give_back(&self, frame: Vec<u8>) {
        // Where the thread has ended it is not needed any more.
        let _ = self.empty.send(frame);
    }
}

fn read_all(
    reader: &mut impl Read,
    bytes: usize,
    send: &SyncSender<Piece>,
    used: &Receiver<Vec<u8>>,
) {
    loop {
        let mut frame = used.try_recv().unwrap_or_default();
        frame.clear();
        if frame.try_reserve_exact(bytes).is_err() {
            let _ = send.send(Piece::Error(io::ErrorKind::OutOfMemory.into()));
            return;
        }
        let piece = match reader.by_ref().take(bytes as u64).read_to_end(&mut frame) {
            Ok(0) => return,
            Ok(read) if read < bytes => Piece::Cut,
            Ok(_) => Piece::Frame(frame),
            Err(error) => Piece::Error(error),
        };
        let last = !matches!(piece, Piece::Frame(_));
        // Where nobody listens the program is about to end.
        if send.send(piece).is_err() || last {
            return;
        }
    }
}
