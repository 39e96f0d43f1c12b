//! `PUT /v1/me/address`: a person signs in with another address.

use axum::extract::State;
use domain::{CommandId, Personal, Refusal, User, UserId, WorkspaceId, user::UserEvent};
use event_store::{Decision, Receipt, Store, StoreError};
use garde::Validate;
use identity::{Account, Error, Identity, Password, Signed, http::weak_password};
use runtime::{
    ApiError, ProblemKind,
    http::{Answer, Body, ClientAddress},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{AppState, Done, asked::done, own_command::own_command};

/// Changes the address that a person signs in with.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeAddress {
    /// The new address.
    #[garde(custom(domain::values::email))]
    #[schema(value_type = String, format = Email, max_length = 254, example = "countess@example.org")]
    email: Personal,
    /// The password, once more.
    #[garde(skip)]
    current_password: Password,
}

/// Change the address you sign in with
///
/// From the answer on it is the new one that signs you in, with the same password; your sessions go on. Sent again, it does
/// nothing.
#[utoipa::path(
    put,
    path = "/v1/me/address",
    tag = "accounts",
    request_body = ChangeAddress,
    responses(
        (status = 200, description = "This is your address now.", body = Done),
        ApiError,
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(super) async fn change_address(
    State(api): State<AppState>,
    Signed(asking): Signed,
    client: ClientAddress,
    Body(body): Body<ChangeAddress>,
) -> Result<Answer<Done>, ApiError> {
    let address = body.email.text().unwrap_or_default().trim();
    let changed = api.identity.change_address(&asking, client, &body.current_password, address).await;
    changed.map_err(|error| match error {
        // Not 401: the session is good, and a client must not take this for the end of it.
        Error::WrongCredentials => ApiError::invalid_field("/current_password", "wrong", "This is not your password."),
        Error::WeakPassword(weakness) => weak_password("/email", weakness),
        Error::Taken => {
            ApiError::conflict(ProblemKind::AddressTaken, "There is an account with this address; choose another one.")
        }
        other => other.into(),
    })?;
    let address = Personal::clear(address);
    let receipt = append(&api.store, asking.user, asking.personal, |user| user.change_address(&address)).await?;
    Ok(done(&api, receipt))
}

/// Appends what a change was cut off before, now that its address was shown to be the one that signs this person in. Where
/// that cannot be done they are signed in all the same, and the next time will do.
pub(super) async fn finish_change(store: &Store, identity: &Identity, account: &Account, address: &str) {
    if let Err(error) = try_finish_change(store, identity, account, address).await {
        tracing::warn!(error = &*error, user = %account.user, "a change of an address is left to be finished");
    }
}

async fn try_finish_change(
    store: &Store,
    identity: &Identity,
    account: &Account,
    address: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let Account { user, workspace, .. } = *account;
    let is_known = |known: &User| {
        let known = known.email.as_ref().and_then(Personal::text);
        known.is_some_and(|known| identity.is_same_address(known, address))
    };
    if is_known(&*store.load(workspace, user).await?) {
        return Ok(());
    }
    // It may have been changed since it was shown, while the password was looked at.
    if identity.user_by_address(address).await? == Some(user) {
        let address = Personal::clear(address);
        let change = |known: &User| if is_known(known) { Ok(vec![]) } else { known.change_address(&address) };
        append(store, user, workspace, change).await?;
    }
    Ok(())
}

/// Appends what changes of what is known.
async fn append(
    store: &Store,
    user: UserId,
    workspace: WorkspaceId,
    change: impl Fn(&User) -> Result<Vec<UserEvent>, Refusal> + Send + Sync,
) -> Result<Receipt, StoreError> {
    // Not the client's: what is asked is done by the account, and the log says so however often it is asked.
    let id: CommandId = store.ids().next();
    let command = own_command(store, id, user, workspace, ("change an address", id.uuid()));
    store.execute(&command, user, |_, known| Ok(Decision::on(user, change(known)?))).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        accounts::testing::{PASSWORD, registration_with},
        testing::{App, Reply},
    };

    const OTHER: &str = "countess@example.org";

    async fn change(app: &App, who: &Reply, address: &str, password: &str) -> Reply {
        let body = json!({ "email": address, "current_password": password });
        app.send("PUT", "/v1/me/address", &[who.bearer()], Some(body)).await
    }

    /// The names of the events of Ada's, after those of her registration.
    async fn happened(app: &App, who: &Reply) -> Vec<String> {
        let workspace = who.text("/workspace_id").parse().expect("id");
        let events = app.events(workspace).await.into_iter().skip(2);
        events.map(|event| event.event.name().to_owned()).collect()
    }

    #[tokio::test]
    async fn a_person_signs_in_with_another_address_from_then_on() {
        let app = App::new().await;
        let ada = app.ada().await;
        let changed = change(&app, &ada, OTHER, PASSWORD).await;
        assert_eq!((changed.status.as_u16(), &changed.body["changed"]), (200, &json!(true)), "{}", changed.body);
        assert_eq!(change(&app, &ada, OTHER, PASSWORD).await.body["changed"], json!(false));
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 401);
        let again = app.sign_in("Countess@example.org", PASSWORD).await;
        assert_eq!(again.text("/user_id"), ada.text("/user_id"));
        assert_eq!(app.send("GET", "/v1/sessions", &[ada.bearer()], None).await.status, 200, "sessions go on");
        assert_eq!(happened(&app, &ada).await, ["UserAddressChanged"]);
        assert_eq!(app.ada().await.status, 201, "the one before is anybody's");
    }

    #[tokio::test]
    async fn a_refusal_names_the_field_and_changes_nothing() {
        let app = App::new().await;
        let ada = app.ada().await;
        app.post("/v1/accounts", registration_with(&json!({ "email": OTHER }))).await;
        assert_eq!(change(&app, &ada, OTHER, PASSWORD).await.problem(), (409, "address-taken", ""));
        for (address, password, pointer) in
            [("other@example.org", "a wrong password", "/current_password"), ("other", PASSWORD, "/email")]
        {
            assert_eq!(change(&app, &ada, address, password).await.problem(), (422, "invalid-input", pointer));
        }
        let nobody = app.send("PUT", "/v1/me/address", &[], Some(Value::Null)).await;
        assert_eq!(nobody.problem(), (401, "not-signed-in", ""));
        assert_eq!(happened(&app, &ada).await, [""; 0]);
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 201);
    }

    #[tokio::test]
    async fn a_change_that_was_cut_off_is_finished_by_signing_in() {
        let app = App::new().await;
        let ada = app.ada().await;
        let other = app.post("/v1/accounts", registration_with(&json!({ "email": OTHER, "tokens": "bearer" }))).await;
        let user: uuid::Uuid = other.text("/user_id").parse().expect("id");
        let gone = sqlx::query(
            "with gone as (delete from identity.accounts where user_id = $1 returning email_hash)
             select email_hash from gone",
        )
        .bind(user);
        let hash: Vec<u8> = sqlx::Row::get(&gone.fetch_one(app.database.pool()).await.expect("gone"), 0);
        let user: uuid::Uuid = ada.text("/user_id").parse().expect("id");
        let cut_off =
            sqlx::query("update identity.accounts set email_hash = $2 where user_id = $1").bind(user).bind(hash);
        cut_off.execute(app.database.pool()).await.expect("as if it had not come to the log");
        for _ in 0..2 {
            assert_eq!(app.sign_in(OTHER, PASSWORD).await.text("/user_id"), ada.text("/user_id"));
            assert_eq!(happened(&app, &ada).await, ["UserAddressChanged"]);
        }
    }
}
