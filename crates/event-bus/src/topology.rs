//! The names of streams and subjects, and what a stream must be like.

use std::collections::HashMap;

use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};
use domain::{Event, RawEvent, Recorded, Shard};
use uuid::Uuid;

use crate::BusConfig;

/// Where a stream's metadata says which history of the log it carries.
const HISTORY_KEY: &str = "momentum-history";
/// The aggregate's word in the subject of an event that this program does not know, as from a newer version.
const UNKNOWN_KIND: &str = "unknown";

/// How the bus is laid out.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    prefix: String,
    /// So many events a stream.
    pub keep: i64,
}

impl Topology {
    pub fn new(config: &BusConfig) -> Self {
        Self { prefix: config.prefix.clone(), keep: config.keep.max(1) }
    }

    /// The stream that carries a shard. Dots are for subjects only.
    pub fn stream(&self, shard: Shard) -> String {
        format!("{}-evt-{shard}", self.prefix.replace('.', "-"))
    }

    /// The subject of an event: `momentum.evt.<shard>.<workspace>.<aggregate>.<id>.<EventType>`.
    pub fn subject(&self, recorded: &Recorded<RawEvent>) -> String {
        let Recorded { position, workspace, stream, event: RawEvent { name, .. }, .. } = recorded;
        let kind = Event::kind_of(name).unwrap_or(UNKNOWN_KIND);
        format!("{}.evt.{}.{workspace}.{kind}.{stream}.{name}", self.prefix, position.shard)
    }

    /// Where the head of a shard is announced by those who commit and do not relay.
    pub fn ping(&self, shard: Shard) -> String {
        format!("{}.ping.{shard}", self.prefix)
    }

    /// What a stream of this shard and history must be like.
    pub fn config(&self, shard: Shard, history: Uuid) -> Config {
        Config {
            name: self.stream(shard),
            subjects: vec![format!("{}.evt.{shard}.>", self.prefix)],
            storage: StorageType::File,
            retention: RetentionPolicy::Limits,
            discard: DiscardPolicy::Old,
            max_messages: self.keep,
            // What it holds is in the log as well, from which any server can be filled again.
            num_replicas: 1,
            metadata: HashMap::from([(HISTORY_KEY.into(), history.to_string())]),
            ..Default::default()
        }
    }
}

/// Whether a stream carries the history it should.
pub(crate) fn same_history(found: &Config, wanted: &Config) -> bool {
    found.metadata.get(HISTORY_KEY) == wanted.metadata.get(HISTORY_KEY)
}

/// Whether a stream is as it was made. What the server fills in itself is not compared.
pub(crate) fn same_shape(found: &Config, wanted: &Config) -> bool {
    let shape = |config: &Config| {
        let limits = (config.max_messages, config.max_bytes.max(0), config.max_messages_per_subject.max(0));
        (config.subjects.clone(), config.storage, config.retention, config.discard, limits, config.max_age)
    };
    shape(found) == shape(wanted) && !found.sealed
}

/// The sequence at which an event of this number stands.
pub(crate) fn sequence(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The number of the event at this sequence.
pub(crate) fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_prefix_and_shard() {
        let config = BusConfig { prefix: "a.b".into(), ..BusConfig::new("", "") };
        let topology = Topology::new(&config);
        assert_eq!(topology.stream(Shard(3)), "a-b-evt-3");
        assert_eq!(topology.ping(Shard(3)), "a.b.ping.3");
        assert_eq!(topology.config(Shard(3), Uuid::nil()).subjects, ["a.b.evt.3.>"]);
    }

    #[test]
    fn a_stream_is_known_by_history_and_shape() {
        let topology = Topology::new(&BusConfig::new("", ""));
        let wanted = topology.config(Shard(0), Uuid::nil());
        let served = Config { max_bytes: -1, max_messages_per_subject: -1, first_sequence: Some(7), ..wanted.clone() };
        assert!(same_shape(&served, &wanted) && same_history(&served, &wanted));
        assert!(!same_history(&topology.config(Shard(0), Uuid::max()), &wanted));
        assert!(!same_shape(&Config { max_messages: 5, ..wanted.clone() }, &wanted));
    }
}
