//! Refreshing a session: each refresh token is exchanged once, for the next pair.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{UserId, WorkspaceId};
use runtime::pool::begin;

use crate::{
    Error, Identity, Session, SignedIn, Tokens,
    keys::Keys,
    token::{Kind, REFRESH_LIFE, Token},
};

/// For so long after a rotation, the token that was rotated and the one that replaced it both answer with the new pair:
/// two tabs may refresh at once, and an answer may get lost. Since nothing is rotated again in this time, the token
/// before the current one is the only old one that can be in honest use.
const SAME_ANSWER: TimeDelta = TimeDelta::seconds(10);

/// A session's row, as far as refreshing needs it.
struct Row {
    user_id: UserId,
    workspace_id: WorkspaceId,
    refreshed_at: DateTime<Utc>,
    refresh_hash: Vec<u8>,
    rotated: bool,
}

/// What a refresh token that came means for its session.
enum Verdict {
    /// It is the current one: replace it.
    Rotate,
    /// It came again, in time: hand the current pair out again. `Token` is the current refresh token.
    Repeat(Token),
    /// The session has run out.
    Expired,
    /// It was rotated a while ago. Its holder missed what came after it, or never should have had it.
    Reused,
}

impl Row {
    fn judge(&self, token: &Token, now: DateTime<Utc>, keys: &Keys) -> Verdict {
        let just_rotated = self.rotated && now - self.refreshed_at < SAME_ANSWER;
        let successor = token.successor(keys);
        if now - self.refreshed_at >= REFRESH_LIFE {
            Verdict::Expired
        } else if self.refresh_hash == token.hash() {
            if just_rotated { Verdict::Repeat(token.clone()) } else { Verdict::Rotate }
        } else if self.refresh_hash == successor.hash() && just_rotated {
            Verdict::Repeat(successor)
        } else {
            Verdict::Reused
        }
    }
}

impl Identity {
    /// Exchanges a refresh token for the next pair of tokens. One that was exchanged more than ten seconds ago ends the
    /// session.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, Error> {
        let token = Token::parse(refresh_token, &self.keys).filter(|token| token.kind == Kind::Refresh);
        let token = token.ok_or(Error::UnknownToken)?;
        let mut transaction = begin(&self.db).await?;
        // The lock makes tabs that refresh at once come one after the other.
        let row = sqlx::query_as!(
            Row,
            r#"select user_id, workspace_id, refreshed_at, refresh_hash, former_access_hash is not null as "rotated!"
               from identity.sessions join identity.accounts using (user_id)
               where session_id = $1 for update of sessions"#,
            token.session.uuid(),
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::SessionEnded)?;
        // Read after the wait for the lock: whoever held it may have rotated the token just now.
        let now = self.clock.now();
        let tokens = match row.judge(&token, now, &self.keys) {
            Verdict::Repeat(current) => current.pair(row.refreshed_at, &self.keys),
            Verdict::Rotate => rotate(&token, now, &self.keys, &mut transaction).await?,
            Verdict::Expired => return Err(Error::SessionEnded),
            Verdict::Reused => {
                sqlx::query!("delete from identity.sessions where session_id = $1", token.session.uuid())
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                self.forget();
                tracing::warn!(user = %row.user_id, session = %token.session, "a used refresh token came again; session ended");
                return Err(Error::TokenReused);
            }
        };
        transaction.commit().await?;
        let session = Session::at_home(token.session, row.user_id, row.workspace_id);
        Ok(SignedIn { session, tokens })
    }
}

/// Replaces the session's current refresh token, `token`, by its successor.
async fn rotate(
    token: &Token,
    now: DateTime<Utc>,
    keys: &Keys,
    transaction: &mut sqlx::PgConnection,
) -> Result<Tokens, Error> {
    let next = token.successor(keys);
    sqlx::query!(
        "update identity.sessions
         set former_access_hash = access_hash, former_issued_at = refreshed_at,
             access_hash = $2, refresh_hash = $3, refreshed_at = $4
         where session_id = $1",
        token.session.uuid(),
        &next.access(keys).hash()[..],
        &next.hash()[..],
        now,
    )
    .execute(transaction)
    .await?;
    Ok(next.pair(now, keys))
}
