//! An event's place in the log.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::WorkspaceId;

/// One of the fixed number of sequences that make up the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shard(pub i16);

impl Shard {
    /// The shard that a workspace lives in, fixed for ever once `count` is chosen at install.
    ///
    /// The last bytes of a UUIDv7 are random, so they spread workspaces evenly.
    pub fn of(workspace: WorkspaceId, count: i16) -> Self {
        let (_, random) = workspace.uuid().as_u64_pair();
        let shard = random % u64::from(count.unsigned_abs().max(1));
        Self(i16::try_from(shard).unwrap_or(0))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of an event: dense within its shard, from 1, in commit order.
///
/// Written `shard-number`, as in `2-1041`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The shard.
    pub shard: Shard,
    /// The number within it; 0 is before the first event.
    pub number: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.shard, self.number)
    }
}

/// What is wrong with the text of a position.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a position: {0:?}")]
pub struct NotAPosition(String);

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (shard, number) = text.split_once('-')?;
            let position = Self { shard: Shard(shard.parse().ok()?), number: number.parse().ok()? };
            // One position has one text, so that cursors can be compared as they are: no signs, no leading zeros.
            (position.shard.0 >= 0 && position.number >= 0 && position.to_string() == text).then_some(position)
        };
        parse().ok_or_else(|| NotAPosition(text.chars().take(64).collect()))
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
