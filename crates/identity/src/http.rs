//! Sessions over HTTP: who is asking, the cookies that hold a browser's tokens, and what each failure is told as.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderName, header, request::Parts},
    response::AppendHeaders,
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, TimeDelta, Utc};
use runtime::{ApiError, ProblemKind};

use crate::{Error, INVITATIONS_MAX, Identity, Session, Tokens, Weakness};

/// Holds a browser's access token. The prefix makes browsers refuse it from another host, path or an unsafe connection.
pub const ACCESS_COOKIE: &str = "__Host-momentum_access";
/// Holds a browser's refresh token. The prefix demands `Path=/`, so it cannot be kept to the path that needs it.
pub const REFRESH_COOKIE: &str = "__Host-momentum_refresh";

/// What a client is asked to wait when more passwords are to be checked than the machine can check.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(1);

/// Two `Set-Cookie` headers, to be put before a handler's answer.
pub type Cookies = AppendHeaders<[(HeaderName, String); 2]>;

/// Extracts who is asking, or answers 401. As a handler's argument it is all that protecting an endpoint takes.
///
/// They ask about their personal workspace, unless whoever has made sure that they are a member of another has put it into
/// the request, as an extension.
///
/// The token comes as `Authorization: Bearer …` or, where there is no such header, in the browser's cookie.
#[derive(Clone, Copy, Debug)]
pub struct Signed(pub Session);

impl<S> FromRequestParts<S> for Signed
where
    S: Send + Sync,
    Arc<Identity>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(*known);
        }
        let token = access_token(&parts.headers).ok_or_else(ApiError::not_signed_in)?;
        Ok(Self(<Arc<Identity>>::from_ref(state).authenticate(&token).await?))
    }
}

/// The access token that a request brings, from its header or its cookie.
pub fn access_token(headers: &HeaderMap) -> Option<String> {
    let Some(authorization) = headers.get(header::AUTHORIZATION) else { return cookie(headers, ACCESS_COOKIE) };
    let (scheme, token) = authorization.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The refresh token that a browser brings.
pub fn refresh_token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, REFRESH_COOKIE)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// Makes a browser forget both tokens.
pub fn clear_cookies() -> Cookies {
    AppendHeaders([set_cookie(ACCESS_COOKIE, "", TimeDelta::zero()), set_cookie(REFRESH_COOKIE, "", TimeDelta::zero())])
}

impl Identity {
    /// Makes a browser keep both tokens, out of reach of scripts, each until its end.
    pub fn set_cookies(&self, tokens: &Tokens) -> Cookies {
        let now = self.clock.now();
        let until = |end: DateTime<Utc>| end - now;
        AppendHeaders([
            set_cookie(ACCESS_COOKIE, &tokens.access_token, until(tokens.access_expires_at)),
            set_cookie(REFRESH_COOKIE, &tokens.refresh_token, until(tokens.refresh_expires_at)),
        ])
    }
}

fn set_cookie(name: &str, value: &str, life: TimeDelta) -> (HeaderName, String) {
    let seconds = life.num_seconds().max(0);
    (header::SET_COOKIE, format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"))
}

/// 422: the password in the body's field at `pointer` is not good enough.
pub fn weak_password(pointer: &str, weakness: Weakness) -> ApiError {
    ApiError::invalid_field(pointer, weakness.code(), format!("Choose another password: {weakness}."))
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::WrongCredentials => {
                Self::new(ProblemKind::WrongCredentials, "Check the e-mail address and the password, and try again.")
            }
            Error::Taken => Self::conflict(
                ProblemKind::AddressTaken,
                "Sign in with this e-mail address, or register with another one.",
            ),
            Error::WeakPassword(weakness) => weak_password("/password", weakness),
            Error::TooManyAttempts { retry_after } => Self::too_many(retry_after),
            Error::Busy => Self::new(ProblemKind::Overloaded, "Many people are signing in. Try again in a moment.")
                .retry_after(RETRY_AFTER),
            Error::UnknownToken | Error::ExpiredToken => Self::not_signed_in(),
            Error::SessionEnded => Self::new(ProblemKind::SessionEnded, "Sign in again."),
            Error::TokenReused => Self::new(
                ProblemKind::SessionEnded,
                "This refresh token was used before, so somebody else may have a copy. The session was ended to be safe; sign in again.",
            ),
            Error::NoSuchSession => Self::not_found("session"),
            Error::NoSuchAccount => Self::not_found("account"),
            Error::TooManyInvitations => Self::conflict(
                ProblemKind::TooManyInvitations,
                format!(
                    "The workspace has {INVITATIONS_MAX} open invitations, which is as many as there can be; revoke some first."
                ),
            ),
            Error::Database(error) => error.into(),
            Error::Hash(_) => Self::internal(error),
        }
    }
}
