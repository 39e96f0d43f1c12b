//! Shared workspaces over HTTP, against the whole product: who may read, who may write, and what a stranger learns.

mod invitations;

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::app::{App, Caller, PASSWORD, Reply};
use tokio::time::{sleep, timeout};

const HEADER: &str = "momentum-workspace";

/// Ada, who shares her workspace, with a goal and a log in it; and Grace.
struct Shared<'a> {
    app: &'a App,
    ada: Caller<'a>,
    grace: Caller<'a>,
    goal: String,
    log: String,
}

impl<'a> Shared<'a> {
    async fn with(app: &'a App) -> Self {
        let (ada, grace) = (app.register("ada@example.org").await, app.register("grace@example.org").await);
        let goal = ada.goal("Run a marathon").await;
        let log = ada.log(&goal, 30).await;
        app.settle().await;
        Self { app, ada, grace, goal, log }
    }

    /// Grace joins by an invitation of Ada's.
    async fn grace_joins_as(&self, role: &str) {
        let joined = self.grace.accept(&self.ada.invite(role).await).await;
        assert_eq!(joined.status, 200, "{}", joined.raw);
    }

    fn member_path(&self) -> String {
        format!("/v1/workspace/members/{}", self.grace.user())
    }

    /// A question of Grace's about Ada's workspace.
    async fn grace_gets(&self, path: &str) -> Reply {
        self.grace.ask("GET", path).header(HEADER, self.ada.workspace()).send().await
    }

    /// A command of Grace's in Ada's workspace.
    async fn grace_sends(&self, method: &str, path: &str, body: Value) -> Reply {
        let asking = self.grace.ask(method, path).key(self.app.new_id()).header(HEADER, self.ada.workspace());
        asking.json(&body).send().await
    }

