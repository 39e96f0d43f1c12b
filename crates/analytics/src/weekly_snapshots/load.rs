//! What a batch needs to know of weeks: the workspaces and goals it is about, and the days it changes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Event, GoalId, Recorded, WorkspaceId, goal::GoalEvent};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;
use worker::Rows;

use super::{
    TABLE_OF_DAYS,
    rows::{ClockState, DayRow, GoalFacts, WeekRows},
};
use crate::months::{Months, Subject, month_of};

/// Loads what the events touch. Closed weeks and corrections are only ever added, so none of those is needed.
pub(crate) async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<WeekRows, sqlx::Error> {
    let workspaces: BTreeSet<Uuid> = events.iter().map(|event| event.workspace.uuid()).collect();
    let workspaces: Vec<Uuid> = workspaces.into_iter().collect();
    Ok(WeekRows {
        clocks: clocks(connection, &workspaces).await?,
        goals: goals(connection, events).await?,
        days: days(connection, events).await?,
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
    let goals: BTreeSet<(Uuid, Uuid)> =
        events.iter().filter_map(|event| Some((event.workspace.uuid(), goal_of(event)?))).collect();
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

/// The days that are logged on, of goal and workspace; all from where a schedule begins to hold.
async fn days(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Months<DayRow>, sqlx::Error> {
    let ranges: BTreeSet<(Subject, NaiveDate, NaiveDate)> = events
        .iter()
        .flat_map(|event| {
            let subjects = [Some(event.workspace.uuid()), goal_of(event)].into_iter().flatten();
            let subjects = subjects.map(|subject| (event.workspace, subject));
            subjects.flat_map(move |subject| days_of(event).map(move |(first, last)| (subject, month_of(first), last)))
        })
        .collect();
    Months::load(connection, TABLE_OF_DAYS, &ranges.into_iter().collect::<Vec<_>>()).await
}

/// The ranges of days that an event may change.
fn days_of(event: &Recorded) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let logged = match &event.event {
        Event::DailyLog(log) => {
            [log.takes(), log.adds()].map(|it| it.map(|counted| (counted.day, month_of(counted.day))))
        }
        Event::Goal(GoalEvent::GoalScheduleSet { from, .. }) => [Some((*from, NaiveDate::MAX)), None],
        Event::Goal(_) | Event::User(_) | Event::Workspace(_) => [None, None],
    };
    logged.into_iter().flatten()
}

fn goal_of(event: &Recorded) -> Option<Uuid> {
    match &event.event {
        Event::Goal(_) => Some(event.stream),
        Event::DailyLog(log) => Some(log.goal_id().uuid()),
        Event::User(_) | Event::Workspace(_) => None,
    }
}
