//! What a goal expects, daily totals, progress and the dashboard, as they are told.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::Clock;
use serde_json::{Value, json};
use testkit::app::{App, Caller, Reply};

/// A Wednesday noon in Berlin, far enough ahead that nothing of today's matters.
const NOON: &str = "2031-05-21T10:00:00Z";
/// A goal of nobody.
const NO_GOAL: &str = "019a0000-0000-7000-8000-000000000000";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

async fn begin() -> App {
    let app = App::new().await;
    app.clock().set(NOON.parse::<DateTime<Utc>>().expect("an instant"));
    app
}

/// Logs minutes on days before today, and waits until figures show them.
async fn log(app: &App, ada: &Caller<'_>, goal: &str, logs: &[(u64, u16)]) {
    for (days_ago, minutes) in logs {
        let day = day("2031-05-21") - Days::new(*days_ago);
        let body = json!({ "goal_id": goal, "day": day, "minutes": minutes });
        drop(ada.post("/v1/daily-logs", body).await.done());
    }
    app.settle().await;
}

#[tokio::test]
async fn a_goal_tells_what_it_expects_and_since_when() {
    let app = begin().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let path = format!("/v1/goals/{goal}");
    let schedule = json!({ "kind": "weekdays", "weekdays": ["monday", "thursday"], "minutes_min": 20 });
    drop(ada.put(&format!("{path}/schedule"), schedule.clone()).await.done());
    drop(ada.put(&format!("{path}/weekly-target"), json!({ "metric": "minutes", "value": 150 })).await.done());
    drop(ada.post(&format!("{path}/pause"), json!({ "first": "2031-06-01", "last": "2031-06-14" })).await.done());
    app.pass(TimeDelta::days(7));
    let ada = app.sign_in("ada@example.org").await;
    drop(ada.ask("DELETE", &format!("{path}/weekly-target")).key(app.new_id()).send().await.done());
    drop(ada.post(&format!("{path}/resume"), json!({ "first": "2031-06-10" })).await.done());
    app.settle().await;
    let told = ada.get(&path).await;
    assert_eq!(told.at("/schedules"), json!([{ "from": "2031-05-21", "schedule": schedule }]));
    let target = json!({ "metric": "minutes", "value": 150 });
    let targets = json!([{ "from_week": "2031-05-19", "target": target }, { "from_week": "2031-05-26" }]);
    assert_eq!(told.at("/weekly_targets"), targets);
    assert_eq!(told.at("/pauses"), json!([{ "first": "2031-06-01", "last": "2031-06-09" }]));
    let calendar = ada.get("/v1/me").await.at("/workspace/calendars");
    assert_eq!((calendar[0]["from"].clone(), calendar[1].clone()), (json!("2031-05-21"), Value::Null));
}

#[tokio::test]
async fn the_year_of_a_workspace_adds_up_its_goals() {
    let app = begin().await;
    let ada = app.register("ada@example.org").await;
    let (run, read) = (ada.goal("Run").await, ada.goal("Read").await);
    log(&app, &ada, &run, &[(0, 30), (0, 15), (200, 10)]).await;
    log(&app, &ada, &read, &[(0, 5), (364, 60), (400, 7)]).await;
    let range = "from=2030-05-22&to=2031-05-21";
    let whole = ada.get(&format!("/v1/daily-totals?{range}")).await;
    let total = |day: &str, minutes: u32, logs: u32| json!({ "day": day, "minutes": minutes, "logs": logs });
    let expected = [total("2030-05-22", 60, 1), total("2030-11-02", 10, 1), total("2031-05-21", 50, 3)];
    assert_eq!(whole.items(), expected);
    let one = ada.get(&format!("/v1/daily-totals?goal_id={run}&{range}")).await;
    assert_eq!(one.items(), [total("2030-11-02", 10, 1), total("2031-05-21", 45, 2)]);
    // It has its figures under its own id, and is no goal for that.
    let workspace = ada.get("/v1/me").await.text("/workspace/id").to_owned();
    for path in [format!("/v1/daily-totals?goal_id={workspace}&{range}"), format!("/v1/goals/{workspace}/streak")] {
        assert_eq!(ada.get(&path).await.problem(), (404, "not-found", ""), "{path}");
    }
}

