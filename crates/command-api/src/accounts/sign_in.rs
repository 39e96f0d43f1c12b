//! `POST /v1/sessions`: a person signs in.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
use domain::Personal;
use event_store::Store;
use garde::Validate;
use identity::{Identity, Password, http::Cookies};
use runtime::{
    ApiError,
    http::{Answer, Body, ClientAddress},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    address, registration,
    signed_in::{SignedInAs, TokensAs, open_session, placed},
};

/// Signs a person in.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// The address of their account, in whatever case.
    #[garde(custom(domain::values::written))]
    #[schema(value_type = String, format = Email, example = "ada@example.org")]
    email: Personal,
    /// Their password.
    #[garde(skip)]
    password: Password,
    /// Where the tokens are to go.
    #[garde(skip)]
    #[serde(default)]
    tokens: TokensAs,
}

/// Sign in
///
/// The answer to a wrong password is the same, and takes as long, whether or not there is an account with the address.
#[utoipa::path(
    post,
    path = "/v1/sessions",
    tag = "accounts",
    request_body = SignIn,
    responses(
        (status = 201, description = "Signed in.", body = SignedInAs),
        ApiError,
    ),
    security(),
)]
pub(super) async fn sign_in(
    State(identity): State<Arc<Identity>>,
    State(store): State<Store>,
    client: ClientAddress,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<(Option<Cookies>, Answer<SignedInAs>), ApiError> {
    let address = body.email.text().unwrap_or_default().trim();
    let account = identity.sign_in(client, address, &body.password).await?;
    let mut position = None;
    if let Some(wishes) = &account.unfinished {
        // The name they entered was lost with the registration; they can set it any time.
        position = registration::finish(&store, &identity, &account, wishes, &Personal::clear(address), None).await?;
    } else {
        address::finish_change(&store, &identity, &account, address).await;
    }
    let signed_in = open_session(&identity, &account, &headers).await?;
    let (cookies, told) = body.tokens.deliver(&identity, signed_in);
    Ok((cookies, placed(Answer::made(told), position)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{accounts::testing::PASSWORD, testing::App};

    #[tokio::test]
    async fn a_person_signs_in_on_a_second_device() {
        let app = App::new().await;
        let first = app.ada().await;
        let second = app.sign_in("ADA@example.org", PASSWORD).await;
        assert_eq!((second.status.as_u16(), second.text("/user_id")), (201, first.text("/user_id")));
        assert_ne!(second.text("/session_id"), first.text("/session_id"));
        assert!(!second.headers.contains_key("location"), "there is nothing to get of a session alone");
    }

    #[tokio::test]
    async fn a_wrong_password_and_an_unknown_address_are_told_the_same() {
        let app = App::new().await;
        app.ada().await;
        let wrong = app.sign_in("ada@example.org", "a wrong password").await;
        let unknown = app.sign_in("eve@example.org", "a wrong password").await;
        assert_eq!(wrong.problem(), (401, "wrong-credentials", ""));
        let told = |mut reply: crate::testing::Reply| {
            reply.body["trace_id"].take();
            reply.body
        };
        assert_eq!(told(wrong), told(unknown));
    }

    #[tokio::test]
    async fn guessing_is_slowed_down() {
        let app = App::new().await;
        app.ada().await;
        for _ in 0..10 {
            assert_eq!(app.sign_in("ada@example.org", "a wrong password").await.status, 401);
        }
        let too_many = app.sign_in("ada@example.org", PASSWORD).await;
        assert_eq!((too_many.status.as_u16(), &too_many.headers["retry-after"]), (429, &"30".parse().expect("value")));
    }

    #[tokio::test]
    async fn bad_bodies_are_told_what_is_wrong() {
        let app = App::new().await;
        for (body, expected) in [
            (json!({ "email": "ada@example.org" }), (422, "invalid-input", "/password")),
            (json!({ "email": 7, "password": PASSWORD }), (422, "invalid-input", "/email")),
            (json!([]), (422, "invalid-input", "")),
        ] {
            assert_eq!(app.post("/v1/sessions", body).await.problem(), expected);
        }
    }
}
