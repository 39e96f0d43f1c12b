//! Who may ask: every operation of the document, asked by nobody, with spent tokens, about what is somebody else's, and in
//! each role.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use momentum::openapi::describe::{Api, Operation};
use testkit::app::{App, Caller, Options};

use crate::{
    document::{Things, api},
    midweek,
};

/// Just over the life of an access token.
const ACCESS_OVER: TimeDelta = TimeDelta::minutes(16);
/// What another process knows of a session is good for a second.
const SEEN_OVER: TimeDelta = TimeDelta::seconds(1);
/// Faults of a request that nobody has understood.
const NOT_UNDERSTOOD: [&str; 7] = [
    "invalid-input",
    "malformed-json",
    "malformed-request",
    "method-not-allowed",
    "not-found",
    "unknown-route",
    "unsupported-media-type",
];

/// Everything there is but what only guards against too many attempts, as one text: the log, and who is signed in where.
async fn state(app: &App) -> String {
    let rows = sqlx::query_scalar(
        "select concat_ws('/',
            (select string_agg(e::text, ',' order by shard, position) from es.events e),
            (select string_agg(concat_ws(' ', session_id, user_id), ',' order by session_id) from identity.sessions),
            (select string_agg(i::text, ',' order by invitation_id) from identity.invitations i),
            (select string_agg(concat_ws(' ', user_id, password), ',' order by user_id) from identity.accounts))",
    );
    rows.fetch_one(app.database().pool()).await.expect("rows")
}

/// Asks every operation that needs a session, with the caller's own ids and these credentials.
async fn each_refused(app: &App, things: &Things, header: (&str, &str), expected: &str) {
    for operation in api().operations().filter(|operation| !operation.is_open()) {
        let ask = |method: &str, path: &str| app.ask(method, path).header(header.0, header.1).key(app.new_id());
        let reply = things.request(app, &operation, ask).send().await;
        assert_eq!(reply.problem(), (401, expected, ""), "{} {header:?} {}", operation.id(), reply.raw);
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{}", operation.id());
        // Whether the rest of the request was any good is not told either.
        if operation.body().is_some() {
            let reply = things.request(app, &operation, ask).raw("text/plain", "{").send().await;
            assert_eq!(reply.problem(), (401, expected, ""), "{} {}", operation.id(), reply.raw);
        }
    }
}

#[tokio::test]
async fn nobody_does_anything_without_a_good_token() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    let before = state(&app).await;
    let refresh_token = format!("Bearer {}", ada.signed_in.text("/tokens/refresh_token"));
    let basic = format!("Basic {}", ada.token());
    for header in [
        ("accept", "application/json"),
        ("authorization", "Bearer"),
        ("authorization", "Bearer nonsense"),
        ("authorization", &refresh_token),
        ("authorization", &basic),
        ("cookie", "__Host-momentum_access=nonsense"),
    ] {
        each_refused(&app, &things, header, "not-signed-in").await;
    }
    assert_eq!(state(&app).await, before, "nothing was done");
}

#[tokio::test]
async fn a_token_that_has_run_out_is_as_good_as_none() {
    let app = midweek(App::new().await);
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    let before = state(&app).await;
    app.pass(ACCESS_OVER);
    let token = format!("Bearer {}", ada.token());
    each_refused(&app, &things, ("authorization", &token), "not-signed-in").await;
    let cookie = format!("__Host-momentum_access={}", ada.token());
    each_refused(&app, &things, ("cookie", &cookie), "not-signed-in").await;
    assert_eq!(state(&app).await, before, "nothing was done");
}

#[tokio::test]
async fn a_session_that_was_ended_does_nothing_more() {
    let app = App::new().await;
    // No moment passes: the queries know at once what a command did.
    ends_a_session(&app, TimeDelta::zero()).await;
    let app = midweek(App::with(Options { apart: true, ..Options::default() }).await);
    ends_a_session(&app, SEEN_OVER).await;
}

async fn ends_a_session(app: &App, passes: TimeDelta) {
    let ada = app.register("ada@example.org").await;
    let things = Things::of(app, &ada, "ada@example.org").await;
    let elsewhere = app.sign_in("ada@example.org").await;
    assert_eq!(elsewhere.get("/v1/goals").await.status, 200);
    assert_eq!(ada.delete(&format!("/v1/sessions/{}", elsewhere.session())).await.status, 204);
    let before = state(app).await;
    app.pass(passes);
    let token = format!("Bearer {}", elsewhere.token());
    each_refused(app, &things, ("authorization", &token), "session-ended").await;
    assert_eq!(state(app).await, before, "nothing was done");
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_not_there() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    // Enough of them that some live in the same shard.
    for number in 0..3 {
        let eve = app.register(&format!("eve{number}@example.org")).await;
        app.settle().await;
        let before = state(&app).await;
        for operation in api().operations().filter(Things::are_named_by) {
            let reply = things.request(&app, &operation, |method, path| eve.ask(method, path)).send().await;
            assert_eq!(reply.status, 404, "{} {}", operation.id(), reply.raw);
            assert_eq!(reply.text("/code"), "not-found", "{} {}", operation.id(), reply.raw);
        }
        assert_eq!(state(&app).await, before, "nothing was done");
    }
}

