//! The workspace's calendar: which day it is at an instant.
//!
//! A calendar is a list of dated facts. Each fact says from which date, and from which instant, it holds, so that
//! nothing but "which day is it now" ever consults the time zone database.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::zones::{zones, zones_version};
use crate::{Refusal, zones::Zone};

/// A day begins at the latest at 6:00.
pub const DAY_START_MINUTE_MAX: u16 = 6 * 60;

/// A day of the week, as written on the wire: `monday` … `sunday`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The day of the week that `date` is.
    pub fn of(date: NaiveDate) -> Self {
        match date.weekday() {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }

    /// How many days it is from this day of the week to the next `other`: 0 to 6.
    pub(crate) const fn days_until(self, other: Self) -> u64 {
        (other as u64 + 7 - self as u64) % 7
    }
}

/// What a person chooses about their calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarSettings {
    /// An IANA time zone name, as in `Europe/Berlin`.
    #[garde(length(bytes, min = 1, max = 64))]
    pub zone: String,
    /// The day a week begins with.
    #[garde(skip)]
    pub week_start: Weekday,
    /// The minute after midnight at which a day begins, 0 to 360.
    #[garde(range(max = DAY_START_MINUTE_MAX))]
    #[schema(maximum = 360)]
    pub day_start_minute: u16,
}

/// Settings, and since when they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarFact {
    /// The first day under these settings.
    pub from: NaiveDate,
    /// The instant that day begins.
    pub starts_at: DateTime<Utc>,
    /// The instant the settings were chosen: a fact that had not begun by then is replaced by this one.
    pub set_at: DateTime<Utc>,
    /// How many dates just before `from` never begin, as when the date line is crossed eastward.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u8,
    /// The settings.
    #[serde(flatten)]
    pub settings: CalendarSettings,
}

/// A workspace's dated calendar facts, in the order of their dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calendar {
    facts: Vec<CalendarFact>,
}

impl CalendarFact {
    /// The first of the dates before it that never begin; where there is none, its own.
    pub fn first_left_out(&self) -> NaiveDate {
        self.from.checked_sub_days(Days::new(self.left_out.into())).unwrap_or(NaiveDate::MIN)
    }
}

impl CalendarSettings {
    /// The fact that begins a calendar: these settings hold from the day it is now.
    pub fn beginning(self, now: DateTime<Utc>) -> Result<CalendarFact, Refusal> {
        let zone = self.zone()?;
        let from = zone.day_at(now, self.day_start_minute);
        let starts_at = zone.begins(from, self.day_start_minute);
        Ok(CalendarFact { from, starts_at, set_at: now, left_out: 0, settings: self })
    }

    /// The day it is at `now` wherever these settings hold.
    pub fn today(&self, now: DateTime<Utc>) -> Result<NaiveDate, Refusal> {
        Ok(self.zone()?.day_at(now, self.day_start_minute))
    }

    /// The fact that takes the place of one that has not begun, and that `today` would have been over without: it goes on,
    /// until the next day begins under these settings, or at once if that has begun. What was held back is not let go
    /// backwards: days that were have been told apart by it.
    fn in_place(self, zone: &Zone, today: NaiveDate, now: DateTime<Utc>) -> CalendarFact {
        let there = zone.day_at(now, self.day_start_minute);
        let (from, starts_at) = if there > today {
            (there, now + TimeDelta::microseconds(1))
        } else {
            let next = today + Days::new(1);
            (next, zone.begins(next, self.day_start_minute))
        };
        let left_out = u8::try_from((from - today).num_days() - 1).unwrap_or(0);
        CalendarFact { from, starts_at, set_at: now, left_out, settings: self }
    }

    fn zone(&self) -> Result<Zone, Refusal> {
        Zone::named(&self.zone)
    }
}

impl Calendar {
    /// A calendar that begins with this fact.
    pub fn new(first: CalendarFact) -> Self {
        Self { facts: vec![first] }
    }

    /// Takes in a fact. One that had not begun when it was chosen is replaced by it.
    pub fn set(&mut self, fact: CalendarFact) {
        let begun = self.begun(fact.set_at).count();
        self.facts.truncate(begun);
        self.facts.push(fact);
    }

    /// All facts, in the order of their dates.
    pub fn facts(&self) -> &[CalendarFact] {
        &self.facts
    }

