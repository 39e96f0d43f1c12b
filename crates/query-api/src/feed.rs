//! What happens now: one unfiltered subscription a shard, fanned out in memory to whoever listens. While nobody does, there
//! is none: to bring events to a process that drops them is work for it and for NATS.

use std::{collections::BTreeMap, convert::Infallible, error::Error, sync::Arc, time::Duration};

use domain::{RawEvent, Recorded, Shard};
use event_bus::{Bus, Subscription};
use event_store::Log;
use futures::{FutureExt, future::join_all};
use tokio::{
    sync::{Notify, broadcast, watch},
    time::{sleep, timeout},
};

/// So many events are taken from the subscription at once at most.
const BATCH_EVENTS_MAX: usize = 1_000;
/// So long is waited for a first event before looking around.
const IDLE_WAIT: Duration = Duration::from_secs(1);
/// The pause after a failure.
const FAILURE_PAUSE: Duration = Duration::from_millis(500);
/// So long does a listener wait for a feed that wakes up.
const WAKE_WAIT_MAX: Duration = Duration::from_secs(5);

/// What bounds an open stream of events.
#[derive(Clone, Copy, Debug)]
pub struct FeedLimits {
    /// How often an idle stream says that it is alive, and where it stands.
    pub heartbeat_interval: Duration,
    /// So many events a listener may be behind before it is cut off; it resumes from the log.
    pub listener_events_max: usize,
    /// So long may a client leave everything unread before it is cut off.
    pub unread_wait_max: Duration,
    /// So long after the last one left, somebody may come back, as a page that is loaded anew does; then the feed sleeps.
    pub linger: Duration,
}

/// What holds but in tests.
impl Default for FeedLimits {
    fn default() -> Self {
        Self {
            heartbeat_interval: Duration::from_secs(10),
            listener_events_max: 4_096,
            unread_wait_max: Duration::from_secs(30),
            linger: Duration::from_secs(10),
        }
    }
}

/// The live end of the log. Cheap to clone.
#[derive(Clone)]
pub struct Feed {
    pub(crate) limits: FeedLimits,
    shards: Arc<BTreeMap<Shard, ShardFeed>>,
}

struct ShardFeed {
    events: broadcast::Sender<Arc<Recorded<RawEvent>>>,
    /// The last event that was fanned out; what comes later is still to come. None while the feed sleeps.
    position: watch::Sender<Option<i64>>,
    /// Somebody has begun to listen.
    wake: Notify,
}

/// One who listens to a shard.
pub(crate) struct Listener {
    /// Everything before this, and this, is in the log and will not be heard.
    pub since: i64,
    events: broadcast::Receiver<Arc<Recorded<RawEvent>>>,
    position: watch::Receiver<Option<i64>>,
}

/// The listener was too slow, the feed does not wake up, or it has ended.
pub(crate) struct CutOff;

impl Feed {
    /// A feed, and the task that keeps it going.
    pub fn new(bus: &Arc<Bus>, log: &Log, limits: FeedLimits) -> (Self, impl Future<Output = ()> + Send + use<>) {
        let asleep = |shard| (shard, ShardFeed::asleep(limits.listener_events_max));
        let feed = Self { limits, shards: Arc::new(log.shards().map(asleep).collect()) };
        let following = log.shards().map(|shard| feed.clone().follow(bus.clone(), log.clone(), shard));
        (feed.clone(), join_all(following.collect::<Vec<_>>()).map(drop))
    }

    /// Listens to a shard from now on.
    pub(crate) async fn listen(&self, shard: Shard) -> Result<Listener, CutOff> {
        let feed = self.shards.get(&shard).ok_or(CutOff)?;
        // In this order: what is fanned out in between is heard, and known to be old.
        let events = feed.events.subscribe();
        let mut position = feed.position.subscribe();
        feed.wake.notify_one();
        let awake = timeout(WAKE_WAIT_MAX, position.wait_for(Option::is_some)).await;
        let since = awake.ok().and_then(Result::ok).and_then(|position| *position).ok_or(CutOff)?;
        Ok(Listener { since, events, position })
    }

    async fn follow(self, bus: Arc<Bus>, log: Log, shard: Shard) {
        let Some(feed) = self.shards.get(&shard) else { return };
        loop {
            feed.heard().await;
            let interrupted = tokio::select! {
                Err(interrupted) = feed.fan_out(&bus, &log, shard) => interrupted,
                () = feed.left(self.limits.linger) => continue,
            };
            tracing::warn!(error = &*interrupted, %shard, "live feed interrupted");
            sleep(FAILURE_PAUSE).await;
        }
    }
}

