//! Weeks in the whole product: they close while time passes, once each, and tell then from now.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{Id, WorkspaceId, user::SYSTEM};
use serde_json::{Value, json};
use testkit::app::{App, Caller, Reply};

/// A Wednesday, in the week of the first of March.
const WEDNESDAY: &str = "2027-03-03T10:00:00Z";

async fn app() -> App {
    let app = App::new().await;
    app.clock().set(WEDNESDAY.parse().expect("an instant"));
    app
}

/// The weeks that are told, each as its first date and whether it is closed.
fn weeks(reply: &Reply) -> Vec<(&str, bool)> {
    reply.items().iter().map(|week| (week["first"].as_str().expect("a date"), week["closed"] == true)).collect()
}

/// The first dates of the closed weeks of a workspace, in the order of the log.
async fn closed(app: &App, workspace: &str) -> Vec<NaiveDate> {
    let workspace: WorkspaceId = Id::new(workspace.parse().expect("an id"));
    let closed = sqlx::query_scalar::<_, NaiveDate>(
        "select (data->>'first')::date from es.events where workspace = $1 and type = 'WeekClosed' order by position",
    );
    closed.bind(workspace.uuid()).fetch_all(app.database().pool()).await.expect("events")
}

async fn log_on(person: &Caller<'_>, goal: &str, day: &str, minutes: u16) {
    let log = person.post("/v1/daily-logs", json!({ "goal_id": goal, "day": day, "minutes": minutes })).await;
    assert_eq!(log.status, 201, "{}", log.raw);
}

#[tokio::test]
async fn a_week_closes_when_it_is_over_and_what_comes_late_is_a_correction() {
    let app = app().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run a marathon").await;
    let log = ada.log(&goal, 30).await;
    log_on(&ada, &goal, "2027-02-23", 20).await;
    app.settle().await;
    let running = ada.get("/v1/weeks").await;
    assert_eq!(weeks(&running), [("2027-03-01", false), ("2027-02-22", false)], "logged for a week before the first");
    assert_eq!((running.at("/items/0/now/minutes"), running.at("/items/0/as_closed")), (json!(30), Value::Null));
    assert_eq!(running.text("/items/0/ends_at"), "2027-03-07T23:00:00Z");

    app.pass(TimeDelta::days(7));
    app.settle().await;
    let ada = app.sign_in("ada@example.org").await;
    let listed = ada.get("/v1/weeks").await;
    assert_eq!(weeks(&listed), [("2027-03-08", false), ("2027-03-01", true), ("2027-02-22", false)]);
    let (week, unchanged) = (listed.at("/items/1"), json!(0));
    assert_eq!((&week["now"], &week["corrections"]), (&week["as_closed"], &unchanged));
    assert_eq!(week["as_closed"]["change"], json!({ "minutes": 10, "met_days": 0, "logs": 0 }));

    log_on(&ada, &goal, "2027-03-04", 15).await;
    assert_eq!(ada.patch(&format!("/v1/daily-logs/{log}"), json!({ "minutes": 50 })).await.status, 200);
    log_on(&ada, &goal, "2027-02-24", 5).await;
    app.settle().await;
    let week = ada.get("/v1/weeks/2027-03-01").await;
    assert_eq!((week.at("/now/minutes"), week.at("/as_closed/minutes")), (json!(65), json!(30)));
    assert_eq!((week.at("/now/met_days"), week.at("/as_closed/met_days")), (json!(2), json!(1)));
    assert_eq!((week.at("/now/change/minutes"), week.at("/as_closed/change/minutes")), (json!(40), json!(10)));
    assert_eq!(week.at("/corrections_count"), json!(2), "{}", week.raw);
    let told = |at: usize| {
        let correction = &week.at("/corrections")[at];
        let of = |field: &str| correction[field].clone();
        (of("type"), of("day"), of("minutes"), of("logs"), of("met"))
    };
    let added = (json!("DailyLogCreated"), json!("2027-03-04"), json!(15), json!(1), json!(1));
    let changed = (json!("DailyLogCorrected"), json!("2027-03-03"), json!(20), json!(0), json!(0));
    assert_eq!((told(0), told(1)), (added, changed));
    assert_eq!(week.text("/corrections/0/actor"), ada.user());
    assert_eq!(week.text("/goals/0/title"), "Run a marathon");
    assert_eq!((week.at("/goals/0/now/minutes"), week.at("/goals/0/as_closed/minutes")), (json!(65), json!(30)));
    let of_goal = ada.get(&format!("/v1/weeks?goal_id={goal}&limit=2")).await;
    assert_eq!(weeks(&of_goal), [("2027-03-08", false), ("2027-03-01", true)]);
    let rest = ada.get(&format!("/v1/weeks?goal_id={goal}&cursor={}", of_goal.text("/next"))).await;
    assert_eq!((weeks(&rest), rest.at("/next")), (vec![("2027-02-22", false)], Value::Null));
}

