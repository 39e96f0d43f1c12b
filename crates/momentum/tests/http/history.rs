//! History: who did what when, and the values before and after.

use chrono::TimeDelta;
use domain::Clock;
use serde_json::{Value, json};
use testkit::app::{App, Caller};

use crate::midweek;

/// Types and changed fields of what history tells, newest first.
async fn told(caller: &Caller<'_>, query: &str) -> Vec<(String, Value)> {
    let page = caller.get(&format!("/v1/history?{query}")).await;
    assert_eq!(page.status, 200, "{}", page.raw);
    let changes = |item: &Value| {
        let changes = item["changes"].as_array().expect("changes").iter();
        let told =
            changes.map(|it| (it["field"].as_str().unwrap_or_default().to_owned(), json!([it["before"], it["after"]])));
        told.collect::<serde_json::Map<_, _>>()
    };
    page.items().iter().map(|it| (it["type"].as_str().expect("type").to_owned(), changes(it).into())).collect()
}

fn happened(name: &str, changes: Value) -> (String, Value) {
    (name.to_owned(), changes)
}

#[tokio::test]
async fn a_page_of_what_was_changed_too_often_is_refused_and_a_smaller_one_is_not() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let (run, swim) = (ada.goal("Run").await, ada.goal("Swim").await);
    app.make_long(&run, 60_000).await;
    app.make_long(&swim, 60_000).await;
    assert_eq!(ada.get("/v1/history?limit=2").await.problem(), (422, "too-many-events", ""));
    assert_eq!(ada.get("/v1/history?limit=1").await.items().len(), 1);
}

#[tokio::test]
async fn each_change_is_told_with_the_values_before_and_after() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let path = format!("/v1/goals/{goal}");
    ada.patch(&path, json!({ "title": "Run far", "target_date": "2030-01-01" })).await.done();
    ada.patch(&path, json!({ "target_date": null })).await.done();
    ada.post(&format!("{path}/complete"), json!({})).await.done();
    let log = json!({ "goal_id": goal, "day": "2026-01-05", "minutes": 45, "text": "Along the river." });
    let log = format!("/v1/daily-logs/{}", ada.post("/v1/daily-logs", log).await.done());
    ada.patch(&log, json!({ "minutes": 30, "day": "2026-01-06", "text": null })).await.done();
    ada.post(&format!("{log}/withdraw"), json!({})).await.done();
    ada.put("/v1/me/profile", json!({ "name": "Countess" })).await.done();
    ada.patch("/v1/me/preferences", json!({ "theme": "dark" })).await.done();
    ada.put("/v1/workspace/name", json!({ "name": "At home" })).await.done();

    let told = told(&ada, "limit=10").await;
    let day = |day: &str| json!(day);
    assert_eq!(
        told,
        [
            happened("WorkspaceRenamed", json!({ "name": [null, "At home"] })),
            happened("UserPreferencesChanged", json!({ "theme": ["system", "dark"] })),
            happened("UserProfileChanged", json!({ "name": ["Ada", "Countess"] })),
            happened("DailyLogWithdrawn", json!({ "withdrawn": [false, true] })),
            happened(
                "DailyLogCorrected",
                json!({
                    "day": [day("2026-01-05"), day("2026-01-06")], "minutes": [45, 30], "text": ["Along the river.", null],
                })
            ),
            happened(
                "DailyLogCreated",
                json!({
                    "day": [null, "2026-01-05"], "goal_id": [null, goal], "minutes": [null, 45], "text": [null, "Along the river."],
                })
            ),
            happened("GoalCompleted", json!({ "completed": [false, true] })),
            happened("GoalRevised", json!({ "target_date": ["2030-01-01", null] })),
            happened("GoalRevised", json!({ "target_date": [null, "2030-01-01"], "title": ["Run", "Run far"] })),
            happened("GoalCreated", json!({ "title": [null, "Run"] })),
        ]
    );
}

#[tokio::test]
async fn what_happened_says_who_when_and_to_what() {
    let app = App::new().await;
    app.clock().set("2026-05-21T22:30:00Z".parse().expect("instant"));
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let made = ada.post("/v1/daily-logs", json!({ "goal_id": goal, "minutes": 5 })).await;
    let item = ada.get("/v1/history?limit=1").await.items()[0].clone();
    for (field, expected) in [
        ("subject", json!("daily-log")),
        ("subject_id", made.at("/id")),
        ("goal_id", json!(goal)),
        ("version", json!(1)),
        ("actor", json!(ada.user())),
        ("position", made.at("/position")),
        ("recorded_at", serde_json::to_value(app.clock().now()).expect("instant")),
        ("local_day", json!("2026-05-22")),
        ("undoes", json!(null)),
    ] {
        assert_eq!(item[field], expected, "{field}");
    }
}