impl ShardFeed {
    fn asleep(listener_events_max: usize) -> Self {
        let events = broadcast::Sender::new(listener_events_max);
        Self { events, position: watch::Sender::new(None), wake: Notify::new() }
    }

    /// Tells what happens after what it told last; after the log's head, if it slept.
    async fn fan_out(
        &self,
        bus: &Arc<Bus>,
        log: &Log,
        shard: Shard,
    ) -> Result<Infallible, Box<dyn Error + Send + Sync>> {
        let told = *self.position.borrow();
        let after = match told {
            Some(told) => told,
            None => log.head(shard).await?.number,
        };
        let mut subscription = Subscription::open(bus.clone(), log.clone(), shard, after).await?;
        self.position.send_replace(Some(after));
        loop {
            for event in subscription.next_batch(BATCH_EVENTS_MAX, IDLE_WAIT).await? {
                let number = event.position.number;
                // Nobody listening is fine.
                drop(self.events.send(Arc::new(event)));
                self.position.send_replace(Some(number));
            }
        }
    }

    /// Returns when somebody listens. Where it was interrupted, and everybody has left since, it sleeps until then: who comes
    /// next begins at the log's head.
    async fn heard(&self) {
        while self.events.receiver_count() == 0 {
            self.fall_asleep();
            self.wake.notified().await;
        }
    }

    /// Returns when nobody has listened for a while, and the feed sleeps.
    async fn left(&self, linger: Duration) {
        loop {
            self.events.closed().await;
            sleep(linger).await;
            if self.fall_asleep() {
                return;
            }
        }
    }

    /// Forgets the position if nobody listens, and tells whether it did. Under the lock of the position, which who listens reads
    /// after it is counted: it is counted here, or reads there that the feed sleeps.
    fn fall_asleep(&self) -> bool {
        self.position.send_if_modified(|position| self.events.receiver_count() == 0 && position.take().is_some())
    }
}

impl Listener {
    /// The next event of the shard, whatever workspace it belongs to.
    pub(crate) async fn next(&mut self) -> Result<Arc<Recorded<RawEvent>>, CutOff> {
        self.events.recv().await.map_err(|_| CutOff)
    }

    /// The last event of the shard that was fanned out, once none is waiting to be heard.
    pub(crate) fn position(&self) -> Option<i64> {
        let position = *self.position.borrow();
        position.filter(|_| self.events.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINGER: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn who_listens_to_a_feed_that_does_not_wake_is_told_so_in_time() {
        let shard = Shard(0);
        let shards = Arc::new(BTreeMap::from([(shard, ShardFeed::asleep(1))]));
        let feed = Feed { limits: FeedLimits::default(), shards };
        let begun = tokio::time::Instant::now();
        assert!(feed.listen(shard).await.is_err());
        assert_eq!(begun.elapsed(), WAKE_WAIT_MAX);
        assert!(feed.listen(Shard(1)).await.is_err(), "there is no such shard");
        let wakes = async {
            feed.shards[&shard].wake.notified().await;
            feed.shards[&shard].position.send_replace(Some(7));
        };
        let (listener, ()) = tokio::join!(feed.listen(shard), wakes);
        assert_eq!(listener.map(|it| it.since).ok(), Some(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_feed_that_was_interrupted_and_left_begins_anew() {
        let feed = ShardFeed::asleep(1);
        feed.position.send_replace(Some(7));
        assert!(timeout(LINGER, feed.heard()).await.is_err(), "nobody listens");
        assert_eq!(*feed.position.borrow(), None);
        feed.position.send_replace(Some(7));
        let _listening = feed.events.subscribe();
        assert!(timeout(LINGER, feed.heard()).await.is_ok());
        assert_eq!(*feed.position.borrow(), Some(7), "who is there is told what comes next");
    }

    #[tokio::test(start_paused = true)]
    async fn a_feed_sleeps_once_nobody_has_listened_for_a_while() {
        let feed = ShardFeed::asleep(1);
        feed.position.send_replace(Some(7));
        let listening = feed.events.subscribe();
        assert!(timeout(LINGER * 3, feed.left(LINGER)).await.is_err(), "somebody listens");
        drop(listening);
        let left = async {
            feed.left(LINGER).await;
            *feed.position.borrow()
        };
        let back = async {
            sleep(LINGER / 2).await;
            feed.events.subscribe()
        };
        let (left, back) = tokio::join!(timeout(LINGER * 3, left), back);
        assert!(left.is_err() && *feed.position.borrow() == Some(7), "somebody came back in time");
        drop(back);
        assert!(timeout(LINGER * 3, feed.left(LINGER)).await.is_ok());
        assert_eq!(*feed.position.borrow(), None);
    }
}