    /// Everything there is to read.
    fn readable(&self) -> Vec<String> {
        let (goal, log) = (&self.goal, &self.log);
        [
            "/v1/workspace",
            "/v1/goals",
            &format!("/v1/goals/{goal}"),
            &format!("/v1/goals/{goal}/streak"),
            "/v1/streak",
            "/v1/daily-logs",
            &format!("/v1/daily-logs/{log}"),
            "/v1/daily-totals?from=2026-01-01&to=2026-12-31",
            "/v1/history",
            "/v1/events",
            "/v1/workspace/members",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// Commands of each kind that changes goals, logs or what happened.
    fn writing(&self, position: &str) -> Vec<(&'static str, String, Value)> {
        let (goal, log) = (&self.goal, &self.log);
        vec![
            ("POST", "/v1/goals".into(), json!({ "title": "Read" })),
            ("PATCH", format!("/v1/goals/{goal}"), json!({ "title": "Walk" })),
            ("POST", "/v1/daily-logs".into(), json!({ "goal_id": goal, "minutes": 10 })),
            ("PATCH", format!("/v1/daily-logs/{log}"), json!({ "minutes": 20 })),
            ("POST", format!("/v1/history/{position}/undo"), json!({})),
        ]
    }

    /// Commands that only an owner may have done.
    fn managing(&self) -> Vec<(&'static str, String, Value)> {
        vec![
            ("PUT", "/v1/workspace/name".into(), json!({ "name": "Ours" })),
            ("POST", "/v1/workspace/invitations".into(), json!({ "role": "owner" })),
            ("GET", "/v1/workspace/invitations".into(), json!({})),
            ("DELETE", format!("/v1/workspace/invitations/{}", self.ada.user()), json!({})),
            ("PATCH", self.member_path(), json!({ "role": "owner" })),
            ("DELETE", format!("/v1/workspace/members/{}", self.ada.user()), json!({})),
        ]
    }
}

/// The position of the newest event of this type.
async fn position_of(caller: &Caller<'_>, name: &str) -> String {
    caller.get(&format!("/v1/history?type={name}&limit=1")).await.text("/items/0/position").to_owned()
}

#[tokio::test]
async fn a_stranger_learns_nothing_whatever_they_ask() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    let no_workspace = uuid::Uuid::from_u128(7).to_string();
    let position = position_of(&shared.ada, "DailyLogCreated").await;
    for path in shared.readable() {
        let reply = shared.grace_gets(&path).await;
        assert_eq!(reply.problem(), (404, "not-found", ""), "{path}");
        let nothing = shared.grace.ask("GET", &path).header(HEADER, &no_workspace).send().await;
        assert_eq!(nothing.text("/detail"), reply.text("/detail"), "as where there is nothing: {path}");
    }
    for (method, path, body) in shared.writing(&position).into_iter().chain(shared.managing()) {
        let reply = shared.grace_sends(method, &path, body).await;
        assert_eq!((reply.status.as_u16(), reply.text("/what")), (404, "workspace"), "{method} {path} {}", reply.raw);
    }
    let feed = shared.grace.ask("GET", "/v1/events").header(HEADER, shared.ada.workspace()).stream().await;
    assert_eq!(feed.status, 404);
    let nonsense = shared.grace.ask("GET", "/v1/goals").header(HEADER, "seven").send().await;
    assert_eq!(nonsense.status, 400);
}

#[tokio::test]
async fn a_viewer_reads_and_does_not_write() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    shared.grace_joins_as("viewer").await;
    app.pass(TimeDelta::seconds(2));
    for path in shared.readable() {
        assert_eq!(shared.grace_gets(&path).await.status, 200, "{path}");
    }
    let goals = shared.grace_gets("/v1/goals").await;
    assert_eq!(goals.text("/items/0/title"), "Run a marathon", "opened, though under Ada's key");
    let there = shared.grace_gets("/v1/workspace").await;
    assert_eq!((there.text("/id"), there.text("/role")), (shared.ada.workspace(), "viewer"));
    assert_eq!(there.text("/calendar/zone"), "Europe/Berlin");
    assert_eq!(shared.grace.get("/v1/workspace").await.text("/role"), "owner");
    assert!(shared.grace.get("/v1/goals").await.items().is_empty(), "her own workspace is another");
    let position = position_of(&shared.ada, "DailyLogCreated").await;
    for (method, path, body) in shared.writing(&position).into_iter().chain(shared.managing()) {
        let reply = shared.grace_sends(method, &path, body).await;
        assert_eq!(reply.problem(), (403, "not-allowed", ""), "{method} {path} {}", reply.raw);
    }
}

#[tokio::test]
async fn an_editor_logs_and_does_not_manage_not_even_by_undoing() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    shared.grace_joins_as("editor").await;
    let logged = json!({ "goal_id": shared.goal, "minutes": 45, "text": "With Ada." });
    let log = shared.grace_sends("POST", "/v1/daily-logs", logged).await.done();
    app.settle().await;
    let read = shared.ada.get(&format!("/v1/daily-logs/{log}")).await;
    assert_eq!((read.at("/minutes"), read.text("/text")), (json!(45), "With Ada."), "opened, though under Grace's key");
    let history = shared.ada.get("/v1/history?limit=1").await;
    assert_eq!(history.text("/items/0/actor"), shared.grace.user());
    let undone = format!("/v1/history/{}/undo", history.text("/items/0/position"));
    assert_eq!(shared.grace_sends("POST", &undone, json!({})).await.status, 200);

    for (method, path, body) in shared.managing() {
        let reply = shared.grace_sends(method, &path, body).await;
        assert_eq!(reply.status, 403, "{method} {path} {}", reply.raw);
    }
    let added = format!("/v1/history/{}/undo", position_of(&shared.ada, "MemberAdded").await);
    assert_eq!(shared.grace_sends("POST", &added, json!({})).await.status, 403);
    assert_eq!(shared.ada.post(&added, json!({})).await.status, 200);
    app.pass(TimeDelta::seconds(2));
    assert_eq!(shared.grace_gets("/v1/goals").await.status, 404);
}

