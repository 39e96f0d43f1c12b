//! The half of a registration that is in the log: a user's first events, there once or never.

use domain::{Personal, Refusal, User, UserId, WorkspaceId, user::RegisterUser};
use event_store::{Command, Cursor, Decision, Store, StoreError};
use identity::{Account, Identity, Wishes, registration_command};
use runtime::ApiError;

use crate::own_command::own_command;

/// Appends the first events of a reserved account, and activates it. May be repeated, by anybody who knows the
/// password: the command's id follows from the user's, so the events of the first time stay.
///
/// Answers where the log stands with them, unless they are older than answers to commands are kept.
pub async fn finish(
    store: &Store,
    identity: &Identity,
    account: &Account,
    wishes: &Wishes,
    email: &Personal,
    name: Option<&Personal>,
) -> Result<Option<Cursor>, ApiError> {
    let register = RegisterUser {
        email: email.clone(),
        name: name.cloned(),
        workspace_id: account.workspace,
        language: wishes.language,
    };
    let command = command(store, account.user, account.workspace, "register");
    let appended = store.execute(&command, account.user, |moment, user| {
        let created = moment.workspace.create(account.user, wishes.calendar.clone(), moment.now)?;
        Ok(Decision::on(account.user, user.register(&register)?).and(account.workspace, created))
    });
    let position = match appended.await {
        Ok(receipt) => Some(store.log().cursor(receipt.position)),
        // The answer to the command has been forgotten since, and the user is there: that is all that is wanted.
        Err(StoreError::Refused(Refusal::IdTaken { .. })) => None,
        Err(error) => return Err(error.into()),
    };
    identity.activate(account.user).await?;
    Ok(position)
}

/// Gives up an abandoned registration, so that its address can be registered anew. False if it cannot be given up,
/// because its events are in the log: then its account is activated, and the address is taken.
///
/// To use the command's id up with a refusal is what decides between this and whoever may still be about to append.
pub async fn abandon(
    store: &Store,
    identity: &Identity,
    user: UserId,
    workspace: WorkspaceId,
) -> Result<bool, ApiError> {
    let abandoned = Refusal::not_found::<User>();
    let command = command(store, user, workspace, "abandon a registration");
    match store.execute(&command, user, |_, _| Err(abandoned.clone())).await {
        Err(StoreError::Refused(refusal)) if refusal == abandoned => identity.release(user).await?,
        Err(StoreError::CommandIdReused) => {
            identity.activate(user).await?;
            return Ok(false);
        }
        Err(StoreError::Refused(_)) | Ok(_) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    Ok(true)
}

/// The one command under which a user's first events are appended, or never. Its fingerprint leaves out what else the
/// person entered: whoever comes back with another name still finishes the same registration.
fn command(store: &Store, user: UserId, workspace: WorkspaceId, operation: &str) -> Command {
    own_command(store, registration_command(user), user, workspace, (operation, user.uuid()))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::{CalendarSettings, calendar::Weekday, user::Language};
    use identity::{Password, Registration};
    use runtime::http::ClientAddress;
    use serde_json::json;

    use super::*;
    use crate::{
        accounts::testing::{PASSWORD, registration_with},
        testing::App,
    };

    const OTHER_PASSWORD: &str = "battery staple correct";

    fn wishes() -> Wishes {
        let calendar = CalendarSettings { zone: "Asia/Tokyo".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        Wishes { language: Language::De, calendar }
    }

    /// Ada's registration, cut off as soon as her address is reserved.
    async fn reserved(app: &App) -> Account {
        let client = ClientAddress([127, 0, 0, 1].into());
        let registered =
            app.identity.register(Some(client), "ada@example.org", &Password::new(PASSWORD), &wishes()).await;
        match registered.expect("registration") {
            Registration::Begun(account) => account,
            Registration::Abandoned { .. } => panic!("the address is free"),
        }
    }

    async fn finish_as(app: &App, account: &Account, name: &str) -> Result<Option<Cursor>, ApiError> {
        let (email, name) = (Personal::clear("ada@example.org"), Personal::clear(name));
        finish(&app.store, &app.identity, account, &wishes(), &email, Some(&name)).await
    }

    /// Ada's registration, cut off when her events are in the log and her account is not active yet.
    async fn appended(app: &App) -> Account {
        let account = reserved(app).await;
        finish_as(app, &account, "Ada").await.expect("finished");
        let wishes = serde_json::to_value(wishes()).expect("JSON");
        let undo = sqlx::query("update identity.accounts set activated_at = null, wishes = $1").bind(wishes);
        undo.execute(app.database.pool()).await.expect("as if it had not come to that");
        account
    }

    #[tokio::test]
    async fn signing_in_finishes_a_registration_that_had_only_reserved() {
        let app = App::new().await;
        let account = reserved(&app).await;
        let reply = app.sign_in("ada@example.org", PASSWORD).await;
        assert_eq!((reply.status.as_u16(), reply.text("/user_id")), (201, &*account.user.to_string()));
        assert_eq!(app.events(account.workspace).await.len(), 2);
        assert!(reply.headers.contains_key("momentum-position"));
        let workspace = app.store.load(account.workspace, account.workspace).await.expect("workspace");
        assert_eq!(workspace.calendar.facts()[0].settings, wishes().calendar, "as was wished at registration");
    }

    #[tokio::test]
    async fn finishing_again_appends_nothing_whatever_the_person_says_then() {
        let app = App::new().await;
        let account = appended(&app).await;
        let again = app.post("/v1/accounts", registration_with(&json!({ "name": "Lady Lovelace" }))).await;
        assert_eq!((again.status.as_u16(), again.text("/user_id")), (201, &*account.user.to_string()));
        assert_eq!(app.events(account.workspace).await.len(), 2);
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 201);
    }

    #[tokio::test]
    async fn finishing_after_the_answer_was_forgotten_appends_nothing_either() {
        let app = App::new().await;
        let account = appended(&app).await;
        sqlx::query("delete from es.commands").execute(app.database.pool()).await.expect("as after 90 days");
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 201);
        assert_eq!(app.events(account.workspace).await.len(), 2);
    }

    #[tokio::test]
    async fn an_abandoned_address_is_registered_anew_and_the_one_who_comes_late_gets_nothing() {
        let app = App::new().await;
        let first = reserved(&app).await;
        let other = || registration_with(&json!({ "password": OTHER_PASSWORD }));
        assert_eq!(app.post("/v1/accounts", other()).await.problem(), (409, "address-taken", ""));
        app.pass(TimeDelta::hours(1));
        let second = app.post("/v1/accounts", other()).await;
        assert_eq!(second.status, 201, "{}", second.body);
        assert_ne!(second.text("/user_id"), first.user.to_string());

        assert!(finish_as(&app, &first, "Ada").await.is_err(), "the log knows that it was given up");
        assert_eq!(app.events(first.workspace).await.len(), 0);
        assert_eq!(app.sign_in("ada@example.org", PASSWORD).await.status, 401);
    }

    #[tokio::test]
    async fn an_address_whose_events_are_in_the_log_is_never_given_up() {
        let app = App::new().await;
        let first = appended(&app).await;
        app.pass(TimeDelta::hours(1));
        let other = app.post("/v1/accounts", registration_with(&json!({ "password": OTHER_PASSWORD }))).await;
        assert_eq!(other.problem(), (409, "address-taken", ""));
        let reply = app.sign_in("ada@example.org", PASSWORD).await;
        assert_eq!(reply.text("/user_id"), first.user.to_string());
    }
}
