//! What people may enter, and the problem each excess is told with.

use domain::{
    CalendarSettings,
    daily_log::{CorrectLog, LogDay},
    goal::{CreateGoal, ReviseGoal},
    user::{ChangePreferences, ChangeProfile, Language, RegisterUser},
    workspace::RenameWorkspace,
};
use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::given::id;

/// The fields found wrong in a body; `body` alone when it cannot even be read.
fn wrong<C: DeserializeOwned + Validate<Context = ()>>(body: Value) -> Vec<String> {
    match serde_json::from_value::<C>(body) {
        Err(_) => vec!["body".to_owned()],
        Ok(command) => fields(&command),
    }
}

fn fields<C: Validate<Context = ()>>(command: &C) -> Vec<String> {
    command.validate().err().iter().flat_map(garde::Report::iter).map(|(path, _)| path.to_string()).collect()
}

fn goal(field: &str, value: Value) -> Vec<String> {
    let mut body = json!({"title": "Run"});
    body[field] = value;
    wrong::<CreateGoal>(body)
}

fn log(field: &str, value: Value) -> Vec<String> {
    let mut body = json!({"goal_id": "01990000-0000-7000-8000-000000000003", "minutes": 1});
    body[field] = value;
    wrong::<LogDay>(body)
}

#[test]
fn a_title_is_one_line_of_at_most_200_characters() {
    assert!(goal("title", json!("ü".repeat(200))).is_empty(), "characters count, not bytes");
    for title in ["".to_owned(), " \t ".to_owned(), "a\nb".to_owned(), "a\u{2028}b".to_owned(), "ü".repeat(201)] {
        assert_eq!(goal("title", json!(title)), ["title"], "{title:?}");
        assert_eq!(wrong::<ReviseGoal>(json!({"title": title})), ["title"]);
        assert_eq!(wrong::<RenameWorkspace>(json!({"name": title})), ["name"]);
        assert_eq!(wrong::<ChangeProfile>(json!({"name": title})), ["name"]);
    }
}

#[test]
fn texts_have_at_most_4000_characters_none_of_them_control() {
    for text in [json!(""), json!("a\n\tb\r\n"), json!("ü".repeat(4_000)), json!(null)] {
        assert!(goal("description", text.clone()).is_empty());
        assert!(log("text", text.clone()).is_empty());
        assert!(wrong::<ReviseGoal>(json!({"description": text})).is_empty());
        assert!(wrong::<CorrectLog>(json!({"text": text})).is_empty());
    }
    for text in [json!("a\0b"), json!("\u{1b}[2J"), json!("ü".repeat(4_001))] {
        assert_eq!(goal("description", text.clone()), ["description"]);
        assert_eq!(log("text", text.clone()), ["text"]);
        assert_eq!(wrong::<ReviseGoal>(json!({"description": text})), ["description"]);
        assert_eq!(wrong::<CorrectLog>(json!({"text": text})), ["text"]);
    }
}

#[test]
fn nobody_brings_a_seal_along() {
    let seal = json!({"sealed": "AAAA"});
    assert_eq!(goal("title", seal.clone()), ["title"]);
    assert_eq!(goal("title", json!(null)), ["title"]);
    assert_eq!(goal("description", seal.clone()), ["description"]);
    assert_eq!(log("text", seal.clone()), ["text"]);
    assert_eq!(wrong::<ReviseGoal>(json!({"title": seal})), ["title"]);
}

#[test]
fn dates_lie_between_1900_and_2200() {
    for date in ["1900-01-01", "2026-02-28", "2200-12-31"] {
        assert!(goal("target_date", json!(date)).is_empty(), "{date}");
        assert!(log("day", json!(date)).is_empty(), "{date}");
    }
    for date in ["1899-12-31", "2201-01-01", "+12026-05-20"] {
        assert_eq!(goal("target_date", json!(date)), ["target_date"], "{date}");
        assert_eq!(log("day", json!(date)), ["day"], "{date}");
        assert_eq!(wrong::<CorrectLog>(json!({"day": date})), ["day"]);
        assert_eq!(wrong::<ReviseGoal>(json!({"target_date": date})), ["target_date"]);
    }
    for date in ["2026-02-29", "20.5.2026", "2026-05-20T10:00:00Z"] {
        assert_eq!(log("day", json!(date)), ["body"], "{date}");
    }
}

