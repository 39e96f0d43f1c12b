//! A person who is signed in shows their password once more, for what tokens alone are not enough for.

use runtime::http::ClientAddress;

use crate::{Error, Identity, Password, Session};

impl Identity {
    /// The version of the password that was just shown to be the current one of whoever holds `session`. What is done about
    /// it has to make sure that it still is.
    pub(crate) async fn show_password(
        &self,
        session: &Session,
        client: ClientAddress,
        password: &Password,
    ) -> Result<i32, Error> {
        self.throttle_own_password(client, session.user).await?;
        let stored = sqlx::query!(
            "select password, password_version from identity.accounts where user_id = $1",
            session.user.uuid()
        );
        let stored = stored.fetch_optional(&self.db).await?.ok_or(Error::SessionEnded)?;
        let is_right = self.hasher.verify(password, Some(stored.password)).await?;
        if is_right { Ok(stored.password_version) } else { Err(Error::WrongCredentials) }
    }
}
