//! What a failure of the database means for the batch that met it.

use crate::StoreError;

/// What two processes break that give an answer to one command at once.
const ONE_ANSWER: &str = "commands_pkey";

/// What is to be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The database is away, busy, or about to be another one, or another process was faster: the next try may well do it.
    Passing,
    /// A single command can be at fault: its data, or its stored answer.
    OfOne,
    /// Neither asking again nor asking for less would help.
    Lasting,
}

impl Failure {
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.constraint() == Some(ONE_ANSWER) => Self::Passing,
            sqlx::Error::Database(error) => Self::of_code(&error.code().unwrap_or_default()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::BeginFailed
            | sqlx::Error::PoolTimedOut => Self::Passing,
            // The last one is what the writer makes of a panic.
            sqlx::Error::Encode(_)
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::WorkerCrashed => Self::OfOne,
            _ => Self::Lasting,
        }
    }

    /// The same by Postgres' code, its SQLSTATE.
    fn of_code(code: &str) -> Self {
        match code {
            // A standby that has not taken over yet; a transaction that was idle too long; a lock that others held too
            // long; a prepared statement from before a migration.
            "25006" | "25P03" | "55P03" | "0A000" => return Self::Passing,
            _ => {}
        }
        match code.get(..2).unwrap_or_default() {
            // Connection exceptions; resources; operator intervention, as a shutdown; the system, as a disk that is gone;
            // rollbacks, as after a deadlock.
            "08" | "53" | "57" | "58" | "40" => Self::Passing,
            // Data that a column does not take; a constraint; a limit, as that of an index entry.
            "22" | "23" | "54" => Self::OfOne,
            _ => Self::Lasting,
        }
    }

    /// What the one who asked is told: a failure of the database is its own matter, its absence is worth a retry.
    pub fn told(error: &sqlx::Error) -> StoreError {
        if Self::of(error) == Self::Passing || matches!(error, sqlx::Error::PoolClosed) {
            return StoreError::Unavailable;
        }
        StoreError::Database(sqlx::Error::Protocol(error.to_string()))
    }
}

/// Whether what failed with this code, an SQLSTATE, may well be done when it is tried again.
pub fn passes(code: &str) -> bool {
    Failure::of_code(code) == Failure::Passing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_passes_and_a_fault_of_the_data_is_that_of_one_command() {
        let codes = [("57P01", Failure::Passing), ("40P01", Failure::Passing), ("55P03", Failure::Passing)];
        let codes = codes.into_iter().chain([("58030", Failure::Passing)]);
        let codes = codes.chain([("25P03", Failure::Passing), ("25P02", Failure::Lasting)]);
        let codes = codes.chain([("22021", Failure::OfOne), ("23505", Failure::OfOne), ("42501", Failure::Lasting)]);
        for (code, failure) in codes.chain([("", Failure::Lasting)]) {
            assert_eq!(Failure::of_code(code), failure, "{code}");
        }
    }

    #[test]
    fn a_pool_that_was_closed_is_not_tried_again_but_the_command_may_be() {
        assert_eq!(Failure::of(&sqlx::Error::PoolClosed), Failure::Lasting);
        assert!(matches!(Failure::told(&sqlx::Error::PoolClosed), StoreError::Unavailable));
        assert!(matches!(Failure::told(&sqlx::Error::RowNotFound), StoreError::Database(_)));
    }
}
