//! Removes rows that no longer say anything, a bounded number at a time.

use crate::{Error, Identity, token::REFRESH_LIFE};

/// Few enough to be over in a moment and to hold up nobody.
const PURGED_ROWS_MAX: i64 = 1_000;

impl Identity {
    /// Removes sessions that have run out and attempts that are forgiven, and answers how many rows that were.
    /// To be called every few minutes, and again at once while it answers more than a thousand.
    pub async fn purge(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        // Rows that somebody is using at this moment are left for the next time.
        let sessions = sqlx::query!(
            "delete from identity.sessions where session_id in (
                 select session_id from identity.sessions where refreshed_at <= $1
                 order by refreshed_at limit $2 for update skip locked
             )",
            now - REFRESH_LIFE,
            PURGED_ROWS_MAX,
        )
        .execute(&self.db)
        .await?;
        let attempts = sqlx::query!(
            "delete from identity.throttle where key in (
                 select key from identity.throttle where whole_at <= $1 limit $2 for update skip locked
             )",
            now,
            PURGED_ROWS_MAX,
        )
        .execute(&self.db)
        .await?;
        Ok(sessions.rows_affected() + attempts.rows_affected())
    }
}
