//! What can go wrong between a command and the log.

use domain::{Refusal, UnreadableEvent};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The domain refused; the same command will be refused again, in the same words.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// This actor used this command id for something else.
    #[error("the command id was used before, with another body")]
    CommandIdReused,
    /// The command id is a UUIDv7 from longer ago than answers are kept.
    #[error("the command id is older than {} days", crate::COMMAND_DAYS_KEPT)]
    CommandExpired,
    /// Others kept changing what the command reads. Nothing was appended.
    #[error("gave up after {0} attempts: what the command reads kept changing")]
    Contended(u32),
    /// More commands wait than the writer takes on. Nothing was appended.
    #[error("the writer's queue is full")]
    Overloaded,
    /// The database could not be reached in time. Whether the command was appended is not known; the same id tells.
    #[error("the outcome is not known: the database is unavailable")]
    Unavailable,
    /// The log, the vault or a decision is not as it must be.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The database is no place for the log, or not with these keys.
    #[error(transparent)]
    Unfit(crate::install::UnfitDatabase),
    /// The database failed in a way of its own.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// Something that must never be so.
#[derive(Debug, thiserror::Error)]
pub enum Corruption {
    /// An event cannot be read.
    #[error("position {position}: {cause}")]
    Event {
        /// Where it stands.
        position: domain::Position,
        /// What is wrong with it.
        cause: UnreadableEvent,
    },
    /// A sealed text is not the one that was sealed for its place.
    #[error("the sealed {field} of {owner} was altered, or moved here from elsewhere")]
    Seal {
        /// The field it stands in.
        field: &'static str,
        /// Its owner, by its own account; nil where it does not even have the form of a sealed text.
        owner: uuid::Uuid,
    },
    /// A data key does not open with the master key it names.
    #[error("the data key of {owner} does not open with master key {master}")]
    DataKey {
        /// The key's owner.
        owner: uuid::Uuid,
        /// The version of the master key.
        master: i16,
    },
    /// New data keys are to be wrapped with a master key that this process does not have.
    #[error("data keys are wrapped with master key {master} now, which this process does not have (vault.master_key)")]
    NoMasterKey {
        /// The version of the master key.
        master: i16,
    },
    /// A decision produced an event that cannot be written.
    #[error("an event cannot be written: {0}")]
    Unwritable(serde_json::Error),
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
