//! Sessions: opened at sign-in, listed, and ended.

use chrono::{DateTime, Utc};
use domain::{Id, UserId, WorkspaceId};
use runtime::pool::begin;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    Account, Error, Identity, Tokens, device,
    token::{REFRESH_LIFE, Token},
};

/// What [`SessionId`] identifies: one sign-in on one device, and every token that came of it.
pub enum SessionMark {}

/// The id of a session. It is no secret: knowing it lets nobody in.
pub type SessionId = Id<SessionMark>;

/// More devices than this nobody has. A further sign-in ends the session that was used least recently.
const SESSIONS_MAX: i64 = 50;

/// Who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Their personal workspace.
    pub personal: WorkspaceId,
    /// The workspace they ask about: the personal one, unless another was chosen.
    pub workspace: WorkspaceId,
}

impl Session {
    /// Of a person who asks about their own workspace.
    pub(crate) const fn at_home(id: SessionId, user: UserId, personal: WorkspaceId) -> Self {
        Self { id, user, personal, workspace: personal }
    }

    /// The same person, who asks about their own workspace.
    #[must_use]
    pub const fn home(self) -> Self {
        Self::at_home(self.id, self.user, self.personal)
    }

    /// Whether it is another's workspace that they ask about.
    pub fn is_away(&self) -> bool {
        self.workspace != self.personal
    }
}

/// A session, and the tokens that prove it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Its current tokens.
    pub tokens: Tokens,
}

/// A session, as its owner sees it in the list of their sessions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenSession {
    /// To end it by.
    pub id: SessionId,
    /// The browser or program, and the system, as far as it told.
    #[schema(example = "Firefox, Linux")]
    pub device: String,
    /// When it was signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to a quarter of an hour.
    pub last_used_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Identity {
    /// Signs an active account in, unless its password was changed since it was checked.
    pub async fn open_session(&self, account: &Account, user_agent: Option<&str>) -> Result<SignedIn, Error> {
        let mut transaction = begin(&self.db).await?;
        let signed_in = self.begin_session(account, user_agent, &mut transaction).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// The same as part of a transaction.
    pub(crate) async fn begin_session(
        &self,
        account: &Account,
        user_agent: Option<&str>,
        transaction: &mut PgConnection,
    ) -> Result<SignedIn, Error> {
        let now = self.clock.now();
        let id = SessionId::new(self.ids.uuid());
        let refresh = Token::first(id, &*self.ids);
        // The share lock waits for a change of the password under way, and then finds another version.
        let opened = sqlx::query!(
            "with account as (
                 select user_id from identity.accounts
                 where user_id = $2 and password_version = $3 and activated_at is not null
                 for share
             )
             insert into identity.sessions
                 (session_id, user_id, device, created_at, refreshed_at, refresh_hash, access_hash)
             select $1, user_id, $4, $5, $5, $6, $7 from account",
            id.uuid(),
            account.user.uuid(),
            account.password_version,
            device::label(user_agent),
            now,
            &refresh.hash()[..],
            &refresh.access(&self.keys).hash()[..],
        )
        .execute(&mut *transaction)
        .await?;
        if opened.rows_affected() == 0 {
            return Err(Error::WrongCredentials);
        }
        sqlx::query!(
            "delete from identity.sessions where session_id in (
                 select session_id from identity.sessions where user_id = $1
                 order by refreshed_at desc, session_id desc offset $2
             )",
            account.user.uuid(),
            SESSIONS_MAX,
        )
        .execute(&mut *transaction)
        .await?;
        let session = Session::at_home(id, account.user, account.workspace);
        Ok(SignedIn { session, tokens: refresh.pair(now, &self.keys) })
    }

    /// The sessions of whoever asks, the most recently used first.
    pub async fn list_sessions(&self, asking: &Session) -> Result<Vec<OpenSession>, Error> {
        let sessions = sqlx::query_as!(
            OpenSession,
            r#"select session_id as id, device, created_at, refreshed_at as last_used_at,
                      session_id = $2 as "current!"
               from identity.sessions where user_id = $1 and refreshed_at > $3
               order by refreshed_at desc, session_id desc"#,
            asking.user.uuid(),
            asking.id.uuid(),
            self.clock.now() - REFRESH_LIFE,
        );
        Ok(sessions.fetch_all(&self.db).await?)
    }

    /// Ends one session of `user`'s.
    pub async fn end_session(&self, user: UserId, id: SessionId) -> Result<(), Error> {
        let ended = sqlx::query!(
            "delete from identity.sessions where session_id = $1 and user_id = $2",
            id.uuid(),
            user.uuid()
        )
        .execute(&self.db)
        .await?;
        self.forget();
        if ended.rows_affected() == 0 { Err(Error::NoSuchSession) } else { Ok(()) }
    }

    /// Ends all sessions of whoever asks but the one they ask with. Answers how many that were.
    pub async fn end_other_sessions(&self, asking: &Session) -> Result<u64, Error> {
        let ended = sqlx::query!(
            "delete from identity.sessions where user_id = $1 and session_id <> $2",
            asking.user.uuid(),
            asking.id.uuid(),
        )
        .execute(&self.db)
        .await?;
        self.forget();
        Ok(ended.rows_affected())
    }

    /// Ends the session that a token of either kind belongs to, however old the token is: who signs out wants the
    /// session gone. Does nothing for what is not a token, or where the session is gone already.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        let Some(token) = Token::parse(token, &self.keys) else { return Ok(()) };
        sqlx::query!("delete from identity.sessions where session_id = $1", token.session.uuid())
            .execute(&self.db)
            .await?;
        self.forget();
        Ok(())
    }
}
