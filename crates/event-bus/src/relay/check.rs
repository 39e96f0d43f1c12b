//! Holding the bus against the log for whoever asks, once.

use std::{sync::Arc, time::Duration};

use domain::Shard;
use event_store::Log;
use tokio::time::sleep;

use super::{audit::verify, stream::ShardStream, trouble::Trouble};
use crate::Bus;

/// So often is looked again while a relay is at work on the stream, or NATS does not answer.
const ATTEMPTS_MAX: u32 = 10;
/// The pause between.
const PAUSE: Duration = Duration::from_secs(1);

/// What the stream of a shard was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Each message is the event that the log has at its number; so many events at the end are not there yet.
    Equal {
        /// How many events the relay has yet to carry.
        behind: u64,
    },
    /// It is not, and this is why.
    Unequal(String),
}

/// Holds the last messages of a shard's stream against the log, all of them unless there are more than `messages_max`.
pub async fn check(bus: Arc<Bus>, log: Log, shard: Shard, messages_max: u64) -> Checked {
    let stream = ShardStream::new(bus, log, shard);
    let mut found = String::new();
    for _ in 0..ATTEMPTS_MAX {
        match look(&stream, messages_max).await {
            Ok(behind) => return Checked::Equal { behind },
            Err(trouble) => found = trouble.to_string(),
        }
        sleep(PAUSE).await;
    }
    Checked::Unequal(found)
}

async fn look(stream: &ShardStream, messages_max: u64) -> Result<u64, Trouble> {
    let found = stream.inspect().await?;
    let last = found.extent.last;
    let first = found.extent.first.max(last.saturating_sub_unsigned(messages_max).saturating_add(1));
    verify(stream, found.created, (first, last), Duration::ZERO).await?;
    Ok(found.head.saturating_sub(last).unsigned_abs())
}
