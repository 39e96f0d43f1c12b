//! Forgetting a person, as far as credentials go: at once, and written down until log and vault have followed.

use domain::{UserId, WorkspaceId};
use runtime::{http::ClientAddress, pool::begin};

use crate::{Error, Identity, Password, Session};

/// An erasure that was begun: nobody signs in as this user any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Who is erased.
    pub user: UserId,
    /// Their personal workspace, in whose shard their events are.
    pub workspace: WorkspaceId,
}

impl Identity {
    /// Begins the erasure of whoever holds `session`, who must know the password.
    pub async fn begin_own_erasure(
        &self,
        session: &Session,
        client: ClientAddress,
        password: &Password,
    ) -> Result<Erasure, Error> {
        let shown = self.show_password(session, client, password).await?;
        let begun = self.begin(session.user, Some(shown.version)).await?;
        // Changed by somebody else in this moment: what was shown is no longer the current password.
        begun.ok_or(Error::WrongCredentials)
    }

    /// Begins the erasure of an active account, for administration: no password is asked for.
    pub async fn begin_erasure(&self, user: UserId) -> Result<Erasure, Error> {
        self.begin(user, None).await?.ok_or(Error::NoSuchAccount)
    }

    /// Those that were begun and are not known to be done.
    pub async fn unfinished_erasures(&self) -> Result<Vec<Erasure>, Error> {
        let unfinished = sqlx::query_as!(
            Erasure,
            r#"select user_id as "user", workspace_id as workspace from identity.erasures order by begun_at"#
        );
        Ok(unfinished.fetch_all(&self.db).await?)
    }

    /// Log and vault have followed: there is nothing left to do.
    pub async fn erasure_done(&self, erasure: &Erasure) -> Result<(), Error> {
        let done = sqlx::query!("delete from identity.erasures where user_id = $1", erasure.user.uuid());
        done.execute(&self.db).await?;
        tracing::info!(user = %erasure.user, "a person was erased");
        Ok(())
    }

    /// Takes account and sessions away, and writes down that there is more to do; none, if the password's version is
    /// not `expected`, or there is no active account.
    async fn begin(&self, user: UserId, expected: Option<i32>) -> Result<Option<Erasure>, Error> {
        let mut transaction = begin(&self.db).await?;
        // Locked before its sessions, as by a change of the password: sign-ins under way come before it or find nothing.
        let account = sqlx::query!(
            "select workspace_id from identity.accounts
             where user_id = $1 and password_version = coalesce($2, password_version) and activated_at is not null
             for update",
            user.uuid(),
            expected,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(account) = account else { return Ok(None) };
        sqlx::query!("delete from identity.sessions where user_id = $1", user.uuid())
            .execute(&mut *transaction)
            .await?;
        sqlx::query!(
            "insert into identity.erasures (user_id, workspace_id, begun_at) values ($1, $2, $3)
             on conflict do nothing",
            user.uuid(),
            account.workspace_id,
            self.clock.now(),
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!("delete from identity.accounts where user_id = $1", user.uuid())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.forget();
        Ok(Some(Erasure { user, workspace: account.workspace_id.into() }))
    }
}
