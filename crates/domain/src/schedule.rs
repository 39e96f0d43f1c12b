//! Schedules: which days a goal expects, from which day on, and how much makes a day count.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{calendar::Weekday, values::LOG_MINUTES_MAX};

/// Which days a goal expects, and the minutes that make a day count.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Schedule {
    /// Every day.
    EveryDay {
        /// The minutes that make a day count, 1 to 1,440.
        #[garde(range(min = 1, max = LOG_MINUTES_MAX))]
        #[serde(default = "one")]
        #[schema(minimum = 1, maximum = 1440, default = 1)]
        minutes_min: u16,
    },
    /// Some days of the week.
    Weekdays {
        /// The days it expects, at least one.
        #[garde(length(min = 1))]
        #[schema(min_items = 1, max_items = 7)]
        weekdays: BTreeSet<Weekday>,
        /// The minutes that make a day count, 1 to 1,440.
        #[garde(range(min = 1, max = LOG_MINUTES_MAX))]
        #[serde(default = "one")]
        #[schema(minimum = 1, maximum = 1440, default = 1)]
        minutes_min: u16,
    },
    /// So many days of each week, whichever they are.
    DaysAWeek {
        /// How many, 1 to 7.
        #[garde(range(min = 1, max = 7))]
        #[schema(minimum = 1, maximum = 7)]
        days: u8,
        /// The minutes that make a day count, 1 to 1,440.
        #[garde(range(min = 1, max = LOG_MINUTES_MAX))]
        #[serde(default = "one")]
        #[schema(minimum = 1, maximum = 1440, default = 1)]
        minutes_min: u16,
    },
}

/// What a streak is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Met days, as every day and some weekdays are judged.
    Days,
    /// Met weeks, as so many days a week are judged.
    Weeks,
}

/// A schedule, and since when it holds: the fields of `GoalScheduleSet`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatedSchedule {
    /// The first day it holds on.
    pub from: NaiveDate,
    /// What is expected.
    pub schedule: Schedule,
}

/// A goal's schedules, in the order of their dates. Before the first, every day counts with a minute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedules {
    dated: Vec<DatedSchedule>,
}

/// What holds before any schedule is set.
const FIRST: Schedule = Schedule::EveryDay { minutes_min: 1 };

impl Schedule {
    /// The minutes that make a day count.
    pub const fn minutes_min(&self) -> u16 {
        match self {
            Self::EveryDay { minutes_min }
            | Self::Weekdays { minutes_min, .. }
            | Self::DaysAWeek { minutes_min, .. } => *minutes_min,
        }
    }

    /// What its streak is counted in.
    pub const fn unit(&self) -> Unit {
        match self {
            Self::EveryDay { .. } | Self::Weekdays { .. } => Unit::Days,
            Self::DaysAWeek { .. } => Unit::Weeks,
        }
    }

    /// Whether it expects `day` as such; so many days a week expect none in particular.
    pub fn expects(&self, day: NaiveDate) -> bool {
        match self {
            Self::EveryDay { .. } => true,
            Self::Weekdays { weekdays, .. } => weekdays.contains(&Weekday::of(day)),
            Self::DaysAWeek { .. } => false,
        }
    }

    /// How many days of a week it expects, where it does not say which.
    pub const fn days_a_week(&self) -> Option<u8> {
        match self {
            Self::EveryDay { .. } | Self::Weekdays { .. } => None,
            Self::DaysAWeek { days, .. } => Some(*days),
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        FIRST
    }
}

impl Schedules {
    /// Takes in a schedule; it replaces one of the same date.
    pub fn set(&mut self, dated: DatedSchedule) {
        let at = self.dated.partition_point(|earlier| earlier.from < dated.from);
        if self.dated.get(at).is_some_and(|same| same.from == dated.from) {
            self.dated[at] = dated;
        } else {
            self.dated.insert(at, dated);
        }
    }

    /// All of them, in the order of their dates.
    pub fn dated(&self) -> &[DatedSchedule] {
        &self.dated
    }

    /// The schedule that holds on `day`.
    pub fn on(&self, day: NaiveDate) -> &Schedule {
        self.begun(day).last().map_or(&FIRST, |dated| &dated.schedule)
    }

    /// Whether so many minutes make `day` count.
    pub fn counts(&self, day: NaiveDate, minutes: u32) -> bool {
        minutes >= u32::from(self.on(day).minutes_min())
    }

    /// The first day after `day` with a schedule of its own.
    pub fn next_change(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.dated.get(self.begun(day).len()).map(|dated| dated.from)
    }

    /// The days around `day` whose streak is counted in the same unit, without interruption.
    pub fn same_unit(&self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let unit = self.on(day).unit();
        let begun = self.begun(day).len();
        let differs = |dated: &&DatedSchedule| dated.schedule.unit() != unit;
        // The earliest of the schedules that lead up to this day in the same unit; before all of them, days are counted.
        let before = self.dated[..begun].iter().rposition(|dated| differs(&dated));
        let first = match before {
            Some(at) => self.dated[at + 1].from,
            None if unit == FIRST.unit() => NaiveDate::MIN,
            None => self.dated[0].from,
        };
        let after = self.dated[begun..].iter().find(differs);
        (first, after.map_or(NaiveDate::MAX, |dated| crate::pauses::eve(dated.from)))
    }

    fn begun(&self, day: NaiveDate) -> &[DatedSchedule] {
        &self.dated[..self.dated.partition_point(|dated| dated.from <= day)]
    }
}

const fn one() -> u16 {
    1
}
