//! What a next version might change, for the test of a change that rolls: `daily_totals` in another shape.
//!
//! Its table is new, and it begins empty beside the one that serves. Compiled with the feature `next-version` alone.

use chrono::NaiveDate;
use domain::{Recorded, WorkspaceId};
use sqlx::{
    PgConnection, PgPool, SqlSafeStr,
    migrate::{Migration, MigrationType},
};
use uuid::Uuid;
use worker::{CannotApply, Fold, ReadModel};

use crate::{
    daily_totals::{DailyTotal, DailyTotals, list_daily_totals_of, touched},
    months::Months,
};

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

impl Fold for DailyTotals2 {
    type Rows = Months;

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        DailyTotals::fold(rows, event)
    }
}

impl ReadModel for DailyTotals2 {
    const NAME: &'static str = NAME;
    const TABLES: &'static [&'static str] = &[NAME];

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let months = touched(events).into_iter().map(|(subject, month)| (subject, month, month));
        Months::load(connection, NAME, &months.collect::<Vec<_>>()).await
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        rows.write(connection, NAME).await
    }
}

/// The totals of a goal, or with the workspace's own id of the workspace, from a day to another, in order.
pub async fn list_daily_totals(
    pool: &PgPool,
    workspace: WorkspaceId,
    subject: Uuid,
    range: (NaiveDate, NaiveDate),
) -> Result<Vec<DailyTotal>, sqlx::Error> {
    let rows = Months::of_subjects(pool, NAME, workspace, &[subject], range).await?;
    Ok(list_daily_totals_of(&rows, workspace, subject, range))
}
