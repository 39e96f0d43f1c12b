//! Whatever zones, day starts and changes come together, today never goes back.

use chrono::{DateTime, Days, TimeDelta, Utc};
use domain::{
    Calendar, CalendarSettings,
    calendar::{DAY_START_MINUTE_MAX, Weekday},
};
use proptest::{prelude::*, sample::select};

/// From before the first daylight saving of most zones to the reach of their rules.
const INSTANTS: std::ops::Range<i64> = 0..4_000_000_000;

fn zones() -> Vec<String> {
    domain::calendar::zones().map(ToOwned::to_owned).collect()
}

fn settings() -> impl Strategy<Value = CalendarSettings> {
    (select(zones()), 0..=DAY_START_MINUTE_MAX).prop_map(|(zone, day_start_minute)| CalendarSettings {
        zone,
        week_start: Weekday::Monday,
        day_start_minute,
    })
}

/// Changes, and the seconds that pass before each: often shortly after the one before.
fn changes() -> impl Strategy<Value = Vec<(i64, CalendarSettings)>> {
    prop::collection::vec((prop_oneof![0..7_200_i64, 0..200_000_i64, 0..40_000_000_i64], settings()), 0..6)
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("an instant")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn today_never_goes_back(first in settings(), since in INSTANTS, changes in changes()) {
        let mut now = instant(since);
        let mut calendar = Calendar::new(first.beginning(now).expect("a zone"));
        let mut last = calendar.today(now).expect("a zone");
        for (seconds, settings) in changes {
            for _ in 0..8 {
                now += TimeDelta::seconds(seconds) / 8;
                let today = calendar.today(now).expect("a zone");
                prop_assert!(today >= last, "{today} after {last} at {now} in {calendar:?}");
                last = today;
            }
            let fact = calendar.change(settings, now).expect("a zone");
            prop_assert!(fact.from > last && fact.starts_at > now, "{fact:?} does not lie ahead of {last} at {now}");
            calendar.set(fact.clone());
            let today = calendar.today(now).expect("a zone");
            prop_assert!(today >= last, "the change itself takes {last} back to {today}: {calendar:?}");
            prop_assert!(today < fact.from);
            last = today;

            // The dates said to be left out are exactly those on which it never is today.
            let eve = fact.starts_at - TimeDelta::microseconds(1);
            let last_before = calendar.today(eve).expect("a zone");
            prop_assert_eq!(last_before + Days::new(u64::from(fact.left_out) + 1), fact.from);
            prop_assert_eq!(calendar.today(fact.starts_at).expect("a zone"), fact.from);
        }
    }

    #[test]
    fn around_any_instant_each_day_begins_once_and_ends_when_the_next_begins(
        settings in settings(),
        since in INSTANTS,
    ) {
        let now = instant(since);
        let calendar = Calendar::new(settings.beginning(now - TimeDelta::days(40)).expect("a zone"));
        let mut last = calendar.today(now).expect("a zone");
        // Quarters of an hour see every offset that a zone jumps by.
        for quarter in 0..(3 * 24 * 4) {
            let then = now + TimeDelta::minutes(15 * quarter);
            let today = calendar.today(then).expect("a zone");
            prop_assert!(today >= last, "{today} after {last} at {then} in {calendar:?}");
            prop_assert!(today <= last + Days::new(2));
            let ends = calendar.ends(today).expect("a zone");
            prop_assert!(ends > then, "{today} is over at {ends}, but it is {today} at {then} in {calendar:?}");
            prop_assert!(calendar.begins(today).expect("a zone") <= then);
            prop_assert!(calendar.today(ends).expect("a zone") > today);
            prop_assert_eq!(calendar.today(ends - TimeDelta::microseconds(1)).expect("a zone"), today);
            last = today;
        }
    }
}
