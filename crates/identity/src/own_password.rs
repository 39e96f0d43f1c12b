//! A person who is signed in shows their password once more, for what tokens alone are not enough for.

use runtime::http::ClientAddress;

use crate::{Error, Identity, Password, Session};

/// What goes with a password that was shown to be somebody's current one.
pub(crate) struct Shown {
    /// Its version, which each change of it raises.
    pub version: i32,
    /// The hash of the address it goes with.
    pub email: Vec<u8>,
}

impl Identity {
    /// Has whoever holds `session` show their password. What is done about it has to make sure that it still is theirs.
    pub(crate) async fn show_password(
        &self,
        session: &Session,
        client: ClientAddress,
        password: &Password,
    ) -> Result<Shown, Error> {
        self.throttle_own_password(client, session.user).await?;
        let stored = sqlx::query!(
            "select password, password_version, email_hash from identity.accounts where user_id = $1",
            session.user.uuid()
        );
        let stored = stored.fetch_optional(&self.db).await?.ok_or(Error::SessionEnded)?;
        let is_right = self.hasher.verify(password, Some(stored.password)).await?;
        if !is_right {
            return Err(Error::WrongCredentials);
        }
        Ok(Shown { version: stored.password_version, email: stored.email_hash })
    }
}
