//! Accounts: reserved, then active, then signed in to.
//!
//! Signing up spans credentials and log. The account is *reserved* first, with the ids of its user and workspace; then
//! their events are appended under [`registration_command`], which follows from the user's id, so that appending them
//! again does nothing; then the account is *activated*. Whatever is cut off in between is finished by whoever comes
//! back with the same password, by registering again or by signing in.
//!
//! Who comes with *another* password while the account is only reserved finds it taken at first: the registration may be
//! under way. After [`RESERVATION_KEPT`] the address can be had again, with new ids, so that nobody enters a half-made
//! account of somebody else's. No waiting makes sure that a stalled process does not append the first events after all,
//! so the log decides: the caller uses the command's id up (see [`Registration::Abandoned`]) before it releases the
//! reservation, or learns that the events are there, and activates the account as its first owner's.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{CalendarSettings, CommandId, UserId, WorkspaceId, user::Language};
use runtime::http::ClientAddress;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::{Builder, Uuid};

use crate::{Error, Identity, Password, hasher, keys::EmailHash};

/// Time enough to come back after a fault and finish.
const RESERVATION_KEPT: TimeDelta = TimeDelta::hours(1);

/// So long is the instant at the beginning of a UUIDv7.
const INSTANT_BYTES: usize = 6;

/// An account whose password was just shown to be known.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whose it is.
    pub user: UserId,
    /// Their personal workspace.
    pub workspace: WorkspaceId,
    /// There while the account is only reserved: append its events with these, then activate it.
    pub unfinished: Option<Wishes>,
    /// Which password was shown: a session is opened only while it is still the current one.
    pub(crate) password_version: i32,
}

/// What a person asks for at registration besides credentials. Nothing personal, since it is stored as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// The language they read.
    pub language: Language,
    /// The calendar of their workspace. It must have been checked: sign-in finishes with it.
    pub calendar: CalendarSettings,
}

/// What came of asking for an address.
#[derive(Debug)]
pub enum Registration {
    /// The address is reserved for this account: append its events, then activate it.
    Begun(Account),
    /// Somebody reserved the address long ago and did not come back. Use up [`registration_command`] of this user in
    /// the log with something that does nothing. If that works, [`Identity::release`] the user and register again; if
    /// the command is known already, the events are there: [`Identity::activate`] the user, and the address is taken.
    Abandoned {
        /// The user of the reservation.
        user: UserId,
        /// Their workspace, in whose shard their events would be.
        workspace: WorkspaceId,
    },
}

/// The id of the command that appends a user's first events: always the same for the same user.
///
/// A UUIDv8, whose answer is kept for ever, that begins with the instant of the user's own id: were it greater than the
/// ids to come, their index would grow in the middle, and leave each page half empty.
pub fn registration_command(user: UserId) -> CommandId {
    command_of("momentum identity: id of a registration command", user.uuid())
}

/// The id of the command that appends a user's last event; like [`registration_command`].
pub fn erasure_command(user: UserId) -> CommandId {
    command_of("momentum identity: id of an erasure command", user.uuid())
}

/// The id of the one command with this purpose that follows from an id; like [`registration_command`].
pub(crate) fn command_of(purpose: &str, from: Uuid) -> CommandId {
    let hash = blake3::derive_key(purpose, from.as_bytes());
    let mut id = *from.as_bytes();
    let (_, rest) = id.split_at_mut(INSTANT_BYTES);
    rest.copy_from_slice(&hash[..rest.len()]);
    Builder::from_custom_bytes(id).into_uuid().into()
}

/// An account as it is stored.
struct Stored {
    user_id: UserId,
    workspace_id: WorkspaceId,
    password: String,
    password_version: i32,
    wishes: Option<Json<Wishes>>,
    created_at: DateTime<Utc>,
}

impl Stored {
    fn account(self) -> Account {
        Account {
            user: self.user_id,
            workspace: self.workspace_id,
            unfinished: self.wishes.map(|Json(wishes)| wishes),
            password_version: self.password_version,
        }
    }
}

impl Identity {
    /// Reserves an address. Throttled by client, since it tells whether the address is taken; without one it is the operator,
    /// who knows.
    pub async fn register(
        &self,
        client: Option<ClientAddress>,
        address: &str,
        password: &Password,
        wishes: &Wishes,
    ) -> Result<Registration, Error> {
        let email = self.keys.email_hash(address);
        if let Some(client) = client {
            self.throttle_registration(client, email).await?;
        }
        password.check_for(address).map_err(Error::WeakPassword)?;
        if let Some(stored) = self.account_by(email).await? {
            return self.resume(stored, password).await;
        }
        if let Some(account) = self.reserve(email, password, wishes).await? {
            return Ok(Registration::Begun(account));
        }
        // Somebody else reserved it in this moment, perhaps the same person with a second click.
        let stored = self.account_by(email).await?.ok_or(Error::Taken)?;
        self.resume(stored, password).await
    }

