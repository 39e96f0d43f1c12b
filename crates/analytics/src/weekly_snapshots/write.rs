//! Writing what a batch made of weeks, set by set.

use sqlx::{PgConnection, types::Json};

use super::rows::{ClockState, GoalFacts, WeekRows};

/// Writes the rows that have changed.
pub(crate) async fn write(connection: &mut PgConnection, rows: &WeekRows) -> Result<(), sqlx::Error> {
    write_clocks(connection, rows).await?;
    write_closed(connection, rows).await?;
    write_goals(connection, rows).await?;
    write_corrections(connection, rows).await
}

async fn write_clocks(connection: &mut PgConnection, rows: &WeekRows) -> Result<(), sqlx::Error> {
    let changed: Vec<_> = rows.clocks.changed().map(|(workspace, state)| (workspace, state, state.due())).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let start = |minute: u16| i16::try_from(minute).unwrap_or_default();
    sqlx::query!(
        "insert into week_clock (workspace, state, due_zone, due_start, due_day)
         select * from unnest($1::uuid[], $2::json[], $3::text[], $4::smallint[], $5::date[])
         on conflict (workspace) do update set
             state = excluded.state, due_zone = excluded.due_zone, due_start = excluded.due_start,
             due_day = excluded.due_day",
        &changed.iter().map(|(workspace, ..)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|(_, state, _)| Json(*state)).collect::<Vec<_>>() as &[Json<&ClockState>],
        &changed.iter().map(|(.., due)| due.as_ref().map(|due| due.settings.zone.clone())).collect::<Vec<_>>()
            as &[Option<String>],
        &changed
            .iter()
            .map(|(.., due)| due.as_ref().map(|due| start(due.settings.day_start_minute)))
            .collect::<Vec<_>>() as &[Option<i16>],
        &changed.iter().map(|(.., due)| due.as_ref().map(|due| due.day)).collect::<Vec<_>>()
            as &[Option<chrono::NaiveDate>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_closed(connection: &mut PgConnection, rows: &WeekRows) -> Result<(), sqlx::Error> {
    let changed: Vec<_> = rows.closed.changed().collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into weekly_snapshots (workspace, first, last, ends_at)
         select * from unnest($1::uuid[], $2::date[], $3::date[], $4::timestamptz[])",
        &changed.iter().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|((_, first), _)| *first).collect::<Vec<_>>(),
        &changed.iter().map(|(_, closed)| closed.week.last).collect::<Vec<_>>(),
        &changed.iter().map(|(_, closed)| closed.ends_at).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_goals(connection: &mut PgConnection, rows: &WeekRows) -> Result<(), sqlx::Error> {
    let changed: Vec<_> = rows.goals.changed().collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into week_goals (workspace, goal_id, facts) select * from unnest($1::uuid[], $2::uuid[], $3::json[])
         on conflict (workspace, goal_id) do update set facts = excluded.facts",
        &changed.iter().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|((_, goal), _)| goal.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|(_, facts)| Json(*facts)).collect::<Vec<_>>() as &[Json<&GoalFacts>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_corrections(connection: &mut PgConnection, rows: &WeekRows) -> Result<(), sqlx::Error> {
    let changed: Vec<_> = rows.corrections.changed().collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into week_corrections (workspace, day, position, goal_id, log_id, recorded_at, local_day, type, actor,
                                       minutes, logs, met)
         select * from unnest($1::uuid[], $2::date[], $3::bigint[], $4::uuid[], $5::uuid[], $6::timestamptz[],
                              $7::date[], $8::text[], $9::uuid[], $10::integer[], $11::integer[], $12::integer[])",
        &changed.iter().map(|((workspace, ..), _)| workspace.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|((_, day, _), _)| *day).collect::<Vec<_>>(),
        &changed.iter().map(|((.., position), _)| *position).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.goal_id.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.log_id).collect::<Vec<_>>() as &[Option<uuid::Uuid>],
        &changed.iter().map(|(_, row)| row.recorded_at).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.local_day).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.name.clone()).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.actor.uuid()).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.minutes).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.logs).collect::<Vec<_>>(),
        &changed.iter().map(|(_, row)| row.met).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
