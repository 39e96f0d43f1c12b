//! How one day or one week is judged, from facts alone.

use chrono::NaiveDate;

use super::GoalRules;
use crate::{Calendar, Week, pauses::morrow, schedule::Unit};

/// What a streak is made of: a day, or those days of a week on which so many days a week are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub unit: Unit,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// The schedule changed to one of the other unit before the week was over, which closed the streak.
    pub cut: bool,
}

/// What became of a part, once it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It extends the streak.
    Met,
    /// It ends the streak.
    Missed,
    /// It does neither.
    Neutral,
}

/// Where a run of met parts ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// This part was not met.
    Missed(Part),
    /// On this day begins a schedule whose streak is counted in the other unit.
    Closed(NaiveDate),
}

/// Everything that judging needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub rules: &'a GoalRules,
    pub calendar: &'a Calendar,
    pub minutes: &'a dyn Fn(NaiveDate) -> u32,
}

impl Judge<'_> {
    /// Whether the minutes logged for `day` make it count.
    pub fn met(&self, day: NaiveDate) -> bool {
        self.rules.schedules.counts(day, (self.minutes)(day))
    }

    /// Whether anything can be expected of `day`: it is not paused, and it began.
    pub fn expectable(&self, day: NaiveDate) -> bool {
        self.rules.rest_around(day).is_none() && !self.calendar.leaves_out(day)
    }

    /// The part that `day` is in.
    pub fn part(&self, day: NaiveDate) -> Part {
        match self.rules.schedules.on(day).unit() {
            unit @ Unit::Days => Part { unit, first: day, last: day, cut: false },
            unit @ Unit::Weeks => {
                let week = self.calendar.week_of(day);
                let (first, last) = self.rules.schedules.same_unit(day);
                Part { unit, first: first.max(week.first), last: last.min(week.last), cut: last < week.last }
            }
        }
    }

    pub fn verdict(&self, part: &Part) -> Verdict {
        let met = match part.unit {
            Unit::Days => self.met(part.first),
            Unit::Weeks => {
                let need = self.need(part);
                need > 0 && self.met_days(part) >= need
            }
        };
        if met {
            Verdict::Met
        } else if self.breaks(part) {
            Verdict::Missed
        } else {
            Verdict::Neutral
        }
    }

    /// Whether the part ends a streak unless it is met.
    fn breaks(&self, part: &Part) -> bool {
        match part.unit {
            Unit::Days => self.rules.schedules.on(part.first).expects(part.first) && self.expectable(part.first),
            Unit::Weeks => !part.cut && self.need(part) > 0,
        }
    }

    /// The met days that the days of a week need: a seventh of what the schedule says for each adds up, rounded up.
    pub fn need(&self, part: &Part) -> u32 {
        let days = part.days().filter(|day| self.expectable(*day));
        let sevenths = days.filter_map(|day| self.rules.schedules.on(day).days_a_week()).map(u32::from);
        sevenths.sum::<u32>().div_ceil(7)
    }

    /// Paused days count, too, if they were met.
    pub fn met_days(&self, part: &Part) -> u32 {
        part.days().map(|day| u32::from(self.met(day))).sum()
    }

    /// What first ends a run among the parts that begin on or after `from` and are over before `until`, none of which
    /// is met: what was logged on them is not looked at.
    pub fn first_break(&self, unit: Unit, from: NaiveDate, until: NaiveDate) -> Option<Break> {
        let mut day = from;
        while day < until {
            let part = self.part(day);
            if part.unit != unit {
                return Some(Break::Closed(day));
            }
            if part.last < until && self.breaks(&part) {
                return Some(Break::Missed(part));
            }
            day = self.skip_rest(&part, until);
        }
        (day == until && self.part(until).unit != unit).then_some(Break::Closed(until))
    }

    /// The first day after `part` that can matter: a long pause costs no more than a short one.
    fn skip_rest(&self, part: &Part, until: NaiveDate) -> NaiveDate {
        let next = morrow(part.last);
        let Some(rest) = self.rules.rest_around(part.first) else {
            return next;
        };
        let change = self.rules.schedules.next_change(part.last).unwrap_or(until);
        let end = morrow(rest.end()).min(change).min(until);
        next.max(end)
    }
}

impl Part {
    fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        Week { first: self.first, last: self.last }.days()
    }
}
