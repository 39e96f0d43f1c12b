//! Bad input, mostly made out of the document: whatever it says of a field, the service holds requests to it, names the
//! field at fault, and leaves nothing half done.

use chrono::TimeDelta;
use momentum::openapi::describe::{Api, Operation, Shape};
use serde_json::{Value, json};
use testkit::app::{App, Asking, Reply};

use crate::{
    document::{Things, api},
    midweek,
};

/// A body larger than is read.
const TOO_LARGE_BYTES: usize = 64 * 1024 + 1;
/// What is no date, or not as dates are written.
const NO_DATES: [&str; 8] =
    ["", "2026-02-30", "20260101", "2026-1-31", "2026-01-1", "0000-00-00", "tomorrow", "10000-01-01"];
/// Words of the program's own language, which tell a client nothing.
const RUST: [&str; 14] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "i32",
    "i64",
    "f64",
    "struct",
    "enum",
    "variant",
    "sequence",
    "map",
    "formatted",
    "parsing",
];
/// How long a throttle needs to forget.
const THROTTLE_OVER: TimeDelta = TimeDelta::minutes(5);

/// Every operation with a body, as a request that would be taken, and the body to spoil.
async fn each_body<'a>(
    app: &'a App,
    api: &'a Api,
    mut spoil: impl AsyncFnMut(&Operation<'a>, &dyn Fn() -> Asking<'a>, Value),
) {
    let ada = app.register("ada@example.org").await;
    let things = Things::of(app, &ada, "ada@example.org").await;
    let events = app.events().await;
    for operation in api.operations() {
        let Some(body) = things.body(&operation) else { continue };
        // What is throttled is asked often here.
        app.pass(THROTTLE_OVER);
        let ada = app.sign_in("ada@example.org").await;
        spoil(&operation, &|| ada.ask(operation.method, &things.path(&operation)).key(app.new_id()), body).await;
        assert_eq!(app.events().await, events, "{} left something behind", operation.id());
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_so() {
    let (app, api) = (midweek(App::new().await), api());
    each_body(&app, &api, async |operation, ask, body| {
        let id = operation.id();
        let send = async |kind: &str, body: &str| ask().raw(kind, body).send().await;
        let json = "application/json";
        for broken in ["{", "{\"a\":", "nonsense", "{} {}", "\u{feff}{}", "{\"a\": 01}"] {
            assert_eq!(send(json, broken).await.problem(), (400, "malformed-json", ""), "{id} {broken}");
        }
        assert_eq!(ask().raw(json, b"{\"a\":\"\xff\"}".as_slice()).send().await.status, 400, "{id}: not UTF-8");
        for other in ["[]", "null", "7", "\"text\""] {
            let reply = send(json, other).await;
            assert_eq!(reply.problem(), (422, "invalid-input", ""), "{id} {other}");
            assert_plain(&reply);
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let reply = send(kind, &body.to_string()).await;
            assert_eq!(reply.problem(), (415, "unsupported-media-type", ""), "{id} {kind}");
        }
        let large = json!({ "text": "x".repeat(TOO_LARGE_BYTES) });
        assert_eq!(ask().json(&large).send().await.problem(), (413, "payload-too-large", ""), "{id}");
        let deep = "[".repeat(10_000);
        assert_eq!(send(json, &deep).await.status, 400, "{id}: too deep");
    })
    .await;
}

#[tokio::test]
async fn a_field_that_is_unknown_twice_there_or_missing_is_named() {
    let (app, api) = (midweek(App::new().await), api());
    each_body(&app, &api, async |operation, ask, body| {
        let id = operation.id();
        let mut more = body.clone();
        more["surprise"] = json!(1);
        assert_eq!(ask().json(&more).send().await.problem(), (422, "invalid-input", "/surprise"), "{id}");
        for (name, _, required) in api.shape(operation.body().expect("body")).fields() {
            let pointer = format!("/{name}");
            let mut rest = body.clone();
            let value = rest.as_object_mut().expect("object").remove(name).unwrap_or_default();
            if required {
                assert_eq!(ask().json(&rest).send().await.problem(), (422, "invalid-input", &*pointer), "{id}");
            }
            let fields = rest.to_string();
            let comma = if fields == "{}" { "" } else { "," };
            let twice = format!("{{\"{name}\":{value},\"{name}\":{value}{comma}{}", &fields[1..]);
            let reply = ask().raw("application/json", twice).send().await;
            assert_eq!(reply.problem(), (422, "invalid-input", &*pointer), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_limit_that_the_document_tells_is_held() {
    let (app, api) = (midweek(App::new().await), api());
    each_body(&app, &api, async |operation, ask, body| {
        for (name, schema, _) in api.shape(operation.body().expect("body")).fields() {
            for bad in outside(&api.shape(schema)) {
                let mut spoilt = body.clone();
                spoilt[name] = bad.clone();
                let reply = ask().json(&spoilt).send().await;
                // At sign-in, an address that nobody can have is as wrong as any other.
                let is_compared = operation.id() == "sign_in" && name == "email" && bad.is_string();
                let pointer = format!("/{name}");
                let invalid = (422, "invalid-input", &*pointer);
                let expected = if is_compared { (401, "wrong-credentials", "") } else { invalid };
                assert_eq!(reply.problem(), expected, "{} {name} = {bad} {}", operation.id(), reply.raw);
                assert_plain(&reply);
            }
        }
    })
    .await;
}

/// That each fault is told in a sentence, in words that clients know.
fn assert_plain(reply: &Reply) {
    for error in reply.at("/errors").as_array().into_iter().flatten() {
        let detail = error["detail"].as_str().expect("a detail");
        let is_sentence = detail.starts_with(char::is_uppercase) && detail.ends_with('.');
        let is_plain = !detail.split(|c: char| !c.is_alphanumeric()).any(|word| RUST.contains(&word));
        assert!(is_sentence && is_plain && detail != "This value cannot be read.", "{}", reply.raw);
    }
}

/// Values that a field of this shape must not take.
fn outside(shape: &Shape<'_>) -> Vec<Value> {
    let limit = |name: &str| shape.schema.get(name).and_then(Value::as_i64);
    let of_length = |characters: i64| json!("x".repeat(usize::try_from(characters).unwrap_or_default()));
    let mut bad = vec![json!({}), json!([])];
    match shape.kind() {
        "string" => bad.extend([json!(7), json!(true)]),
        "integer" => bad.extend([json!("7"), json!(1.5), json!(-1), json!(i64::MAX)]),
        _ => bad.push(json!("text")),
    }
    if !shape.nullable {
        bad.push(Value::Null);
    }
    if shape.values().next().is_some() {
        bad.push(json!("nonsense"));
    }
    match shape.format() {
        "uuid" => bad.extend([json!(""), json!("7"), json!("not-a-uuid")]),
        "date" => bad.extend(NO_DATES.map(Value::from)),
        "email" => bad.extend([json!(""), json!("ada"), json!("ada@"), json!("a b@example.org")]),
        // At sign-in, a password that nobody can have is as wrong as any other.
        "password" => return bad,
        _ => {}
    }
    bad.extend(limit("maxLength").map(|most| of_length(most + 1)));
    bad.extend(limit("minLength").filter(|least| *least > 0).map(|least| of_length(least - 1)));
    bad.extend(limit("minimum").map(|least| json!(least - 1)));
    bad.extend(limit("maximum").map(|most| json!(most + 1)));
    bad
}

#[tokio::test]
async fn text_is_held_to_what_people_type() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let (events, path) = (app.events().await, format!("/v1/goals/{goal}"));
    for title in ["", "   ", "two\nlines", "a\u{0}b", "\u{7}", "line\u{2028}separator"] {
        let reply = ada.post("/v1/goals", json!({ "title": title })).await;
        assert_eq!(reply.problem(), (422, "invalid-input", "/title"), "{title:?}");
        assert_eq!(ada.patch(&path, json!({ "title": title })).await.problem(), (422, "invalid-input", "/title"));
    }
    let description = json!({ "title": "Run", "description": "a\u{0}b" });
    assert_eq!(ada.post("/v1/goals", description).await.problem(), (422, "invalid-input", "/description"));
    let too_long = json!({ "goal_id": goal, "minutes": 1, "text": "x".repeat(4_001) });
    assert_eq!(ada.post("/v1/daily-logs", too_long).await.problem(), (422, "invalid-input", "/text"));
    let sealed = json!({ "title": { "sealed": "AAAA" } });
    assert_eq!(ada.post("/v1/goals", sealed).await.problem(), (422, "invalid-input", "/title"));
    assert_eq!(app.events().await, events, "refusals leave nothing behind");
    let longest = json!({ "title": "ü".repeat(200), "description": "\t«\u{1f3c3}»\r\n".repeat(571) });
    assert_eq!(ada.post("/v1/goals", longest).await.status, 201, "characters count, not bytes");
}

#[tokio::test]
async fn null_clears_only_what_can_be_without_a_value() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let log = ada.post("/v1/daily-logs", json!({ "goal_id": goal, "minutes": 30, "text": "Along the river" })).await;
    let (goal, log) = (format!("/v1/goals/{goal}"), format!("/v1/daily-logs/{}", log.done()));
    for (path, field) in [
        (&*goal, "title"),
        (&log, "day"),
        (&log, "minutes"),
        ("/v1/me/preferences", "theme"),
        ("/v1/me/preferences", "language"),
    ] {
        let expected = (422, "invalid-input", &*format!("/{field}"));
        assert_eq!(ada.patch(path, json!({ field: null })).await.problem(), expected);
    }
    for (path, field) in [(&goal, "description"), (&goal, "target_date"), (&goal, "total_minutes"), (&log, "text")] {
        assert_eq!(ada.patch(path, json!({ field: null })).await.status, 200, "{field}");
    }
}

#[tokio::test]
async fn a_refusal_about_a_field_names_it() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let goal = ada.goal("Run").await;
    let log = ada.post("/v1/daily-logs", json!({ "goal_id": goal, "minutes": 30, "day": "2100-01-01" })).await;
    assert_eq!(log.problem(), (422, "day-not-begun", "/day"));
    let pause = json!({ "first": "2026-03-02", "last": "2026-03-01" });
    assert_eq!(ada.post(&format!("/v1/goals/{goal}/pause"), pause).await.problem(), (422, "range-reversed", "/last"));
    let calendar = json!({ "zone": "Mars/Olympus", "week_start": "monday", "day_start_minute": 0 });
    assert_eq!(ada.put("/v1/workspace/calendar", calendar).await.problem(), (422, "unknown-zone", "/zone"));
}

#[tokio::test]
async fn ids_and_methods_that_cannot_be_are_told() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    let unknown = app.new_id();
    for path in ["/v1/goals", "/v1/daily-logs"] {
        assert_eq!(ada.get(&format!("{path}/7")).await.problem(), (422, "invalid-input", "/id"));
        assert_eq!(ada.get(&format!("{path}/{unknown}")).await.problem(), (404, "not-found", ""));
        assert_eq!(ada.patch(&format!("{path}/{unknown}"), json!({})).await.problem(), (404, "not-found", ""));
        assert_eq!(ada.delete(&format!("{path}/{unknown}")).await.problem(), (405, "method-not-allowed", ""));
    }
    for id in ["00000000-0000-0000-0000-000000000000", "7b0e4a52-6c39-4f4c-9b6e-1d8e0a3f5c11"] {
        let goal = json!({ "id": id, "title": "Run" });
        assert_eq!(ada.post("/v1/goals", goal).await.problem(), (422, "invalid-input", "/id"), "{id}");
    }
    for day in ["2026-1-5", "2026-01-5", "monday"] {
        assert_eq!(ada.get(&format!("/v1/weeks/{day}")).await.problem(), (422, "invalid-input", "/first"), "{day}");
    }
    let long = format!("/v1/goals?cursor={}", "x".repeat(9_000));
    assert_eq!(ada.get(&long).await.problem(), (414, "uri-too-long", ""));
}

#[tokio::test]
async fn queries_are_held_to_the_document_too() {
    let (app, api) = (App::new().await, api());
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    for operation in api.operations().filter(|operation| operation.method == "GET") {
        let path = things.path(&operation);
        let (bare, required) = path.split_once('?').unwrap_or((&path, ""));
        let get = async |query: String| ada.get(&format!("{bare}?{query}")).await;
        let takes_queries = operation.parameters().any(|parameter| parameter.place == "query");
        if takes_queries {
            let reply = get(format!("{required}&surprise=1")).await;
            assert_eq!(reply.problem(), (422, "invalid-input", "/surprise"), "{}", operation.id());
        }
        for parameter in operation.parameters().filter(|parameter| parameter.place == "query") {
            let (name, shape) = (parameter.name, api.shape(parameter.schema));
            let others = required.split('&').filter(|pair| !pair.starts_with(&format!("{name}=")));
            let others = others.collect::<Vec<_>>().join("&");
            for bad in outside_of_queries(&shape) {
                let reply = get(format!("{others}&{name}={bad}")).await;
                let expected = (422, "invalid-input", &*format!("/{name}"));
                assert_eq!(reply.problem(), expected, "{} {name} = {bad} {}", operation.id(), reply.raw);
                assert_plain(&reply);
            }
            assert_never_500(&get(format!("{others}&{name}=%00%ff")).await);
        }
    }
}

fn outside_of_queries(shape: &Shape<'_>) -> Vec<String> {
    let texts = outside(shape).into_iter().filter_map(|value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) if shape.kind() == "integer" => Some(number.to_string()),
        _ => None,
    });
    let is_free = shape.kind() == "string" && shape.format().is_empty() && shape.values().next().is_none();
    let of_format = match shape.format() {
        "date-time" => vec!["", "yesterday", "2026-01-01", "2026-01-01T00:00:00"],
        _ => vec![],
    };
    if is_free {
        vec![]
    } else {
        texts
            .filter(|text| text != "7" || shape.kind() != "integer")
            .chain(of_format.into_iter().map(str::to_owned))
            .collect()
    }
}

fn assert_never_500(reply: &Reply) {
    assert!(reply.status.as_u16() < 500, "{}", reply.raw);
}

#[tokio::test]
async fn dates_beyond_any_calendar_are_no_fault_of_the_server() {
    let (app, api) = (App::new().await, api());
    let ada = app.register("ada@example.org").await;
    let things = Things::of(&app, &ada, "ada@example.org").await;
    let days = ["-262143-01-01", "-9999-01-01", "0000-01-01", "0001-01-01", "9999-12-31", "%2B262142-12-31"];
    let mut tried = 0;
    for operation in api.operations().filter(|operation| operation.method == "GET") {
        let path = things.path(&operation);
        let (bare, required) = path.split_once('?').unwrap_or((&path, ""));
        for parameter in operation.parameters() {
            let suffix = match api.shape(parameter.schema).format() {
                "date" => "",
                "date-time" => "T00:00:00Z",
                _ if parameter.name == "cursor" => "",
                _ => continue,
            };
            for day in days {
                if parameter.place == "path" {
                    assert_never_500(&ada.get(&operation.path.replace(&format!("{{{}}}", parameter.name), day)).await);
                    continue;
                }
                let given = format!("{}={day}{suffix}", parameter.name);
                let others = required.split('&').filter(|pair| !pair.starts_with(parameter.name));
                let query = others.chain([&*given]).collect::<Vec<_>>().join("&");
                assert_never_500(&ada.get(&format!("{bare}?{query}")).await);
                tried += 1;
            }
        }
    }
    assert!(tried > 0);
    for cursor in ["-262143-01-01", "%2B262142-12-31"] {
        let path = format!("/v1/daily-logs?cursor={cursor}_{}", app.new_id());
        assert_eq!(ada.get(&path).await.problem(), (422, "invalid-input", "/cursor"));
    }
}

#[tokio::test]
async fn cursors_that_no_page_named_are_refused() {
    let app = App::new().await;
    let ada = app.register("ada@example.org").await;
    for path in ["/v1/goals?cursor=x", "/v1/daily-logs?cursor=x", "/v1/daily-logs?cursor=2026-01-01_x"] {
        assert_eq!(ada.get(path).await.problem(), (422, "invalid-input", "/cursor"), "{path}");
    }
    for path in ["/v1/history?cursor=", "/v1/events?after="] {
        for token in ["x", "2-1", "00000000-0-1-1", "00000000-x-1", "00000000-9-1", "00000000-0-01"] {
            let reply = ada.get(&format!("{path}{token}")).await;
            assert_eq!(reply.problem(), (400, "malformed-request", ""), "{path}{token}");
        }
    }
}
