//! Daily logs, and the figures made of them.

use chrono::{DateTime, Days, NaiveDate};
use serde_json::{Value, json};
use testkit::app::{App, Caller, Reply};

async fn log_of(caller: &Caller<'_>, id: &str) -> Reply {
    caller.get(&format!("/v1/daily-logs/{id}")).await
}

/// An evening in Berlin that is a morning in UTC's eyes no more: 23:30 there, the 21st; in Tokyo the 22nd.
fn late_evening() -> DateTime<chrono::Utc> {
    "2026-05-21T21:30:00Z".parse().expect("instant")
}

#[tokio::test]
async fn a_day_is_logged_listed_read_and_counted() {
    let app = App::new().await;
    app.clock().set(late_evening());
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run a marathon").await;
    let body = json!({ "goal_id": goal, "day": "2026-05-20", "minutes": 45, "text": "Along the river." });
    let made = ada.post("/v1/daily-logs", body).await;
    let id = made.done();
    assert_eq!((made.status.as_u16(), made.header("location")), (201, &*format!("/v1/daily-logs/{id}")));
    let today = ada.log(&goal, 15).await;

    app.settle().await;
    let log = log_of(&ada, &id).await;
    assert_eq!((log.status.as_u16(), log.header("etag")), (200, "\"1\""));
    let fields = ["goal_id", "day", "minutes", "text", "zone", "withdrawn"].map(|field| log.body[field].clone());
    let expected =
        [json!(goal), json!("2026-05-20"), json!(45), json!("Along the river."), json!("Europe/Berlin"), json!(false)];
    assert_eq!(fields, expected);
    assert_eq!(log_of(&ada, &today).await.text("/day"), "2026-05-21", "today, in Berlin");
    let list = ada.get("/v1/daily-logs").await;
    assert_eq!([list.text("/items/0/id"), list.text("/items/1/id")], [&*today, &*id], "newest day first");
    let goal = ada.get(&format!("/v1/goals/{goal}")).await;
    assert_eq!((goal.at("/minutes"), goal.at("/logs")), (json!(60), json!(2)));
}

#[tokio::test]
async fn a_log_is_corrected_withdrawn_and_restored() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run a marathon").await;
    let body = json!({ "goal_id": goal, "day": "2026-01-05", "minutes": 45, "text": "Along the river." });
    let path = format!("/v1/daily-logs/{}", ada.post("/v1/daily-logs", body).await.done());
    let shown = async || {
        app.settle().await;
        let log = ada.get(&path).await;
        let totals = ada.get("/v1/daily-totals?from=2026-01-01&to=2026-01-31").await;
        let days =
            totals.items().iter().map(|it| (it["day"].as_str().unwrap_or_default().to_owned(), it["minutes"].clone()));
        (log, days.collect::<Vec<_>>())
    };
    let day = |day: &str, minutes: u16| vec![(day.to_owned(), json!(minutes))];

    let corrected = ada.patch(&path, json!({ "day": "2026-01-06", "minutes": 30, "text": null })).await;
    assert_eq!((corrected.status.as_u16(), corrected.header("etag")), (200, "\"2\""), "{}", corrected.raw);
    let (log, totals) = shown().await;
    assert_eq!((log.text("/day"), log.at("/minutes"), log.at("/text")), ("2026-01-06", json!(30), json!(null)));
    assert_eq!(totals, day("2026-01-06", 30));

    assert_eq!(ada.ask("POST", &format!("{path}/withdraw")).send().await.status, 200);
    assert_eq!(ada.ask("POST", &format!("{path}/withdraw")).send().await.problem(), (409, "log-withdrawn", ""));
    assert_eq!(ada.patch(&path, json!({ "minutes": 1 })).await.problem(), (409, "log-withdrawn", ""));
    let (log, totals) = shown().await;
    assert_eq!((log.at("/withdrawn"), totals), (json!(true), vec![]));
    assert_eq!(ada.get("/v1/daily-logs").await.items().len(), 0);
    assert_eq!(ada.get("/v1/daily-logs?withdrawn=true").await.items().len(), 1);

    assert_eq!(ada.ask("POST", &format!("{path}/restore")).send().await.status, 200);
    assert_eq!(ada.ask("POST", &format!("{path}/restore")).send().await.problem(), (409, "log-not-withdrawn", ""));
    assert_eq!(shown().await.1, day("2026-01-06", 30));
}

