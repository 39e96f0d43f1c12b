//! Lines and events for histories that are written by hand.

use uuid::Uuid;

use crate::{
    held::{Held, HeldEvent},
    history::{Line, Place, Seen, Told},
};

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn place(number: i64) -> Place {
    Place { shard: 0, number }
}

pub(super) fn asked(command: u128, stream: u128, at_us: u64) -> Line {
    let (command, actor, stream) = (id(command), id(1), id(stream));
    Line::Asked { at_us, client: 1, command, actor, stream, what: "POST".to_owned(), if_match: None }
}

/// A command was told to be done at a position, as a version of a stream.
pub(super) fn done(command: u128, number: i64, stream: u128, version: u32, at_us: u64) -> Line {
    let told = Told::Done { place: place(number), stream: id(stream), version };
    Line::Told { at_us, client: 1, command: id(command), told }
}

pub(super) fn refused(command: u128, at_us: u64) -> Line {
    let told = Told::Refused { status: 409, code: "log-withdrawn".to_owned() };
    Line::Told { at_us, client: 1, command: id(command), told }
}

pub(super) fn saw(stream: u128, expected: u32, seen: u32, shared: bool) -> Line {
    let version = |version: u32| Seen { version, content: format!("content {version}") };
    let (expected, seen) = (version(expected), version(seen));
    Line::Saw { at_us: 9, client: 1, stream: id(stream), place: place(1), expected, seen, shared }
}

/// The event of a command at a position, as a version of a stream.
pub(super) fn event(command: u128, number: i64, stream: u128, version: u32) -> HeldEvent {
    HeldEvent {
        place: place(number),
        stream: id(stream),
        version,
        name: "DailyLogCreated".to_owned(),
        workspace: id(100),
        actor: id(1),
        command: id(command),
        week: None,
    }
}

pub(super) fn held(events: impl IntoIterator<Item = HeldEvent>) -> Held {
    let events: Vec<HeldEvent> = events.into_iter().collect();
    let head = events.last().map_or(place(0), |event| event.place);
    Held { events, answers: vec![], heads: vec![head] }
}
