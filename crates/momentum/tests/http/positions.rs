//! Reading one's writes: a query that carries a command's position shows what the command did.

use std::time::{Duration, Instant};

use futures::future::join_all;
use momentum::roles::Role;
use serde_json::json;
use testkit::app::{App, Options};

use crate::document::{Things, api};

#[tokio::test]
async fn every_query_shows_what_was_done_when_it_is_asked_to() {
    shows_what_was_done(App::new().await).await;
    shows_what_was_done(App::with(Options { apart: true, ..Options::default() }).await).await;
}

async fn shows_what_was_done(app: App) {
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    for minutes in 1..=10 {
        let log = ada.post("/v1/daily-logs", json!({ "goal_id": goal, "day": "2026-01-05", "minutes": minutes })).await;
        let get = async |path: &str| ada.get_at(path, log.position()).await;
        assert_eq!(get(&format!("/v1/daily-logs/{}", log.text("/id"))).await.at("/minutes"), json!(minutes));
        assert_eq!(get("/v1/daily-logs").await.items().len(), minutes);
        assert_eq!(get(&format!("/v1/goals/{goal}")).await.at("/logs"), json!(minutes));
        assert_eq!(get("/v1/goals").await.at("/items/0/logs"), json!(minutes));
        let totals = get("/v1/daily-totals?from=2026-01-01&to=2026-01-31").await;
        assert_eq!(totals.at("/items/0/logs"), json!(minutes));
        assert_eq!(get(&format!("/v1/history?goal_id={goal}")).await.items().len(), minutes + 1);
    }
}

