//! `goal_list`: a workspace's goals, one row each.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Event, GoalId, HasPersonal, Personal, Recorded, WorkspaceId,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::{CannotApply, ReadModel, Rows};

use crate::sealed_text::{self, SealedText};

/// A goal in a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GoalListRow {
    /// Whose it is: the one who asks, so it is not told.
    #[serde(skip)]
    pub workspace: WorkspaceId,
    /// The goal.
    #[schema(value_type = Uuid)]
    pub id: GoalId,
    /// What it is called.
    pub title: Personal,
    /// The day it is to be reached by.
    pub target_date: Option<NaiveDate>,
    /// The minutes it takes in all.
    #[schema(minimum = 1)]
    pub total_minutes: Option<i32>,
    /// The local day on which it was completed, while it is.
    pub completed_on: Option<NaiveDate>,
    /// The local day on which it was archived, while it is.
    pub archived_on: Option<NaiveDate>,
    /// The minutes logged on it, in all.
    pub minutes: i64,
    /// The logs that count.
    pub logs: i32,
    /// The version of the goal's stream: its `ETag`.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Which goals to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GoalStatus {
    /// Neither completed nor archived.
    #[default]
    Active,
    /// Completed, and not archived.
    Completed,
    /// Archived.
    Archived,
    /// All of them.
    All,
}

impl GoalStatus {
    /// Whether goals must be completed, and archived, to have it; neither matters where it is none.
    const fn asks_for(self) -> (Option<bool>, Option<bool>) {
        match self {
            Self::Active => (Some(false), Some(false)),
            Self::Completed => (Some(true), Some(false)),
            Self::Archived => (None, Some(true)),
            Self::All => (None, None),
        }
    }

    /// Whether a goal has it.
    fn is_of(self, row: &GoalListRow) -> bool {
        let (completed, archived) = self.asks_for();
        completed.is_none_or(|completed| row.completed_on.is_some() == completed)
            && archived.is_none_or(|archived| row.archived_on.is_some() == archived)
    }
}

/// Selects rows by a clause of SQL; the list of columns stands here once.
macro_rules! select_goals {
    ($clause:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            GoalListRow,
            r#"select workspace, goal_id as id, title as "title: SealedText", target_date, total_minutes, completed_on,
                      archived_on, minutes, logs, version, created_at
               from goal_list where "# + $clause
            $(, $argument)*
        )
    };
}

/// The read model.
pub struct GoalList;

/// The workspace, and the goal.
pub type Key = (WorkspaceId, GoalId);

impl ReadModel for GoalList {
    const NAME: &'static str = "goal_list";
    const TABLES: &'static [&'static str] = &["goal_list"];
    type Rows = Rows<Key, GoalListRow>;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let keys: BTreeSet<Key> = events.iter().filter_map(|event| key(event)).collect();
        if keys.is_empty() {
            return Ok(Rows::default());
        }
        let (workspaces, goals): (Vec<Uuid>, Vec<Uuid>) =
            keys.iter().map(|(workspace, goal)| (workspace.uuid(), goal.uuid())).unzip();
        let rows = select_goals!(
            "(workspace, goal_id) in (select * from unnest($1::uuid[], $2::uuid[]))",
            &workspaces,
            &goals,
        );
        let rows = rows.fetch_all(connection).await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| ((row.workspace, row.id), row))))
    }

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        let Some(key) = key(event) else { return Ok(()) };
        match &event.event {
            Event::Goal(GoalEvent::GoalCreated { title, target_date, total_minutes, .. }) => {
                rows.insert(key, created(key, title, *target_date, *total_minutes, event));
                Ok(())
            }
            Event::Goal(change) => {
                let row = rows.get_mut(&key).ok_or_else(|| CannotApply::missing("goal"))?;
                row.version = event.version.cast_signed();
                row.change(change, event.local_day);
                Ok(())
            }
            Event::DailyLog(log) => {
                let row = rows.get_mut(&key).ok_or_else(|| CannotApply::missing("goal"))?;
                row.count(log);
                Ok(())
            }
            Event::User(_) | Event::Workspace(_) => Ok(()),
        }
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        let changed: Vec<(&Key, &GoalListRow)> = rows.changed().collect();
        if changed.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into goal_list (workspace, goal_id, title, target_date, total_minutes, completed_on, archived_on,
                                    minutes, logs, version, created_at)
             select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::integer[], $6::date[],
                                  $7::date[], $8::bigint[], $9::integer[], $10::integer[], $11::timestamptz[])
             on conflict (workspace, goal_id) do update set
                 title = excluded.title, target_date = excluded.target_date, total_minutes = excluded.total_minutes,
                 completed_on = excluded.completed_on, archived_on = excluded.archived_on,
                 minutes = excluded.minutes, logs = excluded.logs, version = excluded.version",
            &changed.iter().map(|((workspace, _), _)| workspace.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|((_, goal), _)| goal.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| sealed_text::column(Some(&row.title))).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.target_date).collect::<Vec<_>>() as &[Option<NaiveDate>],
            &changed.iter().map(|(_, row)| row.total_minutes).collect::<Vec<_>>() as &[Option<i32>],
            &changed.iter().map(|(_, row)| row.completed_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
            &changed.iter().map(|(_, row)| row.archived_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
            &changed.iter().map(|(_, row)| row.minutes).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.logs).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.version).collect::<Vec<_>>(),
            &changed.iter().map(|(_, row)| row.created_at).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The row that an event is about.
