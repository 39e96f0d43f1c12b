//! `DELETE /v1/sessions/current`: a person signs out.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use identity::{
    Identity,
    http::{Cookies, access_token, clear_cookies, refresh_token},
};
use runtime::ApiError;

/// Sign out
///
/// Ends the session within a second, and makes a browser forget its tokens. It works with an expired access token, with the refresh
/// cookie alone, and where the session has ended already.
#[utoipa::path(
    delete,
    path = "/v1/sessions/current",
    tag = "accounts",
    responses(
        (status = 204, description = "Signed out."),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = []), ()),
)]
pub(super) async fn sign_out(
    State(identity): State<Arc<Identity>>,
    headers: HeaderMap,
) -> Result<(Cookies, StatusCode), (Cookies, ApiError)> {
    for token in [access_token(&headers), refresh_token(&headers)].into_iter().flatten() {
        // A browser forgets its tokens, whatever comes of it: the next who sits there is not to have them.
        identity.sign_out(&token).await.map_err(|error| (clear_cookies(), error.into()))?;
    }
    Ok((clear_cookies(), StatusCode::NO_CONTENT))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use identity::ACCESS_LIFE;

    use crate::{accounts::testing::registration, testing::App};

    #[tokio::test]
    async fn signing_out_ends_the_session_and_clears_the_cookies() {
        let app = App::new().await;
        let browser = app.post("/v1/accounts", registration()).await;
        app.pass(ACCESS_LIFE + TimeDelta::seconds(1));
        let out = app.send("DELETE", "/v1/sessions/current", &[browser.cookies()], None).await;
        assert_eq!(out.status, 204, "even when the access token has expired");
        assert_eq!(out.cookies().1, "__Host-momentum_access=; __Host-momentum_refresh=");
        let list = app.send("GET", "/v1/sessions", &[browser.cookies()], None).await;
        assert_eq!(list.problem(), (401, "session-ended", ""));
    }

    #[tokio::test]
    async fn a_browser_forgets_its_tokens_although_the_session_cannot_be_ended() {
        let app = App::new().await;
        let browser = app.post("/v1/accounts", registration()).await;
        let away = "alter table identity.sessions rename to away";
        sqlx::query(away).execute(app.database.pool()).await.expect("as if it could not be reached");
        let out = app.send("DELETE", "/v1/sessions/current", &[browser.cookies()], None).await;
        assert!(out.status.is_server_error(), "{}", out.status);
        assert_eq!(out.cookies().1, "__Host-momentum_access=; __Host-momentum_refresh=");
    }

    #[tokio::test]
    async fn signing_out_twice_or_without_a_session_is_fine() {
        let app = App::new().await;
        let program = app.ada().await;
        for headers in [&[program.bearer()][..], &[program.bearer()], &[]] {
            assert_eq!(app.send("DELETE", "/v1/sessions/current", headers, None).await.status, 204);
        }
    }
}
