//! Tests of decisions read `given(events).when(command).then(events)`.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Aggregate, HasPersonal, Id, Refusal,
    undo::{self, Link, Past, Today, Undo},
};
use uuid::Uuid;

/// An aggregate with a past.
pub struct Given<A>(A);

/// What it decided.
pub struct When<E>(Result<Vec<E>, Refusal>);

/// What these events amount to.
pub fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
    let mut aggregate = A::default();
    events.into_iter().for_each(|event| aggregate.evolve(&event));
    Given(aggregate)
}

impl<A: Aggregate> Given<A> {
    pub fn when(&self, decide: impl FnOnce(&A) -> Result<Vec<A::Event>, Refusal>) -> When<A::Event> {
        When(decide(&self.0))
    }

    pub fn state(&self) -> &A {
        &self.0
    }
}

impl<E: PartialEq + std::fmt::Debug> When<E> {
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = E>) {
        assert_eq!(self.0, Ok(events.into_iter().collect()));
    }

    #[track_caller]
    pub fn then_nothing(self) {
        self.then([]);
    }

    #[track_caller]
    pub fn then_refused(self, refusal: Refusal) {
        assert_eq!(self.0, Err(refusal));
    }
}

/// Takes back an event of a stream in which none takes back another.
pub fn undo<A>(stream: &[A::Event], version: u32, today: Today) -> Result<Vec<A::Event>, Refusal>
where
    A: Undo<Event: HasPersonal + Clone> + HasPersonal,
{
    let stream: Vec<_> = (1..).zip(stream).map(|(number, event)| past(number, event.clone())).collect();
    undo::undo::<A>(&stream, version, today)
}

/// The n-th event of a stream, of a command of its own.
pub fn past<E>(number: u128, event: E) -> Past<E> {
    Past { link: Link { id: id(number), command: id(number), undoes: None }, event }
}

/// The n-th event of a stream, by which a command took back that one.
pub fn undoing<E>(number: u128, command: u128, undone: u128, event: E) -> Past<E> {
    Past { link: Link { id: id(number), command: id(command), undoes: Some(id(undone)) }, event }
}

/// The n-th id.
pub fn id<T>(number: u128) -> Id<T> {
    Id::new(Uuid::from_u128(number))
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}
