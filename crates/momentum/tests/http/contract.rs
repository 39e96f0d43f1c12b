//! The OpenAPI document: committed as it is made, whole, and about exactly the routes there are.

use std::collections::{BTreeMap, BTreeSet};

use momentum::openapi;
use serde_json::Value;
use testkit::app::App;

use crate::document::api;

/// What is served besides the API.
const PAGES: [&str; 6] = [
    "GET /",
    "GET /assets/{*path}",
    "GET /docs",
    "GET /docs/style.css",
    "GET /problems/{code}",
    "GET /v1/openapi.json",
];
/// Who asks these has no session yet.
const OPEN: [&str; 4] = ["get_registration", "refresh", "register", "sign_in"];
/// These fields are whatever an event changed.
const ANY_TYPE: [&str; 2] = ["Change.before", "Change.after"];

#[test]
fn the_committed_document_is_the_one_that_the_code_makes() {
    let committed = include_str!("../../../../openapi.json");
    let made = openapi::document_json().expect("document");
    assert!(committed.trim_end() == made, "openapi.json is out of date: run `make gen`");
}

#[test]
fn operations_are_told_apart_named_and_grouped() {
    let api = api();
    assert!(api.value()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let tags: BTreeMap<&str, &str> = api.tags().collect();
    let mut ids = BTreeSet::new();
    for operation in api.operations() {
        let id = operation.id();
        assert!(!id.is_empty() && ids.insert(id), "{id:?} is no name of its own");
        let summary = operation.summary();
        assert!(!summary.is_empty() && !summary.ends_with('.') && !summary.contains('\n'), "{id}: {summary:?}");
        let own: Vec<&Value> = operation.value["tags"].as_array().into_iter().flatten().collect();
        assert_eq!(own.len(), 1, "{id} belongs to one group");
        assert!(
            tags.get(operation.tag()).is_some_and(|about| !about.is_empty()),
            "{} is not described",
            operation.tag()
        );
        for answer in operation.answers() {
            assert!(answer.description.ends_with('.'), "{id} does not say what {} means", answer.status);
        }
        assert!(operation.answers().any(|answer| answer.status == "default"), "{id} does not tell how it fails");
    }
}

#[test]
fn parameters_are_described_and_those_of_the_path_are_in_it() {
    for operation in api().operations() {
        let id = operation.id();
        let in_path: BTreeSet<&str> =
            operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let declared: BTreeSet<&str> =
            operation.parameters().filter(|it| it.place == "path" && it.required).map(|it| it.name).collect();
        assert_eq!(in_path, declared, "{id}");
        for parameter in operation.parameters() {
            assert!(parameter.schema.is_object(), "{id} does not say what {} takes", parameter.name);
            let is_the_id = parameter.place == "path" && parameter.name == "id";
            assert!(!parameter.description.is_empty() || is_the_id, "{id} does not say what {} is for", parameter.name);
        }
    }
}

#[tokio::test]
async fn headers_that_are_told_are_there() {
    let (app, api) = (App::new().await, api());
    let ada = app.register("ada@example.org").await;
    let told = |id: &str, status: &str| {
        let operation = api.operations().find(|operation| operation.id() == id).expect("an operation");
        let headers = operation.value["responses"][status]["headers"].as_object().cloned().unwrap_or_default();
        headers.into_iter().map(|(name, _)| name).filter(|name| name != "Momentum-Incomplete").collect::<Vec<_>>()
    };
    let made = ada.post("/v1/goals", serde_json::json!({ "title": "Run" })).await;
    assert_eq!(told("create_goal", "201"), ["ETag", "Location", "Momentum-Position"]);
    assert!(told("create_goal", "201").iter().all(|name| !made.header(name).is_empty()), "{:?}", made.headers);
    app.settle().await;
    let read = ada.get(&format!("/v1/goals/{}", made.done())).await;
    assert_eq!((told("get_goal", "200"), read.header("etag")), (vec!["ETag".to_owned()], "\"1\""));
    assert_eq!(told("get_goal", "default"), ["Retry-After"]);
}

#[test]
fn commands_take_an_idempotency_key_and_queries_none() {
    for operation in api().operations() {
        let takes_key = operation.parameters().any(|parameter| parameter.name == "Idempotency-Key");
        // Accounts and invitations are no events, but for the end of the one; and each of the other is accepted once.
        let is_of_the_log = !["accounts", "invitations"].contains(&operation.tag()) || operation.id() == "erase_me";
        let is_command = operation.method != "GET" && is_of_the_log;
        assert_eq!(takes_key, is_command, "{}", operation.id());
    }
}

#[test]
fn only_those_who_cannot_be_signed_in_yet_need_no_session() {
    let api = api();
    for operation in api.operations() {
        let (id, own) = (operation.id(), operation.value.get("security"));
        let says_none = own.is_some_and(|own| own.as_array().is_some_and(Vec::is_empty));
        assert_eq!(says_none, OPEN.contains(&id), "{id}");
        assert_eq!(operation.is_open(), says_none || id == "sign_out", "{id}");
        let schemes = api.value().pointer("/components/securitySchemes").expect("schemes");
        assert!(operation.security().iter().all(|scheme| schemes.get(scheme).is_some()), "{id}");
    }
}

#[test]
fn every_reference_leads_to_a_schema_and_every_schema_is_described() {
    let api = api();
    each(api.value(), &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            assert!(api.referred(reference).is_some(), "{reference} leads nowhere");
        }
    });
    for (name, schema) in api.value()["components"]["schemas"].as_object().expect("schemas") {
        for (field, value, _) in api.shape(schema).fields() {
            let shape = api.shape(value);
            assert!(shape.description.is_some_and(|text| text.ends_with('.')), "{name}.{field} is not described");
            let place = format!("{name}.{field}");
            assert!(!shape.kind().is_empty() || ANY_TYPE.contains(&place.as_str()), "{place} has no type");
        }
    }
}

