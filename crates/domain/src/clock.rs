//! The two things a pure program must be handed: the time, and what is random.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Id;

/// Tells the time. `runtime` holds the real one; tests hold one they set.
pub trait Clock: Send + Sync {
    /// The instant it is now, to the microsecond at the finest: Postgres keeps no more.
    fn now(&self) -> DateTime<Utc>;
}

/// Makes ids and random bytes. `runtime` holds the real one; tests hold a counting one.
pub trait Ids: Send + Sync {
    /// A new UUIDv7.
    fn uuid(&self) -> Uuid;

    /// Fills `bytes` with randomness fit for keys, nonces and tokens.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Ids + '_ {
    /// A new id of any kind.
    pub fn next<T>(&self) -> Id<T> {
        Id::new(self.uuid())
    }
}