    /// The day it is at `now`.
    pub fn today(&self, now: DateTime<Utc>) -> Result<NaiveDate, Refusal> {
        let Some(index) = self.holding(now) else {
            return Err(Refusal::UnknownZone { zone: String::new() });
        };
        let fact = &self.facts[index];
        let day = fact.settings.zone()?.day_at(now, fact.settings.day_start_minute).max(fact.from);
        // Until the next fact's first day begins, that day has not: its eve lasts as long as it must.
        let last = self.facts.get(index + 1).and_then(|next| next.from.pred_opt());
        Ok(last.map_or(day, |last| day.min(last)))
    }

    /// The instant `day` begins; one that never does begins and ends with the day after it.
    pub fn begins(&self, day: NaiveDate) -> Result<DateTime<Utc>, Refusal> {
        let later = self.facts.iter().skip(1).take_while(|fact| fact.from <= day).count();
        let Some(fact) = self.facts.get(later) else {
            return Err(Refusal::UnknownZone { zone: String::new() });
        };
        if later > 0 && fact.from == day {
            return Ok(fact.starts_at);
        }
        let starts_at = fact.settings.zone()?.begins(day, fact.settings.day_start_minute);
        Ok(match self.facts.get(later + 1) {
            Some(next) if next.first_left_out() <= day => next.starts_at,
            Some(next) => starts_at.min(next.starts_at),
            None => starts_at,
        })
    }

    /// The instant `day` is over: when the next one begins.
    pub fn ends(&self, day: NaiveDate) -> Result<DateTime<Utc>, Refusal> {
        self.begins(day.succ_opt().unwrap_or(NaiveDate::MAX))
    }

    /// The settings that hold at `now`.
    pub fn settings(&self, now: DateTime<Utc>) -> Option<&CalendarSettings> {
        self.holding(now).map(|index| &self.facts[index].settings)
    }

    /// The settings that decide when `day` begins. Needs no zone.
    pub fn settings_on(&self, day: NaiveDate) -> Option<&CalendarSettings> {
        let later = self.facts.iter().skip(1).take_while(|fact| fact.from <= day).count();
        self.facts.get(later).map(|fact| &fact.settings)
    }

    /// The fact that puts `settings` in force: they hold from the first day that begins under them after `now`.
    pub fn change(&self, settings: CalendarSettings, now: DateTime<Utc>) -> Result<CalendarFact, Refusal> {
        let zone = settings.zone()?;
        let begun = Self { facts: self.begun(now).cloned().collect() };
        let today = self.today(now)?;
        if today < begun.today(now)? {
            return Ok(settings.in_place(&zone, today, now));
        }
        let mut from = today + Days::new(1);
        let mut starts_at = zone.begins(from, settings.day_start_minute);
        while starts_at <= now {
            from = from + Days::new(1);
            starts_at = zone.begins(from, settings.day_start_minute);
        }
        let last_before = begun.today(starts_at - TimeDelta::microseconds(1))?;
        let left_out = (from - last_before).num_days().saturating_sub(1);
        let left_out = u8::try_from(left_out).unwrap_or(0);
        Ok(CalendarFact { from, starts_at, set_at: now, left_out, settings })
    }

    /// Facts hold from their instant on; before the first, the first.
    fn holding(&self, now: DateTime<Utc>) -> Option<usize> {
        self.begun(now).count().checked_sub(1)
    }

