//! Removes rows that no longer say anything, a bounded number at a time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::sleep;

use crate::{Error, Identity, token::REFRESH_LIFE};

/// Few enough to be over in a moment and to hold up nobody.
const PURGED_ROWS_MAX: i64 = 1_000;
/// The pause before there are more.
const PURGE_PAUSE: Duration = Duration::from_millis(100);

impl Identity {
    /// Removes sessions and invitations that have run out and attempts that are forgiven, and answers how many rows that
    /// were.
    /// To be called every few minutes.
    pub async fn purge(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        let mut all = 0;
        loop {
            let purged =
                [self.purge_sessions(now).await?, self.purge_invitations(now).await?, self.purge_attempts(now).await?];
            all += purged.iter().sum::<u64>();
            if purged.into_iter().all(|rows| rows < PURGED_ROWS_MAX.unsigned_abs()) {
                return Ok(all);
            }
            sleep(PURGE_PAUSE).await;
        }
    }

    /// Rows that somebody is using at this moment are left for the next time.
    async fn purge_sessions(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let sessions = sqlx::query!(
            "delete from identity.sessions where session_id in (
                 select session_id from identity.sessions where refreshed_at <= $1
                 order by refreshed_at limit $2 for update skip locked
             )",
            now - REFRESH_LIFE,
            PURGED_ROWS_MAX,
        );
        Ok(sessions.execute(&self.db).await?.rows_affected())
    }

    async fn purge_invitations(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let invitations = sqlx::query!(
            "delete from identity.invitations where invitation_id in (
                 select invitation_id from identity.invitations where expires_at <= $1
                 order by expires_at limit $2 for update skip locked
             )",
            now,
            PURGED_ROWS_MAX,
        );
        Ok(invitations.execute(&self.db).await?.rows_affected())
    }

    async fn purge_attempts(&self, now: DateTime<Utc>) -> Result<u64, Error> {
        let attempts = sqlx::query!(
            "delete from identity.throttle where key in (
                 select key from identity.throttle where whole_at <= $1 limit $2 for update skip locked
             )",
            now,
            PURGED_ROWS_MAX,
        );
        Ok(attempts.execute(&self.db).await?.rows_affected())
    }
}
