//! Progress towards a goal's total, and whether it will be reached in time.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::figures::percent;

/// The days whose pace is taken to go on.
pub const RECENT_DAYS: u32 = 28;

/// A forecast further ahead says nothing but that the goal will not be reached at this pace.
const FORECAST_DAYS_MAX: u64 = 100 * 366;

/// How much of a goal's total is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// The minutes logged in all.
    pub minutes: u32,
    /// The minutes it takes in all, if the goal has a total.
    pub total_minutes: Option<u32>,
    /// How much that is, rounded down; more than 100 if the total was passed.
    pub percent: Option<u32>,
}

/// What was done of late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recent {
    /// The minutes of these days.
    pub minutes: u32,
    /// How many days they are.
    pub days: u32,
}

/// How fast a goal must be gone at, how fast it is, and where that leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pace {
    /// The minutes a day needed from today to the target date, both included, rounded up; none without total or target
    /// date, or when it has passed.
    pub needed_minutes_a_day: Option<u32>,
    /// The minutes a day of late, rounded down; none if nothing was ever logged.
    pub recent_minutes_a_day: Option<u32>,
    /// The day the total will be reached at the recent pace; none without a total, when it is reached, or never is.
    pub reached_on: Option<NaiveDate>,
    /// Whether that is on the target date or before; none without total or target date, or when it is reached already.
    pub on_time: Option<bool>,
}

impl Progress {
    /// Of a goal with this total, on which so many minutes were logged.
    pub fn of(total_minutes: Option<u32>, minutes: u32) -> Self {
        Self { minutes, total_minutes, percent: total_minutes.map(|total| percent(minutes, total)) }
    }

    /// The minutes still to go, if there is a total.
    pub fn rest_minutes(&self) -> Option<u32> {
        self.total_minutes.map(|total| total.saturating_sub(self.minutes))
    }
}

impl Recent {
    /// The last 28 days, or fewer since the first logged day. Today is one of them once something is logged on it.
    ///
    /// `minutes` tells the minutes of a day; none is asked for but those days.
    pub fn until(
        today: NaiveDate,
        first_logged: Option<NaiveDate>,
        minutes: impl Fn(NaiveDate) -> u32,
    ) -> Option<Self> {
        let first_logged = first_logged?;
        let last = if minutes(today) > 0 { today } else { today.pred_opt()? };
        let days = last.iter_days().rev().take(RECENT_DAYS as usize).take_while(|day| *day >= first_logged);
        let recent = days.fold(Self { minutes: 0, days: 0 }, |recent, day| Self {
            minutes: recent.minutes.saturating_add(minutes(day)),
            days: recent.days + 1,
        });
        (recent.days > 0).then_some(recent)
    }
}

impl Pace {
    /// On `today`, with this target date, after this progress; `logged_today` says that today's part is done.
    pub fn on(
        today: NaiveDate,
        target_date: Option<NaiveDate>,
        progress: &Progress,
        recent: Option<Recent>,
        logged_today: bool,
    ) -> Self {
        let rest = progress.rest_minutes();
        let days_left = target_date.and_then(|date| u32::try_from((date - today).num_days() + 1).ok());
        let needed = rest.zip(days_left.filter(|days| *days > 0)).map(|(rest, days)| rest.div_ceil(days));
        let begins = if logged_today { today.succ_opt() } else { Some(today) };
        let reached_on = rest.filter(|rest| *rest > 0).zip(recent).zip(begins).and_then(|((rest, recent), begins)| {
            let days = (u64::from(rest) * u64::from(recent.days)).div_ceil(u64::from(recent.minutes).max(1));
            let reachable = recent.minutes > 0 && days <= FORECAST_DAYS_MAX;
            reachable.then(|| begins.checked_add_days(Days::new(days - 1))).flatten()
        });
        let on_time = |(_, date)| reached_on.is_some_and(|reached| reached <= date);
        Self {
            needed_minutes_a_day: needed,
            recent_minutes_a_day: recent.map(|recent| recent.minutes / recent.days.max(1)),
            reached_on,
            on_time: rest.filter(|rest| *rest > 0).zip(target_date).map(on_time),
        }
    }
}
