//! Schedules, targets, pauses and weeks: how they are written, what they take, and when they hold.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    Calendar, CalendarSettings, Week,
    calendar::{CalendarFact, Weekday},
    pauses::{DayRange, DaySet},
    schedule::{DatedSchedule, Schedule, Schedules, Unit},
    target::{DatedTarget, Metric, WeeklyTarget, WeeklyTargets},
};
use garde::Validate;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::{at, day};

fn taken<T: serde::de::DeserializeOwned + Validate<Context = ()>>(body: Value) -> bool {
    serde_json::from_value::<T>(body).is_ok_and(|value| value.validate().is_ok())
}

#[test]
fn schedules_are_written_by_their_kind() {
    let forms = [
        (Schedule::EveryDay { minutes_min: 1 }, json!({"kind": "every-day", "minutes_min": 1})),
        (
            Schedule::Weekdays { weekdays: [Weekday::Friday, Weekday::Monday].into(), minutes_min: 20 },
            json!({"kind": "weekdays", "weekdays": ["monday", "friday"], "minutes_min": 20}),
        ),
        (Schedule::DaysAWeek { days: 3, minutes_min: 1 }, json!({"kind": "days-a-week", "days": 3, "minutes_min": 1})),
    ];
    for (schedule, form) in forms {
        assert_eq!(serde_json::to_value(&schedule).expect("JSON"), form);
        assert_eq!(serde_json::from_value::<Schedule>(form).expect("a schedule"), schedule);
    }
    let daily: Schedule = serde_json::from_value(json!({"kind": "every-day"})).expect("a schedule");
    assert_eq!(daily, Schedule::default(), "a minute makes a day count unless it is said otherwise");
}

#[test]
fn a_schedule_expects_something_that_can_be_done() {
    for body in [
        json!({"kind": "every-day", "minutes_min": 1_440}),
        json!({"kind": "weekdays", "weekdays": ["sunday"]}),
        json!({"kind": "days-a-week", "days": 1}),
        json!({"kind": "days-a-week", "days": 7}),
    ] {
        assert!(taken::<Schedule>(body.clone()), "{body}");
    }
    for body in [
        json!({"kind": "every-day", "minutes_min": 0}),
        json!({"kind": "every-day", "minutes_min": 1_441}),
        json!({"kind": "every-day", "days": 3}),
        json!({"kind": "weekdays", "weekdays": []}),
        json!({"kind": "weekdays", "weekdays": ["someday"]}),
        json!({"kind": "days-a-week", "days": 0}),
        json!({"kind": "days-a-week", "days": 8}),
        json!({"kind": "monthly"}),
    ] {
        assert!(!taken::<Schedule>(body.clone()), "{body}");
    }
}

#[test]
fn the_latest_schedule_not_after_a_day_holds_and_replaces_one_of_its_date() {
    let weekly = |from, days| DatedSchedule { from: day(from), schedule: Schedule::DaysAWeek { days, minutes_min: 1 } };
    let mut schedules = Schedules::default();
    schedules.set(weekly("2026-05-20", 3));
    schedules.set(weekly("2026-05-25", 4));
    schedules.set(weekly("2026-05-20", 5));
    assert_eq!(schedules.dated().len(), 2);
    let holding = |date| schedules.on(day(date)).days_a_week();
    assert_eq!((holding("2026-05-19"), holding("2026-05-20"), holding("2026-05-24")), (None, Some(5), Some(5)));
    assert_eq!((holding("2026-05-25"), holding("2030-01-01")), (Some(4), Some(4)));
    assert_eq!(schedules.next_change(day("2026-05-20")), Some(day("2026-05-25")));
    assert_eq!(schedules.same_unit(day("2026-05-22")), (day("2026-05-20"), NaiveDate::MAX));
    assert_eq!(schedules.same_unit(day("2026-05-19")), (NaiveDate::MIN, day("2026-05-19")));
    assert_eq!(schedules.on(day("2026-05-19")).unit(), Unit::Days);
}

