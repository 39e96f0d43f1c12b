//! `GET /v1/export`, unpacked and read by other implementations: Python's `zipfile`, `json` and `csv`.

use std::{collections::BTreeMap, io::Write, process::Stdio};

use axum::body::to_bytes;
use serde_json::{Value, json};
use testkit::app::{App, Caller};
use tokio::process::Command;

/// Reads the zip of its standard input, and tells what is in it as JSON.
const READER: &str = r#"
import csv, io, json, sys, zipfile
archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert archive.testzip() is None
told = {}
for name in archive.namelist():
    text = archive.read(name).decode("utf-8")
    if name.endswith(".json"):
        told[name] = json.loads(text)
    elif name.endswith(".csv"):
        told[name] = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    else:
        told[name] = text
json.dump(told, sys.stdout)
"#;

async fn download(person: &Caller<'_>) -> Vec<u8> {
    let response = person.ask("GET", "/v1/export").respond().await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/zip".parse().expect("value"))
    );
    assert!(response.headers()["content-disposition"].to_str().expect("text").contains(".zip"));
    to_bytes(response.into_body(), 1 << 26).await.expect("whole").to_vec()
}

async fn unpack(zip: Vec<u8>) -> BTreeMap<String, Value> {
    let mut file = tempfile::tempfile().expect("file");
    file.write_all(&zip).expect("written");
    std::io::Seek::rewind(&mut file).expect("rewound");
    let mut python = Command::new("python3");
    let output = python.args(["-c", READER]).stdin(Stdio::from(file)).output().await.expect("python3 is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

async fn exported(person: &Caller<'_>) -> BTreeMap<String, Value> {
    unpack(download(person).await).await
}

fn rows<'a>(files: &'a BTreeMap<String, Value>, name: &str) -> &'a Vec<Value> {
    files[name].as_array().unwrap_or_else(|| panic!("{name} in {:?}", files.keys()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_of_a_person_is_there_readable_and_nothing_of_others() {
    let app = App::new().await;
    let (ada, eve) = (app.register("ada@example.org").await, app.register("eve@example.org").await);
    eve.goal("Read others' diaries").await;
    let goal =
        ada.post("/v1/goals", json!({ "title": "=SUM(A1:A9)", "description": "Two\r\nlines, \"quoted\"" })).await;
    let goal = goal.done();
    for minutes in [10, 20] {
        let log = json!({ "goal_id": goal, "minutes": minutes, "text": format!("+{minutes} Minuten, ganz schön") });
        let _ = ada.post("/v1/daily-logs", log).await.done();
    }
    app.settle().await;
    let files = exported(&ada).await;
    let expected = [
        "README.txt",
        "account.json",
        "daily_logs.csv",
        "daily_logs.json",
        "events.csv",
        "events.json",
        "goals.csv",
        "goals.json",
        "sessions.json",
    ];
    assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), expected);

    assert_eq!(files["account.json"], ada.get("/v1/me").await.body);
    assert_eq!(files["sessions.json"], ada.get("/v1/sessions").await.body["items"]);
    assert_eq!(rows(&files, "goals.json"), &[ada.get(&format!("/v1/goals/{goal}")).await.body]);
    let in_order_made: Vec<_> = ada.get("/v1/daily-logs").await.items().iter().rev().cloned().collect();
    assert_eq!(rows(&files, "daily_logs.json"), &in_order_made);
    assert_eq!(rows(&files, "events.json"), ada.get("/v1/events").await.items());
    assert!(!files.values().any(|file| file.to_string().contains("diaries")));

    let in_csv = &rows(&files, "goals.csv")[0];
    assert_eq!(
        (&in_csv["title"], &in_csv["description"]),
        (&json!("'=SUM(A1:A9)"), &json!("Two\r\nlines, \"quoted\""))
    );
    assert_eq!((&in_csv["minutes"], &in_csv["completed_on"]), (&json!("30"), &json!("")));
    for (table, text) in [("daily_logs", "text"), ("events", "id"), ("goals", "id")] {
        let (json, csv) = (rows(&files, &format!("{table}.json")), rows(&files, &format!("{table}.csv")));
        assert_eq!(json.len(), csv.len());
        for (json, csv) in json.iter().zip(csv) {
            let named = |row: &Value| row.as_object().expect("a row").keys().cloned().collect::<Vec<_>>();
            assert_eq!(named(json), named(csv), "{table} has every field as a column");
            assert_eq!(csv[text].as_str().expect("text").trim_start_matches('\''), json[text].as_str().expect("text"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_page_is_there_whole_and_in_order() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Write").await;
    for number in 0..450 {
        let log = json!({ "goal_id": goal, "minutes": 1, "text": format!("page {number}") });
        let _ = ada.post("/v1/daily-logs", log).await.done();
    }
    app.settle().await;
    let files = exported(&ada).await;
    let mut texts: Vec<&str> = rows(&files, "daily_logs.csv").iter().filter_map(|log| log["text"].as_str()).collect();
    texts.sort_by_key(|text| text.trim_start_matches("page ").parse::<u32>().ok());
    assert_eq!(texts, (0..450).map(|number| format!("page {number}")).collect::<Vec<_>>());
    let events = rows(&files, "events.json");
    assert_eq!(events.len(), 453, "registered, workspace, goal, logs");
    let versions = events.iter().map(|event| event["event"]["type"].as_str().expect("type"));
    assert_eq!(versions.take(3).collect::<Vec<_>>(), ["UserRegistered", "WorkspaceCreated", "GoalCreated"]);
}

#[tokio::test]
async fn nobody_exports_who_is_not_signed_in_and_who_has_exported_may_again() {
    let app = App::new().await;
    assert_eq!(app.ask("GET", "/v1/export").send().await.problem(), (401, "not-signed-in", ""));
    let ada = app.register("ada@example.org").await;
    for _ in 0..6 {
        download(&ada).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_this_version_cannot_read_is_exported_as_such_and_nothing_else_is_missing() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    app.goal_with_unreadable_revision(&ada).await;

    let files = exported(&ada).await;
    let types: Vec<_> = rows(&files, "events.json").iter().map(|it| it["event"]["type"].clone()).collect();
    assert_eq!(types.len(), 5);
    assert_eq!(types[3..], ["Unreadable", "GoalRevised"]);
    let unread = json!({ "type": "GoalDreamtOf", "schema": 2 });
    assert_eq!(rows(&files, "events.json")[3]["event"]["data"], unread);
    assert_eq!(rows(&files, "events.csv").len(), 5);
    assert_eq!(rows(&files, "goals.json")[0]["title"], "Run far");
}