#[tokio::test]
async fn what_somebody_wrote_stays_theirs_whoever_gives_it_back() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    shared.grace_joins_as("editor").await;
    let logged = json!({ "goal_id": shared.goal, "minutes": 45, "text": "Grace's words" });
    let log = format!("/v1/daily-logs/{}", shared.grace_sends("POST", "/v1/daily-logs", logged).await.done());
    let undo_last = async || {
        let history = shared.ada.get("/v1/history?limit=1").await;
        shared.ada.post(&format!("/v1/history/{}/undo", history.text("/items/0/position")), json!({})).await
    };
    let text = async || {
        app.settle().await;
        shared.ada.get(&log).await.at("/text")
    };
    assert_eq!(shared.ada.patch(&log, json!({ "text": "Ada's words" })).await.status, 200);
    assert_eq!(undo_last().await.status, 200);
    assert_eq!(text().await, "Grace's words");
    assert_eq!(undo_last().await.status, 200, "the undoing is undone");
    assert_eq!(text().await, "Ada's words");
    assert_eq!(undo_last().await.status, 200);
    assert_eq!(text().await, "Grace's words");

    let forgotten = shared.grace.ask("DELETE", "/v1/me").key(app.new_id()).json(&json!({ "password": PASSWORD }));
    assert_eq!(forgotten.send().await.status, 204);
    // Every process learns of it within a second or so.
    let gone = async {
        while text().await != Value::Null {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(60), gone).await.expect("given back by Ada, and yet Grace's to take away");
    assert_eq!(shared.ada.patch(&log, json!({ "text": "Ada's own" })).await.status, 200);
    assert_eq!(undo_last().await.problem(), (409, "text-erased", ""));
    assert_eq!(text().await, "Ada's own");
}

#[tokio::test]
async fn an_owner_manages_and_there_is_always_one() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    let own = format!("/v1/workspace/members/{}", shared.ada.user());
    assert_eq!(
        shared.ada.ask("DELETE", &own).key(app.new_id()).json(&json!({})).send().await.problem().1,
        "last-owner"
    );
    assert_eq!(shared.ada.patch(&own, json!({ "role": "viewer" })).await.problem().1, "last-owner");
    shared.grace_joins_as("owner").await;
    let again = shared.grace.accept(&shared.ada.invite("viewer").await).await;
    assert_eq!(again.problem(), (409, "already-member", ""));
    let renamed = shared.grace_sends("PUT", "/v1/workspace/name", json!({ "name": "Ours" })).await;
    assert_eq!(renamed.status, 200, "{}", renamed.raw);
    assert_eq!(shared.grace_sends("PATCH", &own, json!({ "role": "viewer" })).await.problem().1, "own-workspace");
    assert_eq!(shared.ada.patch(&shared.member_path(), json!({ "role": "editor" })).await.status, 200);

    app.settle().await;
    let members = shared.ada.get("/v1/workspace/members").await;
    let mut seen: Vec<_> = members.items().iter().map(|it| (it["name"].clone(), it["role"].clone())).collect();
    seen.sort_by_key(|(_, role)| role.to_string());
    assert_eq!(seen, [(json!("Ada"), json!("editor")), (json!("Ada"), json!("owner"))], "everybody is called Ada here");
    let workspaces = shared.grace.get("/v1/workspaces").await;
    let shown = workspaces.items().iter().find(|it| it["id"] == shared.ada.workspace()).expect("listed");
    assert_eq!((&shown["name"], &shown["role"]), (&json!("Ours"), &json!("editor")));
    assert_eq!(workspaces.items().len(), 2, "and her own");
}

