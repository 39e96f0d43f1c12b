//! The table: which rows are loaded, and how they are written, set by set.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{pauses::DaySet, schedule::Schedules, target::WeeklyTargets};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;
use worker::Rows;

use super::{GoalRow, Key};
use crate::sealed_text::{self, SealedText};

/// Selects rows by a clause of SQL; the list of columns stands here once.
macro_rules! select_goals {
    ($clause:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            GoalRow,
            r#"select workspace, goal_id as id, title as "title: SealedText",
                      description as "description: SealedText", target_date, total_minutes, completed_on, archived_on,
                      schedules as "schedules: Json<Schedules>", weekly_targets as "weekly_targets: Json<WeeklyTargets>",
                      pauses as "pauses: Json<DaySet>", minutes, logs, version, created_at, changed_at
               from goals where "# + $clause
            $(, $argument)*
        )
    };
}
pub(super) use select_goals;

/// The rows with these keys.
pub(super) async fn load(
    connection: &mut PgConnection,
    keys: &BTreeSet<Key>,
) -> Result<Rows<Key, GoalRow>, sqlx::Error> {
    if keys.is_empty() {
        return Ok(Rows::default());
    }
    let (workspaces, goals) = columns(keys.iter());
    let rows =
        select_goals!("(workspace, goal_id) in (select * from unnest($1::uuid[], $2::uuid[]))", &workspaces, &goals,);
    let rows = rows.fetch_all(connection).await?;
    Ok(Rows::loaded(rows.into_iter().map(|row| ((row.workspace, row.id), row))))
}

/// Goals that changed, and those that are new.
pub(super) async fn write_revised(
    connection: &mut PgConnection,
    goals: Vec<(&Key, &GoalRow)>,
) -> Result<(), sqlx::Error> {
    if goals.is_empty() {
        return Ok(());
    }
    let (workspaces, ids) = columns(goals.iter().map(|(key, _)| *key));
    sqlx::query!(
        "insert into goals (workspace, goal_id, title, description, target_date, total_minutes, completed_on,
                            archived_on, schedules, weekly_targets, pauses, minutes, logs, version, created_at,
                            changed_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::integer[], $7::date[],
                              $8::date[], $9::json[], $10::json[], $11::json[], $12::bigint[], $13::integer[],
                              $14::integer[], $15::timestamptz[], $16::timestamptz[])
         on conflict (workspace, goal_id) do update set
             title = excluded.title, description = excluded.description, target_date = excluded.target_date,
             total_minutes = excluded.total_minutes, completed_on = excluded.completed_on,
             archived_on = excluded.archived_on, schedules = excluded.schedules,
             weekly_targets = excluded.weekly_targets, pauses = excluded.pauses, minutes = excluded.minutes,
             logs = excluded.logs, version = excluded.version, changed_at = excluded.changed_at",
        &workspaces,
        &ids,
        &goals.iter().map(|(_, row)| sealed_text::column(Some(&row.title))).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| sealed_text::column(row.description.as_ref())).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| row.target_date).collect::<Vec<_>>() as &[Option<NaiveDate>],
        &goals.iter().map(|(_, row)| row.total_minutes).collect::<Vec<_>>() as &[Option<i32>],
        &goals.iter().map(|(_, row)| row.completed_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
        &goals.iter().map(|(_, row)| row.archived_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
        &goals.iter().map(|(_, row)| Json(&*row.schedules)).collect::<Vec<_>>() as &[Json<&Schedules>],
        &goals.iter().map(|(_, row)| Json(&*row.weekly_targets)).collect::<Vec<_>>() as &[Json<&WeeklyTargets>],
        &goals.iter().map(|(_, row)| Json(&*row.pauses)).collect::<Vec<_>>() as &[Json<&DaySet>],
        &goals.iter().map(|(_, row)| row.minutes).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| row.logs).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| row.version).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| row.created_at).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| row.changed_at).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What was logged on goals that did not change otherwise, as on nearly all.
pub(super) async fn write_counted(
    connection: &mut PgConnection,
    goals: Vec<(&Key, &GoalRow)>,
) -> Result<(), sqlx::Error> {
    if goals.is_empty() {
        return Ok(());
    }
    let (workspaces, ids) = columns(goals.iter().map(|(key, _)| *key));
    sqlx::query!(
        "update goals set minutes = counted.minutes, logs = counted.logs
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::integer[]) as counted(workspace, goal_id, minutes, logs)
         where goals.workspace = counted.workspace and goals.goal_id = counted.goal_id",
        &workspaces,
        &ids,
        &goals.iter().map(|(_, row)| row.minutes).collect::<Vec<_>>(),
        &goals.iter().map(|(_, row)| row.logs).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn columns<'k>(keys: impl Iterator<Item = &'k Key>) -> (Vec<Uuid>, Vec<Uuid>) {
    keys.map(|(workspace, goal)| (workspace.uuid(), goal.uuid())).unzip()
}
