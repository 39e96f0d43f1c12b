//! `POST /v1/accounts`: a person registers, and is signed in.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
use domain::{
    CalendarSettings, Clock, Personal, WorkspaceId,
    calendar::Weekday,
    user::{Language, RegisterUser},
};
use event_store::Store;
use garde::Validate;
use identity::{Account, Error, Identity, Password, Registration, Wishes, http::Cookies};
use runtime::{
    ApiError, ProblemKind,
    http::{Answer, Body, ClientAddress},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    registration,
    signed_in::{SignedInAs, TokensAs, open_session, placed},
};
use crate::RegistrationOpen;

/// Registers a person.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Register {
    /// The address to sign in with.
    #[garde(skip)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "ada@example.org")]
    email: Personal,
    /// At least ten characters, and none of the most common passwords.
    #[garde(skip)]
    password: Password,
    /// What they like to be called: one line, at most 200 characters.
    #[garde(skip)]
    #[schema(value_type = Option<String>, max_length = 200, example = "Ada")]
    name: Option<Personal>,
    /// The time zone of their calendar: an IANA name.
    #[garde(length(bytes, min = 1, max = 64))]
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// The day their weeks begin on; `monday` unless given.
    #[garde(skip)]
    #[serde(default)]
    week_start: Weekday,
    /// The language they read.
    #[garde(skip)]
    #[serde(default)]
    language: Language,
    /// Where the tokens are to go.
    #[garde(skip)]
    #[serde(default)]
    tokens: TokensAs,
}

impl Register {
    /// Holds the fields to the rules of the domain, before anything is reserved: what is reserved must be finishable.
    fn check(&self, clock: &dyn Clock) -> Result<Wishes, ApiError> {
        let user = RegisterUser {
            email: self.email.clone(),
            name: self.name.clone(),
            // Not known before the address is reserved, and no rule asks for it.
            workspace_id: WorkspaceId::new(Uuid::nil()),
            language: self.language,
        };
        user.validate()?;
        let calendar = CalendarSettings { zone: self.zone.clone(), week_start: self.week_start, day_start_minute: 0 };
        calendar.clone().beginning(clock.now())?;
        Ok(Wishes { language: self.language, calendar })
    }
}

/// Register, and be signed in
///
/// Your personal workspace is made with your account; its days begin at midnight until you choose otherwise. A
/// registration that was cut off is finished by sending it again, or by signing in.
#[utoipa::path(
    post,
    path = "/v1/accounts",
    tag = "accounts",
    request_body = Register,
    responses(
        (status = 201, description = "Registered and signed in.", body = SignedInAs),
        ApiError,
    ),
    security(),
)]
pub(super) async fn register(
    State(RegistrationOpen(open)): State<RegistrationOpen>,
    State(identity): State<Arc<Identity>>,
    State(store): State<Store>,
    State(clock): State<Arc<dyn Clock>>,
    client: ClientAddress,
    headers: HeaderMap,
    Body(body): Body<Register>,
) -> Result<(Option<Cookies>, Answer<SignedInAs>), ApiError> {
    if !open {
        return Err(ApiError::new(ProblemKind::RegistrationClosed, "Ask the operator of this installation."));
    }
    let wishes = body.check(&*clock)?;
    let account = reserve(&identity, &store, Some(client), &body, &wishes).await?;
    let position = registration::finish(&store, &identity, &account, &wishes, &body.email, body.name.as_ref()).await?;
    let signed_in = open_session(&identity, &account, &headers).await?;
    let (cookies, told) = body.tokens.deliver(&identity, signed_in);
    Ok((cookies, placed(Answer::created("/v1/me", told), position)))
}

/// Makes an account with a password of its own, which is told once: for `momentum admin add-user`, also where registration is
/// closed.
pub async fn add_account(
    store: &Store,
    identity: &Identity,
    clock: &dyn Clock,
    email: String,
    name: Option<String>,
    zone: String,
) -> Result<Password, ApiError> {
    let (email, name, password) = (Personal::Clear(email), name.map(Personal::Clear), identity.new_password());
    let (week_start, language, tokens) = (Weekday::default(), Language::default(), TokensAs::default());
    let register = Register { email, password, name, zone, week_start, language, tokens };
    let wishes = register.check(clock)?;
    let account = reserve(identity, store, None, &register, &wishes).await?;
    registration::finish(store, identity, &account, &wishes, &register.email, register.name.as_ref()).await?;
    Ok(register.password)
}

