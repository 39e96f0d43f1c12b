//! How somebody is told that they are signed in, and gets their tokens.

use axum::http::{HeaderMap, header};
use domain::{UserId, WorkspaceId};
use event_store::Cursor;
use identity::{Account, Identity, SessionId, SignedIn, Tokens, http::Cookies};
use runtime::{ApiError, http::Answer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where tokens are to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(example = "bearer")]
pub enum TokensAs {
    /// In `HttpOnly` cookies, for browsers: no script ever holds them.
    #[default]
    Cookies,
    /// In the body, for programs that send `Authorization: Bearer …`.
    Bearer,
}

/// Who is signed in now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInAs {
    /// The user.
    pub user_id: UserId,
    /// Their personal workspace.
    pub workspace_id: WorkspaceId,
    /// The session, as it stands in the list of sessions.
    pub session_id: SessionId,
    /// The tokens, where `"tokens": "bearer"` was asked for; otherwise they are set as cookies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub tokens: Option<Tokens>,
}

impl TokensAs {
    /// The body that tells who is signed in, and the cookies if the tokens go there.
    pub fn deliver(self, identity: &Identity, signed_in: SignedIn) -> (Option<Cookies>, SignedInAs) {
        let SignedIn { session, tokens } = signed_in;
        let (cookies, tokens) = match self {
            Self::Cookies => (Some(identity.set_cookies(&tokens)), None),
            Self::Bearer => (None, Some(tokens)),
        };
        let told =
            SignedInAs { user_id: session.user, workspace_id: session.workspace, session_id: session.id, tokens };
        (cookies, told)
    }
}

/// The answer, with where the log stands if events were appended on the way.
pub fn placed(answer: Answer<SignedInAs>, position: Option<Cursor>) -> Answer<SignedInAs> {
    match position {
        Some(position) => answer.at(position),
        None => answer,
    }
}

/// Opens a session for a client with these headers.
pub async fn open_session(identity: &Identity, account: &Account, headers: &HeaderMap) -> Result<SignedIn, ApiError> {
    Ok(identity.open_session(account, user_agent(headers)).await?)
}

/// What the client calls itself.
pub fn user_agent(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::USER_AGENT)?.to_str().ok()
}
