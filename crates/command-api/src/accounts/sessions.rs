//! `/v1/sessions`: where a person is signed in, and ending it there.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use identity::{Identity, OpenSession, SessionId, Signed};
use runtime::{
    ApiError,
    http::{Answer, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Where a person is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Sessions {
    /// The most recently used first.
    items: Vec<OpenSession>,
}

/// List your sessions
#[utoipa::path(
    get,
    path = "/v1/sessions",
    tag = "accounts",
    responses(
        (status = 200, description = "The sessions.", body = Sessions),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(super) async fn list_sessions(
    State(identity): State<Arc<Identity>>,
    Signed(asking): Signed,
) -> Result<Answer<Sessions>, ApiError> {
    Ok(Answer::ok(Sessions { items: identity.list_sessions(&asking).await? }))
}

/// End one of your sessions
///
/// Its access token stops working within a second.
#[utoipa::path(
    delete,
    path = "/v1/sessions/{id}",
    tag = "accounts",
    params(("id" = SessionId, Path, description = "The session, as it stands in the list.")),
    responses(
        (status = 204, description = "Ended."),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(super) async fn end_session(
    State(identity): State<Arc<Identity>>,
    Signed(asking): Signed,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, ApiError> {
    identity.end_session(asking.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all your other sessions
///
/// Their access tokens stop working within a second.
#[utoipa::path(
    delete,
    path = "/v1/sessions",
    tag = "accounts",
    responses(
        (status = 204, description = "Ended."),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(super) async fn end_other_sessions(
    State(identity): State<Arc<Identity>>,
    Signed(asking): Signed,
) -> Result<StatusCode, ApiError> {
    identity.end_other_sessions(&asking).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use serde_json::json;

    use crate::{
        accounts::testing::{PASSWORD, registration_with},
        testing::App,
    };

    #[tokio::test]
    async fn a_person_lists_their_sessions_and_ends_one() {
        let app = App::new().await;
        let here = app.ada().await;
        let body = json!({ "email": "ada@example.org", "password": PASSWORD, "tokens": "bearer" });
        let curl = (header::USER_AGENT, "curl/8.14.1".to_owned());
        let there = app.send("POST", "/v1/sessions", &[curl], Some(body)).await;

        let list = app.send("GET", "/v1/sessions", &[here.bearer()], None).await;
        let sessions = list.body["items"].as_array().expect("list");
        assert_eq!(sessions.len(), 2);
        let other = sessions.iter().find(|session| session["id"] == there.body["session_id"]).expect("listed");
        assert_eq!((&other["device"], &other["current"]), (&json!("curl/8.14.1"), &json!(false)));

        let path = format!("/v1/sessions/{}", there.text("/session_id"));
        assert_eq!(app.send("DELETE", &path, &[here.bearer()], None).await.status, 204);
        assert_eq!(app.send("DELETE", &path, &[here.bearer()], None).await.problem(), (404, "not-found", ""));
        let ended = app.send("GET", "/v1/sessions", &[there.bearer()], None).await;
        assert_eq!(ended.problem(), (401, "session-ended", ""));
    }

    #[tokio::test]
    async fn a_person_ends_all_their_sessions_but_the_one_they_use() {
        let app = App::new().await;
        let (here, there) = (app.ada().await, app.sign_in("ada@example.org", PASSWORD).await);
        assert_eq!(app.send("DELETE", "/v1/sessions", &[here.bearer()], None).await.status, 204);
        assert_eq!(app.send("GET", "/v1/sessions", &[here.bearer()], None).await.status, 200);
        assert_eq!(app.send("GET", "/v1/sessions", &[there.bearer()], None).await.status, 401);
    }

    #[tokio::test]
    async fn nobody_reaches_the_sessions_of_others() {
        let app = App::new().await;
        let ada = app.ada().await;
        let eve = registration_with(&json!({ "email": "eve@example.org", "tokens": "bearer" }));
        let eve = app.post("/v1/accounts", eve).await;
        let path = format!("/v1/sessions/{}", ada.text("/session_id"));
        assert_eq!(app.send("DELETE", &path, &[eve.bearer()], None).await.status, 404);
        for (method, path) in [("GET", "/v1/sessions"), ("DELETE", "/v1/sessions"), ("DELETE", path.as_str())] {
            assert_eq!(app.send(method, path, &[], None).await.problem(), (401, "not-signed-in", ""));
        }
        assert_eq!(app.send("GET", "/v1/sessions", &[ada.bearer()], None).await.status, 200);
        let nonsense = app.send("DELETE", "/v1/sessions/7", &[ada.bearer()], None).await;
        assert_eq!(nonsense.status, 422);
    }
}
