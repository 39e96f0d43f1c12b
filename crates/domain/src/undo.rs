//! Taking back one event, at any age: the fields it changed get the values they had before it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Aggregate, HasPersonal, Personal, Refusal, Week};

/// An aggregate whose events can be taken back.
///
/// An event is undone by another that names it, and so can be undone in turn. It is refused where a later event changed
/// the same fields: then there is no telling what the person would want.
pub trait Undo: Aggregate {
    /// The events that take `event` back, where the state was `before` it and `after` it, and is this one now.
    fn undo(&self, event: &Self::Event, before: &Self, after: &Self, today: Today)
    -> Result<Vec<Self::Event>, Refusal>;
}

/// When something is taken back: dated facts are, from today on.
#[derive(Clone, Copy, Debug)]
pub struct Today {
    /// The instant.
    pub now: DateTime<Utc>,
    /// The local day.
    pub day: NaiveDate,
    /// The week it is in.
    pub week: Week,
}

/// Undoes the event with this version, given the stream's events from the first on, the last of them the current one.
///
/// A text that somebody has erased since cannot be given back.
pub fn undo<A>(stream: &[A::Event], version: u32, today: Today) -> Result<Vec<A::Event>, Refusal>
where
    A: Undo<Event: HasPersonal>,
{
    let index = usize::try_from(version).unwrap_or(usize::MAX).wrapping_sub(1);
    let event = stream.get(index).ok_or(Refusal::unknown::<A>())?;
    let fold = |events: &[A::Event]| {
        let mut state = A::default();
        events.iter().for_each(|event| state.evolve(event));
        state
    };
    let mut undone = fold(stream).undo(event, &fold(&stream[..index]), &fold(&stream[..=index]), today)?;
    let mut erased = None;
    undone.each_personal(&mut |field, text| {
        if matches!(text, Personal::Erased) {
            erased = Some(field);
        }
    });
    erased.map_or(Ok(undone), |field| Err(Refusal::TextErased { field: field.into() }))
}

/// The value that a field had before, if the event changed it and nothing did since; none, if the event left it alone.
pub(crate) fn restored<T: PartialEq + Clone>(
    field: &'static str,
    before: &T,
    after: &T,
    now: &T,
) -> Result<Option<T>, Refusal> {
    if before == after {
        return Ok(None);
    }
    if now != after {
        return Err(Refusal::ChangedSince { field: field.into() });
    }
    Ok(Some(before.clone()))
}
