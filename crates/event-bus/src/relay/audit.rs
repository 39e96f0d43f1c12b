//! Reading a stream back and holding it against the log.

use std::time::Duration;

use domain::{EventId, RawEvent, Recorded};
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::{stream::ShardStream, trouble::Trouble};
use crate::{
    arrivals::{Arrivals, Surprise},
    damage::Damage,
};

/// So many events are compared at a time.
const PAGE_EVENTS: i64 = 1_000;
/// The pause after each such page, so that reading a whole stream gets in nobody's way: 100,000 in a few seconds.
const PAUSE: Duration = Duration::from_millis(25);
/// A message that is there is delivered within this.
const DELIVERY_WAIT_MAX: Duration = Duration::from_secs(2);

/// The reading back of a whole stream, beside everything else.
pub(crate) struct Audit(Option<AbortOnDropHandle<Result<(), Trouble>>>);

impl Audit {
    pub const fn none() -> Self {
        Self(None)
    }

    /// Begins to read this range, and forgets what was begun before.
    pub fn begin(&mut self, stream: &ShardStream, first: i64, last: i64) {
        let stream = stream.clone();
        let task = tokio::spawn(async move { verify(&stream, first, last, PAUSE).await });
        self.0 = Some(AbortOnDropHandle::new(task));
    }

    /// What came of it, once.
    pub async fn outcome(&mut self) -> Result<(), Trouble> {
        let Some(task) = &mut self.0 else { return std::future::pending().await };
        let outcome = task.await;
        self.0 = None;
        outcome.unwrap_or(Err(Trouble::Unsure("the audit died")))
    }
}

/// Holds the messages from `first` to `last`, which are all there, against the log.
pub(crate) async fn verify(stream: &ShardStream, first: i64, last: i64, pause: Duration) -> Result<(), Trouble> {
    let mut due = first;
    let mut arrivals = None;
    while due <= last {
        let limit = PAGE_EVENTS.min(last - due + 1);
        let page = stream.log.read_shard(stream.shard, due - 1, limit).await?;
        if page.is_empty() {
            return Err(Damage::Ahead.into());
        }
        let source = match arrivals.take() {
            Some(source) => source,
            None => open(stream, due).await?,
        };
        match compare(source, &page).await? {
            Compared::Same(source) => {
                due = page.last().map_or(due, |event| event.position.number + 1);
                arrivals = Some(source);
            }
            Compared::NotThere(number, damage) => {
                // It may have been discarded meanwhile, being older than what is kept.
                let first_now = stream.inspect().await?.extent.first;
                if first_now <= number {
                    return Err(damage.into());
                }
                due = first_now;
            }
        }
        sleep(pause).await;
    }
    Ok(())
}

enum Compared {
    Same(Arrivals),
    /// The message with this number does not come.
    NotThere(i64, Damage),
}

async fn open(stream: &ShardStream, due: i64) -> Result<Arrivals, Trouble> {
    Arrivals::open(&stream.bus, stream.shard, stream.stamp.clone(), due - 1).await.map_err(Trouble::Nats)
}

async fn compare(mut arrivals: Arrivals, page: &[Recorded<RawEvent>]) -> Result<Compared, Trouble> {
    for event in page {
        let number = event.position.number;
        match timeout(DELIVERY_WAIT_MAX, arrivals.next()).await {
            Ok(Ok(arrival)) if same(arrival.event.id, event.id) => {}
            Ok(Ok(_)) => return Err(Damage::OtherEvent.into()),
            Ok(Err(Surprise::Foreign)) => return Err(Damage::Foreign.into()),
            Ok(Err(Surprise::Gap)) => return Ok(Compared::NotThere(number, Damage::Hole)),
            Ok(Err(Surprise::Failed(error))) => return Err(Trouble::Nats(error)),
            Err(_) => return Ok(Compared::NotThere(number, Damage::Unreadable)),
        }
    }
    Ok(Compared::Same(arrivals))
}

/// With our hash on the message, the id says it all; and it does not depend on how this version writes an event.
fn same(found: EventId, wanted: EventId) -> bool {
    found == wanted
}
