//! Everyone sees only their own.

use futures::future::join_all;
use serde_json::Value;
use testkit::app::{App, Caller};

/// Words that nobody else must ever see.
const HERS: &str = "xylophone";

async fn live_a_little(caller: &Caller<'_>, word: &str) -> String {
    let goal = caller.goal(word).await;
    let body = serde_json::json!({ "goal_id": goal, "day": "2026-01-05", "minutes": 45, "text": word });
    caller.post("/v1/daily-logs", body).await.done();
    caller.put("/v1/me/profile", serde_json::json!({ "name": word })).await.done();
    caller.put("/v1/workspace/name", serde_json::json!({ "name": word })).await.done();
    goal
}

#[tokio::test]
async fn no_query_shows_anything_of_anybody_else() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = live_a_little(&ada, HERS).await;
    // Enough of them that some live in the same shard.
    let others = join_all((0..4).map(|number| async move { number })).await;
    let mut people = vec![];
    for number in others {
        people.push(app.register(&format!("person{number}@example.org")).await);
    }
    let mut answered = 0;
    for person in &people {
        live_a_little(person, "harp").await;
        app.settle().await;
        for path in [
            "/v1/me",
            "/v1/goals?status=all",
            "/v1/daily-logs",
            "/v1/daily-logs?withdrawn=true",
            &format!("/v1/daily-logs?goal_id={goal}"),
            "/v1/daily-totals?from=2026-01-01&to=2026-12-31",
            &format!("/v1/daily-totals?from=2026-01-01&to=2026-12-31&goal_id={goal}"),
            "/v1/history?limit=500",
            &format!("/v1/history?goal_id={goal}"),
            "/v1/events?limit=500",
            "/v1/sessions",
        ] {
            let reply = person.get(path).await;
            assert_eq!(reply.status, 200, "{path} {}", reply.raw);
            for hers in [HERS, ada.user(), ada.workspace(), ada.session(), "ada@example.org"] {
                assert!(!reply.raw.contains(hers), "{path} shows {hers}: {}", reply.raw);
            }
            if path.contains(&goal) {
                assert_eq!(reply.items(), [Value::Null; 0], "{path}");
            }
            answered += 1;
        }
    }
    assert_eq!(answered, 11 * people.len());
    let totals = ada.get("/v1/daily-totals?from=2026-01-01&to=2026-12-31").await;
    assert_eq!(totals.at("/items/0/minutes"), 45, "nor is anything added to hers");
}

#[tokio::test]
async fn cursors_of_others_lead_nowhere_but_ones_own() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    live_a_little(&ada, HERS).await;
    for number in 0..4 {
        let eve = app.register(&format!("eve{number}@example.org")).await;
        for position in ada.get("/v1/events").await.items().iter().map(|event| event["position"].clone()) {
            let position = position.as_str().expect("position").to_owned();
            for path in ["/v1/events?after=", "/v1/history?cursor="] {
                let reply = eve.get(&format!("{path}{position}")).await;
                assert!(reply.status == 200 || reply.status == 400, "{}", reply.raw);
                assert!(!reply.raw.contains(HERS) && !reply.raw.contains(ada.user()), "{}", reply.raw);
            }
        }
    }
}
