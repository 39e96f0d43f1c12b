//! The events themselves, as pages.

use serde_json::{Value, json};
use testkit::app::App;

#[tokio::test]
async fn events_are_told_whole_and_their_text_opened() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let key = app.new_id();
    let ask = ada.ask("POST", "/v1/goals").key(&key).json(&json!({ "title": "Run", "target_date": "2030-01-01" }));
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let made = ask.header("traceparent", trace).send().await;
    let page = ada.get("/v1/events").await;
    let names: Vec<&Value> = page.items().iter().map(|item| &item["event"]["type"]).collect();
    assert_eq!(names, ["UserRegistered", "WorkspaceCreated", "GoalCreated"], "oldest first");
    assert_eq!(page.text("/items/0/event/data/email"), "ada@example.org");
    let goal = &page.items()[2];
    assert_eq!(
        goal["event"],
        json!({ "type": "GoalCreated", "schema": 1, "data": { "title": "Run", "target_date": "2030-01-01" } })
    );
    for (field, expected) in [
        ("stream", made.at("/id")),
        ("version", json!(1)),
        ("workspace", json!(ada.workspace())),
        ("actor", json!(ada.user())),
        ("command", json!(key)),
        ("correlation", json!(key)),
        ("causation", json!(key)),
        ("undoes", json!(null)),
        ("trace_parent", json!(trace)),
    ] {
        assert_eq!(goal[field], expected, "{field}");
    }
}

#[tokio::test]
async fn there_is_one_token_for_a_place_in_the_log_wherever_it_is_told() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let made = ada.post("/v1/goals", json!({ "title": "Run" })).await;
    let token = made.position();
    assert_eq!(made.text("/position"), token);
    assert_eq!(ada.get("/v1/events").await.text("/items/2/position"), token);
    assert_eq!(ada.get("/v1/history").await.text("/items/0/position"), token);
    let streamed = ada
        .ask("GET", "/v1/events?limit=1")
        .header("last-event-id", ada.get("/v1/events").await.text("/items/1/position"));
    let streamed = streamed.stream().await.events(1).await;
    assert_eq!((streamed[0].id.as_str(), &streamed[0].data["position"]), (token, &json!(token)));
    assert_eq!(ada.get(&format!("/v1/events?after={token}")).await.items().len(), 0);
    assert_eq!(ada.get_at("/v1/goals", token).await.items().len(), 1);
}

#[tokio::test]
async fn pages_of_events_begin_anywhere_and_leave_nothing_out() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let eve = app.register("eve@example.org").await;
    for number in 0..4 {
        ada.goal(&format!("Goal {number}")).await;
        eve.goal("In between").await;
    }
    let all = ada.get("/v1/events").await.items().to_vec();
    assert_eq!((all.len(), ada.get("/v1/events").await.at("/next")), (6, json!(null)));
    for (index, event) in all.iter().enumerate() {
        let after = ada.get(&format!("/v1/events?after={}", event["position"].as_str().expect("position"))).await;
        assert_eq!(after.items(), &all[index + 1..]);
    }
    let (mut seen, mut query) = (vec![], "limit=4".to_owned());
    loop {
        let page = ada.get(&format!("/v1/events?{query}")).await;
        seen.extend(page.items().to_vec());
        let Some(next) = page.body["next"].as_str() else { break };
        query = format!("limit=4&after={next}");
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn what_this_version_cannot_read_is_told_as_such_and_never_passed_over() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = app.goal_with_unreadable_revision(&ada).await;

    let unread = json!({ "type": "Unreadable", "schema": 1, "data": { "type": "GoalDreamtOf", "schema": 2 } });
    let page = ada.get("/v1/events").await;
    assert_eq!((page.items().len(), &page.items()[3]["event"]), (5, &unread));
    assert_eq!(page.items()[4]["event"]["type"], "GoalRevised", "what follows is told");
    let after = page.text("/items/2/position").to_owned();
    let streamed = ada.ask("GET", &format!("/v1/events?after={after}")).stream().await.events(2).await;
    assert_eq!((streamed[0].event.as_str(), &streamed[0].data["event"]), ("Unreadable", &unread));
    assert_eq!(streamed[1].event, "GoalRevised");

    let history = ada.get("/v1/history").await;
    let told: Vec<_> = history.items().iter().take(3).map(|it| (&it["type"], &it["subject"], &it["changes"])).collect();
    let none = json!([]);
    assert_eq!(told[0], (&json!("GoalRevised"), &json!("goal"), &none), "what it changed depends on what came before");
    assert_eq!(told[1], (&json!("Unreadable"), &json!("unknown"), &none));
    assert_eq!(told[2].2[0]["after"], "Run", "what came before it is known");

    let then = page.text("/items/4/position");
    let past = ada.get(&format!("/v1/goals/{goal}?as_of={then}")).await;
    assert_eq!(
        (past.status.as_u16(), past.text("/code")),
        (501, "unreadable-event"),
        "no guess at what was known then"
    );
}