#[tokio::test]
async fn progress_tells_each_day_and_where_the_pace_leads() {
    let app = begin().await;
    let ada = app.register("ada@example.org").await;
    let body = json!({ "title": "Read", "total_minutes": 600, "target_date": "2031-06-19" });
    let goal = ada.post("/v1/goals", body).await.done();
    log(&app, &ada, &goal, &[(30, 20), (10, 100), (2, 180)]).await;
    let told = ada.get(&format!("/v1/goals/{goal}/progress?from=2031-05-01")).await;
    assert_eq!(
        (told.at("/minutes"), told.at("/total_minutes"), told.at("/percent")),
        (json!(300), json!(600), json!(50))
    );
    // 280 minutes in the last 28 days are ten a day, and 300 are left for 30 days: today is one of them.
    let pace = json!({
        "needed_minutes_a_day": 10, "recent_minutes_a_day": 10, "reached_on": "2031-06-19", "on_time": true
    });
    assert_eq!(told.at("/pace"), pace);
    let history = json!([
        { "day": "2031-05-11", "minutes": 100, "minutes_in_all": 120 },
        { "day": "2031-05-19", "minutes": 180, "minutes_in_all": 300 },
    ]);
    assert_eq!(told.at("/history"), history);
    let all = ada.get(&format!("/v1/goals/{goal}/progress")).await;
    assert_eq!(all.at("/history/0"), json!({ "day": "2031-04-21", "minutes": 20, "minutes_in_all": 20 }));
    let untouched = ada.goal("Rest").await;
    app.settle().await;
    let told = ada.get(&format!("/v1/goals/{untouched}/progress")).await;
    assert_eq!((told.at("/minutes"), told.at("/percent"), told.at("/history")), (json!(0), Value::Null, json!([])));
}

#[tokio::test]
async fn the_dashboard_tells_all_that_a_start_page_shows() {
    let app = begin().await;
    app.pass(TimeDelta::days(-2));
    let ada = app.register("ada@example.org").await;
    let (run, read, done) = (ada.goal("Run").await, ada.goal("Read").await, ada.goal("Swim").await);
    let three_a_week = json!({ "kind": "days-a-week", "days": 3, "minutes_min": 20 });
    drop(ada.put(&format!("/v1/goals/{read}/schedule"), three_a_week).await.done());
    app.pass(TimeDelta::days(2));
    let ada = app.sign_in("ada@example.org").await;
    drop(ada.put(&format!("/v1/goals/{run}/weekly-target"), json!({ "metric": "minutes", "value": 100 })).await.done());
    log(&app, &ada, &run, &[(0, 30), (1, 40), (2, 20), (9, 10)]).await;
    log(&app, &ada, &read, &[(0, 10), (1, 20), (2, 20), (500, 60)]).await;
    log(&app, &ada, &done, &[(3, 60)]).await;
    drop(ada.ask("POST", &format!("/v1/goals/{done}/complete")).send().await.done());
    drop(ada.post(&format!("/v1/goals/{read}/pause"), json!({ "first": "2031-05-22" })).await.done());
    app.settle().await;

    let told = ada.get("/v1/dashboard").await;
    assert_eq!((told.text("/today"), told.text("/day_ends_at")), ("2031-05-21", "2031-05-21T22:00:00Z"));
    let goal = |at: usize| told.at(&format!("/goals/{at}"));
    assert_eq!(
        (goal(0)["title"].clone(), goal(1)["title"].clone(), goal(2)),
        (json!("Run"), json!("Read"), Value::Null)
    );
    let today =
        |at: usize| ["due", "met", "paused", "minutes_today", "minutes_needed"].map(|name| goal(at)[name].clone());
    assert_eq!(today(0), [json!(true), json!(true), json!(false), json!(30), json!(1)]);
    // Paused from tomorrow on, three days of this week are left, which ask for two: Monday and Tuesday are enough.
    assert_eq!(today(1), [json!(false), json!(false), json!(false), json!(10), json!(20)]);
    assert_eq!((goal(0)["streak"]["current"].clone(), goal(0)["streak"]["at_risk"].clone()), (json!(3), json!(false)));
    let week = &goal(0)["week"];
    assert_eq!(
        (&week["first"], &week["minutes"], &week["share_percent"]),
        (&json!("2031-05-19"), &json!(90), &json!(90))
    );
    assert_eq!((&week["met_days"], &week["change"]["minutes"]), (&json!(3), &json!(80)));
    assert_eq!(told.at("/streak/current"), json!(4), "Swim counted three days ago, too");
    assert_eq!((told.at("/week/minutes"), told.at("/week/met_days")), (json!(140), json!(3)));
    let days: Vec<Value> = (0..6).map(|at| told.at(&format!("/year/{at}/day"))).collect();
    let year = ["2031-05-12", "2031-05-18", "2031-05-19", "2031-05-20", "2031-05-21"].map(|day| json!(day));
    assert_eq!(days, [&year[..], &[Value::Null]].concat());
    let logs: Vec<Value> = (0..10).map(|at| told.at(&format!("/recent_logs/{at}/day"))).collect();
    assert_eq!(
        (logs[0].clone(), logs[8].clone(), logs[9].clone()),
        (json!("2031-05-21"), json!("2030-01-06"), Value::Null)
    );
    assert_eq!(goal(0)["progress"]["minutes"], json!(100));
}