#[test]
fn a_target_is_something_a_week_can_have() {
    let target = |metric: &str, value: i32| taken::<WeeklyTarget>(json!({"metric": metric, "value": value}));
    for (metric, max) in [("minutes", 10_080), ("days", 7), ("logs", 1_000)] {
        assert!(target(metric, 1) && target(metric, max), "{metric}");
        assert!(!target(metric, 0) && !target(metric, max + 1), "{metric}");
    }
    assert!(!target("pages", 1));
}

#[test]
fn a_target_repeats_until_it_is_changed_or_withdrawn() {
    let target = |value| Some(WeeklyTarget { metric: Metric::Minutes, value });
    let mut targets = WeeklyTargets::default();
    targets.set(DatedTarget { from_week: day("2026-05-04"), target: target(90) });
    targets.set(DatedTarget { from_week: day("2026-05-18"), target: target(60) });
    targets.set(DatedTarget { from_week: day("2026-05-18"), target: target(50) });
    targets.set(DatedTarget { from_week: day("2026-06-01"), target: None });
    let weeks = ["2026-04-27", "2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25", "2026-06-01", "2026-06-08"];
    let held = weeks.map(|week| targets.in_week(day(week)));
    assert_eq!(held, [None, target(90), target(90), target(50), target(50), None, None]);
}

#[test]
fn a_range_of_days_ends_no_earlier_than_it_begins() {
    assert!(taken::<DayRange>(json!({"first": "2026-05-20", "last": "2026-05-20"})));
    assert!(taken::<DayRange>(json!({"first": "2026-05-20"})));
    assert!(!taken::<DayRange>(json!({"first": "2026-05-20", "last": "2026-05-19"})));
    assert!(!taken::<DayRange>(json!({"first": "1899-05-20"})));
    assert!(!taken::<DayRange>(json!({"first": "2026-05-20", "days": 3})));
    let open = DayRange::since(day("2026-05-20"));
    assert_eq!(serde_json::to_value(open).expect("JSON"), json!({"first": "2026-05-20"}));
}

fn ranges() -> impl Strategy<Value = DayRange> {
    (0..40_u64, prop::option::of(0..12_u64)).prop_map(|(first, days)| {
        let first = day("2026-05-01") + Days::new(first);
        DayRange { first, last: days.map(|days| first + Days::new(days)) }
    })
}

proptest! {
    #[test]
    fn a_set_of_days_is_what_was_put_in_and_not_taken_out(
        steps in prop::collection::vec((any::<bool>(), ranges()), 0..12),
        asked in ranges(),
    ) {
        let mut set = DaySet::default();
        let mut plain = BTreeSet::new();
        let all: Vec<_> = day("2026-04-20").iter_days().take(90).collect();
        for (put, range) in steps {
            if put { set.add(range) } else { set.remove(range) }
            for date in all.iter().filter(|date| range.contains(**date)) {
                if put { plain.insert(*date); } else { plain.remove(date); }
            }
            let days: BTreeSet<_> = all.iter().filter(|date| set.contains(**date)).copied().collect();
            prop_assert_eq!(&days, &plain);
            for pair in set.ranges().windows(2) {
                let end = pair[0].last.expect("only the last range may be open");
                prop_assert!(pair[0].first <= end && end + Days::new(1) < pair[1].first, "{set:?}");
            }
        }
        // What adding or removing would change, and only that.
        let within = |ranges: &[DayRange], date| ranges.iter().any(|range| range.contains(date));
        for date in all {
            let (asked_for, there) = (asked.contains(date), plain.contains(&date));
            prop_assert_eq!(within(&set.missing(asked), date), asked_for && !there);
            prop_assert_eq!(within(&set.present(asked), date), asked_for && there);
        }
    }
}

