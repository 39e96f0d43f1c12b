//! Positions as they are told outside: one opaque token that also names the history it belongs to.

use std::fmt;

use domain::Position;
use uuid::Uuid;

use crate::Log;

/// So much of the history's id stands in a token: enough to tell a few restores apart.
const HISTORY_HEX_DIGITS: usize = 8;

/// A position in a named history of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    history: Uuid,
    /// The position.
    pub position: Position,
}

/// Why a token is no cursor into this log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACursor {
    /// It does not have the form of one.
    #[error("this is not a position of this service")]
    Malformed,
    /// The log was restored since; what the token points to may be another event now, or none.
    #[error("this position is from before the log was restored")]
    OtherHistory,
}

impl Log {
    /// The token of a position.
    pub const fn cursor(&self, position: Position) -> Cursor {
        Cursor { history: self.history(), position }
    }

    /// The position that a token names.
    pub fn parse_cursor(&self, token: &str) -> Result<Position, NotACursor> {
        let (history, position) = token.split_once('-').ok_or(NotACursor::Malformed)?;
        let position: Position = position.parse().map_err(|_| NotACursor::Malformed)?;
        let well_formed = history.len() == HISTORY_HEX_DIGITS && history.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !well_formed || self.shards().all(|shard| shard != position.shard) {
            return Err(NotACursor::Malformed);
        }
        if history != name(self.history()) {
            return Err(NotACursor::OtherHistory);
        }
        Ok(position)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", name(self.history), self.position)
    }
}

/// The last digits: those of a UUIDv7 are random, its first ones a date.
fn name(history: Uuid) -> String {
    let text = history.simple().to_string();
    text[text.len() - HISTORY_HEX_DIGITS..].to_owned()
}
