//! The one shape all aggregates share.

use crate::Event;

/// A stream has at most so many events: to decide on the next one, and to tell its history, all of them are read. A goal that
/// is changed every day gets there in 27 years.
pub const STREAM_EVENTS_MAX: usize = 10_000;

/// What a stream of events amounts to, and where decisions about it are made.
///
/// `Default` is the state before the first event. Decisions are plain methods, one a command, that return events
/// or a [`crate::Refusal`]; nothing here performs them.
pub trait Aggregate: Default + Clone + Send + Sync + 'static {
    /// The word for it in subjects and problems, as in `goal`.
    const KIND: &'static str;

    /// The events of its streams.
    type Event: Into<Event> + TryFrom<Event, Error = Event>;

    /// Takes in one event that happened.
    fn evolve(&mut self, event: &Self::Event);
}
