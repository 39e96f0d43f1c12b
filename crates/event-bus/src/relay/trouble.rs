//! Why a relay stops in its tracks; each kind has its own way on.

use event_store::StoreError;

use crate::damage::Damage;

/// What keeps the relay from going on as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The stream has to be made again.
    #[error("the stream is damaged: {0}")]
    Damaged(#[from] Damage),
    /// Somebody or something else touched the stream: it must be looked at before going on.
    #[error("{0}")]
    Unsure(&'static str),
    /// NATS is away, or does not do what it is asked.
    #[error("NATS: {0}")]
    Nats(async_nats::Error),
    /// NATS is there, and stores nothing of what it is given: its disk is full, or was.
    #[error("NATS stores nothing: {0}")]
    NotStored(async_nats::Error),
    /// The log cannot be read.
    #[error("the log: {0}")]
    Log(#[from] StoreError),
}

impl Trouble {
    /// A failure of NATS.
    pub fn nats(error: impl Into<async_nats::Error>) -> Self {
        Self::Nats(error.into())
    }
}
