//! Changing a password, and setting a new one for somebody who lost theirs.

use domain::UserId;
use runtime::http::ClientAddress;

use crate::{Error, Identity, Password, Session, SessionId};

/// Letters and digits that nobody mistakes for one another when reading them out: 32, so that a byte picks one evenly.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 100 bits.
const RESET_CHARS: usize = 20;

impl Identity {
    /// Replaces the password of whoever holds `session`, who must know the current one. All their other sessions end.
    pub async fn change_password(
        &self,
        session: &Session,
        client: ClientAddress,
        current: &Password,
        new: &Password,
    ) -> Result<(), Error> {
        self.throttle_change_password(client, session.user).await?;
        new.check().map_err(Error::WeakPassword)?;
        let stored = sqlx::query!(
            "select password, password_version from identity.accounts where user_id = $1",
            session.user.uuid()
        )
        .fetch_optional(&self.db)
        .await?
        .ok_or(Error::SessionEnded)?;
        if !self.hasher.verify(current, Some(stored.password)).await? {
            return Err(Error::WrongCredentials);
        }
        let changed = self.set_password(session.user, new, Some(stored.password_version), Some(session.id)).await?;
        // Changed by somebody else in this moment: what was shown is no longer the current password.
        if changed { Ok(()) } else { Err(Error::WrongCredentials) }
    }

    /// Gives a user a new random password, and ends all their sessions: for `momentum admin reset-password`.
    pub async fn reset_password(&self, user: UserId) -> Result<Password, Error> {
        let password = self.new_password();
        let known = self.set_password(user, &password, None, None).await?;
        if known { Ok(password) } else { Err(Error::NoSuchAccount) }
    }

    /// A random password, of letters and digits that are told apart when they are read out.
    pub fn new_password(&self) -> Password {
        let mut random = zeroize::Zeroizing::new([0; RESET_CHARS]);
        self.ids.fill(&mut *random);
        let chars = random.iter().map(|byte| char::from(READABLE[usize::from(*byte) % READABLE.len()]));
        Password::new(chars.collect::<String>())
    }

    /// Stores a password, if its version is still `expected`, and ends all sessions but `kept`. False if it was not.
    async fn set_password(
        &self,
        user: UserId,
        new: &Password,
        expected: Option<i32>,
        kept: Option<SessionId>,
    ) -> Result<bool, Error> {
        let hash = self.hasher.hash(new, &*self.ids).await?;
        let mut transaction = self.db.begin().await?;
        let changed = sqlx::query!(
            "update identity.accounts set password = $2, password_version = password_version + 1
             where user_id = $1 and password_version = coalesce($3, password_version)",
            user.uuid(),
            hash,
            expected,
        )
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let ended = sqlx::query_scalar!(
            "delete from identity.sessions where user_id = $1 and session_id is distinct from $2
               returning session_id",
            user.uuid(),
            kept.map(SessionId::uuid),
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        self.forget(ended.iter().copied()).await;
        tracing::info!(%user, sessions_ended = ended.len(), "password changed");
        Ok(true)
    }
}
