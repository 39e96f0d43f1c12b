//! Changing the address that somebody signs in with.
//!
//! It spans credentials and log. The account has the new address first; then the event is appended. If that is cut off, the
//! next sign-in, which shows the address, finds that the log has another, and appends it.

use runtime::http::ClientAddress;

use crate::{Error, Identity, Password, Session, keys::EmailHash};

impl Identity {
    /// Has whoever holds `session` sign in with another address, if they know their password. Nothing, if it is theirs.
    pub async fn change_address(
        &self,
        session: &Session,
        client: ClientAddress,
        password: &Password,
        address: &str,
    ) -> Result<(), Error> {
        let shown = self.show_password(session, client, password).await?;
        password.check_for(address).map_err(Error::WeakPassword)?;
        let email = self.keys.email_hash(address);
        let changed = sqlx::query!(
            "update identity.accounts
             set email_hash = $2, password_version = password_version + (email_hash <> $2)::integer
             where user_id = $1 and password_version = $3
                 and exists (select from identity.sessions where session_id = $4 and user_id = $1)",
            session.user.uuid(),
            &email.0[..],
            shown.version,
            session.id.uuid(),
        );
        match changed.execute(&self.db).await {
            Ok(done) if done.rows_affected() == 0 => self.overtaken(session, &email).await,
            Ok(_) => {
                tracing::info!(user = %session.user, "address changed");
                Ok(())
            }
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(Error::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// What it comes to where the account or the session changed in this moment.
    async fn overtaken(&self, session: &Session, email: &EmailHash) -> Result<(), Error> {
        let found = sqlx::query_scalar!(
            r#"select email_hash = $2 as "is_done!" from identity.accounts join identity.sessions using (user_id)
               where user_id = $1 and session_id = $3"#,
            session.user.uuid(),
            &email.0[..],
            session.id.uuid(),
        );
        match found.fetch_optional(&self.db).await? {
            // Sent twice at once.
            Some(true) => Ok(()),
            // It is the password of another address now.
            Some(false) => Err(Error::WrongCredentials),
            // As after a change of the password.
            None => Err(Error::SessionEnded),
        }
    }

    /// Whether two ways to write an address are the same to whoever signs in with it.
    pub fn is_same_address(&self, one: &str, other: &str) -> bool {
        self.keys.email_hash(one).0 == self.keys.email_hash(other).0
    }
}