#[tokio::test]
async fn no_day_is_logged_before_it_has_begun_where_the_person_is() {
    let app = App::new().await;
    app.clock().set(late_evening());
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run a marathon").await;
    let log = async |day: &str| ada.post("/v1/daily-logs", json!({ "goal_id": goal, "day": day, "minutes": 5 })).await;
    let first = log("2026-05-21").await.done();
    let events = app.events().await;
    let body = json!({ "goal_id": goal, "day": "2026-05-22", "minutes": 5 });
    let key = app.new_id();
    let early = ada.ask("POST", "/v1/daily-logs").key(&key).json(&body).send().await;
    assert_eq!(early.problem(), (422, "day-not-begun", "/day"));
    assert_eq!((early.text("/day"), early.text("/today")), ("2026-05-22", "2026-05-21"));
    let moved = ada.patch(&format!("/v1/daily-logs/{first}"), json!({ "day": "2026-05-22" })).await;
    assert_eq!(moved.problem(), (422, "day-not-begun", "/day"));
    assert_eq!(app.events().await, events);
    app.pass(chrono::TimeDelta::hours(1));
    let ada = app.sign_in("ada@example.org").await;
    let again = ada.ask("POST", "/v1/daily-logs").key(&key).json(&body).send().await;
    assert_eq!(again.status, 201, "half past midnight in Berlin");
}

#[tokio::test]
async fn logs_are_filtered_by_goal_and_days_and_paged() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goals = [ada.goal("Run").await, ada.goal("Read").await];
    for day in 1..=6 {
        let body = json!({ "goal_id": goals[day % 2], "day": format!("2026-01-0{day}"), "minutes": day });
        ada.post("/v1/daily-logs", body).await.done();
    }
    app.settle().await;
    let minutes = async |query: &str| {
        let (mut minutes, mut cursor): (Vec<Value>, _) = (vec![], String::new());
        loop {
            let page = ada.get(&format!("/v1/daily-logs?limit=2&{query}{cursor}")).await;
            minutes.extend(page.items().iter().map(|log| log["minutes"].clone()));
            let Some(next) = page.body["next"].as_str() else { return minutes };
            cursor = format!("&cursor={next}");
        }
    };
    assert_eq!(minutes("withdrawn=false").await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(minutes(&format!("goal_id={}", goals[1])).await, [5, 3, 1]);
    assert_eq!(minutes("from=2026-01-02&to=2026-01-04").await, [4, 3, 2]);
    assert_eq!(minutes(&format!("goal_id={}&from=2026-01-02&to=2026-01-04", goals[0])).await, [4, 2]);
    assert_eq!(minutes("from=2027-01-01").await, [0; 0]);
    assert_eq!(minutes(&format!("goal_id={}&from=2027-01-01", goals[0])).await, [0; 0], "of a goal that is there");
    let reversed = ada.get("/v1/daily-logs?from=2026-01-02&to=2026-01-01").await;
    assert_eq!(reversed.problem(), (422, "invalid-input", "/to"));
}

#[tokio::test]
async fn totals_are_told_by_day_of_a_goal_or_of_all() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goals = [ada.goal("Run").await, ada.goal("Read").await];
    for (goal, day, minutes) in [(0, 1, 10), (0, 1, 20), (1, 1, 5), (1, 2, 7)] {
        let body = json!({ "goal_id": goals[goal], "day": format!("2026-01-0{day}"), "minutes": minutes });
        ada.post("/v1/daily-logs", body).await.done();
    }
    app.settle().await;
    let all = ada.get("/v1/daily-totals?from=2026-01-01&to=2026-01-02").await;
    let expected =
        json!([{ "day": "2026-01-01", "minutes": 35, "logs": 3 }, { "day": "2026-01-02", "minutes": 7, "logs": 1 }]);
    assert_eq!(all.body["items"], expected);
    let one = ada.get(&format!("/v1/daily-totals?from=2026-01-01&to=2026-01-02&goal_id={}", goals[0])).await;
    assert_eq!(one.body["items"], json!([{ "day": "2026-01-01", "minutes": 30, "logs": 2 }]));
    let late = ada.get("/v1/daily-totals?from=2026-01-02&to=2026-01-01").await;
    assert_eq!(late.problem(), (422, "invalid-input", "/to"));
    let first: NaiveDate = "2026-01-01".parse().expect("day");
    let long = format!("/v1/daily-totals?from={first}&to={}", first + Days::new(733));
    assert_eq!(ada.get(&long).await.problem(), (422, "invalid-input", "/to"));
}