/// Reserves the address, at the second go where an abandoned reservation had to be given up first.
async fn reserve(
    identity: &Identity,
    store: &Store,
    client: Option<ClientAddress>,
    body: &Register,
    wishes: &Wishes,
) -> Result<Account, ApiError> {
    let address = body.email.text().unwrap_or_default();
    let ask = || identity.register(client, address, &body.password, wishes);
    let mut registration = ask().await?;
    if let Registration::Abandoned { user, workspace } = registration
        && registration::abandon(store, identity, user, workspace).await?
    {
        registration = ask().await?;
    }
    match registration {
        Registration::Begun(account) => Ok(account),
        Registration::Abandoned { .. } => Err(Error::Taken.into()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use domain::{Event, calendar::Weekday, user::UserEvent, workspace::WorkspaceEvent};
    use serde_json::json;

    use super::add_account;
    use crate::{
        RegistrationOpen,
        accounts::testing::{registration, registration_with},
        testing::App,
    };

    #[tokio::test]
    async fn a_browser_is_registered_and_signed_in_by_cookies_alone() {
        let app = App::new().await;
        let reply = app.post("/v1/accounts", registration()).await;
        assert_eq!((reply.status.as_u16(), &reply.headers[header::LOCATION]), (201, &"/v1/me".parse().expect("value")));
        assert!(reply.body.get("tokens").is_none(), "no script gets to see them");
        let sessions = app.send("GET", "/v1/sessions", &[reply.cookies()], None).await;
        assert_eq!(sessions.text("/items/0/id"), reply.text("/session_id"));
    }

    #[tokio::test]
    async fn a_program_gets_its_tokens_in_the_body_and_no_cookies() {
        let app = App::new().await;
        let reply = app.ada().await;
        assert!(!reply.headers.contains_key(header::SET_COOKIE));
        assert_eq!(app.send("GET", "/v1/sessions", &[reply.bearer()], None).await.status, 200);
    }

    #[tokio::test]
    async fn a_registration_is_two_events_and_tells_their_position() {
        let app = App::new().await;
        let reply = app.ada().await;
        let workspace = reply.text("/workspace_id").parse().expect("id");
        let mut events = app.events(workspace).await;
        let last = app.store.log().cursor(events.last().expect("events").position).to_string();
        assert_eq!(reply.headers["momentum-position"], last.as_str());
        app.store.vault().open(&mut events).await.expect("opened");
        let [user, created] = &events[..] else { panic!("{events:?}") };
        assert!(matches!(&user.event, Event::User(UserEvent::UserRegistered { email, name, .. })
            if email.text() == Some("ada@example.org") && name.as_ref().and_then(|name| name.text()) == Some("Ada")));
        assert!(matches!(&created.event, Event::Workspace(WorkspaceEvent::WorkspaceCreated { owner, calendar, .. })
            if owner.to_string() == reply.text("/user_id") && calendar.settings.zone == "Europe/Berlin"
                && calendar.settings.week_start == Weekday::Monday));
    }

    #[tokio::test]
    async fn a_person_says_on_which_day_their_weeks_begin() {
        let app = App::new().await;
        let reply = app.post("/v1/accounts", registration_with(&json!({ "week_start": "sunday" }))).await;
        let events = app.events(reply.text("/workspace_id").parse().expect("id")).await;
        let Event::Workspace(WorkspaceEvent::WorkspaceCreated { calendar, .. }) = &events[1].event else {
            panic!("{events:?}")
        };
        assert_eq!(calendar.settings.week_start, Weekday::Sunday);
    }

    #[tokio::test]
    async fn what_cannot_be_accepted_is_named_and_reserves_nothing() {
        let app = App::new().await;
        for (fields, expected) in [
            (json!({ "email": "ada" }), (422, "invalid-input", "/email")),
            (json!({ "email": { "sealed": "AAAA" } }), (422, "invalid-input", "/email")),
            (json!({ "email": null }), (422, "invalid-input", "/email")),
            (json!({ "name": "" }), (422, "invalid-input", "/name")),
            (json!({ "password": "short" }), (422, "invalid-input", "/password")),
            (json!({ "password": "password123" }), (422, "invalid-input", "/password")),
            (json!({ "zone": "Mars/Olympus" }), (422, "unknown-zone", "/zone")),
            (json!({ "zone": "" }), (422, "invalid-input", "/zone")),
            (json!({ "week_start": "someday" }), (422, "invalid-input", "/week_start")),
            (json!({ "language": "tlh" }), (422, "invalid-input", "/language")),
            (json!({ "tokens": "both" }), (422, "invalid-input", "/tokens")),
            (json!({ "admin": true }), (422, "invalid-input", "/admin")),
        ] {
            let reply = app.post("/v1/accounts", registration_with(&fields)).await;
            assert_eq!(reply.problem(), expected, "{fields} {}", reply.body);
            // The clock goes on, so that what is refused late is not refused for its frequency.
            app.pass(chrono::TimeDelta::minutes(1));
        }
        app.ada().await;
    }

    #[tokio::test]
    async fn an_address_is_taken_once_and_asked_for_a_few_times_only() {
        let app = App::new().await;
        app.ada().await;
        for _ in 0..4 {
            let again = app.post("/v1/accounts", registration()).await;
            assert_eq!(again.problem(), (409, "address-taken", ""));
        }
        let too_many = app.post("/v1/accounts", registration()).await;
        assert_eq!(too_many.problem(), (429, "too-many-requests", ""));
        assert_eq!(too_many.headers[header::RETRY_AFTER], "60");
    }

    #[tokio::test]
    async fn nobody_registers_where_registration_is_closed() {
        let app = App::with(RegistrationOpen(false)).await;
        assert_eq!(app.post("/v1/accounts", registration()).await.problem(), (403, "registration-closed", ""));
        // Nobody but the operator.
        let add = async |email: &str, zone: &str| {
            let (email, name) = (email.to_owned(), Some("Ada".to_owned()));
            add_account(&app.store, &app.identity, &*app.clock, email, name, zone.to_owned()).await
        };
        let password = add("ada@example.org", "Europe/Berlin").await.expect("made");
        assert_eq!(app.sign_in("ada@example.org", password.expose()).await.status, 201);
        // However many there are of them.
        for nth in 0..25 {
            add(&format!("colleague-{nth}@example.org"), "Europe/Berlin").await.expect("made");
        }
        for (email, zone, told) in [
            ("ada@example.org", "Europe/Berlin", "address-taken"),
            ("grace@example.org", "Mars/Olympus", "unknown-zone"),
            ("grace", "Europe/Berlin", "/email"),
        ] {
            let refused = add(email, zone).await.expect_err("refused").to_string();
            assert!(refused.contains(told), "{refused}");
        }
    }
}