#[tokio::test]
async fn a_removed_member_loses_queries_and_feed_and_may_leave_by_themself() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    shared.grace_joins_as("viewer").await;
    app.pass(TimeDelta::seconds(2));
    let feed = || shared.grace.ask("GET", "/v1/events").header(HEADER, shared.ada.workspace()).stream();
    let mut told = feed().await;
    shared.ada.log(&shared.goal, 5).await;
    // A feed begins where its process has read to, which may be before the membership.
    while told.next_event().await.expect("told").event != "DailyLogCreated" {}

    let removed = shared.ada.ask("DELETE", &shared.member_path()).key(app.new_id()).json(&json!({})).send().await;
    assert_eq!(removed.status, 200, "{}", removed.raw);
    assert_eq!(told.next_event().await, None, "the feed ends with the membership");
    app.pass(TimeDelta::seconds(2));
    assert_eq!(shared.grace_gets("/v1/goals").await.status, 404);
    assert_eq!(feed().await.status, 404);
    app.settle().await;
    assert_eq!(shared.grace.get("/v1/workspaces").await.items().len(), 1);

    shared.grace_joins_as("viewer").await;
    let left = shared.grace_sends("DELETE", &shared.member_path(), json!({})).await;
    assert_eq!(left.status, 200, "{}", left.raw);
    app.pass(TimeDelta::seconds(2));
    assert_eq!(shared.grace_gets("/v1/goals").await.status, 404);
}

#[tokio::test]
async fn what_happened_to_a_person_is_told_to_nobody_else() {
    let app = App::new().await;
    let shared = Shared::with(&app).await;
    assert_eq!(shared.ada.put("/v1/me/profile", json!({ "name": "Lady Lovelace" })).await.status, 200);
    shared.grace_joins_as("owner").await;
    app.pass(TimeDelta::seconds(2));
    let profile = position_of(&shared.ada, "UserProfileChanged").await;
    for path in ["/v1/history?limit=500", "/v1/events?limit=500"] {
        let told = shared.grace_gets(path).await;
        assert!(!told.raw.contains("ada@example.org") && !told.raw.contains("UserProfileChanged"), "{path}");
        assert!(told.raw.contains("WorkspaceCreated"), "{path}");
        assert!(shared.ada.get(path).await.raw.contains("UserProfileChanged"), "{path}");
    }
    for path in ["/v1/history?type=UserProfileChanged&limit=1", "/v1/events?limit=1"] {
        let mut page = shared.grace_gets(path).await;
        while !page.items().is_empty() && page.at("/next") != Value::Null {
            assert_ne!(page.text("/next"), profile, "nor is it told when");
            let next = path.split_once('?').map_or("", |(path, _)| path).to_owned();
            let cursor = if next.ends_with("events") { "after" } else { "cursor" };
            page = shared.grace_gets(&format!("{next}?limit=1&{cursor}={}", page.text("/next"))).await;
        }
        assert_eq!(
            (page.items().len(), page.at("/next")),
            (usize::from(path.contains("events")), Value::Null),
            "{path}"
        );
    }
    let undo = shared.grace_sends("POST", &format!("/v1/history/{profile}/undo"), json!({})).await;
    assert_eq!((undo.status.as_u16(), undo.text("/what")), (404, "event"), "{}", undo.raw);
    let first = shared.ada.get("/v1/events?limit=1").await.text("/items/0/position").to_owned();
    let feed = shared.grace.ask("GET", "/v1/events").header(HEADER, shared.ada.workspace());
    let told = feed.header("last-event-id", first).stream().await.events(4).await;
    assert!(told.iter().all(|message| !message.event.starts_with("User")), "{told:?}");
    // Her own name is hers to change, whatever workspace she is in.
    let renamed = shared.grace_sends("PUT", "/v1/me/profile", json!({ "name": "Grace" })).await;
    assert_eq!(renamed.status, 200, "{}", renamed.raw);
    assert_eq!(shared.grace_gets("/v1/me").await.text("/name"), "Grace");
}
