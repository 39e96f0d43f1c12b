//! Events written by any release stay readable by all later ones: one file a shape, never changed, never deleted.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{Event, RawEvent, UnreadableEvent};
use serde_json::Value;

use crate::wire::written;

/// A payload as it was written once.
struct Old {
    path: PathBuf,
    name: String,
    schema: i16,
    data: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history")
}

fn history() -> Vec<Old> {
    let files = fs::read_dir(folder()).expect("the folder of old payloads");
    files.map(|file| read(file.expect("a file").path())).collect()
}

/// Files are called `<Name>.<schema>.json`.
fn read(path: PathBuf) -> Old {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let (name, schema) = stem.split_once('.').expect("name and schema");
    Old {
        name: name.to_owned(),
        schema: schema.parse().expect("the number of a schema"),
        data: serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON"),
        path,
    }
}

fn raw(name: &str, schema: i16, data: &Value) -> RawEvent {
    RawEvent { name: name.to_owned(), schema, data: data.to_string().into() }
}

#[test]
fn every_payload_ever_written_can_be_read() {
    for old in history() {
        let event = raw(&old.name, old.schema, &old.data).read();
        let event = event.unwrap_or_else(|error| panic!("{}: {error}", old.path.display()));
        assert_eq!(event.name(), old.name);
    }
}

#[test]
fn a_payload_of_the_current_shape_is_written_again_as_it_was() {
    for old in history() {
        let again = raw(&old.name, old.schema, &old.data).read().and_then(|event| {
            event.to_raw().map_err(|cause| UnreadableEvent::WrongData { name: old.name.clone(), schema: 0, cause })
        });
        let again = again.expect("readable and sealed");
        if again.schema == old.schema {
            let data: Value = serde_json::from_str(again.data.as_str()).expect("JSON");
            assert_eq!(data, old.data, "{}", old.path.display());
        }
    }
}

#[test]
fn every_current_event_has_a_payload_of_its_current_shape() {
    let there: BTreeSet<_> = history().into_iter().map(|old| (old.name, old.schema)).collect();
    for (name, events) in written() {
        let schema = events[0].schema;
        for known in 1..=schema {
            assert!(there.contains(&(name.clone(), known)), "tests/history/{name}.{known}.json is missing");
        }
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let unknown = raw("GoalExploded", 1, &Value::Null).read();
    assert!(matches!(unknown, Err(UnreadableEvent::UnknownName(name)) if name == "GoalExploded"));

    let event = raw("GoalCompleted", 1, &Value::Null).read();
    assert!(matches!(event, Err(UnreadableEvent::WrongData { .. })), "{event:?}");

    let newer = raw("GoalCompleted", i16::MAX, &serde_json::json!({})).read();
    assert!(matches!(newer, Err(UnreadableEvent::WrongData { .. })), "{newer:?}");
    assert!(Event::names().any(|name| name == "GoalCompleted"));
}
