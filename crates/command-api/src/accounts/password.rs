//! `PUT /v1/me/password`: a person changes their password.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
use garde::Validate;
use identity::{
    Error, Identity, Password, Signed,
    http::{Cookies, weak_password},
};
use runtime::{
    ApiError,
    http::{Answer, Body, ClientAddress},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::signed_in::{SignedInAs, TokensAs, user_agent};

/// Changes a password.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePassword {
    /// The password until now.
    #[garde(skip)]
    current_password: Password,
    /// The password from now on, under the same rules as at registration.
    #[garde(skip)]
    new_password: Password,
    /// Where the tokens of the new session are to go.
    #[garde(skip)]
    #[serde(default)]
    tokens: TokensAs,
}

/// Change your password
///
/// All your sessions end within a second, also the one that asks, so that nobody who has its tokens goes on, and so do the
/// open invitations that you made. You are signed in anew: from the answer on, use its tokens.
#[utoipa::path(
    put,
    path = "/v1/me/password",
    tag = "accounts",
    request_body = ChangePassword,
    responses(
        (status = 200, description = "Changed, and signed in anew.", body = SignedInAs),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(super) async fn change_password(
    State(identity): State<Arc<Identity>>,
    Signed(asking): Signed,
    client: ClientAddress,
    headers: HeaderMap,
    Body(body): Body<ChangePassword>,
) -> Result<(Option<Cookies>, Answer<SignedInAs>), ApiError> {
    let (current, new) = (&body.current_password, &body.new_password);
    let changed = identity.change_password(&asking, client, current, new, user_agent(&headers)).await;
    let signed_in = changed.map_err(|error| match error {
        // Not 401: the session is good, and a client must not take this for the end of it.
        Error::WrongCredentials => ApiError::invalid_field("/current_password", "wrong", "This is not your password."),
        Error::WeakPassword(weakness) => weak_password("/new_password", weakness),
        other => other.into(),
    })?;
    let (cookies, told) = body.tokens.deliver(&identity, signed_in);
    Ok((cookies, Answer::ok(told)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{accounts::testing::PASSWORD, testing::App};

    const NEW: &str = "battery staple correct";

    #[tokio::test]
    async fn changing_the_password_ends_every_session_and_signs_in_anew() {
        let app = App::new().await;
        let (here, there) = (app.ada().await, app.sign_in("ada@example.org", PASSWORD).await);
        let body = json!({ "current_password": PASSWORD, "new_password": NEW, "tokens": "bearer" });
        let changed = app.send("PUT", "/v1/me/password", &[here.bearer()], Some(body)).await;
        assert_eq!((changed.status.as_u16(), changed.text("/user_id")), (200, here.text("/user_id")));
        for ended in [&here, &there] {
            assert_eq!(app.send("GET", "/v1/sessions", &[ended.bearer()], None).await.status, 401);
        }
        assert_eq!(app.send("GET", "/v1/sessions", &[changed.bearer()], None).await.status, 200);
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 401);
        assert_eq!(app.sign_in("ada@example.org", NEW).await.status, 201);
    }

    #[tokio::test]
    async fn a_browser_gets_its_new_cookies() {
        let app = App::new().await;
        let here = app.ada().await;
        let body = json!({ "current_password": PASSWORD, "new_password": NEW });
        let changed = app.send("PUT", "/v1/me/password", &[here.bearer()], Some(body)).await;
        assert!(changed.body.get("tokens").is_none());
        assert_eq!(app.send("GET", "/v1/sessions", &[changed.cookies()], None).await.status, 200);
    }

    #[tokio::test]
    async fn a_refusal_names_the_field_and_leaves_the_session_alone() {
        let app = App::new().await;
        let here = app.ada().await;
        for (current, new, pointer) in
            [("a wrong password", NEW, "/current_password"), (PASSWORD, "short", "/new_password")]
        {
            let body = json!({ "current_password": current, "new_password": new });
            let refused = app.send("PUT", "/v1/me/password", &[here.bearer()], Some(body)).await;
            assert_eq!(refused.problem(), (422, "invalid-input", pointer));
        }
        assert_eq!(app.send("GET", "/v1/sessions", &[here.bearer()], None).await.status, 200);
        let nobody = app.send("PUT", "/v1/me/password", &[], Some(json!({}))).await;
        assert_eq!(nobody.problem(), (401, "not-signed-in", ""));
    }
}