#[test]
fn bodies_refuse_what_they_do_not_know() {
    let api = api();
    for operation in api.operations() {
        let Some(body) = operation.body() else { continue };
        let shape = api.shape(body);
        for form in shape.forms().chain(shape.forms().next().is_none().then_some(shape.schema)) {
            assert_eq!(form["additionalProperties"], false, "{}", operation.id());
        }
    }
}

#[tokio::test]
async fn every_route_is_in_the_document_and_the_other_way_round() {
    let app = App::new().await;
    // The app's own pages and files are there once it is built, and are no part of the API.
    let is_of_the_api = |route: &String| route.contains(" /v1/") || PAGES.contains(&route.as_str());
    let served = served(&format!("{:?}", app.router())).into_iter().filter(is_of_the_api).collect::<BTreeSet<_>>();
    let described = api().operations().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
    let pages = PAGES.map(str::to_owned).into();
    let missing: Vec<_> = served.difference(&described).filter(|route| !PAGES.contains(&route.as_str())).collect();
    assert!(missing.is_empty(), "served and not described: {missing:?}; route it with `routes!`");
    assert_eq!(served, described.union(&pages).cloned().collect(), "described and not served");
}

/// Calls `visit` with each object of a document.
fn each(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            visit(value);
            fields.values().for_each(|field| each(field, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| each(item, visit)),
        _ => {}
    }
}

/// The routes of a router, as in `GET /docs`. axum tells them by way of `{:?}` only: the methods of each route under
/// its number, and then the paths under the same numbers.
fn served(router: &str) -> BTreeSet<String> {
    let (router, _) = router.split_once("fallback_router").expect("axum tells routers as it did");
    let (routes, paths) = router.split_once("paths: {").expect("axum tells routers as it did");
    let numbered = |text: &'static str| {
        move |part: &str| part.split_once(text).map(|(number, rest)| (number.to_owned(), rest.to_owned()))
    };
    let methods: BTreeMap<String, String> =
        routes.split("RouteId(").skip(1).filter_map(numbered("): MethodRouter(")).collect();
    let paths = paths.split("RouteId(").skip(1).filter_map(numbered("): \""));
    let mut served = BTreeSet::new();
    for (number, path) in paths {
        let path = path.split('"').next().unwrap_or_default().to_owned();
        let allowed = methods[&number].split("allow_header: Bytes(b\"").nth(1).expect("methods");
        let allowed = allowed.split('"').next().unwrap_or_default();
        served.extend(allowed.split(',').filter(|method| *method != "HEAD").map(|method| format!("{method} {path}")));
    }
    served
}
