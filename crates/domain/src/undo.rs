//! Taking back what was done, at any age: the fields it changed get the values they had before it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Aggregate, CommandId, EventId, HasPersonal, Personal, Recorded, Refusal, Week};

/// An aggregate whose events can be taken back.
///
/// An event is undone by another that names it, and so can be undone in turn. It is refused where a later event changed
/// the same fields, even to what they are after this one: then there is no telling what the person would want.
pub trait Undo: Aggregate {
    /// The events that take one back, where the state is this one now.
    fn undo(&self, taken_back: &TakenBack<'_, Self>, today: Today) -> Result<Vec<Self::Event>, Refusal>;
}

/// An event that is taken back, and what was around it.
pub struct TakenBack<'a, A: Aggregate> {
    /// The event.
    pub event: &'a A::Event,
    /// The state before it.
    pub before: A,
    /// The state after it.
    pub after: A,
    later: &'a Later<'a, A>,
}

/// What happened after what is taken back.
struct Later<'a, A: Aggregate> {
    /// The state before it.
    state: A,
    events: &'a [Past<A::Event>],
    /// Which of them still hold.
    stand: Vec<bool>,
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

/// What an event of a stream has to do with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The event's id.
    pub id: EventId,
    /// The command that it came of.
    pub command: CommandId,
    /// The event that it takes back.
    pub undoes: Option<EventId>,
}

/// An event of a stream, and what it has to do with others.
#[derive(Clone, Debug)]
pub struct Past<E> {
    /// Which it is.
    pub link: Link,
    /// What happened.
    pub event: E,
}

/// Undoes what was done by the event with this version, given the stream from the first event on, the last of them the
/// current one. What took another back may be several events, which are taken back together.
///
/// A text that somebody has erased since cannot be given back.
pub fn undo<A>(stream: &[Past<A::Event>], version: u32, today: Today) -> Result<Vec<A::Event>, Refusal>
where
    A: Undo<Event: HasPersonal + Clone> + HasPersonal,
{
    let index = usize::try_from(version).unwrap_or(usize::MAX).wrapping_sub(1);
    let asked = stream.get(index).ok_or(Refusal::not_found::<A>())?.link;
    let is_asked = |past: &Past<A::Event>| past.link.goes_with(asked);
    let links: Vec<Link> = stream.iter().map(|past| past.link).collect();
    let undone_by = undone_by(&links);
    // Whatever else stands in the way then: this is what a person who asks twice wants to know.
    let refused = |refusal| if undone_by.contains_key(&asked.id) { Refusal::UndoneAlready } else { refusal };
    let first = stream.iter().position(is_asked).unwrap_or(index);
    let end = stream.iter().rposition(is_asked).unwrap_or(index) + 1;
    let fold = |events: &[Past<A::Event>]| {
        let mut state = A::default();
        events.iter().for_each(|past| state.evolve(&past.event));
        state
    };
    let (mut now, mut undone) = (fold(stream), vec![]);
    let later =
        Later { state: fold(&stream[..end]), events: &stream[end..], stand: standing(&links[end..], &undone_by) };
    for index in (first..end).rev() {
        let (event, before, after) = (&stream[index].event, fold(&stream[..index]), fold(&stream[..=index]));
        let taken_back = TakenBack { event, before, after, later: &later };
        let mut events = now.undo(&taken_back, today).map_err(refused)?;
        refuse_erased(taken_back, &mut events)?;
        events.iter().for_each(|event| now.evolve(event));
        undone.extend(events);
    }
    Ok(undone)
}

