//! Trying again: the same command gives the same answer, once.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use testkit::app::{App, Reply};

/// Answers to commands are kept 90 days.
const KEPT: TimeDelta = TimeDelta::days(90);

/// All of an answer but what names the request.
fn told(reply: &Reply) -> (u16, String, [String; 3]) {
    let mut body = reply.body.clone();
    body.as_object_mut().map(|fields| fields.remove("trace_id"));
    let headers = ["etag", "location", "momentum-position"].map(|name| reply.header(name).to_owned());
    (reply.status.as_u16(), body.to_string(), headers)
}

#[tokio::test]
async fn the_same_command_is_carried_out_once_and_answered_alike() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run a marathon").await;
    let log = ada.log(&goal, 5).await;
    for (method, path, body) in [
        ("POST", "/v1/goals".to_owned(), json!({ "title": "Read" })),
        ("POST", "/v1/daily-logs".to_owned(), json!({ "goal_id": goal, "minutes": 7 })),
        ("PATCH", format!("/v1/goals/{goal}"), json!({ "title": "Run far" })),
        ("PATCH", format!("/v1/daily-logs/{log}"), json!({ "minutes": 6 })),
        ("POST", format!("/v1/daily-logs/{log}/withdraw"), json!({})),
        ("POST", format!("/v1/goals/{goal}/complete"), json!({})),
        ("PUT", "/v1/me/profile".to_owned(), json!({ "name": "Countess Ada" })),
        ("PUT", "/v1/workspace/name".to_owned(), json!({ "name": "At home" })),
    ] {
        let (key, events) = (app.new_id(), app.events().await);
        let send = || ada.ask(method, &path).key(&key).json(&body).send();
        let first = send().await;
        assert!(first.status.is_success(), "{path} {}", first.raw);
        assert_eq!((app.events().await, first.at("/changed")), (events + 1, json!(true)), "{path}");
        for _ in 0..2 {
            assert_eq!(told(&send().await), told(&first), "{path}");
        }
        assert_eq!(app.events().await, events + 1, "{path}");
    }
}

#[tokio::test]
async fn a_retry_is_answered_alike_whatever_happened_since() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let path = format!("/v1/goals/{}", ada.goal("Run").await);
    let (revise_key, refused_key) = (app.new_id(), app.new_id());
    let revise = || ada.ask("PATCH", &path).key(&revise_key).if_match(1).json(&json!({ "title": "Run far" })).send();
    let reopen = || ada.ask("POST", &format!("{path}/reopen")).key(&refused_key).send();
    let (done, refused) = (revise().await, reopen().await);
    assert_eq!((done.header("etag"), refused.problem()), ("\"2\"", (409, "goal-not-completed", "")));
    assert_eq!(ada.post(&format!("{path}/complete"), json!({})).await.status, 200);
    assert_eq!(told(&revise().await), told(&done), "though the version is another now");
    assert_eq!(told(&reopen().await), told(&refused), "though the goal could be reopened now");
    assert_eq!(ada.post(&format!("{path}/reopen"), json!({})).await.status, 200);
}

#[tokio::test]
async fn what_had_nothing_to_change_says_so_whenever_it_is_asked() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let (key, path) = (app.new_id(), format!("/v1/goals/{goal}/weekly-target"));
    let withdraw = || ada.ask("DELETE", &path).key(&key).send();
    let (logged, events) =
        (ada.post("/v1/daily-logs", json!({ "goal_id": goal, "minutes": 5 })).await, app.events().await);
    let nothing = withdraw().await;
    assert_eq!((nothing.status.as_u16(), nothing.at("/changed"), app.events().await), (200, json!(false), events));
    assert_eq!(nothing.position(), logged.position(), "which is that of another command");
    ada.log(&goal, 6).await;
    assert_eq!(told(&withdraw().await), told(&nothing));
}