    /// Checks an address and a password. The answer to a wrong one, and the time it takes, are the same whether or not
    /// there is such an account.
    ///
    /// An account that is still `unfinished` has to be finished before a session is opened.
    pub async fn sign_in(&self, client: ClientAddress, address: &str, password: &Password) -> Result<Account, Error> {
        let email = self.keys.email_hash(address);
        self.throttle_sign_in(client, email).await?;
        let stored = self.account_by(email).await?;
        let known = stored.as_ref().map(|stored| stored.password.clone());
        let right = self.hasher.verify(password, known).await?;
        let stored = stored.filter(|_| right).ok_or(Error::WrongCredentials)?;
        if hasher::is_outdated(&stored.password) {
            self.rehash(&stored, password).await?;
        }
        Ok(stored.account())
    }

    /// Lets a reserved account be signed in to, now that its events are in the log. Does nothing to an active one.
    pub async fn activate(&self, user: UserId) -> Result<(), Error> {
        sqlx::query!(
            "update identity.accounts set activated_at = $2, wishes = null
             where user_id = $1 and activated_at is null",
            user.uuid(),
            self.clock.now(),
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Gives the address of an abandoned reservation back; only after its command was used up in the log.
    pub async fn release(&self, user: UserId) -> Result<(), Error> {
        sqlx::query!("delete from identity.accounts where user_id = $1 and activated_at is null", user.uuid())
            .execute(&self.db)
            .await?;
        tracing::info!(%user, "an abandoned registration was released");
        Ok(())
    }

    /// Whose address this is, for administration: no password is asked for.
    pub async fn user_by_address(&self, address: &str) -> Result<Option<UserId>, Error> {
        let stored = self.account_by(self.keys.email_hash(address)).await?;
        Ok(stored.map(|stored| stored.user_id))
    }

    /// The reserved account of this address, which was never activated, for administration.
    pub async fn reserved_by_address(&self, address: &str) -> Result<Option<Account>, Error> {
        let stored = self.account_by(self.keys.email_hash(address)).await?;
        Ok(stored.map(Stored::account).filter(|account| account.unfinished.is_some()))
    }

    /// The personal workspaces of these people, as far as they have accounts: their streams lie where those do.
    pub async fn homes(&self, users: &[UserId]) -> Result<Vec<(UserId, WorkspaceId)>, Error> {
        let users: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
        let homes = sqlx::query!(
            "select user_id, workspace_id from identity.accounts where user_id = any($1) order by user_id",
            &users,
        );
        let homes = homes.fetch_all(&self.db).await?;
        Ok(homes.into_iter().map(|home| (home.user_id.into(), home.workspace_id.into())).collect())
    }

    async fn account_by(&self, email: EmailHash) -> Result<Option<Stored>, Error> {
        let stored = sqlx::query_as!(
            Stored,
            r#"select user_id, workspace_id, password, password_version, wishes as "wishes: _", created_at
               from identity.accounts where email_hash = $1"#,
            &email.0[..],
        );
        Ok(stored.fetch_optional(&self.db).await?)
    }

    /// Inserts the account; none if the address was reserved meanwhile.
    async fn reserve(&self, email: EmailHash, password: &Password, wishes: &Wishes) -> Result<Option<Account>, Error> {
        let hash = self.hasher.hash(password, &*self.ids).await?;
        let stored = sqlx::query_as!(
            Stored,
            r#"insert into identity.accounts (user_id, workspace_id, email_hash, password, wishes, created_at)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (email_hash) do nothing
               returning user_id, workspace_id, password, password_version, wishes as "wishes: _", created_at"#,
            self.ids.uuid(),
            self.ids.uuid(),
            &email.0[..],
            hash,
            Json(wishes) as _,
            self.clock.now(),
        )
        .fetch_optional(&self.db)
        .await?;
        Ok(stored.map(Stored::account))
    }

    /// What registering means where there is an account already.
    async fn resume(&self, stored: Stored, password: &Password) -> Result<Registration, Error> {
        if stored.wishes.is_none() {
            return Err(Error::Taken);
        }
        if self.hasher.verify(password, Some(stored.password.clone())).await? {
            return Ok(Registration::Begun(stored.account()));
        }
        if self.clock.now() - stored.created_at < RESERVATION_KEPT {
            return Err(Error::Taken);
        }
        Ok(Registration::Abandoned { user: stored.user_id, workspace: stored.workspace_id })
    }

    /// Stores the same password under the current parameters, unless it was changed meanwhile.
    async fn rehash(&self, stored: &Stored, password: &Password) -> Result<(), Error> {
        let hash = self.hasher.hash(password, &*self.ids).await?;
        sqlx::query!(
            "update identity.accounts set password = $2 where user_id = $1 and password_version = $3",
            stored.user_id.uuid(),
            hash,
            stored.password_version,
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_commands_have_one_id_each_among_those_of_their_time() {
        let user = |number| UserId::new(Uuid::from_u128(number));
        assert_eq!(registration_command(user(1)), registration_command(user(1)));
        assert_ne!(registration_command(user(1)), registration_command(user(2)));
        assert_ne!(registration_command(user(1)).uuid(), user(1).uuid());
        assert_ne!(registration_command(user(1)), erasure_command(user(1)));
        let [before, ada, after] =
            [1, 2, 3].map(|millis| Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid());
        for command in [registration_command(ada.into()), erasure_command(ada.into())] {
            assert!((before..after).contains(&command.uuid()), "{command}");
            assert_eq!(command.uuid().get_version_num(), 8);
        }
    }
}