/// Which events of a stream are taken back, each with the event that did so. What was taken back takes nothing back.
pub fn undone_by(stream: &[Link]) -> HashMap<EventId, EventId> {
    let links: HashMap<EventId, Link> = stream.iter().map(|link| (link.id, *link)).collect();
    let mut parts: HashMap<(CommandId, EventId), Vec<EventId>> = HashMap::new();
    for link in stream {
        if let Some(undoes) = link.undoes {
            parts.entry((link.command, undoes)).or_default().push(link.id);
        }
    }
    let mut undone = HashMap::new();
    for undoing in stream.iter().rev() {
        let target = undoing.undoes.filter(|_| !undone.contains_key(&undoing.id));
        let Some(target) = target.and_then(|target| links.get(&target)) else { continue };
        let together = target.undoes.and_then(|undoes| parts.get(&(target.command, undoes)));
        for id in together.map_or(std::slice::from_ref(&target.id), Vec::as_slice) {
            undone.entry(*id).or_insert(undoing.id);
        }
    }
    undone
}

impl Link {
    /// Of an event of the log.
    pub const fn of<E>(event: &Recorded<E>) -> Self {
        Self { id: event.id, command: event.command, undoes: event.undoes }
    }

    /// Whether the other is the same, or another part of the same undoing.
    fn goes_with(self, other: Self) -> bool {
        let is_part = self.undoes.is_some() && (self.command, self.undoes) == (other.command, other.undoes);
        self.id == other.id || is_part
    }
}

/// Which of the later events still hold. What was taken back is as if it had never been, and so is what did that.
fn standing(later: &[Link], undone: &HashMap<EventId, EventId>) -> Vec<bool> {
    let ids: HashSet<EventId> = later.iter().map(|link| link.id).collect();
    let stands =
        |link: &Link| !undone.contains_key(&link.id) && !link.undoes.is_some_and(|undone| ids.contains(&undone));
    later.iter().map(stands).collect()
}

impl<A: Aggregate> TakenBack<'_, A> {
    /// What happened later, and still stands.
    pub fn later(&self) -> impl Iterator<Item = &A::Event> {
        let Later { events, stand, .. } = self.later;
        events.iter().zip(stand).filter(|(_, stands)| **stands).map(|(past, _)| &past.event)
    }

    /// The value that a field had before, if the event changed it and nothing did since; none, if the event left it alone.
    pub(crate) fn restored<T: PartialEq>(
        &self,
        field: &'static str,
        now: &A,
        of: impl Fn(&A) -> T,
    ) -> Result<Option<T>, Refusal> {
        self.restored_of(field, (of(&self.before), of(&self.after), of(now)), of)
    }

    /// The same where what it was, what it became, and what it is now are told otherwise than what a change of it is told by.
    pub(crate) fn restored_of<T: PartialEq, U: PartialEq>(
        &self,
        field: &'static str,
        (was, is, now): (T, T, T),
        of: impl Fn(&A) -> U,
    ) -> Result<Option<T>, Refusal> {
        if was == is {
            return Ok(None);
        }
        if now != is || self.is_changed_since(of) {
            return Err(Refusal::ChangedSince { field: field.into() });
        }
        Ok(Some(was))
    }

    fn is_changed_since<T: PartialEq>(&self, of: impl Fn(&A) -> T) -> bool {
        let Later { state, events, stand } = self.later;
        let (mut state, mut was) = (state.clone(), of(state));
        events.iter().zip(stand).any(|(past, stands)| {
            state.evolve(&past.event);
            let is = of(&state);
            let is_changed = *stands && is != was;
            was = is;
            is_changed
        })
    }
}

/// Refuses to give back a text that is erased: one that was replaced, or that the undoing would write.
fn refuse_erased<A: Undo<Event: HasPersonal + Clone> + HasPersonal>(
    taken_back: TakenBack<'_, A>,
    undoing: &mut Vec<A::Event>,
) -> Result<(), Refusal> {
    let TakenBack { event, mut before, .. } = taken_back;
    let (mut replaced, mut erased) = (vec![], None);
    event.clone().each_personal(&mut |field, _| replaced.push(field));
    before.each_personal(&mut |field, text| {
        if replaced.contains(&field) && matches!(text, Personal::Erased) {
            erased = Some(field);
        }
    });
    undoing.each_personal(&mut |field, text| {
        if matches!(text, Personal::Erased) {
            erased = Some(field);
        }
    });
    erased.map_or(Ok(()), |field| Err(Refusal::TextErased { field: field.into() }))
}