#[tokio::test]
async fn what_is_saved_and_not_yet_shown_is_told_so() {
    let app = App::with(Options { roles: vec![Role::CommandApi, Role::QueryApi], ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    let made = ada.post("/v1/goals", json!({ "title": "Run" })).await;
    assert_eq!(made.status, 201, "commands need no worker");
    let late = ada.ask("GET", "/v1/goals").at(made.position()).send().await;
    assert_eq!((late.problem(), late.header("retry-after")), ((503, "not-yet-shown", ""), "1"));
    assert_eq!(ada.get("/v1/goals").await.items().len(), 0, "without the header, what is there is shown");
    assert_eq!(ada.get("/v1/history").await.items().len(), 3, "the log itself needs no worker");
}

/// The queries that say that they do not show yet what was done, where one of the workers is not there.
async fn not_yet_shown_without(worker: Role) -> Vec<String> {
    let roles = Role::ALL.into_iter().filter(|role| *role != worker).collect();
    let app = App::with(Options { roles, ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    let position = ada.post("/v1/goals", json!({ "title": "Run" })).await.position().to_owned();
    let api = api();
    let queries = api.operations().filter(|it| it.parameters().any(|it| it.name == "Momentum-Position"));
    // Side by side, for each waits as long as it may.
    let replies = queries.map(async |query| {
        (
            format!("{} {}", query.method, query.path),
            ada.ask("GET", &things.whole_path(&query)).at(&position).send().await,
        )
    });
    let late = join_all(replies).await.into_iter().filter(|(_, reply)| reply.text("/code") == "not-yet-shown");
    late.map(|(id, _)| id).collect()
}

#[tokio::test]
async fn each_query_waits_for_the_workers_that_it_is_answered_by() {
    let figures = [
        "GET /v1/daily-totals",
        "GET /v1/dashboard",
        "GET /v1/goals/{id}/progress",
        "GET /v1/goals/{id}/streak",
        "GET /v1/streak",
        "GET /v1/weeks",
        "GET /v1/weeks/{first}",
    ];
    assert_eq!(not_yet_shown_without(Role::Analytics).await, figures);
    let rows = [
        "GET /v1/daily-logs",
        "GET /v1/daily-logs/{id}",
        // Of days that have none, it asks whether the goal is there.
        "GET /v1/daily-totals",
        "GET /v1/dashboard",
        "GET /v1/export",
        "GET /v1/goals",
        "GET /v1/goals/{id}",
        "GET /v1/goals/{id}/progress",
        "GET /v1/history",
        "GET /v1/workspaces",
    ];
    assert_eq!(not_yet_shown_without(Role::Projector).await, rows);
}

#[tokio::test]
async fn who_asks_too_much_at_once_is_refused_and_nobody_else_is() {
    let app = App::with(Options { roles: vec![Role::CommandApi, Role::QueryApi], ..Options::default() }).await;
    let (ada, grace) = (app.register("ada@example.org").await, app.register("grace@example.org").await);
    let made = ada.post("/v1/goals", json!({ "title": "Run" })).await;
    // No worker is there to show what these wait for.
    let asked = (0..70).map(|_| ada.ask("GET", "/v1/goals").at(made.position()).send());
    let (replies, graces) = tokio::join!(join_all(asked), grace.get("/v1/goals"));
    let count = |code| replies.iter().filter(|reply| reply.text("/code") == code).count();
    assert_eq!((count("not-yet-shown"), count("too-many-requests")), (64, 6));
    assert_eq!(graces.status, 200);
    assert_eq!(ada.get("/v1/goals").await.status, 200, "what was answered makes room");
}

#[tokio::test]
async fn what_was_true_long_ago_is_not_told_as_if_it_were_today() {
    let app = App::with(Options { roles: vec![Role::CommandApi, Role::QueryApi], ..Options::default() }).await;
    let ada = app.register("ada@example.org").await;
    let database = app.database().pool();
    let later = sqlx::query("update es.events set position = position + 20000");
    later.execute(database).await.expect("as if there were a long log that no worker has come to");
    let give_up = Instant::now() + Duration::from_secs(60);
    while ada.ask("GET", "/v1/goals").send().await.problem() != (503, "not-yet-shown", "") {
        assert!(Instant::now() < give_up, "the read models are known to be far behind");
    }
    // Side by side, for each waits as long as it may.
    let asked = ["/v1/dashboard", "/v1/streak", "/v1/weeks", "/v1/daily-logs", "/v1/workspaces"];
    for reply in join_all(asked.map(|path| ada.ask("GET", path).send())).await {
        assert_eq!(reply.problem(), (503, "not-yet-shown", ""), "{}", reply.body);
    }
    let level =
        sqlx::query("insert into read.checkpoint select 'goals', shard, max(position), 1 from es.events group by 2");
    level.execute(database).await.expect("as if one had come there");
    assert_eq!(ada.get("/v1/goals").await.status, 200, "what has taken in all that one did is right");
}

#[tokio::test]
async fn a_position_that_no_command_answered_is_refused_by_every_query_that_takes_one() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let good = ada.get("/v1/events").await.text("/items/0/position").to_owned();
    let [history, shard, number] = good.split('-').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let other_shard = if shard == "0" { "1" } else { "0" };
    let takes_position = api();
    let takes_position =
        takes_position.operations().filter(|it| it.parameters().any(|it| it.name == "Momentum-Position"));
    for operation in takes_position {
        let path = operation.example().path;
        for (token, expected) in [
            (String::new(), (400, "malformed-request", "")),
            ("x".repeat(129), (400, "malformed-request", "")),
            (format!("{shard}-{number}"), (400, "malformed-request", "")),
            (format!("{history}-{other_shard}-{number}"), (400, "malformed-request", "")),
            (format!("00000000-{shard}-{number}"), (410, "cursor-gone", "")),
        ] {
            let reply = ada.ask("GET", &path).at(&token).send().await;
            assert_eq!(reply.problem(), expected, "{} {token:?}", operation.id());
        }
    }
}

#[tokio::test]
async fn a_position_that_the_log_has_not_come_to_is_refused() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let made = ada.post("/v1/goals", json!({ "title": "Run" })).await;
    let beyond = format!("{}99", made.position());
    let late = ada.ask("GET", "/v1/goals").at(&beyond).send().await;
    assert_eq!(late.problem(), (410, "cursor-gone", ""));
    assert_eq!(ada.get(&format!("/v1/events?after={beyond}")).await.problem(), (410, "cursor-gone", ""));
    let stream = ada.ask("GET", "/v1/events").header("accept", "text/event-stream").header("last-event-id", &beyond);
    assert_eq!(stream.send().await.problem(), (410, "cursor-gone", ""));
    assert_eq!(ada.get(&format!("/v1/events?after={}", made.position())).await.items().len(), 0, "its end is none");
}
