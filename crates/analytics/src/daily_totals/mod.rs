//! `daily_totals`: the minutes and logs of each goal, and of each workspace, on each day that has any.

mod query;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Event, Recorded, WorkspaceId};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;
use worker::{CannotApply, ReadModel, Rows};

pub use self::query::{
    DayInAll, InAll, get_in_all, in_all_of, list_daily_totals, list_daily_totals_of, storable, totals_of_columns,
};

/// A day that has minutes or logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DailyTotal {
    /// The local day.
    pub day: NaiveDate,
    /// The minutes of its logs that count.
    pub minutes: i32,
    /// How many those are.
    pub logs: i32,
}

/// A row: the figures of a goal, or of a workspace, on a day.
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

/// The workspace, whose totals they are (a goal's, or with the workspace's own id the workspace's), and the day.
pub type Key = (WorkspaceId, Uuid, NaiveDate);

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
            "select workspace, subject, day, minutes, logs from daily_totals
             where (workspace, subject, day) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
            &keys.iter().map(|(workspace, ..)| workspace.uuid()).collect::<Vec<_>>(),
            &keys.iter().map(|(_, subject, _)| *subject).collect::<Vec<_>>(),
            &keys.iter().map(|(.., day)| *day).collect::<Vec<_>>(),
        )
        .fetch_all(connection)
        .await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| {
            let key = (row.workspace.into(), row.subject, row.day);
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
                 where (workspace, subject, day) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
                &removed.iter().map(|(workspace, ..)| workspace.uuid()).collect::<Vec<_>>(),
                &removed.iter().map(|(_, subject, _)| *subject).collect::<Vec<_>>(),
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
            "insert into daily_totals (workspace, subject, day, minutes, logs)
             select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::integer[], $5::integer[])
             on conflict (workspace, subject, day) do update set minutes = excluded.minutes, logs = excluded.logs",
            &changed.iter().map(|((workspace, ..), _)| workspace.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|((_, subject, _), _)| *subject).collect::<Vec<_>>(),
            &changed.iter().map(|((.., day), _)| *day).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.minutes).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.logs).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// By how much an event changes which rows, the goal's and its workspace's: minutes and logs, taken away and added.
pub(crate) fn changes(event: &Recorded) -> impl Iterator<Item = (Key, i32, i32)> {
    let (workspace, log) = match &event.event {
        Event::DailyLog(log) => (event.workspace, Some(log)),
        Event::User(_) | Event::Workspace(_) | Event::Goal(_) => (event.workspace, None),
    };
    let taken = log.and_then(|log| log.takes().map(|counted| (log, counted, -1)));
    let added = log.and_then(|log| log.adds().map(|counted| (log, counted, 1)));
    taken.into_iter().chain(added).flat_map(move |(log, counted, sign)| {
        let subjects = [log.goal_id().uuid(), workspace.uuid()];
        subjects.map(|subject| ((workspace, subject, counted.day), sign * i32::from(counted.minutes), sign))
    })
}
