//! Tests of decisions read `given(events).when(command).then(events)`.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Aggregate, Id, Refusal};
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
