//! How a streak stands on a day: a pure function of what is stored and the day asked about.

use std::collections::{BTreeMap, btree_map::Entry};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Run, StreakState,
    judge::{Break, Judge, Verdict},
};
use crate::{Calendar, Week, pauses::morrow, schedule::Unit};

/// The lengths of all runs of a goal, and how many there are of each: the longest is known without looking at any.
///
/// Runs of many different lengths take many days, so even a lifetime has but a few hundred entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lengths {
    /// Of runs of days.
    pub days: BTreeMap<u32, u32>,
    /// Of runs of weeks.
    pub weeks: BTreeMap<u32, u32>,
}

/// The longest run there ever was, in each unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Longest {
    /// In days.
    pub days: u32,
    /// In weeks.
    pub weeks: u32,
}

/// What changes of a streak are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreakFigures {
    /// What the current streak is counted in, by the schedule that holds.
    pub unit: Unit,
    /// The current streak.
    pub current: u32,
    /// The first met day, or the first date of the first met week, of the current streak.
    pub since: Option<NaiveDate>,
    /// The longest there ever was; the current one counts.
    pub longest: Longest,
}

/// A streak that ended because a day or a week was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lapse {
    /// The streak as it was.
    pub run: Run,
    /// The missed day, or the missed week.
    pub missed: Week,
}

/// How a streak stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// Current, longest, since when.
    #[serde(flatten)]
    pub figures: StreakFigures,
    /// The current streak ends with the day unless the day is met; for weeks: without today, too few days are left for the
    /// week to be met.
    pub at_risk: bool,
    /// The last streak, if it was missed and none began since.
    pub lapsed: Option<Lapse>,
}

/// What a goal asks of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Due {
    /// Whether today is expected: it is not paused, and it is one of the days; where so many days a week are, the other
    /// days of the week are not enough.
    pub due: bool,
    /// Whether what was logged makes it count.
    pub met: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// The minutes logged for it.
    pub minutes_today: u32,
    /// The minutes that make it count.
    pub minutes_needed: u16,
}

impl Lengths {
    /// The greatest of each.
    pub fn longest(&self) -> Longest {
        let longest = |lengths: &BTreeMap<u32, u32>| lengths.last_key_value().map_or(0, |(length, _)| *length);
        Longest { days: longest(&self.days), weeks: longest(&self.weeks) }
    }

    pub(crate) fn add(&mut self, run: &Run) {
        *self.of(run.unit).entry(run.length).or_default() += 1;
    }

    pub(crate) fn remove(&mut self, run: &Run) {
        if let Entry::Occupied(mut runs) = self.of(run.unit).entry(run.length) {
            *runs.get_mut() = runs.get().saturating_sub(1);
            if *runs.get() == 0 {
                runs.remove();
            }
        }
    }

    fn of(&mut self, unit: Unit) -> &mut BTreeMap<u32, u32> {
        match unit {
            Unit::Days => &mut self.days,
            Unit::Weeks => &mut self.weeks,
        }
    }
}

impl StreakState {
    /// How the streak stands on `today`, where `minutes` tells what counts for the days of today's week.
    ///
    /// It needs neither a clock nor a zone: which day is today is the asker's to say.
    pub fn standing(&self, calendar: &Calendar, today: NaiveDate, minutes: &dyn Fn(NaiveDate) -> u32) -> Standing {
        let judge = Judge { rules: &self.rules, calendar, minutes };
        let (figures, lapsed) = figures(&judge, self.last, self.lengths.longest(), today);
        Standing { figures, at_risk: figures.current > 0 && at_risk(&judge, today), lapsed }
    }

    /// What is asked of `today`, where `minutes` tells what counts for the days of today's week.
    pub fn due(&self, calendar: &Calendar, today: NaiveDate, minutes: &dyn Fn(NaiveDate) -> u32) -> Due {
        let judge = Judge { rules: &self.rules, calendar, minutes };
        let (schedule, met) = (self.rules.schedules.on(today), judge.met(today));
        let expected = match schedule.unit() {
            Unit::Days => schedule.expects(today),
            Unit::Weeks => {
                let part = judge.part(today);
                judge.met_days(&part) - u32::from(met) < judge.need(&part)
            }
        };
        Due {
            due: expected && judge.expectable(today),
            met,
            paused: self.rules.rest_around(today).is_some(),
            minutes_today: minutes(today),
            minutes_needed: schedule.minutes_min(),
        }
    }

    /// The figures on `today`; they do not depend on what was logged today or this week but through the stored runs.
    pub(crate) fn figures(&self, calendar: &Calendar, today: NaiveDate) -> (StreakFigures, Option<Lapse>) {
        let judge = Judge { rules: &self.rules, calendar, minutes: &|_| 0 };
        figures(&judge, self.last, self.lengths.longest(), today)
    }
}

fn figures(judge: &Judge<'_>, last: Option<Run>, longest: Longest, today: NaiveDate) -> (StreakFigures, Option<Lapse>) {
    let unit = judge.rules.schedules.on(today).unit();
    let none = StreakFigures { unit, current: 0, since: None, longest };
    let Some(run) = last else {
        return (none, None);
    };
    match judge.first_break(run.unit, morrow(run.last), today) {
        None => (StreakFigures { current: run.length, since: Some(run.first), ..none }, None),
        Some(Break::Missed(part)) => (none, Some(Lapse { run, missed: Week { first: part.first, last: part.last } })),
        Some(Break::Closed(_)) => (none, None),
    }
}

/// Whether leaving today out would end the streak: it is due, and not met yet.
fn at_risk(judge: &Judge<'_>, today: NaiveDate) -> bool {
    let part = judge.part(today);
    match part.unit {
        Unit::Days => judge.verdict(&part) == Verdict::Missed,
        Unit::Weeks => {
            let left =
                morrow(today).iter_days().take_while(|day| *day <= part.last).filter(|day| judge.expectable(*day));
            let left = u32::try_from(left.count()).unwrap_or(u32::MAX);
            let is_wanted = judge.expectable(today) && !judge.met(today);
            is_wanted && judge.met_days(&part) + left < judge.need(&part)
        }
    }
}
