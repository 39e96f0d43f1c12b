//! What happens now: one unfiltered subscription a shard, fanned out in memory to whoever listens.

use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};

use domain::{Position, RawEvent, Recorded, Shard};
use event_bus::{Bus, Subscription};
use event_store::{Log, StoreError};
use futures::{FutureExt, future::join_all};
use tokio::{
    sync::{broadcast, watch},
    time::sleep,
};

/// So many events are taken from the subscription at once at most.
const BATCH_EVENTS_MAX: usize = 1_000;
/// So long is waited for a first event before looking around.
const IDLE_WAIT: Duration = Duration::from_secs(1);
/// The pause after a failure.
const FAILURE_PAUSE: Duration = Duration::from_millis(500);

/// What bounds an open stream of events.
#[derive(Clone, Copy, Debug)]
pub struct FeedLimits {
    /// How often an idle stream says that it is alive, and where it stands.
    pub heartbeat_interval: Duration,
    /// So many events a listener may be behind before it is cut off; it resumes from the log.
    pub listener_events_max: usize,
    /// So long may a client leave everything unread before it is cut off.
    pub unread_wait_max: Duration,
}

/// What holds but in tests.
impl Default for FeedLimits {
    fn default() -> Self {
        Self {
            heartbeat_interval: Duration::from_secs(10),
            listener_events_max: 4_096,
            unread_wait_max: Duration::from_secs(30),
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
    /// The last event that was fanned out; what comes later is still to come.
    position: watch::Sender<i64>,
}

/// One who listens to a shard.
pub(crate) struct Listener {
    /// Everything before this, and this, is in the log and will not be heard.
    pub since: i64,
    events: broadcast::Receiver<Arc<Recorded<RawEvent>>>,
    position: watch::Receiver<i64>,
}

/// The listener was too slow, or the feed has ended.
pub(crate) struct CutOff;

impl Feed {
    /// A feed that begins at the log's heads, and the task that keeps it going.
    pub async fn start(
        bus: Arc<Bus>,
        log: Log,
        limits: FeedLimits,
    ) -> Result<(Self, impl Future<Output = ()> + Send), StoreError> {
        let mut shards = BTreeMap::new();
        for shard in log.shards() {
            let position = watch::Sender::new(log.head(shard).await?.number);
            shards.insert(shard, ShardFeed { events: broadcast::Sender::new(limits.listener_events_max), position });
        }
        let feed = Self { limits, shards: Arc::new(shards) };
        let following = log.shards().map(|shard| feed.clone().follow(bus.clone(), log.clone(), shard));
        Ok((feed.clone(), join_all(following.collect::<Vec<_>>()).map(drop)))
    }

    /// Listens to a shard from now on.
    pub(crate) fn listen(&self, shard: Shard) -> Option<Listener> {
        let feed = self.shards.get(&shard)?;
        // In this order: what is fanned out in between is heard, and known to be old.
        let events = feed.events.subscribe();
        let position = feed.position.subscribe();
        let since = *position.borrow();
        Some(Listener { since, events, position })
    }

    async fn follow(self, bus: Arc<Bus>, log: Log, shard: Shard) {
        let Some(feed) = self.shards.get(&shard) else { return };
        loop {
            let after = *feed.position.borrow();
            if let Err(error) = fan_out(feed, bus.clone(), log.clone(), Position { shard, number: after }).await {
                tracing::warn!(error = &*error, %shard, "live feed interrupted");
            }
            sleep(FAILURE_PAUSE).await;
        }
    }
}

async fn fan_out(
    feed: &ShardFeed,
    bus: Arc<Bus>,
    log: Log,
    after: Position,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut subscription = Subscription::open(bus, log, after.shard, after.number).await?;
    loop {
        for event in subscription.next_batch(BATCH_EVENTS_MAX, IDLE_WAIT).await? {
            let number = event.position.number;
            // Nobody listening is fine.
            drop(feed.events.send(Arc::new(event)));
            feed.position.send_replace(number);
        }
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
        self.events.is_empty().then_some(position)
    }
}
