//! `DELETE /v1/me`: a person has themselves forgotten.
//!
//! An erasure spans credentials, log and vault, in this order: the account goes and the erasure is written down, in one
//! transaction; `UserErased` is appended, under a command id that follows from the user's; the data key is deleted; and
//! the note goes last. Each step may be repeated, and whatever is cut off is finished by any process of this service.

use std::{error::Error as _, sync::Arc};

use axum::{extract::State, http::StatusCode};
use domain::Refusal;
use event_store::{Command, Decision, Store, StoreError};
use garde::Validate;
use identity::{
    Erasure, Error, Identity, Password, Signed, erasure_command,
    http::{Cookies, clear_cookies},
};
use runtime::{
    ApiError,
    http::{Body, ClientAddress, IdempotencyKey},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::registration;

/// Has a person forgotten.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct EraseMe {
    /// The password, once more.
    #[garde(skip)]
    password: Password,
}

/// Erase yourself, for ever
///
/// Your account is gone at once, and your address free; your sessions end within a second. Every text you ever wrote is erased, in
/// backups too once the master key has rotated, by deleting the key it is sealed with; within a minute no process can
/// open it. Figures, days and ids stay, so that the log can still be verified. Nobody can undo this. Sent again, it is
/// answered 401, since there is nobody any more.
#[utoipa::path(
    delete,
    path = "/v1/me",
    tag = "accounts",
    params(IdempotencyKey),
    request_body = EraseMe,
    responses(
        (status = 202, description = "Your account is gone; your texts follow as soon as the log can be written to."),
        (status = 204, description = "Erased."),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(super) async fn erase_me(
    State(identity): State<Arc<Identity>>,
    State(store): State<Store>,
    Signed(asking): Signed,
    client: ClientAddress,
    _: IdempotencyKey,
    Body(body): Body<EraseMe>,
) -> Result<(Cookies, StatusCode), ApiError> {
    let begun = identity.begin_own_erasure(&asking, client, &body.password).await;
    let begun = begun.map_err(|error| match error {
        // Not 401: the session is good, and a client must not take this for the end of it.
        Error::WrongCredentials => ApiError::invalid_field("/password", "wrong", "This is not your password."),
        other => other.into(),
    })?;
    match finish(&store, &identity, &begun).await {
        Ok(()) => Ok((clear_cookies(), StatusCode::NO_CONTENT)),
        Err(error) => {
            tracing::warn!(error = error.source(), user = %begun.user, "an erasure is left to be finished");
            Ok((clear_cookies(), StatusCode::ACCEPTED))
        }
    }
}

/// Why an erasure could not be finished; it can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The log or the vault.
    #[error("log or vault: {0}")]
    Store(#[from] StoreError),
    /// The credentials.
    #[error("credentials: {0}")]
    Identity(#[from] Error),
    /// A registration that was cut off could not be given up.
    #[error("the registration is being finished in this moment; try again")]
    Registering,
}

/// Erases whoever signs in with this address, without asking for their password. False if nobody does.
pub async fn erase_address(store: &Store, identity: &Identity, address: &str) -> Result<bool, EraseError> {
    // One that was never finished is given up, or turns out to be in the log and is activated.
    if let Some(reserved) = identity.reserved_by_address(address).await? {
        let given_up = registration::abandon(store, identity, reserved.user, reserved.workspace).await;
        if given_up.map_err(|_| EraseError::Registering)? {
            return Ok(true);
        }
    }
    let Some(user) = identity.user_by_address(address).await? else { return Ok(false) };
    let begun = identity.begin_erasure(user).await?;
    finish(store, identity, &begun).await?;
    Ok(true)
}

/// Finishes every erasure that was cut off. One that cannot be finished yet holds up no other.
pub(crate) async fn finish_all(store: &Store, identity: &Identity) -> Result<(), identity::Error> {
    for erasure in identity.unfinished_erasures().await? {
        if let Err(error) = finish(store, identity, &erasure).await {
            tracing::warn!(error = error.source(), user = %erasure.user, "an erasure cannot be finished yet");
        }
    }
    Ok(())
}

/// Does what is left to do of an erasure. May be repeated, by any process.
async fn finish(store: &Store, identity: &Identity, erasure: &Erasure) -> Result<(), EraseError> {
    let Erasure { user, workspace } = *erasure;
    let command = Command {
        id: erasure_command(user),
        actor: user,
        workspace,
        fingerprint: store.index_key().fingerprint("erase a user", &[user.uuid().as_bytes()]),
        if_match: None,
        correlation: None,
        causation: None,
        trace_parent: None,
    };
    let erased = store.execute(&command, user, |_, known| Ok(Decision::on(user, known.erase()?))).await;
    match erased {
        // Refused: the log knows nobody of this id.
        Ok(_) | Err(StoreError::Refused(Refusal::NotFound { .. })) => {}
        Err(error) => return Err(error.into()),
    }
    store.erase(user).await?;
    Ok(identity.erasure_done(erasure).await?)
}

#[cfg(test)]
mod tests {
    use domain::{Event, UserId, WorkspaceId, user::UserEvent};
    use serde_json::json;

    use super::*;
    use crate::{
        accounts::testing::{PASSWORD, registration_with},
        testing::{App, Reply},
    };

    async fn erase(app: &App, who: &Reply, password: &str) -> Reply {
        let key = (runtime::http::IDEMPOTENCY_KEY, app.new_id().to_string());
        app.send("DELETE", "/v1/me", &[who.bearer(), key], Some(json!({ "password": password }))).await
    }

    fn workspace(reply: &Reply) -> WorkspaceId {
        reply.text("/workspace_id").parse().expect("id")
    }

    async fn last_event(app: &App, workspace: WorkspaceId) -> Event {
        app.events(workspace).await.pop().expect("events").event
    }

    async fn rows(app: &App, table: &'static str) -> i64 {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar(count).fetch_one(app.database.pool()).await.expect("count")
    }

    #[tokio::test]
    async fn who_is_erased_is_signed_in_nowhere_and_may_come_back_as_somebody_new() {
        let app = App::new().await;
        let (here, there) = (app.ada().await, app.sign_in("ada@example.org", PASSWORD).await);
        let gone = erase(&app, &here, PASSWORD).await;
        assert_eq!(gone.status, 204, "{}", gone.body);
        assert_eq!(last_event(&app, workspace(&here)).await, Event::User(UserEvent::UserErased {}));
        for session in [&here, &there] {
            assert_eq!(app.send("GET", "/v1/sessions", &[session.bearer()], None).await.status, 401);
        }
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 401);
        assert_eq!((rows(&app, "identity.accounts").await, rows(&app, "identity.erasures").await), (0, 0));
        let again = app.ada().await;
        assert_ne!(again.text("/user_id"), here.text("/user_id"));
        assert_eq!(app.send("GET", "/v1/sessions", &[again.bearer()], None).await.status, 200);
    }

    #[tokio::test]
    async fn without_the_password_nobody_is_erased() {
        let app = App::new().await;
        let ada = app.ada().await;
        assert_eq!(erase(&app, &ada, "battery staple").await.problem(), (422, "invalid-input", "/password"));
        let bare = app.send("DELETE", "/v1/me", &[ada.bearer()], Some(json!({ "password": PASSWORD }))).await;
        assert_eq!(bare.status, 400, "an idempotency key belongs to every command");
        assert_eq!(app.send("DELETE", "/v1/me", &[], Some(json!({ "password": PASSWORD }))).await.status, 401);
        assert_eq!(app.send("GET", "/v1/sessions", &[ada.bearer()], None).await.status, 200);
        assert_eq!(app.events(workspace(&ada)).await.len(), 2);
    }

    #[tokio::test]
    async fn an_erasure_that_was_cut_off_anywhere_is_finished_once() {
        let app = App::new().await;
        for stage in 0..3 {
            let ada = app.ada().await;
            let user: UserId = ada.text("/user_id").parse().expect("id");
            let begun = app.identity.begin_erasure(user).await.expect("begun");
            if stage == 1 {
                // As if the note had not been taken away, with everything else done.
                finish(&app.store, &app.identity, &begun).await.expect("finished");
                let note = sqlx::query("insert into identity.erasures values ($1, $2, now())");
                let note = note.bind(begun.user.uuid()).bind(begun.workspace.uuid());
                note.execute(app.database.pool()).await.expect("note");
            }
            if stage == 2 {
                app.store.erase(user).await.expect("key deleted before the event");
            }
            assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 401, "from the first step on");
            for _ in 0..2 {
                finish_all(&app.store, &app.identity).await.expect("finished");
            }
            assert_eq!(app.events(begun.workspace).await.len(), 3, "registered, made, erased");
            assert_eq!(rows(&app, "identity.erasures").await, 0);
            app.pass(chrono::TimeDelta::minutes(5));
        }
        assert_eq!(rows(&app, "vault.keys where wrapped is not null").await, 0);
    }

    #[tokio::test]
    async fn an_erasure_that_cannot_be_finished_yet_holds_up_no_other() {
        let app = App::new().await;
        let (ada, eve) =
            (app.ada().await, registration_with(&json!({ "email": "eve@example.org", "tokens": "bearer" })));
        let eve = app.post("/v1/accounts", eve).await;
        let [stuck, user]: [UserId; 2] = [&ada, &eve].map(|reply| reply.text("/user_id").parse().expect("id"));
        app.identity.begin_erasure(stuck).await.expect("begun");
        app.identity.begin_erasure(user).await.expect("begun");
        // Its command's id answers for another command, by whatever mishap.
        let taken = "insert into es.commands (id, actor, fingerprint, shard, position)
                     select $1, $2, '\\x00000000000000000000000000000000', shard, position from es.events
                     where stream_id = $2";
        let taken = sqlx::query(taken).bind(erasure_command(stuck).uuid()).bind(stuck.uuid());
        taken.execute(app.database.pool()).await.expect("written");
        finish_all(&app.store, &app.identity).await.expect("listed");
        assert_eq!(app.identity.unfinished_erasures().await.expect("listed").len(), 1);
        assert_eq!(last_event(&app, workspace(&eve)).await, Event::User(UserEvent::UserErased {}));
    }

    #[tokio::test]
    async fn an_operator_erases_by_address_and_nobody_else_is_touched() {
        let app = App::new().await;
        app.ada().await;
        let eve = registration_with(&json!({ "email": "eve@example.org", "tokens": "bearer" }));
        let eve = app.post("/v1/accounts", eve).await;
        let erased = |address| erase_address(&app.store, &app.identity, address);
        assert!(erased("ADA@example.org").await.expect("erased"));
        assert!(!erased("ada@example.org").await.expect("nobody"), "there is nobody any more");
        assert_eq!(app.send("GET", "/v1/sessions", &[eve.bearer()], None).await.status, 200);
        let mut events = app.events(workspace(&eve)).await;
        app.store.vault().open(&mut events).await.expect("opened");
        let Event::User(UserEvent::UserRegistered { email, .. }) = &events[0].event else { panic!("{events:?}") };
        assert_eq!(email.text(), Some("eve@example.org"));
    }
}
