//! What is to be relayed, in order and without a gap: from memory where this process committed it, else from the log.

use std::{future::pending, time::Duration, vec};

use async_nats::Subscriber;
use domain::{RawEvent, Recorded};
use event_store::{Committed, PAGE_EVENTS_MAX, Store, StoreError};
use futures::StreamExt;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        mpsc,
    },
    time::{Instant, sleep, sleep_until},
};
use tokio_util::task::AbortOnDropHandle;

use super::{stream::ShardStream, trouble::Trouble};
use crate::patience::in_time;

/// How often the log is read though nobody says that there is something to read.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// The pause after the log could not be read.
const FAILURE_PAUSE: Duration = Duration::from_millis(500);
/// So many batches wait to be sent; no more are read meanwhile.
const WAITING_BATCHES_MAX: usize = 2;

/// The events of a shard after a position, without an end.
pub(crate) struct Feed {
    batches: mpsc::Receiver<Vec<Recorded<RawEvent>>>,
    // A task of its own, so that sending never interrupts reading.
    _task: AbortOnDropHandle<()>,
}

impl Feed {
    /// Feeds what comes after `after`.
    pub async fn start(stream: &ShardStream, store: &Store, after: i64) -> Result<Self, Trouble> {
        let ping = stream.bus.topology.ping(stream.shard);
        let pings = stream.bus.client.subscribe(ping).await.map_err(Trouble::nats)?;
        let (sender, batches) = mpsc::channel(WAITING_BATCHES_MAX);
        let (stream, committed, poll_at) = (stream.clone(), store.committed(), Instant::now());
        let source = Source { stream, committed, pings, after, poll_at, sender };
        Ok(Self { batches, _task: AbortOnDropHandle::new(tokio::spawn(source.run())) })
    }

    /// The next events. None if the feed died, which it does not.
    pub async fn next(&mut self) -> Option<vec::IntoIter<Recorded<RawEvent>>> {
        self.batches.recv().await.map(Vec::into_iter)
    }
}

struct Source {
    stream: ShardStream,
    committed: Receiver<Committed>,
    pings: Subscriber,
    after: i64,
    /// When the log is read, whatever else happens meanwhile: not everybody says what they append.
    poll_at: Instant,
    sender: mpsc::Sender<Vec<Recorded<RawEvent>>>,
}

impl Source {
    async fn run(mut self) {
        loop {
            if let Err(error) = self.read_log().await {
                tracing::warn!(error = &error as &dyn std::error::Error, shard = %self.stream.shard, "log not read");
                sleep(FAILURE_PAUSE).await;
                continue;
            }
            while let Some(batch) = self.wait().await {
                if !self.hand_over(&batch).await {
                    break;
                }
            }
        }
    }

    /// Hands over everything that the log has.
    async fn read_log(&mut self) -> Result<(), StoreError> {
        loop {
            let page = in_time(self.stream.log.read_shard(self.stream.shard, self.after, PAGE_EVENTS_MAX)).await?;
            let full = i64::try_from(page.len()).is_ok_and(|events| events >= PAGE_EVENTS_MAX);
            self.send(page).await;
            if !full {
                self.poll_at = Instant::now() + POLL_INTERVAL;
                return Ok(());
            }
        }
    }

    /// Waits for a committed batch; none when the log is to be read.
    async fn wait(&mut self) -> Option<Committed> {
        tokio::select! {
            biased;
            () = sleep_until(self.poll_at) => None,
            committed = self.committed.recv() => match committed {
                Ok(batch) => Some(batch),
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => {
                    sleep(POLL_INTERVAL).await;
                    None
                }
            },
            () = news(&mut self.pings, self.after) => None,
        }
    }

    /// Hands over what this batch has of the shard. False if it begins further on: others have committed meanwhile.
    async fn hand_over(&mut self, batch: &Committed) -> bool {
        let ours = batch.iter().filter(|event| event.position.shard == self.stream.shard);
        let new: Vec<_> = ours.filter(|event| event.position.number > self.after).cloned().collect();
        let contiguous = new.first().is_none_or(|first| first.position.number == self.after + 1);
        if contiguous {
            self.send(new).await;
        }
        contiguous
    }

    async fn send(&mut self, events: Vec<Recorded<RawEvent>>) {
        if let Some(last) = events.last() {
            self.after = last.position.number;
            // Without a receiver this task is about to be ended.
            drop(self.sender.send(events).await);
        }
    }
}

/// Waits until another process announces something after this number.
async fn news(pings: &mut Subscriber, after: i64) {
    while let Some(ping) = pings.next().await {
        let head: Option<i64> = std::str::from_utf8(&ping.payload).ok().and_then(|head| head.parse().ok());
        if head.is_some_and(|head| head > after) {
            return;
        }
    }
    // The connection was closed for good.
    pending::<()>().await;
}
