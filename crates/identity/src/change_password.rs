//! Changing a password, and setting a new one for somebody who lost theirs.

use domain::UserId;
use runtime::{http::ClientAddress, pool::begin};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Account, Error, Identity, Password, Session, SignedIn, Weakness};

/// Letters and digits that nobody mistakes for one another when reading them out: 32, so that a byte picks one evenly.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 100 bits.
const RESET_CHARS: usize = 20;

impl Identity {
    /// Replaces the password of whoever holds `asking`, who must know the current one. All their sessions end, also the one
    /// that asks: its tokens may be in other hands, which can be why the password is changed. A new one takes its place.
    pub async fn change_password(
        &self,
        asking: &Session,
        client: ClientAddress,
        current: &Password,
        new: &Password,
        user_agent: Option<&str>,
    ) -> Result<SignedIn, Error> {
        new.check().map_err(Error::WeakPassword)?;
        let shown = self.show_password(asking, client, current).await?;
        if self.keys.email_hash(new.expose()).0 == shown.email[..] {
            return Err(Error::WeakPassword(Weakness::SameAsAddress));
        }
        let hash = self.hasher.hash(new, &*self.ids).await?;
        let mut transaction = begin(&self.db).await?;
        // Changed by somebody else in this moment: what was shown is no longer the current password.
        let changed = set_password(asking.user, &hash, Some(shown.version), &mut transaction).await?;
        let changed = changed.ok_or(Error::WrongCredentials)?;
        if !changed.ended.contains(&asking.id.uuid()) {
            return Err(Error::SessionEnded);
        }
        let account = Account {
            user: asking.user,
            workspace: asking.personal,
            unfinished: None,
            password_version: changed.password_version,
        };
        let signed_in = self.begin_session(&account, user_agent, &mut transaction).await?;
        transaction.commit().await?;
        self.settle(asking.user, &changed);
        Ok(signed_in)
    }

    /// Gives a user a new random password, and ends all their sessions: for `momentum admin reset-password`.
    pub async fn reset_password(&self, user: UserId) -> Result<Password, Error> {
        let password = self.new_password();
        let hash = self.hasher.hash(&password, &*self.ids).await?;
        let mut transaction = begin(&self.db).await?;
        let changed = set_password(user, &hash, None, &mut transaction).await?.ok_or(Error::NoSuchAccount)?;
        transaction.commit().await?;
        self.settle(user, &changed);
        Ok(password)
    }

    /// A random password, of letters and digits that are told apart when they are read out.
    pub fn new_password(&self) -> Password {
        let mut random = zeroize::Zeroizing::new([0; RESET_CHARS]);
        self.ids.fill(&mut *random);
        let chars = random.iter().map(|byte| char::from(READABLE[usize::from(*byte) % READABLE.len()]));
        Password::new(chars.collect::<String>())
    }

    /// Has every process know of a change that is committed.
    fn settle(&self, user: UserId, changed: &Changed) {
        self.forget();
        tracing::info!(%user, sessions_ended = changed.ended.len(), "password changed");
    }
}

/// What a change of a password did.
struct Changed {
    password_version: i32,
    ended: Vec<Uuid>,
}

/// Stores a password, if its version is still `expected`, ends all sessions, and revokes what was offered in them: a thief
/// may have invited themself. None if it was not.
async fn set_password(
    user: UserId,
    hash: &str,
    expected: Option<i32>,
    transaction: &mut PgConnection,
) -> Result<Option<Changed>, Error> {
    let changed = sqlx::query_scalar!(
        "update identity.accounts set password = $2, password_version = password_version + 1
         where user_id = $1 and password_version = coalesce($3, password_version)
         returning password_version",
        user.uuid(),
        hash,
        expected,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(password_version) = changed else { return Ok(None) };
    sqlx::query!("delete from identity.invitations where made_by = $1 and joined_at is null", user.uuid())
        .execute(&mut *transaction)
        .await?;
    let ended =
        sqlx::query_scalar!("delete from identity.sessions where user_id = $1 returning session_id", user.uuid());
    Ok(Some(Changed { password_version, ended: ended.fetch_all(transaction).await? }))
}
