//! What comes through pipes, read by threads: ahead of its use, so that whoever writes it need not wait, and
//! so that waiting for it can be given up.

use crate::interrupt;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};

/// Frames that wait to be looked at.
const AHEAD: usize = 4;

/// Bytes on their way from a program to this one, as many as the system lets there be: some large frames.
#[cfg(unix)]
const ON_THE_WAY: [usize; 3] = [4 << 20, 1 << 20, 1 << 18];

/// Starts a program, and gives what it writes to its standard output.
///
/// That goes through a pair of sockets: a pipe moves single pages of memory, and costs both sides more than twice
/// the time.
#[cfg(unix)]
pub fn start(mut command: Command) -> io::Result<(Child, impl Read + Send + 'static)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    // Some systems refuse more than they allow, others give what they allow. Less is slower, and no error.
    ON_THE_WAY
        .into_iter()
        .find(|&bytes| rustix::net::sockopt::set_socket_send_buffer_size(&theirs, bytes).is_ok());
    command.stdout(Stdio::from(std::os::fd::OwnedFd::from(theirs)));
    // With the command this program's hold on the other end is gone, so that there is an end to what is read.
    Ok((command.spawn()?, ours))
}

/// Starts a program, and gives what it writes to its standard output.
#[cfg(not(unix))]
pub fn start(mut command: Command) -> io::Result<(Child, impl Read + Send + 'static)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((child, output))
}

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
        wait(&self.pieces).unwrap_or_else(|error| Some(Piece::Error(error)))
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

/// The next thing that is sent, nothing at the end; an error where the user will not wait.
fn wait<T>(from: &Receiver<T>) -> io::Result<Option<T>> {
    loop {
        match from.recv_timeout(interrupt::LOOK) {
            Ok(sent) => return Ok(Some(sent)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if interrupt::requested() => {
                return Err(io::Error::other("interrupted"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Standard input.
pub struct Standard {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    /// How much of the chunk has been read.
    used: usize,
}

/// Bytes that are read at a time, where there are so many.
const CHUNK: usize = 1 << 20;

impl Standard {
    pub fn new() -> Self {
        let (send, chunks) = sync_channel(AHEAD);
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = input.read(&mut chunk).map(|length| {
                    chunk.truncate(length);
                    chunk
                });
                let last = read.as_ref().is_ok_and(Vec::is_empty);
                let interrupted = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted;
                if read.as_ref().is_err_and(interrupted) {
                    continue;
                }
                let failed = read.is_err();
                if last || send.send(read).is_err() || failed {
                    return;
                }
            }
        });
        Self { chunks, chunk: Vec::new(), used: 0 }
    }
}

impl Read for Standard {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.used == self.chunk.len() {
            self.chunk = wait(&self.chunks)?.transpose()?.unwrap_or_default();
            self.used = 0;
        }
        let rest = self.chunk.get(self.used..).unwrap_or(&[]);
        let length = rest.len().min(to.len());
        to[..length].copy_from_slice(&rest[..length]);
        self.used += length;
        Ok(length)
    }
}