    /// The first fact, and those after it that had begun at `now`.
    fn begun(&self, now: DateTime<Utc>) -> impl Iterator<Item = &CalendarFact> {
        self.facts
            .iter()
            .enumerate()
            .take_while(move |(at, fact)| *at == 0 || fact.starts_at <= now)
            .map(|(_, fact)| fact)
    }
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }
    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }
    fn settings(zone: &str, day_start_minute: u16) -> CalendarSettings {
        CalendarSettings { zone: zone.into(), week_start: Weekday::Monday, day_start_minute }
    }
    fn calendar(zone: &str, day_start_minute: u16, since: &str) -> Calendar {
        Calendar::new(settings(zone, day_start_minute).beginning(at(since)).expect("zone"))
    }

    #[test]
    fn a_day_lasts_until_the_day_start() {
        let calendar = calendar("Europe/Berlin", 240, "2026-01-01T12:00:00Z");
        assert_eq!(calendar.today(at("2026-03-10T02:59:59Z")), Ok(day("2026-03-09")));
        assert_eq!(calendar.today(at("2026-03-10T03:00:00Z")), Ok(day("2026-03-10")));
    }

    #[test]
    fn a_day_start_that_the_clocks_jump_over_is_the_jump() {
        // 2:00 to 3:00 does not exist on 29 March 2026 in Berlin; the jump is at 1:00 UTC.
        let calendar = calendar("Europe/Berlin", 150, "2026-01-01T12:00:00Z");
        assert_eq!(calendar.today(at("2026-03-29T00:59:59Z")), Ok(day("2026-03-28")));
        assert_eq!(calendar.today(at("2026-03-29T01:00:00Z")), Ok(day("2026-03-29")));
    }

    #[test]
    fn a_day_start_that_comes_twice_counts_the_first_time() {
        // 2:00 to 3:00 comes twice on 25 October 2026 in Berlin, first from 0:00 UTC.
        let calendar = calendar("Europe/Berlin", 150, "2026-01-01T12:00:00Z");
        assert_eq!(calendar.today(at("2026-10-25T00:29:59Z")), Ok(day("2026-10-24")));
        for since in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T02:00:00Z"] {
            assert_eq!(calendar.today(at(since)), Ok(day("2026-10-25")), "{since}");
        }
    }

    #[test]
    fn travelling_west_makes_today_longer_and_never_goes_back() {
        let mut calendar = calendar("Asia/Tokyo", 0, "2026-05-01T00:00:00Z");
        let now = at("2026-05-21T03:00:00Z");
        assert_eq!(calendar.today(now), Ok(day("2026-05-21")));
        let change = calendar.change(settings("America/Los_Angeles", 0), now).expect("zone");
        assert_eq!((change.from, change.starts_at), (day("2026-05-22"), at("2026-05-22T07:00:00Z")));
        calendar.set(change);
        assert_eq!(calendar.today(at("2026-05-21T20:00:00Z")), Ok(day("2026-05-21")), "Tokyo's 22nd has begun");
        assert_eq!(calendar.today(at("2026-05-22T07:00:00Z")), Ok(day("2026-05-22")));
    }

    #[test]
    fn crossing_the_date_line_eastward_may_leave_out_a_date() {
        let mut calendar = calendar("Pacific/Honolulu", 0, "2026-05-01T12:00:00Z");
        let now = at("2026-05-20T10:30:00Z"); // Just past midnight in Honolulu, past midnight of the 21st in Kiritimati.
        assert_eq!(calendar.today(now), Ok(day("2026-05-20")));
        let change = calendar.change(settings("Pacific/Kiritimati", 0), now).expect("zone");
        assert_eq!((change.from, change.starts_at), (day("2026-05-22"), at("2026-05-21T10:00:00Z")));
        calendar.set(change);
        assert_eq!(calendar.today(at("2026-05-21T09:59:59Z")), Ok(day("2026-05-20")));
        assert_eq!(calendar.today(at("2026-05-21T10:00:00Z")), Ok(day("2026-05-22")));
    }

    #[test]
    fn a_date_that_a_zone_left_out_never_is_today() {
        // Samoa had no 30 December 2011.
        let calendar = calendar("Pacific/Apia", 0, "2011-12-01T00:00:00Z");
        assert_eq!(calendar.today(at("2011-12-30T09:59:59Z")), Ok(day("2011-12-29")));
        assert_eq!(calendar.today(at("2011-12-30T10:00:00Z")), Ok(day("2011-12-31")));
    }

    #[test]
    fn a_second_change_replaces_the_one_that_has_not_begun() {
        let mut calendar = calendar("Europe/Berlin", 0, "2026-05-01T00:00:00Z");
        let now = at("2026-05-20T10:00:00Z");
        calendar.set(calendar.change(settings("Asia/Tokyo", 0), now).expect("zone"));
        calendar.set(calendar.change(settings("Europe/Lisbon", 0), now).expect("zone"));
        assert_eq!(calendar.facts().len(), 2);
        assert_eq!(calendar.settings(at("2026-05-22T00:00:00Z")).map(|s| s.zone.as_str()), Some("Europe/Lisbon"));
    }

    #[test]
    fn a_change_taken_back_before_it_began_ends_the_day_that_it_held_back() {
        let mut calendar = calendar("Asia/Tokyo", 0, "2026-05-01T00:00:00Z");
        calendar.set(calendar.change(settings("America/Los_Angeles", 0), at("2026-05-21T03:00:00Z")).expect("zone"));
        // It is the 22nd in Tokyo by now, but not yet in Los Angeles.
        let now = at("2026-05-21T20:00:00Z");
        assert_eq!(calendar.today(now), Ok(day("2026-05-21")));
        let back = calendar.change(settings("Asia/Tokyo", 0), now).expect("zone");
        assert_eq!(back.from, day("2026-05-22"));
        calendar.set(back);
        let next = now + TimeDelta::microseconds(1);
        assert_eq!([calendar.today(now), calendar.today(next)], [Ok(day("2026-05-21")), Ok(day("2026-05-22"))]);
        assert_eq!(calendar.ends(day("2026-05-21")), Ok(next), "what was recorded on it was recorded before its end");
        assert_eq!(calendar.facts().len(), 2);
    }

    #[test]
    fn what_takes_the_place_of_a_change_that_holds_the_day_back_holds_it_too() {
        let sunday = day("2026-06-21");
        for (changed_at, day_start, ends_at) in [
            ("2026-06-22T00:30:00Z", 240, "2026-06-22T02:00:00Z"),
            ("2026-06-22T03:00:00Z", 240, "2026-06-22T03:00:00.000001Z"),
        ] {
            let mut calendar = calendar("Europe/Berlin", 0, "2026-05-01T00:00:00Z");
            let later = calendar.change(settings("Europe/Berlin", 360), at("2026-06-21T18:00:00Z")).expect("zone");
            calendar.set(later);
            let now = at(changed_at);
            assert_eq!(calendar.today(now), Ok(sunday), "Monday begins at six");
            calendar.set(calendar.change(settings("Europe/Berlin", day_start), now).expect("zone"));
            assert_eq!((calendar.today(now), calendar.ends(sunday)), (Ok(sunday), Ok(at(ends_at))));
        }
    }

    #[test]
    fn no_date_is_leapt_over_by_a_change_in_place_of_another() {
        let mut calendar = calendar("Pacific/Auckland", 0, "2026-05-01T00:00:00Z");
        let west = calendar.change(settings("Pacific/Honolulu", 240), at("2026-06-20T20:00:00Z")).expect("zone");
        calendar.set(west);
        // In Auckland it would be the 23rd by now.
        let now = at("2026-06-22T12:30:00Z");
        assert_eq!(calendar.today(now), Ok(day("2026-06-21")));
        let fact = calendar.change(settings("Pacific/Honolulu", 180), now).expect("zone");
        assert_eq!((fact.from, fact.starts_at, fact.left_out), (day("2026-06-22"), at("2026-06-22T13:00:00Z"), 0));
        calendar.set(fact);
        assert_eq!(calendar.today(at("2026-06-22T12:59:59Z")), Ok(day("2026-06-21")));
        assert_eq!(calendar.today(at("2026-06-22T13:00:00Z")), Ok(day("2026-06-22")));
    }

    #[test]
    fn a_date_is_left_out_where_a_change_in_place_of_another_goes_east_of_it() {
        let mut calendar = calendar("Pacific/Kiritimati", 0, "2026-05-01T00:00:00Z");
        calendar.set(calendar.change(settings("Pacific/Pago_Pago", 0), at("2026-06-20T12:00:00Z")).expect("zone"));
        // It would be the 23rd in Kiritimati by now, and is the 21st until the 22nd begins in Pago Pago.
        let now = at("2026-06-22T10:30:00Z");
        assert_eq!(calendar.today(now), Ok(day("2026-06-21")));
        let back = calendar.change(settings("Pacific/Kiritimati", 0), now).expect("zone");
        assert_eq!((back.from, back.left_out), (day("2026-06-23"), 1));
        let starts_at = back.starts_at;
        calendar.set(back);
        assert_eq!(["2026-06-21", "2026-06-22"].map(|date| calendar.ends(day(date))), [Ok(starts_at), Ok(starts_at)]);
    }

    #[test]
    fn the_first_fact_holds_whatever_another_clock_says() {
        let mut calendar = calendar("Europe/Berlin", 0, "2026-05-20T22:00:00Z");
        let early = at("2026-05-20T21:59:59Z");
        calendar.set(calendar.change(settings("Asia/Tokyo", 0), early).expect("zone"));
        assert_eq!(calendar.facts().len(), 2);
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(matches!(
            settings("Mars/Olympus", 0).beginning(at("2026-05-20T10:00:00Z")),
            Err(Refusal::UnknownZone { .. })
        ));
        for name in ["europe/berlin", "EST5EDT,M3.2.0,M11.1.0", "+02:00", "Etc/Unknown", ""] {
            assert!(settings(name, 0).beginning(at("2026-05-20T10:00:00Z")).is_err(), "{name}");
        }
    }
}
