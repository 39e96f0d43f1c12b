//! Weeks, as a workspace's calendar makes them: named by their first date, short where the week start changed.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Calendar, Refusal,
    calendar::Weekday,
    pauses::{eve, morrow},
};

/// The days of a week: seven, or fewer where the week start changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct Week {
    /// Its first date, which is its name.
    pub first: NaiveDate,
    /// Its last date.
    pub last: NaiveDate,
}

impl Week {
    /// Its dates.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }
}

/// A week has at most so many days before or after one of its own.
pub const WEEK_BESIDE_DAYS: Days = Days::new(6);
/// A workspace without an event for so many weeks is left alone until its next one.
pub const IDLE_WEEKS_MAX: u64 = 8;

impl Calendar {
    /// The week that `day` is in. Needs no zone: weeks are made of dates.
    pub fn week_of(&self, day: NaiveDate) -> Week {
        let start = self.week_start(day);
        let first = day - Days::new(start.days_until(Weekday::of(day)));
        let next = morrow(day) + Days::new(Weekday::of(morrow(day)).days_until(start));
        // A new week start ends the week that it comes upon, unless the old one would have done so before.
        let last = self.week_starts().map(|(from, _)| from).filter(|from| *from > day).fold(next, NaiveDate::min);
        Week { first, last: eve(last) }
    }

    /// The weeks that are over at `now` and not closed yet, in order, each with the instant it ended.
    ///
    /// `closed` is the last closed week, and `active_on` the local day of the last event: eight weeks after it, weeks are
    /// closed no further, until there is another.
    pub fn weeks_to_close(
        &self,
        closed: Option<Week>,
        active_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Vec<(Week, DateTime<Utc>)>, Refusal> {
        let today = self.today(now)?;
        std::iter::successors(self.next_to_close(closed, active_on), |week| self.next_to_close(Some(*week), active_on))
            .take_while(|week| week.last < today)
            .map(|week| Ok((week, self.ends(week.last)?)))
            .collect()
    }

    /// The next week to close, once it is over; none, where the workspace is left alone until its next event. Needs no
    /// zone.
    pub fn next_to_close(&self, closed: Option<Week>, active_on: NaiveDate) -> Option<Week> {
        let first = closed.map_or(self.facts().first()?.from, |week| morrow(week.last));
        let week = self.week_of(first);
        (week.first <= active_on + Days::new(7 * IDLE_WEEKS_MAX)).then_some(week)
    }

    /// Whether `day` is a date that never began, as when the date line was crossed eastward.
    pub fn leaves_out(&self, day: NaiveDate) -> bool {
        self.facts().iter().any(|fact| fact.first_left_out() <= day && day < fact.from)
    }

    /// The week start in force on `day`.
    fn week_start(&self, day: NaiveDate) -> Weekday {
        self.week_starts().take_while(|(from, _)| *from <= day).last().map_or(Weekday::Monday, |(_, start)| start)
    }

    /// Every week start that came into force, from its first such weekday on. One that was replaced before that never did.
    fn week_starts(&self) -> impl Iterator<Item = (NaiveDate, Weekday)> {
        self.facts().iter().enumerate().filter_map(|(at, fact)| {
            let start = fact.settings.week_start;
            let from =
                if at == 0 { NaiveDate::MIN } else { fact.from + Days::new(Weekday::of(fact.from).days_until(start)) };
            let replaced = self.facts().get(at + 1).is_some_and(|next| next.from <= from);
            (!replaced).then_some((from, start))
        })
    }
}