/// What only an owner of a workspace may ask.
const OWNERS: [&str; 7] = [
    "DELETE /v1/workspace/invitations/{id}",
    "DELETE /v1/workspace/members/{user_id}",
    "GET /v1/workspace/invitations",
    "PATCH /v1/workspace/members/{user_id}",
    "POST /v1/workspace/invitations",
    "PUT /v1/workspace/calendar",
    "PUT /v1/workspace/name",
];

/// The operations about a workspace that are answered so, asked about Ada's by somebody who joined it in this role.
async fn answered_so(role: Option<&str>, expected: (u16, &str)) -> BTreeSet<String> {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    let grace = app.register("grace@example.org").await;
    if let Some(role) = role {
        grace.accept(&ada.invite(role).await).await.done();
    }
    app.settle().await;
    app.pass(TimeDelta::seconds(2));
    let mut answered = BTreeSet::new();
    for operation in about_a_workspace(&api()) {
        let ask = |method: &str, path: &str| grace.ask(method, path).header("momentum-workspace", ada.workspace());
        let reply = things.request(&app, &operation, ask).send().await;
        if (reply.status.as_u16(), reply.text("/code")) == expected {
            answered.insert(named(&operation));
        }
    }
    answered
}

fn about_a_workspace(api: &Api) -> impl Iterator<Item = Operation<'_>> {
    // All of one's own workspaces are nobody else's to list.
    let is_about_one = |it: &Operation<'_>| it.parameters().any(|it| it.name == "Momentum-Workspace");
    api.operations().filter(move |it| is_about_one(it) && it.path != "/v1/workspaces")
}

fn named(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method, operation.path)
}

#[tokio::test]
async fn a_viewer_does_nothing_and_an_editor_nothing_that_is_an_owners() {
    let owners: BTreeSet<_> = OWNERS.map(str::to_owned).into();
    let commands = about_a_workspace(&api()).filter(|it| it.method != "GET").map(|it| named(&it)).collect();
    assert_eq!(answered_so(Some("viewer"), (403, "not-allowed")).await, &owners | &commands);
    assert_eq!(answered_so(Some("editor"), (403, "not-allowed")).await, owners);
    assert_eq!(answered_so(Some("owner"), (403, "not-allowed")).await, BTreeSet::new());
}

#[tokio::test]
async fn to_a_stranger_a_workspace_is_not_there_whatever_they_ask() {
    let all: BTreeSet<_> = about_a_workspace(&api()).map(|it| named(&it)).collect();
    assert_eq!(answered_so(None, (404, "not-found")).await, all);
}

#[tokio::test]
async fn every_example_of_the_document_is_understood_as_it_stands() {
    let app = App::new().await;
    for (number, operation) in api().operations().enumerate() {
        // Registering is throttled, and takes its time to be allowed again.
        app.pass(TimeDelta::minutes(1));
        let email = format!("person{number}@example.org");
        let caller = app.register(&email).await;
        let things = Things::of(&app, &caller, &email).await;
        app.settle().await;
        let reply = things.request(&app, &operation, |method, path| caller.ask(method, path)).send().await;
        let is_understood = reply.status.as_u16() < 500 && !NOT_UNDERSTOOD.contains(&reply.text("/code"));
        assert!(is_understood, "{} {}", operation.id(), reply.raw);
    }
}

#[tokio::test]
async fn a_browser_is_known_by_its_cookie_and_other_sites_are_refused() {
    let app = App::new().await;
    let ada: Caller<'_> = app.register("ada@example.org").await;
    let cookie = format!("__Host-momentum_access={}", ada.token());
    let ask = || app.ask("POST", "/v1/goals").header("cookie", &cookie).key(app.new_id());
    let goal = serde_json::json!({ "title": "Run a marathon" });
    let own = ask().header("sec-fetch-site", "same-origin").json(&goal).send().await;
    assert_eq!(own.status, 201, "{}", own.raw);
    let events = app.events().await;
    let other = ask().header("sec-fetch-site", "cross-site").header("origin", "https://evil.example").json(&goal);
    assert_eq!(other.send().await.problem(), (403, "cross-site", ""));
    assert_eq!(app.events().await, events);
}

#[tokio::test]
async fn no_operation_that_changes_anything_is_taken_from_another_site() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    let before = state(&app).await;
    for operation in api().operations().filter(|operation| operation.method != "GET") {
        let cookie = format!("__Host-momentum_access={}", ada.token());
        let ask = |method: &str, path: &str| {
            let asking = app.ask(method, path).header("cookie", &cookie);
            asking.header("sec-fetch-site", "cross-site").header("origin", "https://evil.example")
        };
        let reply = things.request(&app, &operation, ask).send().await;
        assert_eq!(reply.problem(), (403, "cross-site", ""), "{}", operation.id());
    }
    assert_eq!(state(&app).await, before, "nothing was done");
}
