//! What a batch needs to know of weeks: the workspaces and goals it is about, and the days it changes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Event, GoalId, Recorded, WorkspaceId, goal::GoalEvent};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;
use worker::Rows;

use super::rows::{ClockState, DayRow, GoalFacts, Subject, WeekRows};

/// Later days Postgres need not be asked about.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

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
async fn days(
    connection: &mut PgConnection,
    events: &[&Recorded],
) -> Result<Rows<(Subject, NaiveDate), DayRow>, sqlx::Error> {
    let ranges: BTreeSet<(Uuid, Uuid, NaiveDate, NaiveDate)> = events
        .iter()
        .flat_map(|event| {
            let workspace = event.workspace.uuid();
            let subjects = [Some(workspace), goal_of(event)].into_iter().flatten();
            subjects.flat_map(move |subject| days_of(event).map(move |(first, last)| (workspace, subject, first, last)))
        })
        .collect();
    if ranges.is_empty() {
        return Ok(Rows::default());
    }
    let rows = sqlx::query!(
        r#"select distinct days.workspace, days.subject, days.day, days.minutes, days.logs, days.met
           from unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[]) as asked(workspace, subject, first, last)
           join week_days days on days.workspace = asked.workspace and days.subject = asked.subject
               and days.day between asked.first and asked.last"#,
        &ranges.iter().map(|(workspace, ..)| *workspace).collect::<Vec<_>>(),
        &ranges.iter().map(|(_, subject, ..)| *subject).collect::<Vec<_>>(),
        &ranges.iter().map(|(.., first, _)| *first).collect::<Vec<_>>(),
        &ranges.iter().map(|(.., last)| *last).collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    Ok(Rows::loaded(rows.into_iter().map(|row| {
        let day = DayRow { minutes: row.minutes, logs: row.logs, met: row.met };
        (((row.workspace.into(), row.subject), row.day), day)
    })))
}

/// The ranges of days that an event may change.
fn days_of(event: &Recorded) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let logged = match &event.event {
        Event::DailyLog(log) => [log.takes(), log.adds()].map(|it| it.map(|counted| (counted.day, counted.day))),
        Event::Goal(GoalEvent::GoalScheduleSet { from, .. }) => [Some((*from, LAST_DAY)), None],
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
