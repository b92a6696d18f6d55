//! Pipes, read by threads of their own: ahead of use, so that the writer need not wait, and so that waiting for
//! input can be interrupted.

use crate::interrupt::{POLL_INTERVAL, Stop};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

/// Frames, or chunks of standard input, that are read ahead.
const READ_AHEAD: usize = 4;

/// Socket buffer sizes in bytes, the largest first: room for a few large frames.
#[cfg(unix)]
const SOCKET_BUFFERS: [usize; 3] = [4 << 20, 1 << 20, 1 << 18];

/// Starts a program and returns it with its standard output.
///
/// The output goes through a socket pair: a pipe moves single pages of memory, which costs both sides more than
/// twice the time.
#[cfg(unix)]
pub fn start(mut command: Command) -> io::Result<(Child, impl Read + Send + 'static)> {
    separate(&mut command);
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    // Some systems refuse a size above their limit, others use the limit. A small buffer is slower, not wrong.
    SOCKET_BUFFERS
        .into_iter()
        .find(|&bytes| rustix::net::sockopt::set_socket_send_buffer_size(&theirs, bytes).is_ok());
    command.stdout(Stdio::from(std::os::fd::OwnedFd::from(theirs)));
    // Dropping the command closes our copy of the other end. Without that the stream would never end.
    Ok((command.spawn()?, ours))
}

/// Starts a program and returns it with its standard output.
#[cfg(not(unix))]
pub fn start(mut command: Command) -> io::Result<(Child, impl Read + Send + 'static)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((child, output))
}

/// Puts a program that is to be started in a group of its own: an interrupt of this program must not end it first,
/// and [`kill`] ends what it has started.
pub fn separate(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Reads what a program writes, and ends it; `None` after an interrupt or if it takes longer than this.
pub fn answer<T: Send + 'static>(
    child: &mut Child,
    (timeout, stop): (Duration, &Stop),
    read: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (send, answers) = channel();
    std::thread::spawn(move || send.send(read()));
    let answer = receive(&answers, (timeout, stop)).ok().flatten();
    kill(child);
    answer
}

/// What a pipe delivers: a frame, an end in the middle of a frame, or an error.
pub enum PipeItem {
    Frame(Vec<u8>),
    CutShort,
    Error(io::Error),
}

/// A thread that reads frames.
pub struct Pipe {
    items: Receiver<PipeItem>,
    used: Sender<Vec<u8>>,
    stop: Stop,
}

impl Pipe {
    /// Reads frames of `bytes` bytes.
    pub fn new(mut reader: impl Read + Send + 'static, bytes: usize, stop: Stop) -> Self {
        let (send, items) = sync_channel(READ_AHEAD);
        let (used, free) = channel::<Vec<u8>>();
        std::thread::spawn(move || read_frames(&mut reader, bytes, &send, &free));
        Self { items, used, stop }
    }

    /// The next item; `None` at the end. It is an error if nothing comes for this long.
    pub fn next(&self, timeout: Duration) -> Option<PipeItem> {
        receive(&self.items, (timeout, &self.stop))
            .unwrap_or_else(|error| Some(PipeItem::Error(error)))
    }

    /// Returns the memory of a frame for reuse.
    pub fn recycle(&self, frame: Vec<u8>) {
        // Once the thread has ended, the memory is not needed any more.
        let _ = self.used.send(frame);
    }
}

fn read_frames(
    reader: &mut impl Read,
    bytes: usize,
    send: &SyncSender<PipeItem>,
    free: &Receiver<Vec<u8>>,
) {
    loop {
        let mut frame = free.try_recv().unwrap_or_default();
        frame.clear();
        if frame.try_reserve_exact(bytes).is_err() {
            let _ = send.send(PipeItem::Error(io::ErrorKind::OutOfMemory.into()));
            return;
        }
        let item = match reader.by_ref().take(bytes as u64).read_to_end(&mut frame) {
            Ok(0) => return,
            Ok(read) if read < bytes => PipeItem::CutShort,
            Ok(_) => PipeItem::Frame(frame),
            Err(error) => PipeItem::Error(error),
        };
        let is_last = !matches!(item, PipeItem::Frame(_));
        // Nobody receives any more when the program is about to end.
        if send.send(item).is_err() || is_last {
            return;
        }
    }
}

/// Ends a program and those that it has started.
pub fn kill(child: &mut Child) {
    // It is the leader of a group of its own, see `start`, as long as it has not ended.
    #[cfg(unix)]
    if matches!(child.try_wait(), Ok(None)) {
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(child),
            rustix::process::Signal::KILL,
        );
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits until a program ends; an error after an interrupt or this long.
pub fn wait(child: &mut Child, (timeout, stop): (Duration, &Stop)) -> io::Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if stop.is_requested() {
            return Err(io::Error::other("interrupted"));
        }
        if start.elapsed() >= timeout {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "it does not end"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits for the next item; `None` at the end, an error after an interrupt or if nothing comes for this long.
pub fn receive<T>(from: &Receiver<T>, (timeout, stop): (Duration, &Stop)) -> io::Result<Option<T>> {
    let start = Instant::now();
    loop {
        match from.recv_timeout(POLL_INTERVAL) {
            Ok(item) => return Ok(Some(item)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if stop.is_requested() => {
                return Err(io::Error::other("interrupted"));
            }
            Err(RecvTimeoutError::Timeout) if start.elapsed() >= timeout => {
                let message = format!("nothing came for {} s", timeout.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// A stream that is read by a thread of its own, in chunks, such as standard input or a named pipe.
pub struct Stream {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    /// How much of the chunk has been read.
    used: usize,
    stop: Stop,
}

/// The most bytes of a chunk.
const CHUNK: usize = 1 << 20;

impl Stream {
    /// Standard input.
    pub fn stdin(stop: Stop) -> Self {
        Self::new(stop, || Ok(io::stdin().lock()))
    }

    /// A stream that the thread opens, because to open a named pipe is to wait for its writer.
    pub fn new<R: Read>(stop: Stop, open: impl FnOnce() -> io::Result<R> + Send + 'static) -> Self {
        let (send, chunks) = sync_channel(READ_AHEAD);
        std::thread::spawn(move || {
            let mut input = match open() {
                Ok(input) => input,
                Err(error) => {
                    let _ = send.send(Err(error));
                    return;
                }
            };
            loop {
                let mut chunk = vec![0; CHUNK];
                let result = input.read(&mut chunk).map(|length| {
                    chunk.truncate(length);
                    chunk
                });
                if result.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::Interrupted) {
                    continue;
                }
                let is_last = result.as_ref().map_or(true, Vec::is_empty);
                if send.send(result).is_err() || is_last {
                    return;
                }
            }
        });
        Self { chunks, chunk: Vec::new(), used: 0, stop }
    }
}

impl Read for Stream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.used == self.chunk.len() {
            let next = receive(&self.chunks, (Duration::MAX, &self.stop))?;
            self.chunk = next.transpose()?.unwrap_or_default();
            self.used = 0;
        }
        let rest = self.chunk.get(self.used..).unwrap_or(&[]);
        let length = rest.len().min(to.len());
        to[..length].copy_from_slice(&rest[..length]);
        self.used += length;
        Ok(length)
    }
}
