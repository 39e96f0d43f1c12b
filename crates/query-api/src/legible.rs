//! An event, as far as this version can read it: what it cannot is told as such, and never passed over.

use domain::{Aggregate, Event, HasPersonal, Personal, RawEvent, Recorded, User};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::json;

/// What an event is called that cannot be read. No event of the domain ever is.
pub(crate) const UNREADABLE: &str = "Unreadable";

/// What happened; or that something did, which another version wrote.
#[derive(Clone, Debug)]
pub(crate) enum Legible {
    /// It can be read.
    Read(Event),
    /// It cannot. Its data may hold sealed text of anybody's, so only its type is told.
    Unread(RawEvent),
}

/// Reads an event that was written, if this version can.
pub(crate) fn legible(written: Recorded<RawEvent>) -> Recorded<Legible> {
    let (facts, raw) = written.with(());
    let event = match raw.read() {
        Ok(event) => Legible::Read(event),
        Err(_) => Legible::Unread(raw),
    };
    facts.with(event).0
}

impl Legible {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Read(event) => event.name(),
            Self::Unread(_) => UNREADABLE,
        }
    }

    /// The kind of the aggregate it belongs to; none, where this version knows no event of its name.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Read(event) => Some(event.kind()),
            Self::Unread(raw) => Event::kind_of(&raw.name),
        }
    }
}

/// Whether an event is about a person and nothing else. Of one whose name says nothing that is taken to be so where it
/// stands in the stream of who did it, as all that people do to themselves.
pub(crate) fn is_of_a_person(event: &Recorded<Legible>) -> bool {
    event.event.kind().map_or(event.stream == event.actor.uuid(), |kind| kind == User::KIND)
}

impl HasPersonal for Legible {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::Read(event) => event.each_personal(visit),
            Self::Unread(_) => {}
        }
    }
}

/// What cannot be read has the form of an event of its own, whose data says which type and shape it was written in.
impl Serialize for Legible {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = match self {
            Self::Read(event) => return event.serialize(serializer),
            Self::Unread(raw) => raw,
        };
        let mut told = serializer.serialize_struct("Event", 3)?;
        told.serialize_field("type", UNREADABLE)?;
        told.serialize_field("schema", &1)?;
        told.serialize_field("data", &json!({ "type": raw.name, "schema": raw.schema }))?;
        told.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_can_be_read_is_called_as_what_cannot() {
        assert!(Event::names().all(|name| name != UNREADABLE));
    }
}
