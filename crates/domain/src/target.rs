//! Weekly targets: so much of a metric a week, from a week on.

use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::LOG_MINUTES_MAX;

/// What a weekly target counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// Logged minutes.
    Minutes,
    /// Met days.
    Days,
    /// Logs.
    Logs,
}

/// So much of a metric a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct WeeklyTarget {
    /// What is counted.
    #[garde(skip)]
    pub metric: Metric,
    /// How much of it: minutes up to 10,080, days up to 7, logs up to 1,000.
    #[garde(range(min = 1), custom(attainable(self.metric)))]
    #[schema(minimum = 1, maximum = 10_080)]
    pub value: u16,
}

/// A target, and since when it holds; without one, the goal has none from then on.
///
/// The fields of `WeeklyTargetSet` and `WeeklyTargetWithdrawn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatedTarget {
    /// The first date of the first week it holds in.
    pub from_week: NaiveDate,
    /// The target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<WeeklyTarget>,
}

/// A goal's weekly targets, in the order of their weeks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeeklyTargets {
    dated: Vec<DatedTarget>,
}

/// No week has more logs than this from any person.
const LOGS_A_WEEK_MAX: u16 = 1_000;

impl Metric {
    /// The most that a week can have.
    pub const fn a_week_max(self) -> u16 {
        match self {
            Self::Minutes => 7 * LOG_MINUTES_MAX,
            Self::Days => 7,
            Self::Logs => LOGS_A_WEEK_MAX,
        }
    }
}

impl WeeklyTargets {
    /// Takes in a target or a withdrawal; it replaces what was set for the same week.
    pub fn set(&mut self, dated: DatedTarget) {
        let at = self.dated.partition_point(|earlier| earlier.from_week < dated.from_week);
        if self.dated.get(at).is_some_and(|same| same.from_week == dated.from_week) {
            self.dated[at] = dated;
        } else {
            self.dated.insert(at, dated);
        }
    }

    /// All of them, in the order of their weeks.
    pub fn dated(&self) -> &[DatedTarget] {
        &self.dated
    }

    /// The target of the week that begins on `first`.
    pub fn in_week(&self, first: NaiveDate) -> Option<WeeklyTarget> {
        let begun = self.dated.partition_point(|dated| dated.from_week <= first);
        self.dated[..begun].last().and_then(|dated| dated.target)
    }
}

/// Held by a target's value: nobody aims for an eighth day.
fn attainable<C>(metric: Metric) -> impl FnOnce(&u16, &C) -> garde::Result {
    move |value, _| {
        let max = metric.a_week_max();
        if *value <= max {
            return Ok(());
        }
        Err(garde::Error::new(format!("must be at most {max}")))
    }
}
