//! Events lose nothing on their way through JSON, understood or not.

use chrono::{DateTime, NaiveDate};
use domain::{Event, Position, RawEvent, Recorded, Shard};
use proptest::{option, prelude::*, sample::select};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::wire::sealed;

fn uuids() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn recorded<E: std::fmt::Debug>(events: impl Strategy<Value = E>) -> impl Strategy<Value = Recorded<E>> {
    let ids = (uuids(), uuids(), uuids(), uuids(), uuids(), uuids(), uuids(), option::of(uuids()));
    let place = (0..=i16::MAX, 0..=i64::MAX, any::<u32>());
    // Microseconds are the finest that Postgres keeps; the years are those of any diary.
    let time = (-2_000_000_000_000_000_i64..8_000_000_000_000_000, -200_000..200_000_i32);
    let trace = option::of("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    (ids, place, time, trace, events).prop_map(
        |(ids, (shard, number, version), (micros, days), trace_parent, event)| Recorded {
            id: ids.0.into(),
            position: Position { shard: Shard(shard), number },
            stream: ids.1,
            version,
            workspace: ids.2.into(),
            actor: ids.3.into(),
            command: ids.4.into(),
            undoes: ids.7.map(Into::into),
            correlation: ids.5,
            causation: ids.6,
            trace_parent,
            recorded_at: DateTime::from_timestamp_micros(micros).expect("an instant"),
            local_day: NaiveDate::from_epoch_days(days).expect("a date"),
            event,
        },
    )
}

/// Any data at all: events of later releases pass through programs that do not know them.
fn unknown_events() -> impl Strategy<Value = RawEvent> {
    let leaf = prop_oneof![Just(Value::Null), any::<i64>().prop_map(|n| json!(n)), ".*".prop_map(|s| json!(s))];
    let data = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".*", inner, 0..4).prop_map(|map| json!(map)),
        ]
    });
    ("[A-Z][A-Za-z]{0,30}", any::<i16>(), data).prop_map(|(name, schema, data)| RawEvent {
        name,
        schema,
        data: data.to_string().into(),
    })
}

proptest! {
    #[test]
    fn a_recorded_event_is_the_same_after_json(
        recorded in recorded(select(Event::samples().into_iter().map(sealed).collect::<Vec<_>>())),
    ) {
        let text = serde_json::to_string(&recorded).expect("JSON");
        let understood: Recorded = serde_json::from_str(&text).expect("an event");
        prop_assert_eq!(&understood, &recorded);

        let through: Recorded<RawEvent> = serde_json::from_str(&text).expect("an event");
        prop_assert_eq!(serde_json::to_string(&through).expect("JSON"), text);
        prop_assert_eq!(through.read().expect("readable"), recorded);
    }

    #[test]
    fn an_event_that_nobody_here_knows_passes_through_unchanged(recorded in recorded(unknown_events())) {
        let text = serde_json::to_string(&recorded).expect("JSON");
        let through: Recorded<RawEvent> = serde_json::from_str(&text).expect("an event");
        prop_assert_eq!(serde_json::to_string(&through).expect("JSON"), text);
    }

    #[test]
    fn a_position_has_one_text(shard in 0..=i16::MAX, number in 0..=i64::MAX) {
        let position = Position { shard: Shard(shard), number };
        prop_assert_eq!(position.to_string().parse(), Ok(position));
    }
}

#[test]
fn what_is_not_exactly_a_position_is_refused() {
    for text in ["", "-", "1", "1-", "-1", "-1-1", "1--1", "+1-1", "1-+1", "01-1", "1-01", "1-1 ", "40000-1"] {
        assert!(text.parse::<Position>().is_err(), "{text:?}");
    }
}
