//! Asking for daily totals: of a range of days, and what they add up to since the first; from tables, or from rows in
//! memory.

use chrono::NaiveDate;
use domain::WorkspaceId;
use sqlx::PgPool;
use uuid::Uuid;
use worker::Rows;

use super::{DailyTotal, DailyTotalsRow, Key};

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
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DailyTotal>, sqlx::Error> {
    sqlx::query_as!(
        DailyTotal,
        "select day, minutes, logs from daily_totals
         where workspace = $1 and subject = $2 and day between $3 and $4 order by day",
        workspace.uuid(),
        subject,
        storable(from),
        storable(to),
    )
    .fetch_all(pool)
    .await
}

/// The same, of rows in memory.
pub fn list_daily_totals_of(
    rows: &Rows<Key, DailyTotalsRow>,
    workspace: WorkspaceId,
    subject: Uuid,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<DailyTotal> {
    rows.from(&(workspace, subject, from))
        .take_while(|((of, whose, day), _)| (*of, *whose) == (workspace, subject) && *day <= to)
        .map(|((.., day), row)| DailyTotal { day: *day, minutes: row.minutes, logs: row.logs })
        .collect()
}

/// What the days of a goal add up to, with the days of two ranges. It takes one range of the primary key: the goal's days.
pub async fn get_in_all(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    ranges: [(NaiveDate, NaiveDate); 2],
) -> Result<InAll, sqlx::Error> {
    let [one, other] = ranges.map(|(from, to)| (storable(from), storable(to)));
    let row = sqlx::query!(
        r#"select min(day) as first_logged, coalesce(sum(minutes), 0)::bigint as "minutes!",
                  array_agg(day order by day) filter (where asked) as days,
                  array_agg(minutes order by day) filter (where asked) as minutes_of_days,
                  array_agg(minutes_in_all order by day) filter (where asked) as minutes_in_all
           from (select day, minutes, sum(minutes) over (order by day) as minutes_in_all,
                        day between $3 and $4 or day between $5 and $6 as asked
                 from daily_totals where workspace = $1 and subject = $2) as days"#,
        workspace.uuid(),
        subject,
        one.0,
        one.1,
        other.0,
        other.1,
    )
    .fetch_one(pool)
    .await?;
    let minutes = row.minutes_of_days.into_iter().flatten();
    let figures = minutes.zip(row.minutes_in_all.into_iter().flatten());
    let days = row.days.into_iter().flatten().zip(figures);
    let days = days.map(|(day, (minutes, minutes_in_all))| DayInAll { day, minutes, minutes_in_all });
    Ok(InAll { first_logged: row.first_logged, minutes: row.minutes, days: days.collect() })
}

/// The same, of rows in memory.
pub fn in_all_of(
    rows: &Rows<Key, DailyTotalsRow>,
    workspace: WorkspaceId,
    subject: Uuid,
    ranges: [(NaiveDate, NaiveDate); 2],
) -> InAll {
    let all = list_daily_totals_of(rows, workspace, subject, (NaiveDate::MIN, NaiveDate::MAX));
    let mut in_all = InAll { first_logged: all.first().map(|total| total.day), ..InAll::default() };
    for DailyTotal { day, minutes, logs: _ } in all {
        in_all.minutes += i64::from(minutes);
        if ranges.iter().any(|(from, to)| (*from..=*to).contains(&day)) {
            in_all.days.push(DayInAll { day, minutes, minutes_in_all: in_all.minutes });
        }
    }
    in_all
}

/// Totals that came as columns, each an array of the same length, in the order of their days.
pub fn totals_of_columns(
    days: Option<Vec<NaiveDate>>,
    minutes: Option<Vec<i32>>,
    logs: Option<Vec<i32>>,
) -> Vec<DailyTotal> {
    let figures = minutes.into_iter().flatten().zip(logs.into_iter().flatten());
    let totals = days.into_iter().flatten().zip(figures);
    let mut totals: Vec<_> = totals.map(|(day, (minutes, logs))| DailyTotal { day, minutes, logs }).collect();
    totals.sort_unstable_by_key(|total| total.day);
    totals
}

/// The day, or the first that Postgres can be asked about: its dates begin later than chrono's, and end later too.
pub fn storable(day: NaiveDate) -> NaiveDate {
    day.max(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(day))
}