fn key(event: &Recorded) -> Option<Key> {
    match &event.event {
        Event::Goal(_) => Some((event.workspace, event.stream.into())),
        Event::DailyLog(log) => Some((event.workspace, log.goal_id())),
        Event::User(_) | Event::Workspace(_) => None,
    }
}

fn created(
    (workspace, id): Key,
    title: &Personal,
    target_date: Option<NaiveDate>,
    total_minutes: Option<u32>,
    event: &Recorded,
) -> GoalListRow {
    GoalListRow {
        workspace,
        id,
        title: title.clone(),
        target_date,
        total_minutes: total_minutes.map(u32::cast_signed),
        completed_on: None,
        archived_on: None,
        minutes: 0,
        logs: 0,
        version: event.version.cast_signed(),
        created_at: event.recorded_at,
    }
}

impl GoalListRow {
    fn change(&mut self, event: &GoalEvent, day: NaiveDate) {
        match event {
            GoalEvent::GoalCreated { .. } => {}
            GoalEvent::GoalRevised { title, description: _, target_date, total_minutes } => {
                if let Some(title) = title {
                    self.title = title.clone();
                }
                self.target_date = target_date.unwrap_or(self.target_date);
                if let Some(total_minutes) = total_minutes {
                    self.total_minutes = total_minutes.map(u32::cast_signed);
                }
            }
            GoalEvent::GoalCompleted {} => self.completed_on = Some(day),
            GoalEvent::GoalReopened {} => self.completed_on = None,
            GoalEvent::GoalArchived {} => self.archived_on = Some(day),
            GoalEvent::GoalRestored {} => self.archived_on = None,
            // What the goal expects is told with its details.
            GoalEvent::GoalScheduleSet { .. }
            | GoalEvent::WeeklyTargetSet { .. }
            | GoalEvent::WeeklyTargetWithdrawn { .. }
            | GoalEvent::GoalPaused { .. }
            | GoalEvent::GoalResumed { .. } => {}
        }
    }

    fn count(&mut self, event: &DailyLogEvent) {
        (self.minutes, self.logs) = counted(self.minutes, self.logs, event);
    }
}

/// Minutes and logs after a log's event.
pub(crate) fn counted(minutes: i64, logs: i32, event: &DailyLogEvent) -> (i64, i32) {
    let of = |counted: Option<Counted>| counted.map_or((0, 0), |counted| (i64::from(counted.minutes), 1));
    let ((less, fewer), (more, added)) = (of(event.takes()), of(event.adds()));
    (minutes + more - less, logs + added - fewer)
}

impl HasPersonal for GoalListRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
    }
}

/// A workspace's goals with this status, in the order of their ids, after one of them, at most `limit`.
pub async fn list_goals(
    pool: &PgPool,
    workspace: WorkspaceId,
    status: GoalStatus,
    after: Option<GoalId>,
    limit: i64,
) -> Result<Vec<GoalListRow>, sqlx::Error> {
    let (completed, archived) = status.asks_for();
    select_goals!(
        "workspace = $1 and goal_id > $2
         and ($3::boolean is null or (completed_on is not null) = $3)
         and ($4::boolean is null or (archived_on is not null) = $4)
         order by goal_id limit $5",
        workspace.uuid(),
        after.map_or(Uuid::nil(), GoalId::uuid),
        completed,
        archived,
        limit,
    )
    .fetch_all(pool)
    .await
}

/// The same, of rows in memory.
pub fn list_goals_of(
    rows: &Rows<Key, GoalListRow>,
    workspace: WorkspaceId,
    status: GoalStatus,
    after: Option<GoalId>,
    limit: i64,
) -> Vec<GoalListRow> {
    let first = (workspace, after.unwrap_or(GoalId::new(Uuid::nil())));
    rows.from(&first)
        .take_while(|((of, _), _)| *of == workspace)
        .filter(|((_, goal), row)| Some(*goal) != after && status.is_of(row))
        .map(|(_, row)| row.clone())
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect()
}
