//! Writing what a batch made of streaks, set by set.

use sqlx::{PgConnection, types::Json};
use worker::NewRows;

use super::{NewChange, StreakRows, kept::KeptChange};
use crate::months::TABLE;

const CHANGES: NewRows = NewRows {
    table: "streak_changes",
    columns: &[
        ("workspace", "uuid"),
        ("subject", "uuid"),
        ("position", "bigint"),
        ("nth", "smallint"),
        ("recorded_at", "timestamptz"),
        ("change", "json"),
    ],
};

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
        "insert into streaks (workspace, subject, state) select * from unnest($1::uuid[], $2::uuid[], $3::json[])
         on conflict (workspace, subject) do update set state = excluded.state",
        &changed.iter().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|((_, subject), _)| *subject).collect::<Vec<_>>(),
        &changed.iter().map(|(_, state)| Json(*state)).collect::<Vec<_>>() as &[Json<&domain::streaks::StreakState>],
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

async fn write_changes(connection: &mut PgConnection, rows: &StreakRows) -> Result<(), sqlx::Error> {
    // Those of a subject lie beside each other, as they are read.
    let mut changes: Vec<&NewChange> = rows.changes.iter().collect();
    changes.sort_by_key(|change| change.subject);
    let added = CHANGES.add(connection, &changes, |new, values| {
        let (workspace, subject) = new.subject;
        values.push(workspace.uuid())?;
        values.push(subject)?;
        values.push(new.position)?;
        values.push(new.nth)?;
        values.push(new.recorded_at)?;
        values.push(KeptChange::text(&new.change)?)
    });
    added.await
}
