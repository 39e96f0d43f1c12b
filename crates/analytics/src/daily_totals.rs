//! `daily_totals`: the minutes and logs of each goal on each day that has any.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Event, GoalId, Recorded, WorkspaceId};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use worker::{CannotApply, ReadModel, Rows};

/// A day that has minutes or logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DailyTotal {
    /// The local day.
    pub day: NaiveDate,
    /// The minutes of its logs that count.
    pub minutes: i64,
    /// How many those are.
    pub logs: i64,
}

/// A row: the figures of a goal on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DailyTotalsRow {
    /// The minutes of its logs that count.
    pub minutes: i32,
    /// How many those are.
    pub logs: i32,
}

/// The read model.
pub struct DailyTotals;

/// Its name, to wait for.
pub const NAME: &str = "daily_totals";

pub(crate) type Key = (WorkspaceId, GoalId, NaiveDate);

impl ReadModel for DailyTotals {
    const NAME: &'static str = NAME;
    const TABLES: &'static [&'static str] = &["daily_totals"];
    type Rows = Rows<Key, DailyTotalsRow>;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let keys: BTreeSet<Key> = events.iter().flat_map(|event| changes(event)).map(|(key, ..)| key).collect();
        if keys.is_empty() {
            return Ok(Rows::default());
        }
        let keys: Vec<Key> = keys.into_iter().collect();
        let rows = sqlx::query!(
            "select workspace, goal_id, day, minutes, logs from daily_totals
             where (workspace, goal_id, day) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
            &keys.iter().map(|(workspace, ..)| workspace.uuid()).collect::<Vec<_>>(),
            &keys.iter().map(|(_, goal, _)| goal.uuid()).collect::<Vec<_>>(),
            &keys.iter().map(|(.., day)| *day).collect::<Vec<_>>(),
        )
        .fetch_all(connection)
        .await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| {
            let key = (row.workspace.into(), row.goal_id.into(), row.day);
            (key, DailyTotalsRow { minutes: row.minutes, logs: row.logs })
        })))
    }

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        for (key, minutes, logs) in changes(event) {
            let row = rows.entry(key, DailyTotalsRow::default);
            row.minutes += minutes;
            row.logs += logs;
            if row.logs == 0 {
                rows.remove(&key);
            }
        }
        Ok(())
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        let removed: Vec<&Key> = rows.removed().collect();
        if !removed.is_empty() {
            sqlx::query!(
                "delete from daily_totals
                 where (workspace, goal_id, day) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
                &removed.iter().map(|(workspace, ..)| workspace.uuid()).collect::<Vec<_>>(),
                &removed.iter().map(|(_, goal, _)| goal.uuid()).collect::<Vec<_>>(),
                &removed.iter().map(|(.., day)| *day).collect::<Vec<_>>(),
            )
            .execute(&mut *connection)
            .await?;
        }
        let changed: Vec<(&Key, &DailyTotalsRow)> = rows.changed().collect();
        if changed.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into daily_totals (workspace, goal_id, day, minutes, logs)
             select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::integer[], $5::integer[])
             on conflict (workspace, goal_id, day) do update set minutes = excluded.minutes, logs = excluded.logs",
            &changed.iter().map(|((workspace, ..), _)| workspace.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|((_, goal, _), _)| goal.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|((.., day), _)| *day).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.minutes).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.logs).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// By how much an event changes which rows: minutes and logs, taken away and added.
pub(crate) fn changes(event: &Recorded) -> impl Iterator<Item = (Key, i32, i32)> {
    let (workspace, log) = match &event.event {
        Event::DailyLog(log) => (event.workspace, Some(log)),
        Event::User(_) | Event::Workspace(_) | Event::Goal(_) => (event.workspace, None),
    };
    let taken = log.and_then(|log| log.takes().map(|counted| (log, counted, -1)));
    let added = log.and_then(|log| log.adds().map(|counted| (log, counted, 1)));
    taken.into_iter().chain(added).map(move |(log, counted, sign)| {
        ((workspace, log.goal_id(), counted.day), sign * i32::from(counted.minutes), sign)
    })
}

/// The totals of a workspace, or of one of its goals, from a day to another, in order.
pub async fn list_daily_totals(
    pool: &PgPool,
    workspace: WorkspaceId,
    goal: Option<GoalId>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DailyTotal>, sqlx::Error> {
    let (from, to) = (storable(from), storable(to));
    let Some(goal) = goal else {
        return sqlx::query_as!(
            DailyTotal,
            r#"select day, sum(minutes) as "minutes!", sum(logs) as "logs!" from daily_totals
               where workspace = $1 and day between $2 and $3 group by day order by day"#,
            workspace.uuid(),
            from,
            to,
        )
        .fetch_all(pool)
        .await;
    };
    sqlx::query_as!(
        DailyTotal,
        r#"select day, minutes::bigint as "minutes!", logs::bigint as "logs!" from daily_totals
           where workspace = $1 and goal_id = $2 and day between $3 and $4 order by day"#,
        workspace.uuid(),
        goal.uuid(),
        from,
        to,
    )
    .fetch_all(pool)
    .await
}

/// The day, or the first that Postgres can be asked about: its dates begin later than chrono's, and end later too.
fn storable(day: NaiveDate) -> NaiveDate {
    day.max(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(day))
}
