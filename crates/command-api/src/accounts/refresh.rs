//! `POST /v1/sessions/refresh`: a refresh token is exchanged for the next pair of tokens.

use std::sync::Arc;

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use garde::Validate;
use identity::{
    Error, Identity,
    http::{clear_cookies, refresh_token},
};
use runtime::{
    ApiError, ProblemKind,
    http::{Answer, Body},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::signed_in::{SignedInAs, TokensAs};

/// Refreshes a session.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// The refresh token, from clients that keep it themselves. A browser sends `{}`, and its cookie.
    #[garde(skip)]
    #[schema(example = "mom_rt_…")]
    refresh_token: Option<String>,
}

/// Refresh a session
///
/// Exchanges a refresh token for the next pair of tokens. The new tokens go where the old one came from: into the
/// cookies or into the body, so that no script can fetch those of a browser. A token that is sent again within ten
/// seconds gets the same pair again; later, it ends the session.
#[utoipa::path(
    post,
    path = "/v1/sessions/refresh",
    tag = "accounts",
    request_body = Refresh,
    responses(
        (status = 200, description = "Refreshed.", body = SignedInAs),
        ApiError,
    ),
    security(),
)]
pub(super) async fn refresh(
    State(identity): State<Arc<Identity>>,
    headers: HeaderMap,
    Body(body): Body<Refresh>,
) -> Result<Response, ApiError> {
    let (token, tokens_as) = match body.refresh_token {
        Some(token) => (token, TokensAs::Bearer),
        None => (refresh_token(&headers).ok_or_else(no_token)?, TokensAs::Cookies),
    };
    let error = match identity.refresh(&token).await {
        Ok(signed_in) => {
            let (cookies, told) = tokens_as.deliver(&identity, signed_in);
            return Ok((cookies, Answer::ok(told)).into_response());
        }
        Err(error) => error,
    };
    let is_for_ever = matches!(error, Error::UnknownToken | Error::SessionEnded | Error::TokenReused);
    let told = if matches!(error, Error::UnknownToken) { no_token() } else { error.into() };
    // The browser would go on sending what can never work again.
    if is_for_ever && tokens_as == TokensAs::Cookies { Ok((clear_cookies(), told).into_response()) } else { Err(told) }
}

/// 401: what came is no refresh token, or nothing came.
fn no_token() -> ApiError {
    ApiError::new(ProblemKind::NotSignedIn, "Send `refresh_token` or the session's cookies, or sign in again.")
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use chrono::TimeDelta;
    use serde_json::json;

    use crate::{accounts::testing::registration, testing::App};

    #[tokio::test]
    async fn tokens_go_where_the_old_one_came_from() {
        let app = App::new().await;
        let program = app.ada().await;
        let refresh_token = program.text("/tokens/refresh_token");
        let refreshed = app.post("/v1/sessions/refresh", json!({ "refresh_token": refresh_token })).await;
        assert_eq!(refreshed.status, 200);
        assert_ne!(refreshed.text("/tokens/refresh_token"), refresh_token);
        assert!(!refreshed.headers.contains_key(header::SET_COOKIE));
        assert_eq!(app.send("GET", "/v1/sessions", &[refreshed.bearer()], None).await.status, 200);

        let body = json!({ "email": "ada@example.org", "password": registration()["password"] });
        let browser = app.post("/v1/sessions", body).await;
        let refreshed = app.send("POST", "/v1/sessions/refresh", &[browser.cookies()], Some(json!({}))).await;
        assert_eq!((refreshed.status.as_u16(), refreshed.body.get("tokens")), (200, None));
        assert_ne!(refreshed.cookies(), browser.cookies());
        assert_eq!(app.send("GET", "/v1/sessions", &[refreshed.cookies()], None).await.status, 200);
    }

    #[tokio::test]
    async fn a_browser_forgets_tokens_that_can_never_work_again() {
        let app = App::new().await;
        let browser = app.post("/v1/accounts", registration()).await;
        let cookies = [browser.cookies()];
        let refresh = || app.send("POST", "/v1/sessions/refresh", &cookies, Some(json!({})));
        assert_eq!(refresh().await.status, 200);
        app.pass(TimeDelta::seconds(10));
        let reused = refresh().await;
        assert_eq!(reused.problem(), (401, "session-ended", ""));
        let (_, left) = reused.cookies();
        assert_eq!(left, "__Host-momentum_access=; __Host-momentum_refresh=");
    }

    #[tokio::test]
    async fn without_a_refresh_token_nobody_is_signed_in() {
        let app = App::new().await;
        assert_eq!(app.post("/v1/sessions/refresh", json!({})).await.problem(), (401, "not-signed-in", ""));
        let made_up = app.post("/v1/sessions/refresh", json!({ "refresh_token": "mom_rt_AAAA" })).await;
        assert_eq!(made_up.problem(), (401, "not-signed-in", ""));
        assert!(made_up.text("/detail").starts_with("Send `refresh_token`"));
    }
}