fn week_start(from: &str, week_start: Weekday, set_at: &str) -> CalendarFact {
    let settings = CalendarSettings { zone: "Etc/UTC".into(), week_start, day_start_minute: 0 };
    CalendarFact {
        from: day(from),
        starts_at: at(&format!("{from}T00:00:00Z")),
        set_at: at(set_at),
        left_out: 0,
        settings,
    }
}

#[test]
fn every_day_is_in_one_week_of_at_most_seven_days() {
    let mut calendar = Calendar::new(week_start("2026-05-01", Weekday::Monday, "2026-05-01T10:00:00Z"));
    calendar.set(week_start("2026-05-21", Weekday::Sunday, "2026-05-20T10:00:00Z"));
    calendar.set(week_start("2026-06-03", Weekday::Wednesday, "2026-06-02T10:00:00Z"));
    // Chosen when Wednesday was in force; Saturday would come first on 20 June, but Monday was chosen before that.
    calendar.set(week_start("2026-06-19", Weekday::Saturday, "2026-06-18T10:00:00Z"));
    calendar.set(week_start("2026-06-20", Weekday::Monday, "2026-06-19T10:00:00Z"));
    let mut first = day("2026-04-27");
    let mut lengths = vec![];
    while first < day("2026-07-06") {
        let week = calendar.week_of(first);
        assert_eq!(week.first, first);
        for date in week.days() {
            assert_eq!(calendar.week_of(date), week, "{date}");
        }
        lengths.push((week.first.day(), week.days().count()));
        first = week.last + Days::new(1);
    }
    assert_eq!(
        lengths,
        [(27, 7), (4, 7), (11, 7), (18, 6), (24, 7), (31, 3), (3, 7), (10, 7), (17, 5), (22, 7), (29, 7)]
    );
    assert_eq!(calendar.ends(day("2026-05-23")), Ok(at("2026-05-24T00:00:00Z")));
}

#[test]
fn weeks_are_closed_in_order_once_they_are_over() {
    let settings = CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
    let mut calendar = Calendar::new(settings.clone().beginning(at("2026-05-06T10:00:00Z")).expect("a zone"));
    let tokyo = CalendarSettings { zone: "Asia/Tokyo".into(), week_start: Weekday::Sunday, ..settings };
    calendar.set(calendar.change(tokyo, at("2026-05-13T10:00:00Z")).expect("a zone"));
    let first = (Week { first: day("2026-05-04"), last: day("2026-05-10") }, at("2026-05-10T22:00:00Z"));
    let short = (Week { first: day("2026-05-11"), last: day("2026-05-16") }, at("2026-05-16T15:00:00Z"));
    let close =
        |closed, active_on: &str, now: &str| calendar.weeks_to_close(closed, day(active_on), at(now)).expect("a zone");
    assert_eq!(close(None, "2026-05-06", "2026-05-10T21:59:59Z"), []);
    assert_eq!(close(None, "2026-05-06", "2026-05-10T22:00:00Z"), [first]);
    assert_eq!(close(Some(first.0), "2026-05-06", "2026-05-16T14:59:59Z"), []);
    assert_eq!(close(Some(first.0), "2026-05-06", "2026-05-16T15:00:00Z"), [short]);
    assert_eq!(close(None, "2026-05-06", "2026-05-16T15:00:00Z"), [first, short]);

    // Eight weeks after the last event no week begins that is closed, until there is another event.
    let idle = close(None, "2026-05-06", "2027-05-06T10:00:00Z");
    assert_eq!(idle.last().map(|(week, _)| week.first), Some(day("2026-06-28")));
    let again = close(idle.last().map(|(week, _)| *week), "2027-05-06", "2027-05-06T10:00:00Z");
    assert_eq!(again.first().map(|(week, _)| week.first), Some(day("2026-07-05")));
    assert_eq!(again.last().map(|(week, _)| week.last), Some(day("2027-05-01")));
}
