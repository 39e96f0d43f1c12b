//! Writing what a batch made of streaks, set by set.

use std::collections::BTreeMap;

use domain::streaks::StreakState;
use sqlx::{PgConnection, types::Json};

use super::{StreakRows, Subject, kept};
use crate::months::TABLE;

/// Writes the rows that have changed.
pub(crate) async fn write(connection: &mut PgConnection, rows: &StreakRows) -> Result<(), sqlx::Error> {
    write_states(connection, rows).await?;
    write_runs(connection, rows).await?;
    rows.days.write(connection, TABLE).await?;
    write_changes(connection, rows).await
}

async fn write_states(connection: &mut PgConnection, rows: &StreakRows) -> Result<(), sqlx::Error> {
    let changed: Vec<_> = rows.states.changed().collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into streaks (workspace, subject, changes, state)
         select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::json[])
         on conflict (workspace, subject) do update set changes = excluded.changes, state = excluded.state",
        &changed.iter().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|((_, subject), _)| *subject).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.changes).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| Json(&row.state)).collect::<Vec<_>>() as &[Json<&StreakState>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_runs(connection: &mut PgConnection, rows: &StreakRows) -> Result<(), sqlx::Error> {
    let removed: Vec<_> = rows.runs.removed().collect();
    if !removed.is_empty() {
        sqlx::query!(
            "delete from streak_runs
             where (workspace, subject, first) in (select * from unnest($1::uuid[], $2::uuid[], $3::date[]))",
            &removed.iter().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
            &removed.iter().map(|((_, subject), _)| *subject).collect::<Vec<_>>(),
            &removed.iter().map(|(_, first)| *first).collect::<Vec<_>>(),
        )
        .execute(&mut *connection)
        .await?;
    }
    let changed: Vec<_> = rows.runs.changed().collect();
    if changed.is_empty() {
        return Ok(());
    }
    let unit = |unit| match unit {
        domain::schedule::Unit::Days => "days".to_owned(),
        domain::schedule::Unit::Weeks => "weeks".to_owned(),
    };
    sqlx::query!(
        "insert into streak_runs (workspace, subject, first, last, unit, length)
         select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[], $5::text[], $6::integer[])
         on conflict (workspace, subject, first) do update set
             last = excluded.last, unit = excluded.unit, length = excluded.length",
        &changed.iter().map(|(((workspace, _), _), _)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|(((_, subject), _), _)| *subject).collect::<Vec<_>>(),
        &changed.iter().map(|(_, run)| run.first).collect::<Vec<_>>(),
        &changed.iter().map(|(_, run)| run.last).collect::<Vec<_>>(),
        &changed.iter().map(|(_, run)| unit(run.unit)).collect::<Vec<_>>(),
        &changed.iter().map(|(_, run)| run.length.cast_signed()).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds new changes to the rows that they belong in.
async fn write_changes(connection: &mut PgConnection, rows: &StreakRows) -> Result<(), sqlx::Error> {
    let mut added: BTreeMap<(Subject, i32), Vec<u8>> = BTreeMap::new();
    for (subject, change) in &rows.changes {
        kept::append(added.entry((*subject, kept::row_of(change.number))).or_default(), change)?;
    }
    if added.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into streak_changes as known (workspace, subject, nth, changes)
         select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::bytea[])
         on conflict (workspace, subject, nth) do update set changes = known.changes || excluded.changes",
        &added.keys().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
        &added.keys().map(|((_, subject), _)| *subject).collect::<Vec<_>>(),
        &added.keys().map(|(_, nth)| *nth).collect::<Vec<_>>(),
        &added.values().map(Vec::as_slice).collect::<Vec<_>>() as &[&[u8]],
    )
    .execute(connection)
    .await?;
    Ok(())
}
