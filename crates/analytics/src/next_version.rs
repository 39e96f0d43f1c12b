//! What a next version might change, for the test of a change that rolls: `daily_totals` in another shape.
//!
//! Its table is new, and it begins empty beside the one that serves. Compiled with the feature `next-version` alone.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Recorded, WorkspaceId};
use sqlx::{
    FromRow, PgConnection, PgPool, SqlSafeStr,
    migrate::{Migration, MigrationType},
};
use uuid::Uuid;
use worker::{CannotApply, ReadModel, Rows};

use crate::daily_totals::{DailyTotal, DailyTotals, DailyTotalsRow, Key, changes};

/// Its name, to wait for.
pub const NAME: &str = "daily_totals_2";
/// Far after those that are released.
const VERSION: i64 = 9_000;

/// Expands: a new table, and a column that an old one gets, for which it has to wait until nobody reads that one.
pub fn migration() -> Migration {
    let sql =
        "create table analytics.daily_totals_2 (like analytics.daily_totals including all) with (fillfactor = 80);
               alter table analytics.daily_totals add column of_the_next_version integer;";
    Migration::new(VERSION, "next version".into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// The read model.
pub struct DailyTotals2;

#[derive(FromRow)]
struct Stored {
    workspace: Uuid,
    subject: Uuid,
    day: NaiveDate,
    minutes: i32,
    logs: i32,
}

impl ReadModel for DailyTotals2 {
    const NAME: &'static str = NAME;
    const TABLES: &'static [&'static str] = &[NAME];
    type Rows = Rows<Key, DailyTotalsRow>;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let keys: BTreeSet<Key> = events.iter().flat_map(|event| changes(event)).map(|(key, ..)| key).collect();
        let (workspaces, subjects, days) = columns(keys.iter());
        let rows: Vec<Stored> = sqlx::query_as(
            "select workspace, subject, day, minutes, logs from daily_totals_2
             where (workspace, subject, day) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
        )
        .bind(workspaces)
        .bind(subjects)
        .bind(days)
        .fetch_all(connection)
        .await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| {
            let key = (row.workspace.into(), row.subject, row.day);
            (key, DailyTotalsRow { minutes: row.minutes, logs: row.logs })
        })))
    }

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        DailyTotals::fold(rows, event)
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        let (workspaces, subjects, days) = columns(rows.removed());
        sqlx::query(
            "delete from daily_totals_2
             where (workspace, subject, day) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
        )
        .bind(workspaces)
        .bind(subjects)
        .bind(days)
        .execute(&mut *connection)
        .await?;
        let (workspaces, subjects, days) = columns(rows.changed().map(|(key, _)| key));
        sqlx::query(
            "insert into daily_totals_2 (workspace, subject, day, minutes, logs)
             select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::integer[], $5::integer[])
             on conflict (workspace, subject, day) do update set minutes = excluded.minutes, logs = excluded.logs",
        )
        .bind(workspaces)
        .bind(subjects)
        .bind(days)
        .bind(rows.changed().map(|(_, row)| row.minutes).collect::<Vec<_>>())
        .bind(rows.changed().map(|(_, row)| row.logs).collect::<Vec<_>>())
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn columns<'a>(keys: impl Iterator<Item = &'a Key>) -> (Vec<Uuid>, Vec<Uuid>, Vec<NaiveDate>) {
    let (mut workspaces, mut subjects, mut days) = (vec![], vec![], vec![]);
    for (workspace, subject, day) in keys {
        workspaces.push(workspace.uuid());
        subjects.push(*subject);
        days.push(*day);
    }
    (workspaces, subjects, days)
}

/// The totals of a goal, or with the workspace's own id of the workspace, from a day to another, in order.
pub async fn list_daily_totals(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DailyTotal>, sqlx::Error> {
    let rows: Vec<(NaiveDate, i32, i32)> = sqlx::query_as(
        "select day, minutes, logs from daily_totals_2
         where workspace = $1 and subject = $2 and day between $3 and $4 order by day",
    )
    .bind(workspace.uuid())
    .bind(subject)
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(day, minutes, logs)| DailyTotal { day, minutes, logs }).collect())
}
