//! What the writer remembers of the log: enough to append without reading it first, where nobody else appends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::{
    batch::Proposal,
    state::{Head, State},
};

/// So many versions are remembered at most: beyond, only those of the last batch are.
const VERSIONS_MAX: usize = 16_384;

/// How the writer's own batches left the log. It is never trusted: what follows from it is checked as it is written.
#[derive(Default)]
pub(crate) struct Memory {
    heads: BTreeMap<i16, Head>,
    /// Versions that streams have while the heads are these: who appends moves a head.
    versions: HashMap<(i16, Uuid), u32>,
    /// Shards that another process appends to as well: what is remembered of them is seldom so for long.
    shared: BTreeSet<i16>,
}

impl Memory {
    /// What a batch finds if nobody else has appended and its proposals are right. None, if that cannot be hoped for.
    pub fn believed(&self, shards: &[i16], proposals: &[Proposal]) -> Option<State> {
        let head = |shard: &i16| self.heads.get(shard).filter(|_| !self.shared.contains(shard));
        let heads = shards.iter().map(|shard| Some((*shard, *head(shard)?))).collect::<Option<_>>()?;
        let reads = proposals.iter().flat_map(|p| p.reads.iter().map(|(stream, read)| ((p.shard.0, *stream), *read)));
        let mut versions = HashMap::with_capacity(proposals.len());
        for (stream, read) in reads {
            versions.entry(stream).or_insert_with(|| self.versions.get(&stream).copied().unwrap_or(read));
        }
        Some(State { heads, versions, answers: HashMap::new() })
    }

    /// Notices who else appends, by heads that were read.
    pub fn compare(&mut self, heads: &BTreeMap<i16, Head>) {
        for (shard, head) in heads {
            if self.heads.get(shard).is_some_and(|known| known.number != head.number) {
                self.versions.retain(|(of, _), _| of != shard);
                self.shared.insert(*shard);
            } else {
                self.shared.remove(shard);
            }
        }
    }

    /// Whether a stream has the version that is remembered if its shard has the head that is.
    pub fn knows(&self, stream: &(i16, Uuid)) -> bool {
        self.versions.contains_key(stream)
    }

    /// Remembers how a batch left the log.
    pub fn keep(&mut self, state: State) {
        self.heads.extend(state.heads);
        if self.versions.len() + state.versions.len() > VERSIONS_MAX {
            self.versions.clear();
        }
        self.versions.extend(state.versions);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn heads(number: i64) -> BTreeMap<i16, Head> {
        BTreeMap::from([(0, Head { number, recorded_at: DateTime::<Utc>::UNIX_EPOCH })])
    }

    fn knows(memory: &Memory) -> bool {
        memory.believed(&[0], &[]).is_some()
    }

    #[test]
    fn nothing_is_believed_of_a_shard_that_others_append_to_until_they_stop() {
        let mut memory = Memory::default();
        let read = |memory: &mut Memory, found, left| {
            memory.compare(&heads(found));
            memory.keep(State { heads: heads(left), ..State::default() });
        };
        assert!(!knows(&memory));
        read(&mut memory, 7, 8);
        assert!(knows(&memory) && memory.believed(&[0, 1], &[]).is_none());
        read(&mut memory, 9, 10);
        assert!(!knows(&memory), "somebody has appended the ninth");
        read(&mut memory, 10, 11);
        assert!(knows(&memory));
    }

    #[test]
    fn a_version_is_known_until_somebody_else_appends_to_its_shard() {
        let (mut memory, stream, elsewhere) = (Memory::default(), (0, Uuid::nil()), (1, Uuid::nil()));
        memory.keep(State {
            heads: heads(7),
            versions: HashMap::from([(stream, 3), (elsewhere, 1)]),
            ..State::default()
        });
        memory.keep(State { heads: heads(8), ..State::default() });
        memory.compare(&heads(8));
        assert!(memory.knows(&stream), "our own");
        memory.compare(&heads(9));
        assert!(!memory.knows(&stream) && memory.knows(&elsewhere));
    }
}
