//! Reading a stream back and holding it against the log.

use std::time::Duration;

use domain::{RawEvent, Recorded};
use tokio::time::{sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::{
    stream::{Created, ShardStream},
    trouble::Trouble,
};
use crate::{
    arrivals::{Arrivals, Surprise},
    damage::Damage,
    patience::in_time,
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
    pub fn begin(&mut self, stream: &ShardStream, created: Created, range: (i64, i64)) {
        let stream = stream.clone();
        let task = tokio::spawn(async move { verify(&stream, created, range, PAUSE).await });
        self.0 = Some(AbortOnDropHandle::new(task));
    }

    /// Whether nothing is being read back.
    pub const fn is_over(&self) -> bool {
        self.0.is_none()
    }

    /// What came of it, once.
    pub async fn outcome(&mut self) -> Result<(), Trouble> {
        let Some(task) = &mut self.0 else { return std::future::pending().await };
        let outcome = task.await;
        self.0 = None;
        outcome.unwrap_or(Err(Trouble::Unsure("the audit died")))
    }
}

/// Holds the messages of this making of the stream from `first` to `last`, which it has, against the log.
pub(crate) async fn verify(
    stream: &ShardStream,
    created: Created,
    (first, last): (i64, i64),
    pause: Duration,
) -> Result<(), Trouble> {
    if first > last {
        return Ok(());
    }
    let mut due = first;
    let mut arrivals = open(stream, due).await?;
    while due <= last {
        let limit = PAGE_EVENTS.min(last - due + 1);
        let page = in_time(stream.log.read_shard(stream.shard, due - 1, limit)).await?;
        let end = page.last().ok_or(Damage::Ahead)?.position.number;
        match compare(&mut arrivals, &page).await? {
            None => due = end + 1,
            Some((number, damage)) => {
                due = discarded(stream, created, number, damage).await?;
                arrivals = open(stream, due).await?;
            }
        }
        sleep(pause).await;
    }
    Ok(())
}

async fn open(stream: &ShardStream, due: i64) -> Result<Arrivals, Trouble> {
    Arrivals::open(&stream.bus, stream.shard, stream.stamp.clone(), due - 1).await.map_err(Trouble::Nats)
}

/// Compares the next messages with these events. Some, if the message of that number does not come.
async fn compare(arrivals: &mut Arrivals, page: &[Recorded<RawEvent>]) -> Result<Option<(i64, Damage)>, Trouble> {
    for event in page {
        let number = event.position.number;
        match timeout(DELIVERY_WAIT_MAX, arrivals.next()).await {
            // With our hash on the message, the id says it all; and it does not depend on how an event is written.
            Ok(Ok(arrival)) if arrival.event.id == event.id => {}
            Ok(Ok(_)) => return Err(Damage::OtherEvent.into()),
            Ok(Err(Surprise::Foreign)) => return Err(Damage::Foreign.into()),
            Ok(Err(Surprise::Gap)) => return Ok(Some((number, Damage::Hole))),
            Ok(Err(Surprise::Failed(error))) => return Err(Trouble::Nats(error)),
            Err(_) => return Ok(Some((number, Damage::Unreadable))),
        }
    }
    Ok(None)
}

/// Where to go on if a message is no longer there since it is older than what is kept. Anything else is damage.
async fn discarded(stream: &ShardStream, created: Created, number: i64, damage: Damage) -> Result<i64, Trouble> {
    let found = stream.inspect().await?;
    if found.created != created || found.extent.last < number {
        return Err(Trouble::Unsure("the stream changed while it was read"));
    }
    if found.extent.first <= number { Err(damage.into()) } else { Ok(found.extent.first) }
}
