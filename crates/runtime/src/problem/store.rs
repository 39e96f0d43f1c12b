//! What the event store's errors become over HTTP.

use std::time::Duration;

use event_store::{Corruption, StoreError};

use super::{ApiError, ProblemKind};

/// How long a client waits before it repeats a command that found the store busy or away.
const STORE_RETRY: Duration = Duration::from_secs(1);

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::CommandIdReused => Self::new(
                ProblemKind::CommandIdReused,
                "This `Idempotency-Key` came before with another request. Make a new one for each command.",
            ),
            StoreError::CommandExpired => Self::new(
                ProblemKind::CommandIdExpired,
                "This `Idempotency-Key` is too old to tell whether the command was carried out. Look, then send a new one.",
            ),
            StoreError::Contended(_) | StoreError::Overloaded => Self::new(
                ProblemKind::Overloaded,
                "Nothing was changed: too much else changes at this moment. Repeat it with the same `Idempotency-Key`.",
            )
            .retry_after(STORE_RETRY)
            .caused_by(error),
            StoreError::Unavailable => Self::unavailable(
                "The database does not answer. Repeat the command with the same `Idempotency-Key` to learn its answer.",
                STORE_RETRY,
            )
            .caused_by(error),
            StoreError::Database(cause) => cause.into(),
            StoreError::Corrupt(Corruption::Event { .. }) => {
                let detail = "This version of Momentum cannot read an event that the answer depends on.";
                Self::new(ProblemKind::UnreadableEvent, detail).caused_by(error)
            }
            StoreError::Corrupt(_) | StoreError::Unfit(_) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_can_tell_whether_to_repeat() {
        let status = |error: StoreError| ApiError::from(error).status().as_u16();
        assert_eq!(status(StoreError::Refused(domain::Refusal::NotAllowed)), 403);
        assert_eq!(status(StoreError::CommandIdReused), 422);
        assert_eq!(status(StoreError::Contended(9)), 503);
        assert_eq!(status(StoreError::Unavailable), 503);
        assert_eq!(status(StoreError::Database(sqlx::Error::RowNotFound)), 500);
        let position = domain::Position { shard: domain::Shard(0), number: 7 };
        let cause = domain::UnreadableEvent::UnknownName("GoalDreamtOf".to_owned());
        assert_eq!(status(Corruption::Event { position, cause }.into()), 501);
    }
}
