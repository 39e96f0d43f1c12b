//! Goals: every command and query on them.

use serde_json::json;
use testkit::app::{App, Caller, Reply};

async fn goal_of(caller: &Caller<'_>, id: &str) -> Reply {
    caller.get(&format!("/v1/goals/{id}")).await
}

#[tokio::test]
async fn a_goal_is_named_listed_and_read() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let body = json!({
        "title": "Run a marathon", "description": "In Berlin.\nSlowly.", "target_date": "2030-09-26", "total_minutes": 9000,
    });
    let made = ada.post("/v1/goals", body.clone()).await;
    let id = made.done();
    assert_eq!((made.status.as_u16(), made.header("location")), (201, &*format!("/v1/goals/{id}")));
    assert_eq!((made.header("etag"), made.at("/version")), ("\"1\"", json!(1)));
    assert_eq!(made.position(), made.text("/position"));

    app.settle().await;
    let goal = goal_of(&ada, &id).await;
    assert_eq!((goal.status.as_u16(), goal.header("etag")), (200, "\"1\""));
    for (field, value) in body.as_object().expect("fields") {
        assert_eq!(goal.body[field], *value, "{field}");
    }
    assert_eq!((goal.at("/minutes"), goal.at("/logs"), goal.at("/completed_on")), (json!(0), json!(0), json!(null)));
    let list = ada.get("/v1/goals").await;
    assert_eq!(
        (list.items().len(), list.text("/items/0/id"), list.text("/items/0/title")),
        (1, &*id, "Run a marathon")
    );
}

#[tokio::test]
async fn a_client_may_make_the_id_of_its_goal_once() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let id = app.new_id();
    let body = json!({ "id": id, "title": "Run a marathon" });
    assert_eq!(ada.post("/v1/goals", body.clone()).await.done(), id);
    let events = app.events().await;
    assert_eq!(ada.post("/v1/goals", body).await.problem(), (409, "id-taken", ""));
    let log = json!({ "id": id, "goal_id": id, "minutes": 5 });
    assert_eq!(ada.post("/v1/daily-logs", log).await.problem(), (409, "id-taken", ""), "nor something else");
    assert_eq!(app.events().await, events);
}

#[tokio::test]
async fn fields_are_changed_cleared_or_left_as_they_are() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = json!({ "title": "Run", "description": "Far", "target_date": "2030-01-01", "total_minutes": 10 });
    let id = ada.post("/v1/goals", goal).await.done();
    let path = format!("/v1/goals/{id}");
    let changed =
        ada.patch(&path, json!({ "title": "Run a marathon", "description": null, "total_minutes": 20 })).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{}", changed.raw);
    let same = ada.patch(&path, json!({ "title": "Run a marathon" })).await;
    assert_eq!((same.status.as_u16(), same.header("etag")), (200, "\"2\""), "nothing had to change");
    assert_eq!(ada.patch(&path, json!({})).await.header("etag"), "\"2\"");

    app.settle().await;
    let goal = goal_of(&ada, &id).await;
    let fields = ["title", "description", "target_date", "total_minutes"].map(|field| goal.body[field].clone());
    assert_eq!(fields, [json!("Run a marathon"), json!(null), json!("2030-01-01"), json!(20)]);
}

