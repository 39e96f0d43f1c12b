//! Everyone sees only their own.

use std::{
    io::{Seek, Write},
    process::Stdio,
};

use axum::body::to_bytes;
use momentum::openapi::describe::Operation;
use serde_json::json;
use testkit::app::{App, Asking, Caller};
use tokio::process::Command;

use crate::document::{Things, api};

/// Words that nobody else must ever see.
const HERS: &str = "xylophone";

/// Prints what the zip of its standard input holds.
const UNPACK: &str = "import io, sys, zipfile
archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
for name in archive.namelist(): sys.stdout.buffer.write(archive.read(name))";

/// All that a person can take with them, unpacked.
async fn exported(caller: &Caller<'_>) -> String {
    unpacked(caller.ask("GET", "/v1/export")).await
}

async fn unpacked(asking: Asking<'_>) -> String {
    let response = asking.respond().await;
    let zip = to_bytes(response.into_body(), 1 << 26).await.expect("whole");
    let mut file = tempfile::tempfile().expect("file");
    file.write_all(&zip).expect("written");
    file.rewind().expect("rewound");
    let output = Command::new("python3").args(["-c", UNPACK]).stdin(Stdio::from(file)).output().await;
    String::from_utf8_lossy(&output.expect("python3 is there").stdout).into_owned()
}

async fn live_a_little(caller: &Caller<'_>, word: &str) {
    let goal = caller.goal(word).await;
    let body = json!({ "goal_id": goal, "day": "2026-01-05", "minutes": 45, "text": word });
    assert_eq!(caller.post("/v1/daily-logs", body).await.status, 201);
    assert_eq!(caller.put("/v1/me/profile", json!({ "name": word })).await.status, 200);
    assert_eq!(caller.put("/v1/workspace/name", json!({ "name": word })).await.status, 200);
}

#[tokio::test]
async fn no_query_of_the_document_shows_anything_of_anybody_else() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    live_a_little(&ada, HERS).await;
    let hers = Things::of(&app, &ada, "ada@example.org").await;
    let marks = [HERS, ada.user(), ada.workspace(), ada.session(), "ada@example.org"];
    // Enough of them that some live in the same shard.
    for number in 0..4 {
        let email = format!("person{number}@example.org");
        let person = app.register(&email).await;
        live_a_little(&person, "harp").await;
        let own = Things::of(&app, &person, &email).await;
        app.settle().await;
        for operation in api().operations().filter(|operation| operation.method == "GET") {
            let id = operation.id();
            let reply = person.get(&own.whole_path(&operation)).await;
            assert_eq!(reply.status, 200, "{id} {}", reply.raw);
            let foreign = person.get(&hers.whole_path(&operation)).await;
            for mark in marks {
                assert!(!reply.raw.contains(mark), "{id} shows {mark}: {}", reply.raw);
                assert!(!foreign.raw.contains(mark), "{id} shows {mark}: {}", foreign.raw);
            }
            if filters_by_something(&operation) {
                assert_eq!(foreign.problem(), (404, "not-found", ""), "{id} {}", foreign.raw);
            }
        }
        let exported = exported(&person).await;
        assert!(exported.contains("harp") && exported.contains(&email), "{exported}");
        for mark in marks {
            assert!(!exported.contains(mark), "the export shows {mark}: {exported}");
        }
    }
    let totals = ada.get("/v1/daily-totals?from=2026-01-05&to=2026-01-05").await;
    assert_eq!(totals.at("/items/0/minutes"), 45, "nor is anything added to hers");
}

#[tokio::test]
async fn a_member_takes_away_nothing_of_whose_workspace_it_is() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    live_a_little(&ada, HERS).await;
    let grace = app.register("grace@example.org").await;
    grace.accept(&ada.invite("owner").await).await.done();
    app.settle().await;
    let taken = unpacked(grace.ask("GET", "/v1/export").header("momentum-workspace", ada.workspace())).await;
    assert!(taken.contains("grace@example.org"), "{taken}");
    assert!(!taken.contains(HERS) && !taken.contains("ada@example.org"), "{taken}");
}

fn filters_by_something(operation: &Operation<'_>) -> bool {
    operation.parameters().any(|parameter| parameter.place == "query" && parameter.name.ends_with("_id"))
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
