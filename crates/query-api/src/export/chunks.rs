//! What is written piece by piece, sent on as the body of an answer: as fast as it is read, and never more than a few
//! chunks ahead.

use std::{
    io::{self, Write},
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::body::{Body, Bytes};
use tokio::{runtime::Handle, sync::mpsc};

/// So much is sent at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// So many chunks wait for a slow client.
const CHUNKS_MAX: usize = 4;

/// The writing end, for a thread that may block.
pub(super) struct Chunks {
    buffer: Vec<u8>,
    sent: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    /// So long may a client leave everything unread before it is cut off.
    unread_wait_max: Duration,
    cut: Cut,
}

/// Ends a body in the middle, so that a client cannot take what it has for the whole.
#[derive(Clone)]
pub(super) struct Cut {
    sent: mpsc::Sender<io::Result<Bytes>>,
    is_cut: Arc<AtomicBool>,
}

/// A body, and where it is written. To be called within the runtime.
pub(super) fn chunks(unread_wait_max: Duration) -> (Chunks, Body) {
    let (sent, mut received) = mpsc::channel(CHUNKS_MAX);
    let body = Body::from_stream(futures::stream::poll_fn(move |context| received.poll_recv(context)));
    let cut = Cut { sent: sent.clone(), is_cut: Arc::default() };
    let runtime = Handle::current();
    (Chunks { buffer: Vec::with_capacity(CHUNK_BYTES), sent, runtime, unread_wait_max, cut }, body)
}

impl Chunks {
    /// What ends the body when something fails.
    pub(super) fn cut(&self) -> Cut {
        self.cut.clone()
    }
}

impl Cut {
    /// Ends the body. What is written from now on goes nowhere.
    pub(super) fn now(&self) {
        self.is_cut.store(true, Relaxed);
        // A client that reads so slowly that there is no room is gone, or cut off with the end of its channel.
        drop(self.sent.try_send(Err(io::ErrorKind::ConnectionAborted.into())));
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cut.is_cut.load(Relaxed) {
            return Ok(bytes.len());
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() || self.cut.is_cut.load(Relaxed) {
            return Ok(());
        }
        let chunk = mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK_BYTES));
        let sent = self.runtime.block_on(self.sent.send_timeout(Ok(chunk.into()), self.unread_wait_max));
        sent.map_err(|_| {
            self.cut.is_cut.store(true, Relaxed);
            io::ErrorKind::BrokenPipe.into()
        })
    }
}