#[tokio::test]
async fn a_goal_goes_through_its_states_and_each_list_shows_it_in_its_own() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let id = ada.goal("Run a marathon").await;
    let command = async |name: &str| ada.ask("POST", &format!("/v1/goals/{id}/{name}")).send().await;
    for (name, refused, in_list) in [
        ("", ["reopen", "restore"].as_slice(), "active"),
        ("complete", &["complete", "restore"], "completed"),
        ("reopen", &["reopen", "restore"], "active"),
        ("complete", &["complete"], "completed"),
        ("archive", &["archive", "complete", "reopen"], "archived"),
        ("restore", &["restore"], "completed"),
    ] {
        if !name.is_empty() {
            assert_eq!(command(name).await.status, 200, "{name}");
        }
        let events = app.events().await;
        for other in refused {
            assert_eq!(command(other).await.status, 409, "{other} after {name}");
        }
        assert_eq!(app.events().await, events, "refusals leave nothing behind");
        app.settle().await;
        for status in ["active", "completed", "archived"] {
            let list = ada.get(&format!("/v1/goals?status={status}")).await;
            assert_eq!(list.items().len(), usize::from(status == in_list), "{status} after {name}");
        }
        assert_eq!(ada.get("/v1/goals?status=all").await.items().len(), 1);
    }
    let archived = command("archive").await;
    assert_eq!(archived.status, 200);
    let revised = ada.patch(&format!("/v1/goals/{id}"), json!({ "title": "x" })).await;
    assert_eq!(revised.problem(), (409, "goal-archived", ""));
    let log = ada.post("/v1/daily-logs", json!({ "goal_id": id, "minutes": 1 })).await;
    assert_eq!(log.problem(), (409, "goal-archived", ""));
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_refused() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let path = format!("/v1/goals/{}", ada.goal("Run").await);
    let revise = |title: &str| ada.ask("PATCH", &path).json(&json!({ "title": title }));
    assert_eq!(revise("Run far").if_match(1).send().await.header("etag"), "\"2\"");
    let events = app.events().await;
    let stale = revise("Run fast").if_match(1).send().await;
    assert_eq!(stale.problem(), (409, "version-conflict", ""));
    assert_eq!((stale.at("/expected"), stale.at("/actual")), (json!(1), json!(2)));
    for command in ["complete", "archive"] {
        let stale = ada.ask("POST", &format!("{path}/{command}")).if_match(7).send().await;
        assert_eq!(stale.problem(), (409, "version-conflict", ""), "{command}");
    }
    for bad in ["2", "W/\"2\"", "\"2\", \"3\"", "\"x\""] {
        let reply = revise("Run fast").header("if-match", bad).send().await;
        assert_eq!(reply.problem(), (400, "malformed-request", ""), "{bad}");
    }
    assert_eq!(app.events().await, events, "refusals leave nothing behind");
    assert_eq!(revise("Run fast").header("if-match", "*").send().await.header("etag"), "\"3\"");
}

#[tokio::test]
async fn pages_of_goals_follow_one_another_without_a_gap() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let mut made = vec![];
    for number in 0..5 {
        made.push(ada.goal(&format!("Goal {number}")).await);
    }
    app.settle().await;
    let (mut seen, mut path) = (vec![], "/v1/goals?limit=2".to_owned());
    loop {
        let page = ada.get(&path).await;
        assert!(page.items().len() <= 2, "{}", page.raw);
        seen.extend(page.items().iter().map(|goal| goal["id"].as_str().expect("id").to_owned()));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("/v1/goals?limit=2&cursor={next}");
    }
    assert_eq!(seen, made, "in the order they were made");
}

#[tokio::test]
async fn what_is_expected_is_so_from_the_day_and_the_week_that_it_is_where_the_person_is() {
    let app = App::new().await;
    // Past midnight in Berlin, where Monday and another week have begun; in UTC it is Sunday.
    app.clock().set("2026-05-24T22:30:00Z".parse().expect("an instant"));
    let ada = app.register("ada@example.org").await;
    let path = format!("/v1/goals/{}", ada.goal("Run").await);
    let schedule = json!({ "kind": "weekdays", "weekdays": ["monday"] });
    let set = ada.put(&format!("{path}/schedule"), schedule).await;
    set.done();
    ada.post(&format!("/v1/history/{}/undo", set.position()), json!({})).await.done();
    ada.put(&format!("{path}/weekly-target"), json!({ "metric": "minutes", "value": 150 })).await.done();
    ada.ask("DELETE", &format!("{path}/weekly-target")).key(app.new_id()).json(&json!({})).send().await.done();
    ada.post(&format!("{path}/complete"), json!({})).await.done();
    let events = ada.get("/v1/events?limit=500").await;
    let told = |name: &str, place: &str| {
        let of_it = events.items().iter().filter(|it| it["event"]["type"] == name);
        of_it.map(|it| it["event"]["data"].pointer(place).cloned().unwrap_or_default()).collect::<Vec<_>>()
    };
    let monday = json!("2026-05-25");
    assert_eq!(told("GoalScheduleSet", "/from"), [monday.clone(), monday.clone()], "undone from today on as well");
    for (name, place) in [("WeeklyTargetSet", "/from_week"), ("WeeklyTargetWithdrawn", "/from_week")] {
        assert_eq!(told(name, place), [json!("2026-05-25")], "{name}");
    }
    app.settle().await;
    assert_eq!(ada.get(&path).await.at("/completed_on"), monday);
}
