//! Telling who an access token belongs to, on every request.

use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{UserId, WorkspaceId};
use moka::future::Cache;

use crate::{
    Error, Identity, Session, SessionId,
    token::{ACCESS_LIFE, Kind, REFRESH_LIFE, Token},
};

/// A session that was ended by another process is let in for so long at most.
const SEEN_FOR: TimeDelta = TimeDelta::seconds(1);
/// About 300 bytes each; a request whose session does not fit costs a look-up.
const SEEN_MAX: u64 = 100_000;

/// What is known of a session, and since when.
///
/// Sessions are cached, and not the tokens: to recognise a token as ours takes two hashes.
#[derive(Clone)]
pub(crate) struct Seen {
    row: Row,
    at: DateTime<Utc>,
    /// How often sessions had been ended in this process before.
    endings: u64,
}

/// A session's row, as far as access needs it.
#[derive(Clone)]
struct Row {
    user_id: UserId,
    workspace_id: WorkspaceId,
    refreshed_at: DateTime<Utc>,
    access_hash: Vec<u8>,
    former_access_hash: Option<Vec<u8>>,
    former_issued_at: Option<DateTime<Utc>>,
}

impl Row {
    /// When the access token with this hash was issued; none for one from before the last two.
    fn issued_at(&self, access_hash: &[u8]) -> Option<DateTime<Utc>> {
        if self.access_hash == access_hash {
            return Some(self.refreshed_at);
        }
        self.former_issued_at.filter(|_| self.former_access_hash.as_deref() == Some(access_hash))
    }
}

/// An empty cache. It drops its entries by its own, monotonic time as well, in case the clock is set back.
pub(crate) fn cache() -> Cache<SessionId, Seen> {
    let seen_for = SEEN_FOR.to_std().unwrap_or(Duration::ZERO);
    Cache::builder().max_capacity(SEEN_MAX).time_to_live(seen_for).build()
}

impl Identity {
    /// Who holds this access token. What is told of their session is at most a second old, and what this process did to
    /// sessions since is known.
    pub async fn authenticate(&self, access_token: &str) -> Result<Session, Error> {
        let token = Token::parse(access_token, &self.keys).filter(|token| token.kind == Kind::Access);
        let token = token.ok_or(Error::UnknownToken)?;
        let (hash, now) = (token.hash(), self.clock.now());
        let mut row = self.seen(token.session, now).await;
        // A token that the cache does not know may have been issued since, by another process perhaps.
        if row.as_ref().is_none_or(|row| row.issued_at(&hash).is_none()) {
            row = self.look(token.session, now).await?;
        }
        let row = row.ok_or(Error::SessionEnded)?;
        match row.issued_at(&hash) {
            Some(issued_at) if now - issued_at < ACCESS_LIFE => {
                Ok(Session::at_home(token.session, row.user_id, row.workspace_id))
            }
            _ => Err(Error::ExpiredToken),
        }
    }

    /// Whether a session still goes on, to a second: for answers that outlast their access token, such as live feeds.
    pub async fn is_open(&self, session: SessionId) -> Result<bool, Error> {
        let now = self.clock.now();
        let row = match self.seen(session, now).await {
            Some(row) => Some(row),
            None => self.look(session, now).await?,
        };
        Ok(row.is_some_and(|row| now - row.refreshed_at < REFRESH_LIFE))
    }

    /// Has this process look at sessions anew, as some were ended. Others learn of it within a second.
    pub(crate) fn forget(&self) {
        self.endings.fetch_add(1, SeqCst);
    }

    async fn seen(&self, session: SessionId, now: DateTime<Utc>) -> Option<Row> {
        let seen = self.seen.get(&session).await?;
        (now - seen.at < SEEN_FOR && seen.endings == self.endings.load(SeqCst)).then_some(seen.row)
    }

    /// Reads the session. `now` is from before, as `endings` is, so that what is cached never counts as newer than it is.
    async fn look(&self, session: SessionId, now: DateTime<Utc>) -> Result<Option<Row>, Error> {
        let endings = self.endings.load(SeqCst);
        let row = sqlx::query_as!(
            Row,
            "select user_id, workspace_id, refreshed_at, access_hash, former_access_hash, former_issued_at
             from identity.sessions join identity.accounts using (user_id) where session_id = $1",
            session.uuid(),
        )
        .fetch_optional(&self.db)
        .await?;
        if let Some(row) = row.clone() {
            self.seen.insert(session, Seen { row, at: now, endings }).await;
        }
        Ok(row)
    }
}