#[tokio::test]
async fn history_is_filtered_by_goal_type_and_time() {
    let app = midweek(App::new().await);
    let ada = app.register("ada@example.org").await;
    let goals = [ada.goal("Run").await, ada.goal("Read").await];
    app.pass(TimeDelta::hours(1));
    let between = app.clock().now();
    app.pass(TimeDelta::hours(1));
    let ada = app.sign_in("ada@example.org").await;
    let logs = [ada.log(&goals[0], 5).await, ada.log(&goals[1], 6).await];
    ada.patch(&format!("/v1/daily-logs/{}", logs[0]), json!({ "minutes": 7 })).await.done();
    app.settle().await;
    let names = async |query: &str| told(&ada, query).await.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let goal = format!("goal_id={}", goals[0]);
    assert_eq!(names(&goal).await, ["DailyLogCorrected", "DailyLogCreated", "GoalCreated"]);
    assert_eq!(names("type=GoalCreated").await, ["GoalCreated", "GoalCreated"]);
    assert_eq!(names(&format!("{goal}&type=DailyLogCreated")).await, ["DailyLogCreated"]);
    let between = between.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    assert_eq!(names(&format!("from={between}")).await, ["DailyLogCorrected", "DailyLogCreated", "DailyLogCreated"]);
    assert_eq!(
        names(&format!("to={between}")).await,
        ["GoalCreated", "GoalCreated", "WorkspaceCreated", "UserRegistered"]
    );
    assert_eq!(names(&format!("from={between}&to={between}")).await, [""; 0]);
    assert_eq!(names(&format!("{goal}&to={between}")).await, ["GoalCreated"]);
    assert_eq!(names(&format!("{goal}&type=GoalPaused")).await, [""; 0], "of a goal that is there");
    let reversed = ada.get("/v1/history?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").await;
    assert_eq!(reversed.problem(), (422, "invalid-input", "/to"));
    let unknown = ada.get("/v1/history?type=GoalVanished").await;
    assert_eq!(unknown.problem(), (422, "invalid-input", "/type"));
    let instant = |offset: TimeDelta| (app.clock().now() + offset).to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    assert_eq!(
        names(&format!("from={}&type=DailyLogCorrected", instant(TimeDelta::zero()))).await,
        ["DailyLogCorrected"]
    );
    assert_eq!(names(&format!("from={}", instant(TimeDelta::microseconds(1)))).await, [""; 0]);
}

#[tokio::test]
async fn pages_of_history_follow_one_another_without_a_gap_while_more_happens() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    for number in 0..6 {
        ada.goal(&format!("Goal {number}")).await;
    }
    let (mut seen, mut query) = (vec![], "limit=3".to_owned());
    loop {
        let page = ada.get(&format!("/v1/history?{query}")).await;
        seen.extend(page.items().iter().map(|item| item["changes"][0]["after"].clone()));
        let Some(next) = page.body["next"].as_str() else { break };
        query = format!("limit=3&cursor={next}");
        ada.goal("Later").await;
    }
    let titles: Vec<Value> = seen.into_iter().take(6).collect();
    assert_eq!(titles, (0..6).rev().map(|number| json!(format!("Goal {number}"))).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_event_is_undone_as_long_as_what_undid_it_is_not() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = format!("/v1/goals/{}", ada.goal("Run").await);
    ada.patch(&goal, json!({ "title": "Walk" })).await.done();
    let newest = async || ada.get("/v1/history?limit=1").await;
    for _ in 0..2 {
        let path = format!("/v1/history/{}/undo", newest().await.text("/items/0/position"));
        ada.post(&path, json!({})).await.done();
    }
    let page = ada.get("/v1/history?limit=3").await;
    let undone_by: Vec<_> = page.items().iter().map(|event| event["undone_by"].clone()).collect();
    assert_eq!(undone_by, [json!(null), page.items()[0]["id"].clone(), json!(null)], "{}", page.raw);
}

#[tokio::test]
async fn what_was_undone_in_parts_is_done_again_as_a_whole() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = format!("/v1/goals/{}", ada.goal("Run").await);
    for (first, last) in [("2026-07-04", "2026-07-06"), ("2026-07-01", "2026-07-10")] {
        ada.post(&format!("{goal}/pause"), json!({ "first": first, "last": last })).await.done();
    }
    let all = json!([{ "first": "2026-07-01", "last": "2026-07-10" }]);
    for pauses in [json!([{ "first": "2026-07-04", "last": "2026-07-06" }]), all] {
        let newest = ada.get("/v1/history?limit=1").await;
        ada.post(&format!("/v1/history/{}/undo", newest.text("/items/0/position")), json!({})).await.done();
        app.settle().await;
        assert_eq!(ada.get(&goal).await.at("/pauses"), pauses);
    }
    let undone = ada.get("/v1/history?limit=5").await;
    let in_force = undone.items().iter().map(|event| event["undone_by"].is_null()).collect::<Vec<_>>();
    assert_eq!(in_force, [true, true, false, false, true], "{}", undone.raw);
}
