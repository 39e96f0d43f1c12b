//! Asking for daily totals: of a range of days, and what they add up to since the first; from tables, or from rows in
//! memory.

use chrono::NaiveDate;
use domain::WorkspaceId;
use sqlx::PgPool;
use uuid::Uuid;

use super::DailyTotal;
use crate::months::{DaySum, Months, TABLE};

/// A day, and what was logged on it and up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayInAll {
    /// The day.
    pub day: NaiveDate,
    /// The minutes of its logs that count.
    pub minutes: i32,
    /// The minutes of all days up to this one.
    pub minutes_in_all: i64,
}

/// What days add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InAll {
    /// The first day that has a log.
    pub first_logged: Option<NaiveDate>,
    /// The minutes of all days.
    pub minutes: i64,
    /// The days that were asked for, in order.
    pub days: Vec<DayInAll>,
}

/// The totals of a goal, or with the workspace's own id of the workspace, from a day to another, in order.
pub async fn list_daily_totals(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    range: (NaiveDate, NaiveDate),
) -> Result<Vec<DailyTotal>, sqlx::Error> {
    let rows = Months::of_subjects(pool, TABLE, workspace, &[subject], range).await?;
    Ok(list_daily_totals_of(&rows, workspace, subject, range))
}

/// The same, of rows in memory.
pub fn list_daily_totals_of(
    rows: &Months,
    workspace: WorkspaceId,
    subject: Uuid,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<DailyTotal> {
    rows.range((workspace, subject), from, to).map(total).collect()
}

/// What the days of a goal add up to, with the days of two ranges. It takes one range of the primary key: the goal's days.
pub async fn get_in_all(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    ranges: [(NaiveDate, NaiveDate); 2],
) -> Result<InAll, sqlx::Error> {
    let rows = Months::of_subjects(pool, TABLE, workspace, &[subject], (NaiveDate::MIN, NaiveDate::MAX)).await?;
    Ok(in_all_of(&rows, workspace, subject, ranges))
}

/// The same, of rows in memory.
pub fn in_all_of(rows: &Months, workspace: WorkspaceId, subject: Uuid, ranges: [(NaiveDate, NaiveDate); 2]) -> InAll {
    let mut in_all = InAll::default();
    for (day, DaySum { minutes, .. }) in rows.range((workspace, subject), NaiveDate::MIN, NaiveDate::MAX) {
        in_all.first_logged = in_all.first_logged.or(Some(day));
        in_all.minutes += i64::from(minutes);
        if ranges.iter().any(|(from, to)| (*from..=*to).contains(&day)) {
            in_all.days.push(DayInAll { day, minutes, minutes_in_all: in_all.minutes });
        }
    }
    in_all
}

/// What a day comes to, as it is told.
pub fn total((day, DaySum { minutes, logs, .. }): (NaiveDate, DaySum)) -> DailyTotal {
    DailyTotal { day, minutes, logs }
}
