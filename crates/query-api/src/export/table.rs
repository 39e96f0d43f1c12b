//! What is exported, table by table and page by page.

use std::error::Error;

use domain::{DailyLogId, GoalId, HasPersonal, answering};
use identity::Session;
use read_models::{
    daily_logs::list_every_log,
    goals::{GoalStatus, list_goals},
};
use serde::Serialize;
use serde_json::Value;

use crate::{QueryState, legible::legible, recorded_event::RecordedEvent};

/// So many rows are in memory at once.
const PAGE_ROWS: i64 = 200;

/// A table of the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Every goal, whole.
    Goals,
    /// Every log, withdrawn ones too.
    DailyLogs,
    /// Everything that ever happened.
    Events,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    Start,
    Goal(GoalId),
    Log(DailyLogId),
    Event(i64),
}

/// Some rows, and where the next ones begin, if there are more.
pub(super) type Rows = (Vec<Value>, Option<Next>);

impl Table {
    pub(super) const ALL: [Self; 3] = [Self::Goals, Self::DailyLogs, Self::Events];

    /// The name of its files.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Goals => "goals",
            Self::DailyLogs => "daily_logs",
            Self::Events => "events",
        }
    }

    /// The columns of its CSV: the fields of its rows.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Goals => &[
                "id",
                "title",
                "description",
                "target_date",
                "total_minutes",
                "completed_on",
                "archived_on",
                "schedules",
                "weekly_targets",
                "pauses",
                "minutes",
                "logs",
                "version",
                "created_at",
                "changed_at",
            ],
            Self::DailyLogs => {
                &["id", "goal_id", "day", "minutes", "zone", "text", "withdrawn", "version", "created_at", "changed_at"]
            }
            Self::Events => &[
                "position",
                "recorded_at",
                "local_day",
                "event",
                "stream",
                "version",
                "actor",
                "id",
                "command",
                "undoes",
                "workspace",
                "correlation",
                "causation",
                "trace_parent",
            ],
        }
    }

    /// A page of rows, opened; of events, none after the number `last`.
    pub(super) async fn page(
        self,
        state: &QueryState,
        session: &Session,
        next: Next,
        last: i64,
    ) -> Result<Rows, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Goals => goals(state, session, next).await,
            Self::DailyLogs => daily_logs(state, session, next).await,
            Self::Events => events(state, session, next, last).await,
        }
    }
}

async fn goals(state: &QueryState, session: &Session, next: Next) -> Result<Rows, Box<dyn Error + Send + Sync>> {
    let after = if let Next::Goal(goal) = next { Some(goal) } else { None };
    let goals = list_goals(&state.tables, session.workspace, GoalStatus::All, after, PAGE_ROWS).await?;
    let next = goals.last().filter(|_| is_full(&goals)).map(|last| Next::Goal(last.id));
    Ok((told(state, goals).await?, next))
}

async fn daily_logs(state: &QueryState, session: &Session, next: Next) -> Result<Rows, Box<dyn Error + Send + Sync>> {
    let after = if let Next::Log(log) = next { Some(log) } else { None };
    let logs = list_every_log(&state.tables, session.workspace, after, PAGE_ROWS).await?;
    let next = logs.last().filter(|_| is_full(&logs)).map(|last| Next::Log(last.id));
    Ok((told(state, logs).await?, next))
}

async fn events(
    state: &QueryState,
    session: &Session,
    next: Next,
    last: i64,
) -> Result<Rows, Box<dyn Error + Send + Sync>> {
    let after = if let Next::Event(number) = next { number } else { 0 };
    let events = state.log.read_workspace_as_written(session.workspace, None, after, PAGE_ROWS).await?;
    let next = events.last().filter(|_| is_full(&events)).map(|last| Next::Event(last.position.number));
    let events = events.into_iter().filter(|event| event.position.number <= last);
    let mut events: Vec<_> = events.map(legible).collect();
    state.vault.open_events(&mut events).await?;
    let rows = events.into_iter().map(|event| json(&RecordedEvent::of(event, &state.log))).collect::<Result<_, _>>()?;
    Ok((rows, next))
}

fn is_full<T>(page: &[T]) -> bool {
    i64::try_from(page.len()).is_ok_and(|rows| rows >= PAGE_ROWS)
}

/// Rows as they are told, opened.
async fn told<T>(state: &QueryState, mut rows: Vec<T>) -> Result<Vec<Value>, Box<dyn Error + Send + Sync>>
where
    T: HasPersonal + Serialize + Send,
{
    state.vault.open(&mut rows).await?;
    Ok(rows.iter().map(json).collect::<Result<_, _>>()?)
}

fn json(row: &impl Serialize) -> Result<Value, serde_json::Error> {
    answering(|| serde_json::to_value(row))
}