#[test]
fn minutes_have_their_limits() {
    assert!(log("minutes", json!(0)).is_empty());
    assert!(log("minutes", json!(1_440)).is_empty());
    assert_eq!(log("minutes", json!(1_441)), ["minutes"]);
    assert_eq!(wrong::<CorrectLog>(json!({"minutes": 1_441})), ["minutes"]);
    for minutes in [json!(-1), json!(1.5), json!(70_000), json!("5"), json!(null)] {
        assert_eq!(log("minutes", minutes), ["body"]);
    }
    assert!(goal("total_minutes", json!(1)).is_empty());
    assert!(goal("total_minutes", json!(52_704_000)).is_empty());
    for minutes in [json!(0), json!(52_704_001)] {
        assert_eq!(goal("total_minutes", minutes.clone()), ["total_minutes"]);
        assert_eq!(wrong::<ReviseGoal>(json!({"total_minutes": minutes})), ["total_minutes"]);
    }
}

#[test]
fn a_calendar_has_a_zone_and_a_day_start_until_six() {
    let settings = |zone: &str, minute: i32| {
        wrong::<CalendarSettings>(json!({"zone": zone, "week_start": "monday", "day_start_minute": minute}))
    };
    assert!(settings("Europe/Berlin", 360).is_empty());
    assert_eq!(settings("Europe/Berlin", 361), ["day_start_minute"]);
    assert_eq!(settings("Europe/Berlin", -1), ["body"]);
    assert_eq!(settings("", 0), ["zone"]);
    assert_eq!(settings(&"x".repeat(65), 0), ["zone"]);
    assert_eq!(
        wrong::<CalendarSettings>(json!({"zone": "Europe/Berlin", "week_start": "Monday", "day_start_minute": 0})),
        ["body"]
    );
}

#[test]
fn a_person_signs_up_with_an_address() {
    let register = |email: &str| {
        fields(&RegisterUser {
            email: domain::Personal::clear(email),
            name: None,
            workspace_id: id(1),
            language: Language::En,
        })
    };
    assert!(register("ada@example.org").is_empty());
    for email in ["", "ada", "ada@", "@example.org", "ada@example.org\n", &format!("{}@example.org", "a".repeat(250))] {
        assert_eq!(register(email), ["email"], "{email:?}");
    }
}

#[test]
fn unknown_fields_are_refused_everywhere() {
    assert_eq!(goal("colour", json!("red")), ["body"]);
    assert_eq!(log("colour", json!("red")), ["body"]);
    assert_eq!(wrong::<ReviseGoal>(json!({"colour": 1})), ["body"]);
    assert_eq!(wrong::<CorrectLog>(json!({"goal_id": "01990000-0000-7000-8000-000000000003"})), ["body"]);
    assert_eq!(wrong::<RenameWorkspace>(json!({"name": "x", "colour": 1})), ["body"]);
    assert_eq!(wrong::<ChangeProfile>(json!({"name": "x", "colour": 1})), ["body"]);
    assert_eq!(wrong::<ChangePreferences>(json!({"language": "de", "colour": 1})), ["body"]);
    assert_eq!(wrong::<ChangePreferences>(json!({"language": "fr"})), ["body"]);
}

#[test]
fn a_change_of_nothing_is_fine() {
    assert!(wrong::<ReviseGoal>(json!({})).is_empty());
    assert!(wrong::<CorrectLog>(json!({})).is_empty());
    assert!(wrong::<ChangePreferences>(json!({})).is_empty());
}
