//! The wire form of every event, as committed files that reviewers see change.

use std::collections::BTreeMap;

use domain::{Event, HasPersonal, Personal, RawEvent, Sealed};

/// The event as it stands in the log, where a seal is shown as the field it is bound to.
pub fn sealed(mut event: Event) -> Event {
    event.each_personal(&mut |field, text| {
        *text = Personal::Sealed(Sealed { sealed: format!("<{field}>") });
    });
    event
}

/// Every sample as it stands in the log, by name.
pub fn written() -> BTreeMap<String, Vec<RawEvent>> {
    let mut by_name = BTreeMap::<String, Vec<RawEvent>>::new();
    for sample in Event::samples() {
        let raw = sealed(sample).to_raw().expect("a sealed event can be written");
        by_name.entry(raw.name.clone()).or_default().push(raw);
    }
    by_name
}

#[test]
fn every_event_has_a_sample() {
    let written = written();
    for name in Event::names() {
        assert!(written.contains_key(name), "{name} has no sample beside its definition");
    }
    assert_eq!(written.len(), Event::names().count());
}

#[test]
fn the_wire_form_of_every_event_is_the_committed_one() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../wire");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, events) in written() {
            // Through text, since insta would show the raw data as serde_json's own wrapper.
            let text = serde_json::to_string(&events).expect("JSON");
            insta::assert_json_snapshot!(name, serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
        }
    });
}

#[test]
fn no_event_is_written_with_its_text_in_the_clear() {
    for mut sample in Event::samples() {
        let mut fields = 0;
        sample.each_personal(&mut |_, text| fields += u32::from(text.text().is_some()));
        assert_eq!(sample.to_raw().is_err(), fields > 0, "{}", sample.name());
    }
}

#[test]
fn the_names_of_events_are_told_apart_across_aggregates() {
    let mut names: Vec<_> = Event::names().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Event::names().count());
    for sample in Event::samples() {
        assert!(Event::names().any(|name| name == sample.name()));
    }
}