#[tokio::test]
async fn a_week_is_closed_by_the_product_itself_and_stays_closed() {
    let app = app().await;
    app.register("ada@example.org").await;
    app.pass(TimeDelta::days(7));
    app.settle().await;
    let ada = app.sign_in("ada@example.org").await;
    let history = ada.get("/v1/history?type=WeekClosed").await;
    assert_eq!(history.items().len(), 1);
    assert_eq!((history.text("/items/0/actor"), history.at("/items/0/by_system")), (&*SYSTEM.to_string(), json!(true)));
    let undone = ada.post(&format!("/v1/history/{}/undo", history.text("/items/0/position")), json!({})).await;
    assert_eq!(undone.problem().0, 409, "{}", undone.raw);
    let others = ada.get("/v1/history?type=UserRegistered").await;
    assert_eq!(others.at("/items/0/by_system"), json!(false));
}

#[tokio::test]
async fn each_week_is_closed_once_however_many_clocks_there_are() {
    let app = app().await;
    let mut workspaces = vec![];
    for number in 0..6 {
        let person = app.register(&format!("person-{number}@example.org")).await;
        workspaces.push(person.workspace().to_owned());
    }
    app.settle().await;
    let clocks = futures::future::join_all((0..3).map(|_| app.week_clock())).await;
    app.pass(TimeDelta::days(21));
    for result in futures::future::join_all(clocks.iter().map(analytics::WeekClock::close_due)).await {
        result.expect("weeks are closed");
    }
    app.settle().await;
    let firsts = ["2027-03-01", "2027-03-08", "2027-03-15"].map(|first| first.parse().expect("a date"));
    for workspace in &workspaces {
        assert_eq!(closed(&app, workspace).await, firsts);
    }
}

#[tokio::test]
async fn an_idle_workspace_is_left_alone_and_made_up_for_when_it_is_idle_no_more() {
    let app = app().await;
    let ada = app.register("ada@example.org").await;
    let workspace = ada.workspace().to_owned();
    let goal = ada.goal("Run a marathon").await;
    app.pass(TimeDelta::days(210));
    app.settle().await;
    let idle = closed(&app, &workspace).await;
    assert_eq!((idle.len(), idle.last().map(ToString::to_string)), (9, Some("2027-04-26".into())));
    let ada = app.sign_in("ada@example.org").await;
    ada.log(&goal, 30).await;
    app.settle().await;
    let caught_up = closed(&app, &workspace).await;
    assert_eq!(caught_up.len(), 30);
    assert!(caught_up.windows(2).all(|two| two[1] - two[0] == TimeDelta::days(7)));
}

#[tokio::test]
async fn weeks_end_in_the_zone_that_holds_then() {
    let app = app().await;
    let ada = app.register("ada@example.org").await;
    let workspace = ada.workspace().to_owned();
    let honolulu = json!({ "zone": "Pacific/Honolulu", "week_start": "monday", "day_start_minute": 240 });
    assert_eq!(ada.put("/v1/workspace/calendar", honolulu).await.status, 200);
    let closed_at = async |instant: &str| {
        app.clock().set(instant.parse::<DateTime<Utc>>().expect("an instant"));
        app.settle().await;
        closed(&app, &workspace).await.len()
    };
    assert_eq!(closed_at("2027-03-07T23:00:00Z").await, 0, "midnight in Berlin");
    assert_eq!(closed_at("2027-03-08T13:59:59Z").await, 0);
    assert_eq!(closed_at("2027-03-08T14:00:00Z").await, 1, "four o'clock in Honolulu");
}

#[tokio::test]
async fn weeks_that_are_none_are_not_found() {
    let app = app().await;
    let ada = app.register("ada@example.org").await;
    app.settle().await;
    let problem = async |path: &str| ada.get(path).await.problem().0;
    for first in ["2027-03-02", "2027-03-08", "0001-01-01", "9999-12-27"] {
        assert_eq!(problem(&format!("/v1/weeks/{first}")).await, 404, "{first}");
    }
    assert_eq!(problem("/v1/weeks/soon").await, 422);
    assert_eq!(problem("/v1/weeks?cursor=soon").await, 422);
    assert_eq!(problem("/v1/weeks?limit=0").await, 422);
    assert_eq!(problem(&format!("/v1/weeks?goal_id={}", app.new_id())).await, 404);
    let nothing = ada.get("/v1/weeks?cursor=0001-01-01").await;
    assert_eq!((nothing.items().len(), nothing.at("/next")), (0, Value::Null));
}
