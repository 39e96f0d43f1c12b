//! *As of* a moment, every query answers what it answered then, byte for byte.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, SecondsFormat, TimeDelta, Utc};
use domain::Clock;
use proptest::{
    prelude::*,
    sample::Index,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use testkit::app::{App, Caller};

/// At so many positions of a history answers are taken.
const ANSWERED: usize = 20;
/// Of what is asked for, some is refused and some changes nothing; more than this is not asked for.
const MOST_WISHES: usize = 1_000;
/// An evening in Berlin, so that days end between what happens.
const EVENING: &str = "2031-03-28T19:00:00Z";
const ADDRESS: &str = "ada@example.org";

/// What someone asks for. Goals and logs are picked from those there are.
#[derive(Clone, Debug)]
enum Wish {
    Create { total: Option<u32> },
    OfGoal(Index, &'static str, &'static str, Value),
    Log { goal: Index, days_ago: u64, minutes: u16 },
    Correct { log: Index, days_ago: u64, minutes: u16 },
    OfLog(Index, &'static str),
    Calendar(Value),
    Undo(Index),
    Pass(i64),
}

fn wish() -> impl Strategy<Value = Wish> {
    let of_goal = prop_oneof![
        Just(("PATCH", "", json!({ "title": "Anew", "target_date": "2031-12-24" }))),
        Just(("POST", "/complete", json!({}))),
        Just(("POST", "/reopen", json!({}))),
        Just(("POST", "/archive", json!({}))),
        Just(("POST", "/restore", json!({}))),
        Just(("PUT", "/schedule", json!({ "kind": "days-a-week", "days": 2, "minutes_min": 10 }))),
        Just(("PUT", "/schedule", json!({ "kind": "weekdays", "weekdays": ["friday", "sunday"] }))),
        Just(("PUT", "/schedule", json!({ "kind": "every-day", "minutes_min": 5 }))),
        Just(("PUT", "/weekly-target", json!({ "metric": "minutes", "value": 90 }))),
        Just(("POST", "/pause", json!({ "last": "2031-04-20" }))),
        Just(("POST", "/resume", json!({}))),
    ];
    let calendar = |zone: &str, week_start: &str, start: u16| json!({ "zone": zone, "week_start": week_start, "day_start_minute": start });
    prop_oneof![
        2 => prop::option::of(60..900_u32).prop_map(|total| Wish::Create { total }),
        5 => (any::<Index>(), of_goal).prop_map(|(goal, (method, path, body))| Wish::OfGoal(goal, method, path, body)),
        10 => (any::<Index>(), 0..12_u64, 0..60_u16)
            .prop_map(|(goal, days_ago, minutes)| Wish::Log { goal, days_ago, minutes }),
        3 => (any::<Index>(), 0..12_u64, 0..60_u16)
            .prop_map(|(log, days_ago, minutes)| Wish::Correct { log, days_ago, minutes }),
        2 => any::<Index>().prop_map(|log| Wish::OfLog(log, "withdraw")),
        1 => any::<Index>().prop_map(|log| Wish::OfLog(log, "restore")),
        1 => prop_oneof![
            Just(calendar("Asia/Tokyo", "sunday", 0)),
            Just(calendar("America/Los_Angeles", "monday", 240)),
            Just(calendar("Europe/Berlin", "saturday", 0)),
        ].prop_map(Wish::Calendar),
        2 => any::<Index>().prop_map(Wish::Undo),
        4 => (1..60_i64).prop_map(Wish::Pass),
    ]
}

/// What has come about so far.
#[derive(Default)]
struct Story {
    goals: Vec<String>,
    logs: Vec<String>,
    /// Of what was done.
    positions: Vec<String>,
    /// Those at which answers were taken.
    answered: Vec<String>,
    /// What was answered at each position, by path.
    answers: BTreeMap<String, Vec<(String, String)>>,
    /// Instants at which something else was the case before and after.
    instants: Vec<(DateTime<Utc>, String)>,
    /// When answers were last taken, if no time has passed since.
    last: Option<(DateTime<Utc>, String)>,
}

impl Story {
    /// Grants a wish, and tells the position of what came of it. A refusal is an answer too, after which nothing is new.
    async fn grant(&mut self, app: &App, ada: &Caller<'_>, wish: &Wish) -> Option<String> {
        let day = |ago: u64| app.clock().now().date_naive() - Days::new(ago);
        let pick = |of: &[String], at: &Index| (!of.is_empty()).then(|| of[at.index(of.len())].clone());
        let done = match wish {
            Wish::Create { total } => {
                let title = format!("Goal {}", self.goals.len());
                let done = ada.post("/v1/goals", json!({ "title": title, "total_minutes": total })).await;
                self.goals.push(done.text("/id").to_owned());
                done
            }
            Wish::OfGoal(goal, method, path, body) => {
                let path = format!("/v1/goals/{}{path}", pick(&self.goals, goal)?);
                ada.ask(method, &path).json(body).send().await
            }
            Wish::Log { goal, days_ago, minutes } => {
                let goal = pick(&self.goals, goal)?;
                let body = json!({ "goal_id": goal, "day": day(*days_ago), "minutes": minutes, "text": "along" });
                let done = ada.post("/v1/daily-logs", body).await;
                self.logs.extend(done.status.is_success().then(|| done.text("/id").to_owned()));
                done
            }
            Wish::Correct { log, days_ago, minutes } => {
                let path = format!("/v1/daily-logs/{}", pick(&self.logs, log)?);
                ada.patch(&path, json!({ "day": day(*days_ago), "minutes": minutes })).await
            }
            Wish::OfLog(log, what) => {
                let path = format!("/v1/daily-logs/{}/{what}", pick(&self.logs, log)?);
                ada.post(&path, json!({})).await
            }
            Wish::Calendar(settings) => ada.put("/v1/workspace/calendar", settings.clone()).await,
            Wish::Undo(position) => {
                let path = format!("/v1/history/{}/undo", pick(&self.positions, position)?);
                ada.post(&path, json!({})).await
            }
            Wish::Pass(_) => return None,
        };
        assert!(!done.status.is_server_error(), "{wish:?}: {}", done.raw);
        done.status.is_success().then(|| done.position().to_owned())
    }

    /// Everything that can be asked as of a moment.
    fn paths(&self) -> Vec<String> {
        let range = "from=2031-03-01&to=2031-12-31";
        let mut paths = vec![
            "/v1/goals?status=all&limit=3".to_owned(),
            "/v1/goals?limit=500".to_owned(),
            "/v1/streak?limit=3".to_owned(),
            "/v1/dashboard?".to_owned(),
            "/v1/weeks?limit=3".to_owned(),
            "/v1/weeks/2031-03-24?".to_owned(),
            format!("/v1/daily-totals?{range}"),
        ];
        for goal in self.goals.iter().take(2) {
            paths.push(format!("/v1/goals/{goal}?"));
            paths.push(format!("/v1/goals/{goal}/streak?limit=4"));
            paths.push(format!("/v1/goals/{goal}/progress?"));
            paths.push(format!("/v1/weeks?goal_id={goal}&limit=2"));
            paths.push(format!("/v1/daily-totals?goal_id={goal}&{range}"));
        }
        paths
    }

    async fn take_answers(&mut self, app: &App, ada: &Caller<'_>) {
        app.settle().await;
        // Weeks may have closed since the command.
        let workspace = ada.workspace().parse().expect("an id");
        let head = app.log().head(app.log().shard_of(workspace)).await.expect("a head");
        let position = app.log().cursor(head).to_string();
        let now = app.clock().now();
        // Where a command had nothing to do, the last event is of an earlier moment than this.
        if app.log().recorded_at(head).await.expect("the log") != Some(now) {
            return;
        }
        self.last = Some((now, position.clone()));
        let mut answers = vec![];
        for path in self.paths() {
            let reply = ada.get(&path).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.raw);
            answers.push((path, reply.raw));
        }
        self.answers.insert(position.clone(), answers);
        self.answered.push(position);
    }
}

#[tokio::test]
async fn as_of_each_position_and_instant_everything_is_answered_as_it_was_then() {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let mut wishes = vec![];
    let app = App::new().await;
    app.clock().set(EVENING.parse::<DateTime<Utc>>().expect("an instant"));
    let mut ada = app.register(ADDRESS).await;
    let mut story = Story::default();
    while story.answered.len() < ANSWERED {
        assert!(wishes.len() < MOST_WISHES, "hardly anything happened: {wishes:#?}");
        let wish = wish().new_tree(&mut runner).expect("a wish").current();
        if let Wish::Pass(hours) = &wish {
            story.instants.extend(story.last.take());
            app.pass(TimeDelta::hours(*hours));
            ada = app.sign_in(ADDRESS).await;
        } else if let Some(position) = story.grant(&app, &ada, &wish).await
            && !story.positions.contains(&position)
        {
            story.positions.push(position);
            story.take_answers(&app, &ada).await;
        }
        wishes.push(wish);
    }
    let instants = story
        .instants
        .iter()
        .map(|(instant, position)| (instant.to_rfc3339_opts(SecondsFormat::Nanos, true), position));
    let positions = story.answered.iter().map(|position| (position.clone(), position));
    for (as_of, position) in positions.chain(instants) {
        for (path, answered) in &story.answers[position] {
            let reply = ada.get(&format!("{path}&as_of={as_of}")).await;
            assert_eq!((reply.status.as_u16(), &reply.raw), (200, answered), "{path} as of {as_of}: {wishes:#?}");
        }
    }
}

#[tokio::test]
async fn positions_that_are_none_of_the_workspace_are_refused() {
    let app = App::new().await;
    let ada = app.register(ADDRESS).await;
    let created = ada.post("/v1/goals", json!({ "title": "Run" })).await;
    let (history, place) = created.position().split_once('-').expect("a token");
    let (shard, number) = place.split_once('-').expect("a position");
    let other = if shard == "0" { "1" } else { "0" };
    let other_history = if history == "00000000" { "00000001" } else { "00000000" };
    for (as_of, problem) in [
        (format!("{history}-{other}-{number}"), (422, "invalid-input", "/as_of")),
        (format!("{history}-{shard}-999999"), (422, "invalid-input", "/as_of")),
        (format!("{history}-{shard}-0"), (422, "invalid-input", "/as_of")),
        (format!("{history}-{shard}-1x"), (422, "invalid-input", "/as_of")),
        (format!("{other_history}-{shard}-{number}"), (410, "cursor-gone", "")),
    ] {
        for path in ["/v1/goals", "/v1/streak", "/v1/dashboard"] {
            assert_eq!(ada.get(&format!("{path}?as_of={as_of}")).await.problem(), problem, "{path} {as_of}");
        }
    }
    let as_of = ada.get(&format!("/v1/goals?as_of={}", created.position())).await;
    assert_eq!(as_of.items().len(), 1);
}
