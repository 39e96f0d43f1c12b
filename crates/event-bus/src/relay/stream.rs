//! The stream of a shard, as its relay looks at it and makes it.

use std::sync::Arc;

use async_nats::jetstream::{
    ErrorCode,
    context::{CreateStreamErrorKind, DeleteStreamErrorKind, GetStreamErrorKind},
    stream::{Config, Info},
};
use domain::Shard;
use event_store::Log;
use metrics::gauge;

use super::trouble::Trouble;
use crate::{
    Bus,
    damage::{Damage, Extent},
    message::Stamp,
    patience::in_time,
    topology::{number, same_history, same_shape, sequence},
};

/// A shard's stream, and the log it follows. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ShardStream {
    pub bus: Arc<Bus>,
    pub log: Log,
    pub shard: Shard,
    pub stamp: Stamp,
    name: String,
    wanted: Config,
}

/// Tells one making of a stream from the next.
pub(crate) type Created = i128;

/// A stream that has nothing wrong with it at first sight.
pub(crate) struct Found {
    pub created: Created,
    pub extent: Extent,
    /// The end of the log, read a moment later.
    pub head: i64,
}

impl ShardStream {
    pub fn new(bus: Arc<Bus>, log: Log, shard: Shard) -> Self {
        let stamp = Stamp::new(&bus.key, log.history(), shard);
        let (name, wanted) = (bus.topology.stream(shard), bus.topology.config(shard, log.history()));
        Self { bus, log, shard, stamp, name, wanted }
    }

    /// Looks at what the stream says of itself.
    pub async fn inspect(&self) -> Result<Found, Trouble> {
        let info = self.info().await?.ok_or(Damage::Missing)?;
        let head = in_time(self.log.head(self.shard)).await?.number;
        if !same_history(&info.config, &self.wanted) {
            return Err(Damage::OtherHistory.into());
        }
        if !same_shape(&info.config, &self.wanted) {
            return Err(Damage::OtherShape.into());
        }
        let extent = extent(&info);
        match extent.damage(self.bus.topology.keep, head) {
            Some(damage) => Err(damage.into()),
            None => Ok(Found { created: created(&info), extent, head }),
        }
    }

    /// Deletes what there is, and makes it again, to begin so far back from the end of the log as is kept. Tells
    /// where that end is.
    pub async fn make_again(&self) -> Result<i64, Trouble> {
        let head = in_time(self.log.head(self.shard)).await?.number;
        let first = (head - self.bus.topology.keep + 1).max(1);
        match self.bus.jetstream.delete_stream(&self.name).await {
            Ok(_) => {}
            Err(error) => match error.kind() {
                DeleteStreamErrorKind::JetStream(cause) if cause.error_code() == ErrorCode::STREAM_NOT_FOUND => {}
                _ => return Err(Trouble::nats(error)),
            },
        }
        let first_sequence = (first > 1).then(|| sequence(first));
        match self.bus.jetstream.create_stream(Config { first_sequence, ..self.wanted.clone() }).await {
            Ok(_) => Ok(head),
            Err(error) => match error.kind() {
                CreateStreamErrorKind::JetStream(cause) if cause.error_code() == ErrorCode::STREAM_NAME_EXIST => {
                    Err(Trouble::Unsure("another relay made the stream"))
                }
                _ => Err(Trouble::nats(error)),
            },
        }
    }

    /// Tells how many events the stream lacks.
    pub fn tell_lag(&self, events: i64) {
        let events = i32::try_from(events).unwrap_or(i32::MAX);
        gauge!("momentum_bus_relay_lag_events", "shard" => self.shard.to_string()).set(events);
    }

    async fn info(&self) -> Result<Option<Info>, Trouble> {
        match self.bus.jetstream.get_stream(&self.name).await {
            Ok(stream) => Ok(Some(stream.cached_info().clone())),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(cause) if cause.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
                _ => Err(Trouble::nats(error)),
            },
        }
    }
}

fn extent(info: &Info) -> Extent {
    let (messages, last) = (number(info.state.messages), number(info.state.last_sequence));
    // One that never had a message says that it begins at 0.
    let first = if messages == 0 { last + 1 } else { number(info.state.first_sequence) };
    Extent { made_first: number(info.config.first_sequence.unwrap_or(1).max(1)), first, last, messages }
}

fn created(info: &Info) -> Created {
    info.created.unix_timestamp_nanos()
}
