//! What a batch needs to know of weeks: the workspaces it is about, and the goals it changes.

use std::collections::BTreeSet;

use domain::{Event, GoalId, Recorded, WorkspaceId};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;
use worker::{Rows, distinct};

use super::rows::{ClockState, GoalFacts, WeekRows};

/// Loads what the events touch. Closed weeks and corrections are only ever added, so none of those is needed; nor is
/// a goal of which only days change.
pub(crate) async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<WeekRows, sqlx::Error> {
    let workspaces: Vec<Uuid> = distinct(events.iter().map(|event| event.workspace.uuid())).into_iter().collect();
    Ok(WeekRows {
        clocks: clocks(connection, &workspaces).await?,
        goals: goals(connection, events).await?,
        ..WeekRows::default()
    })
}

async fn clocks(
    connection: &mut PgConnection,
    workspaces: &[Uuid],
) -> Result<Rows<WorkspaceId, ClockState>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select workspace, state as "state: Json<ClockState>" from week_clock where workspace = any($1)"#,
        workspaces,
    )
    .fetch_all(connection)
    .await?;
    Ok(Rows::loaded(rows.into_iter().map(|row| (row.workspace.into(), row.state.0))))
}

async fn goals(
    connection: &mut PgConnection,
    events: &[&Recorded],
) -> Result<Rows<(WorkspaceId, GoalId), GoalFacts>, sqlx::Error> {
    let changed = events.iter().filter(|event| matches!(event.event, Event::Goal(_)));
    let goals: BTreeSet<(Uuid, Uuid)> = changed.map(|event| (event.workspace.uuid(), event.stream)).collect();
    if goals.is_empty() {
        return Ok(Rows::default());
    }
    let (workspaces, goals): (Vec<Uuid>, Vec<Uuid>) = goals.into_iter().unzip();
    let rows = sqlx::query!(
        r#"select workspace, goal_id, facts as "facts: Json<GoalFacts>" from week_goals
           where (workspace, goal_id) in (select * from unnest($1::uuid[], $2::uuid[]))"#,
        &workspaces,
        &goals,
    )
    .fetch_all(connection)
    .await?;
    Ok(Rows::loaded(rows.into_iter().map(|row| ((row.workspace.into(), row.goal_id.into()), row.facts.0))))
}