#[tokio::test]
async fn a_day_later_the_dashboard_says_so_without_any_event() {
    let app = begin().await;
    let ada = app.register("ada@example.org").await;
    let run = ada.goal("Run").await;
    log(&app, &ada, &run, &[(0, 30), (1, 40)]).await;
    let standing = |told: &Reply| (told.at("/goals/0/streak/current"), told.at("/goals/0/streak/at_risk"));
    assert_eq!(standing(&ada.get("/v1/dashboard").await), (json!(2), json!(false)));
    app.pass(TimeDelta::hours(24));
    let ada = app.sign_in("ada@example.org").await;
    assert_eq!(standing(&ada.get("/v1/dashboard").await), (json!(2), json!(true)));
    app.pass(TimeDelta::hours(24));
    let ada = app.sign_in("ada@example.org").await;
    assert_eq!(standing(&ada.get("/v1/dashboard").await), (json!(0), json!(false)));
}

#[tokio::test]
async fn nobody_sees_the_figures_of_anothers_goals() {
    let app = begin().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    log(&app, &ada, &goal, &[(0, 30)]).await;
    let ben = app.register("ben@example.org").await;
    app.settle().await;
    let now = ben.ask("GET", "/v1/goals").send().await;
    assert_eq!(now.items().len(), 0);
    let as_of = format!("as_of={}", app.clock().now().format("%Y-%m-%dT%H:%M:%S%.6fZ"));
    for goal in [goal.as_str(), NO_GOAL] {
        for when in ["", as_of.as_str()] {
            for path in [
                format!("/v1/goals/{goal}?{when}"),
                format!("/v1/goals/{goal}/streak?{when}"),
                format!("/v1/goals/{goal}/progress?{when}"),
                format!("/v1/daily-totals?goal_id={goal}&from=2031-05-01&to=2031-05-31&{when}"),
            ] {
                assert_eq!(ben.get(&path).await.problem(), (404, "not-found", ""), "{path}");
            }
        }
    }
    assert_eq!(ben.get("/v1/dashboard").await.at("/goals"), json!([]));
}

#[tokio::test]
async fn ranges_and_moments_that_cannot_be_are_refused() {
    let app = begin().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    app.settle().await;
    for (query, field) in [
        ("from=2031-05-02&to=2031-05-01", "/to"),
        ("from=2029-01-01&to=2031-05-01", "/to"),
        ("from=today", "/from"),
        ("until=2031-05-01", "/until"),
        ("as_of=yesterday", "/as_of"),
        ("as_of=2031-05-21T10:00:01Z", "/as_of"),
        ("as_of=2031-05-20T10:00:00Z", "/as_of"),
    ] {
        let path = format!("/v1/goals/{goal}/progress?{query}");
        assert_eq!(ada.get(&path).await.problem(), (422, "invalid-input", field), "{path}");
    }
    for path in ["/v1/dashboard", "/v1/goals", "/v1/streak"] {
        let path = format!("{path}?as_of=tomorrow");
        assert_eq!(ada.get(&path).await.problem(), (422, "invalid-input", "/as_of"), "{path}");
    }
}

#[tokio::test]
async fn a_kept_dashboard_gives_way_to_an_event_and_to_rows_made_anew() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let log = async |minutes: u16| {
        drop(ada.post("/v1/daily-logs", json!({ "goal_id": goal, "minutes": minutes })).await.done());
        app.settle().await;
    };
    let minutes = async || ada.get("/v1/dashboard").await.at("/week/minutes");
    log(20).await;
    assert_eq!(minutes().await, 20);

    // As nothing but a rebuild would change them.
    let alter = "update analytics.daily_totals set days = replace(days::text, '[20,1,', '[99,1,')::json";
    assert!(sqlx::query(alter).execute(app.database().pool()).await.expect("rows").rows_affected() > 0);
    assert_eq!(minutes().await, 20, "it is kept while its version is the same");
    let renew = "update analytics.checkpoint set epoch = epoch + 1 where model = 'figures'";
    sqlx::query(renew).execute(app.database().pool()).await.expect("checkpoints");
    assert_eq!(minutes().await, 99);
    log(30).await;
    assert_eq!(minutes().await, 129);
}