#[tokio::test]
async fn many_at_once_are_one() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let (key, events) = (app.new_id(), app.events().await);
    let body = json!({ "goal_id": goal, "minutes": 5 });
    let send = || ada.ask("POST", "/v1/daily-logs").key(&key).json(&body).send();
    let replies = join_all((0..20).map(|_| send())).await;
    assert!(replies.iter().all(|reply| told(reply) == told(&replies[0])), "{}", replies[0].raw);
    assert_eq!((replies[0].status.as_u16(), app.events().await), (201, events + 1));
}

#[tokio::test]
async fn a_key_stands_for_one_request_only() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goals = [ada.goal("Run").await, ada.goal("Read").await].map(|id| format!("/v1/goals/{id}"));
    let key = app.new_id();
    let body = json!({ "title": "Run far" });
    assert_eq!(ada.ask("PATCH", &goals[0]).key(&key).json(&body).send().await.status, 200);
    let events = app.events().await;
    for other in [
        ada.ask("PATCH", &goals[0]).key(&key).json(&json!({ "title": "Run fast" })),
        ada.ask("PATCH", &goals[1]).key(&key).json(&body),
        ada.ask("PATCH", &goals[0]).key(&key).if_match(1).json(&body),
        ada.ask("POST", "/v1/goals").key(&key).json(&body),
        ada.ask("POST", &format!("{}/complete", goals[0])).key(&key),
    ] {
        assert_eq!(other.send().await.problem(), (422, "command-id-reused", ""));
    }
    assert_eq!(app.events().await, events);
}

#[tokio::test]
async fn a_key_is_its_senders_own() {
    let app = App::new().await;
    let (ada, eve) = (app.register("ada@example.org").await, app.register("eve@example.org").await);
    let key = app.new_id();
    let [hers, his] =
        [&ada, &eve].map(|person| person.ask("POST", "/v1/goals").key(&key).json(&json!({ "title": "Run" })));
    let (hers, his) = (hers.send().await, his.send().await);
    assert_eq!((hers.status.as_u16(), his.status.as_u16()), (201, 201));
    assert_ne!(hers.text("/id"), his.text("/id"));
}

#[tokio::test]
async fn a_command_needs_a_good_key_and_nothing_is_kept_without_one() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let events = app.events().await;
    let ask = || ada.ask("POST", "/v1/goals").json(&json!({ "title": "Run" }));
    assert_eq!(ask().without("idempotency-key").send().await.problem(), (400, "idempotency-key-missing", ""));
    for bad in ["", "7", "7b0e4a52-6c39-4f4c-9b6e-1d8e0a3f5c11", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(ask().key(bad).send().await.problem(), (400, "idempotency-key-invalid", ""), "{bad:?}");
    }
    app.pass(TimeDelta::days(2));
    let future = app.new_id();
    app.pass(-TimeDelta::days(2));
    assert_eq!(ask().key(future).send().await.problem(), (400, "idempotency-key-invalid", ""));
    assert_eq!(app.events().await, events);
}

#[tokio::test]
async fn a_key_that_is_older_than_answers_are_kept_is_refused() {
    let app = App::new().await;
    let key = app.new_id();
    app.pass(KEPT - TimeDelta::minutes(1));
    let ada = app.register("ada@example.org").await;
    let send = || ada.ask("POST", "/v1/goals").key(&key).json(&json!({ "title": "Run" })).send();
    let done = send().await;
    assert_eq!(done.status, 201);
    app.pass(TimeDelta::minutes(2));
    let events = app.events().await;
    assert_eq!(
        send().await.problem(),
        (422, "command-id-expired", ""),
        "whether it was done is for the client to look"
    );
    assert_eq!(app.events().await, events);
}

#[tokio::test]
async fn who_was_not_signed_in_tries_again_with_the_same_key() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let key = app.new_id();
    let ask = || ada.ask("POST", "/v1/goals").key(&key).json(&json!({ "title": "Run" }));
    assert_eq!(ask().without("authorization").send().await.status, 401);
    assert_eq!(ask().raw("application/json", "{").send().await.status, 400);
    assert_eq!(ask().json(&json!({ "title": "" })).send().await.status, 422, "refused before it was a command");
    assert_eq!(ask().send().await.status, 201);
}
