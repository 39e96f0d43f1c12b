//! What can be wrong with a stream, and how much of it its bare numbers tell.

use strum::IntoStaticStr;

/// Why a stream has to be made again. The variants' names are the metric's label `reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, thiserror::Error)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Damage {
    #[error("there is no stream")]
    Missing,
    #[error("it carries another history of the log")]
    OtherHistory,
    #[error("it is not set up as it was made")]
    OtherShape,
    #[error("messages are missing at its beginning")]
    Truncated,
    #[error("messages are missing in its middle")]
    Hole,
    #[error("it is ahead of the log")]
    Ahead,
    #[error("it ends long before what is to be kept")]
    FarBehind,
    #[error("a message does not carry our hash")]
    Foreign,
    #[error("a message is another event than the log has there")]
    OtherEvent,
    #[error("a message cannot be read")]
    Unreadable,
    #[error("it takes no more messages")]
    Unwritable,
}

/// A stream that lacks so many times what it keeps is made again: what it has would be thrown away, and most of what it
/// lacks as well. One that was just made lacks what it keeps once.
const FAR_BEHIND_TIMES: i64 = 2;

/// What a stream says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The number it was made to begin at.
    pub made_first: i64,
    /// The number of its first message; one more than the last, if it is empty.
    pub first: i64,
    /// The number of its last message, or of the one before its first, if it is empty.
    pub last: i64,
    /// How many there are.
    pub messages: i64,
}

impl Extent {
    /// What is wrong, as far as numbers tell. `head` must have been read later, since the stream follows the log.
    pub fn damage(&self, keep: i64, head: i64) -> Option<Damage> {
        let first_due = self.made_first.max(self.last - keep + 1);
        if self.last > head {
            Some(Damage::Ahead)
        } else if (head - self.last) / FAR_BEHIND_TIMES >= keep {
            Some(Damage::FarBehind)
        } else if self.messages != self.last - self.first + 1 {
            Some(Damage::Hole)
        } else if self.first > first_due {
            Some(Damage::Truncated)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: Extent = Extent { made_first: 11, first: 11, last: 30, messages: 20 };

    #[test]
    fn a_sound_stream_is_dense_from_where_it_was_made_or_as_much_as_is_kept() {
        assert_eq!(SOUND.damage(100, 30), None);
        assert_eq!(SOUND.damage(100, 99), None);
        assert_eq!(SOUND.damage(100, 229), None);
        assert_eq!(Extent { first: 21, messages: 10, ..SOUND }.damage(10, 30), None);
        assert_eq!(Extent { made_first: 31, first: 31, last: 30, messages: 0 }.damage(10, 30), None);
        assert_eq!(Extent { made_first: 1, first: 1, last: 0, messages: 0 }.damage(10, 0), None);
    }

    #[test]
    fn numbers_tell_what_is_missing_or_too_much() {
        assert_eq!(SOUND.damage(100, 29), Some(Damage::Ahead));
        assert_eq!(SOUND.damage(100, 230), Some(Damage::FarBehind));
        assert_eq!(Extent { messages: 19, ..SOUND }.damage(100, 30), Some(Damage::Hole));
        assert_eq!(Extent { first: 12, messages: 19, ..SOUND }.damage(100, 30), Some(Damage::Truncated));
        assert_eq!(Extent { first: 31, messages: 0, ..SOUND }.damage(100, 30), Some(Damage::Truncated));
    }

    #[test]
    fn reasons_are_labels() {
        assert_eq!(<&str>::from(Damage::OtherHistory), "other_history");
    }
}
