//! Weekly figures: what a week came to, against its target and the week before.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Week,
    target::{Metric, WeeklyTarget},
};

/// What one day came to, of a goal or of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayFigures {
    /// The day.
    pub day: NaiveDate,
    /// The minutes that count for it.
    pub minutes: u32,
    /// The logs that count for it.
    pub logs: u32,
    /// Whether it was met: for a workspace, by any of its goals.
    pub met: bool,
}

/// What a week came to, of a goal or of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeekFigures {
    /// Its first and last date.
    #[serde(flatten)]
    pub week: Week,
    /// Logged minutes.
    pub minutes: u32,
    /// Met days.
    pub met_days: u32,
    /// Logs.
    pub logs: u32,
    /// The goal's target in this week. A workspace has none.
    pub target: Option<WeeklyTarget>,
    /// How much of the target was reached, rounded down, so that 100 says it was; more than 100 if it was passed.
    pub share_percent: Option<u32>,
    /// The day with the most minutes, the first of several; none if nothing was logged.
    pub best_day: Option<BestDay>,
    /// What there is more, or less, than in the week before.
    pub change: WeekChange,
}

/// The day of a week with the most minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BestDay {
    /// The day.
    pub day: NaiveDate,
    /// Its minutes.
    pub minutes: u32,
}

/// The difference between a week and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeekChange {
    /// In minutes.
    pub minutes: i64,
    /// In met days.
    pub met_days: i64,
    /// In logs.
    pub logs: i64,
}

/// What days add up to.
#[derive(Default)]
struct Sums {
    minutes: u32,
    met_days: u32,
    logs: u32,
    best_day: Option<BestDay>,
}

impl WeekFigures {
    /// The figures of `week`, from any days that include its own and those of the week `before` it.
    pub fn of(week: Week, before: Week, days: &[DayFigures], target: Option<WeeklyTarget>) -> Self {
        let Sums { minutes, met_days, logs, best_day } = Sums::of(week, days);
        let earlier = Sums::of(before, days);
        let figures = Self {
            week,
            minutes,
            met_days,
            logs,
            target,
            share_percent: None,
            best_day,
            change: WeekChange {
                minutes: i64::from(minutes) - i64::from(earlier.minutes),
                met_days: i64::from(met_days) - i64::from(earlier.met_days),
                logs: i64::from(logs) - i64::from(earlier.logs),
            },
        };
        let share_percent = target.map(|target| percent(figures.counted(target.metric), target.value.into()));
        Self { share_percent, ..figures }
    }

    /// How much of a metric the week has.
    pub const fn counted(&self, metric: Metric) -> u32 {
        match metric {
            Metric::Minutes => self.minutes,
            Metric::Days => self.met_days,
            Metric::Logs => self.logs,
        }
    }
}

impl Sums {
    fn of(week: Week, days: &[DayFigures]) -> Self {
        let mut sums = Self::default();
        for day in days.iter().filter(|day| week.first <= day.day && day.day <= week.last) {
            sums.minutes = sums.minutes.saturating_add(day.minutes);
            sums.met_days += u32::from(day.met);
            sums.logs = sums.logs.saturating_add(day.logs);
            if day.minutes > sums.best_day.map_or(0, |best| best.minutes) {
                sums.best_day = Some(BestDay { day: day.day, minutes: day.minutes });
            }
        }
        sums
    }
}

/// How much of `whole` a `part` is, rounded down: only the whole is 100.
pub(crate) fn percent(part: u32, whole: u32) -> u32 {
    let percent = u64::from(part) * 100 / u64::from(whole.max(1));
    u32::try_from(percent).unwrap_or(u32::MAX)
}
