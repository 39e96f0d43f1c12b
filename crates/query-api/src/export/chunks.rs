//! What is written piece by piece, sent on as the body of an answer: as fast as it is read, and never more than a few
//! chunks ahead.

use std::{
    io::{self, Write},
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
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
    /// Until then all of it has to be read.
    until: Instant,
    cut: Cut,
}

/// Ends a body in the middle, so that a client cannot take what it has for the whole.
#[derive(Clone)]
pub(super) struct Cut {
    sent: mpsc::Sender<io::Result<Bytes>>,
    is_cut: Arc<AtomicBool>,
}

/// A body, and where it is written. To be called within the runtime.
pub(super) fn chunks(unread_wait_max: Duration, lasts_max: Duration) -> (Chunks, Body) {
    let (sent, mut received) = mpsc::channel(CHUNKS_MAX);
    let body = Body::from_stream(futures::stream::poll_fn(move |context| received.poll_recv(context)));
    let cut = Cut { sent: sent.clone(), is_cut: Arc::default() };
    let (runtime, until) = (Handle::current(), Instant::now() + lasts_max);
    (Chunks { buffer: Vec::with_capacity(CHUNK_BYTES), sent, runtime, unread_wait_max, until, cut }, body)
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
        let left = self.until.saturating_duration_since(Instant::now());
        let sent = async {
            let sent = self.sent.send_timeout(Ok(chunk.into()), self.unread_wait_max.min(left)).await;
            sent.is_ok() && !left.is_zero()
        };
        if self.runtime.block_on(sent) {
            return Ok(());
        }
        self.cut.now();
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use tokio::task::spawn_blocking;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// Writes so many chunks to a body that is read as fast as it can be, and tells how that went, and whether it has an end.
    async fn written(chunks_number: usize, lasts_max: Duration) -> (io::Result<()>, bool) {
        let (mut chunks, body) = chunks(LONG, lasts_max);
        let writing = spawn_blocking(move || (0..chunks_number).try_for_each(|_| chunks.write_all(&[0; CHUNK_BYTES])));
        let read = to_bytes(body, usize::MAX).await;
        (writing.await.expect("written"), read.is_ok_and(|bytes| bytes.len() == chunks_number * CHUNK_BYTES))
    }

    #[tokio::test]
    async fn a_body_is_as_long_as_what_was_written_and_has_no_end_where_its_time_is_over() {
        let (whole, has_end) = written(3 * CHUNKS_MAX, LONG).await;
        assert!(whole.is_ok() && has_end, "{whole:?}");
        let (late, has_end) = written(3 * CHUNKS_MAX, Duration::ZERO).await;
        assert!(late.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) && !has_end);
    }
}
