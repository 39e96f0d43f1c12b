//! The messages of a stream, in order from a position: an ordered pull consumer that gives up at the first surprise.
//!
//! Who reads the log wherever this gives up misses nothing. So nothing is retried here, and no state is kept in NATS.

use std::{cmp::Ordering, time::Duration};

use async_nats::{
    Message,
    jetstream::consumer::{AckPolicy, DeliverPolicy, pull},
};
use domain::{RawEvent, Recorded, Shard};
use futures::{FutureExt, StreamExt};
use tokio::task::unconstrained;

use crate::{
    Bus,
    message::Stamp,
    topology::{number, sequence},
};

/// So many messages are under way to us at most, and half as many before more are asked for.
const PULL_MESSAGES_MAX: usize = 1_000;
/// So long a pull lasts before it is renewed.
const PULL_LASTS: Duration = Duration::from_secs(30);
/// So often the server says that it has nothing; two such times without a word, and the consumer is given up.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// So long after we went away does the server forget the consumer.
const FORGET_AFTER: Duration = Duration::from_secs(30);

/// The messages of a stream after a position.
pub(crate) struct Arrivals {
    messages: pull::Stream,
    due: Due,
}

/// What is due, and how it is recognised.
struct Due {
    number: i64,
    stamp: Stamp,
}

/// A message that was due.
pub(crate) struct Arrival {
    pub event: Recorded<RawEvent>,
    /// How many more are in the stream.
    pub pending: u64,
}

/// Why the next event does not come from here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Surprise {
    #[error("messages are missing")]
    Gap,
    #[error("a message does not carry our hash")]
    Foreign,
    #[error("the consumer failed: {0}")]
    Failed(async_nats::Error),
}

impl Arrivals {
    /// Asks for what comes after `after`. It need not be there yet.
    pub async fn open(bus: &Bus, shard: Shard, stamp: Stamp, after: i64) -> Result<Self, async_nats::Error> {
        let due = Due { number: after + 1, stamp };
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: sequence(due.number) },
            ack_policy: AckPolicy::None,
            inactive_threshold: FORGET_AFTER,
            num_replicas: 1,
            memory_storage: true,
            ..Default::default()
        };
        let consumer = bus.jetstream.create_consumer_on_stream(config, bus.topology.stream(shard)).await?;
        let pull = consumer.stream().max_messages_per_batch(PULL_MESSAGES_MAX).expires(PULL_LASTS).heartbeat(HEARTBEAT);
        Ok(Self { messages: pull.messages().await?, due })
    }

    /// Waits for the event that is due. After a surprise, this is of no more use.
    pub async fn next(&mut self) -> Result<Arrival, Surprise> {
        loop {
            let message = match self.messages.next().await {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Err(Surprise::Failed(error.into())),
                None => return Err(Surprise::Failed("it ended".into())),
            };
            let info = message.info().map_err(Surprise::Failed)?;
            if let Some(event) = self.due.take(number(info.stream_sequence), &message)? {
                return Ok(Arrival { event, pending: info.pending });
            }
        }
    }

    /// The event that is due, if it has arrived already.
    pub fn next_arrived(&mut self) -> Option<Result<Arrival, Surprise>> {
        // Tokio would have us yield after some hundred messages; who calls this has a bound of its own.
        unconstrained(self.next()).now_or_never()
    }
}

impl Due {
    /// The event in a message, if it is due. None for what came before: a stream made again sends it once more.
    fn take(&mut self, found: i64, message: &Message) -> Result<Option<Recorded<RawEvent>>, Surprise> {
        match found.cmp(&self.number) {
            Ordering::Less => Ok(None),
            Ordering::Greater => Err(Surprise::Gap),
            Ordering::Equal => {
                let event = self.stamp.open(found, &message.subject, message.headers.as_ref(), &message.payload);
                self.number += 1;
                event.map(Some).ok_or(Surprise::Foreign)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::message::tests::event;

    fn message(stamp: &Stamp, number: i64) -> Message {
        let sealed = stamp.seal("a.b", &event(number)).unwrap();
        Message {
            subject: "a.b".into(),
            reply: None,
            payload: sealed.body,
            headers: Some(sealed.headers),
            status: None,
            description: None,
            length: 0,
        }
    }

    #[test]
    fn each_event_is_taken_once_and_in_order() {
        let stamp = Stamp::new(&[7; 32], Uuid::nil(), Shard(1));
        let mut due = Due { number: 5, stamp: stamp.clone() };
        let mut take = |number| due.take(number, &message(&stamp, number)).map(|event| event.is_some());
        assert!(matches!(take(4), Ok(false)), "it came before");
        assert!(matches!(take(6), Err(Surprise::Gap)));
        assert!(matches!(take(5), Ok(true)));
        assert!(matches!(take(5), Ok(false)), "it came twice");
        assert!(matches!(take(6), Ok(true)));
    }

    #[test]
    fn what_is_due_must_be_ours() {
        let stamp = Stamp::new(&[7; 32], Uuid::nil(), Shard(1));
        let mut due = Due { number: 5, stamp: stamp.clone() };
        assert!(matches!(due.take(5, &message(&stamp, 6)), Err(Surprise::Foreign)));
    }
}
