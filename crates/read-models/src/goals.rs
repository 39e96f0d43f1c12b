//! `goals`: a workspace's goals, one row each, in lists and whole.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Event, GoalId, HasPersonal, Personal, Recorded, WorkspaceId,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
    pauses::{DayRange, DaySet},
    schedule::{DatedSchedule, Schedules},
    target::{DatedTarget, WeeklyTargets},
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::{CannotApply, Fold, ReadModel, Rows};

use crate::sealed_text::{self, SealedText};

/// A goal, whole.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GoalRow {
    /// Whose it is: the one who asks, so it is not told.
    #[serde(skip)]
    pub workspace: WorkspaceId,
    /// The goal.
    #[schema(value_type = Uuid)]
    pub id: GoalId,
    /// What it is called.
    pub title: Personal,
    /// What it is about.
    pub description: Option<Personal>,
    /// The day it is to be reached by.
    pub target_date: Option<NaiveDate>,
    /// The minutes it takes in all.
    #[schema(minimum = 1)]
    pub total_minutes: Option<i32>,
    /// The local day on which it was completed, while it is.
    pub completed_on: Option<NaiveDate>,
    /// The local day on which it was archived, while it is.
    pub archived_on: Option<NaiveDate>,
    /// Which days it expects, each schedule from its day on. Before the first, every day counts with a minute.
    #[schema(value_type = Vec<DatedSchedule>)]
    pub schedules: Json<Schedules>,
    /// What is aimed for each week, each target from its week on; one without a target withdraws the one before.
    #[schema(value_type = Vec<DatedTarget>)]
    pub weekly_targets: Json<WeeklyTargets>,
    /// The days it is paused, in order; a pause without a last day has no end.
    #[schema(value_type = Vec<DayRange>)]
    pub pauses: Json<DaySet>,
    /// The minutes logged on it, in all.
    pub minutes: i64,
    /// The logs that count.
    pub logs: i32,
    /// The version of the goal's stream: its `ETag`.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When the goal itself was last changed; logs do not change it.
    pub changed_at: DateTime<Utc>,
}

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
    fn is_of(self, row: &GoalRow) -> bool {
        let (completed, archived) = self.asks_for();
        completed.is_none_or(|completed| row.completed_on.is_some() == completed)
            && archived.is_none_or(|archived| row.archived_on.is_some() == archived)
    }
}

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

/// The read model.
pub struct Goals;

/// The workspace, and the goal.
pub type Key = (WorkspaceId, GoalId);

/// The rows in memory.
#[derive(Debug, Default)]
pub struct GoalRows {
    /// The goals.
    pub all: Rows<Key, GoalRow>,
    /// Those that changed themselves. All others that changed did so only by what was logged on them.
    revised: BTreeSet<Key>,
}

impl Fold for Goals {
    type Rows = GoalRows;

    fn fold(rows: &mut GoalRows, event: &Recorded) -> Result<(), CannotApply> {
        let Some(key) = key(event) else { return Ok(()) };
        if let Event::Goal(GoalEvent::GoalCreated { title, description, target_date, total_minutes }) = &event.event {
            let row = GoalRow {
                workspace: event.workspace,
                id: key.1,
                title: title.clone(),
                description: description.clone(),
                target_date: *target_date,
                total_minutes: total_minutes.map(u32::cast_signed),
                completed_on: None,
                archived_on: None,
                schedules: Json::default(),
                weekly_targets: Json::default(),
                pauses: Json::default(),
                minutes: 0,
                logs: 0,
                version: event.version.cast_signed(),
                created_at: event.recorded_at,
                changed_at: event.recorded_at,
            };
            rows.all.insert(key, row);
            rows.revised.insert(key);
            return Ok(());
        }
        let row = rows.all.get_mut(&key).ok_or_else(|| CannotApply::missing("goal"))?;
        match &event.event {
            Event::Goal(change) => {
                row.change(change, event.local_day);
                row.version = event.version.cast_signed();
                row.changed_at = event.recorded_at;
                rows.revised.insert(key);
            }
            Event::DailyLog(log) => row.count(log),
            Event::User(_) | Event::Workspace(_) => {}
        }
        Ok(())
    }
}

impl ReadModel for Goals {
    const NAME: &'static str = "goals";
    const TABLES: &'static [&'static str] = &["goals"];

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<GoalRows, sqlx::Error> {
        let keys: BTreeSet<Key> = events.iter().filter_map(|event| key(event)).collect();
        if keys.is_empty() {
            return Ok(GoalRows::default());
        }
        let (workspaces, goals) = columns(keys.iter());
        let rows = select_goals!(
            "(workspace, goal_id) in (select * from unnest($1::uuid[], $2::uuid[]))",
            &workspaces,
            &goals,
        );
        let rows = rows.fetch_all(connection).await?;
        let all = Rows::loaded(rows.into_iter().map(|row| ((row.workspace, row.id), row)));
        Ok(GoalRows { all, ..GoalRows::default() })
    }

    async fn write(connection: &mut PgConnection, rows: &GoalRows) -> Result<(), sqlx::Error> {
        let (revised, counted) = rows.all.changed().partition(|(key, _)| rows.revised.contains(key));
        write_revised(connection, revised).await?;
        write_counted(connection, counted).await
    }
}

/// Goals that changed, and those that are new.
async fn write_revised(connection: &mut PgConnection, goals: Vec<(&Key, &GoalRow)>) -> Result<(), sqlx::Error> {
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
async fn write_counted(connection: &mut PgConnection, goals: Vec<(&Key, &GoalRow)>) -> Result<(), sqlx::Error> {
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

/// The row that an event is about.
fn key(event: &Recorded) -> Option<Key> {
    Some((event.workspace, event.goal()?))
}

impl GoalRow {
    fn change(&mut self, event: &GoalEvent, day: NaiveDate) {
        match event {
            GoalEvent::GoalCreated { .. } => {}
            GoalEvent::GoalRevised { title, description, target_date, total_minutes } => {
                if let Some(title) = title {
                    self.title = title.clone();
                }
                if let Some(description) = description {
                    self.description.clone_from(description);
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
            GoalEvent::GoalScheduleSet { from, schedule } => {
                self.schedules.set(DatedSchedule { from: *from, schedule: schedule.clone() });
            }
            GoalEvent::WeeklyTargetSet { from_week, target } => {
                self.weekly_targets.set(DatedTarget { from_week: *from_week, target: Some(*target) });
            }
            GoalEvent::WeeklyTargetWithdrawn { from_week } => {
                self.weekly_targets.set(DatedTarget { from_week: *from_week, target: None });
            }
            GoalEvent::GoalPaused { days } => self.pauses.add(*days),
            GoalEvent::GoalResumed { days } => self.pauses.remove(*days),
        }
    }

    fn count(&mut self, event: &DailyLogEvent) {
        let of = |counted: Option<Counted>| counted.map_or((0, 0), |counted| (i64::from(counted.minutes), 1));
        let ((less, fewer), (more, added)) = (of(event.takes()), of(event.adds()));
        self.minutes += more - less;
        self.logs += added - fewer;
    }

    /// As it is told in a list.
    #[must_use]
    pub fn listed(self) -> GoalListRow {
        let Self { workspace, id, title, target_date, total_minutes, completed_on, archived_on, .. } = self;
        let Self { minutes, logs, version, created_at, .. } = self;
        GoalListRow {
            workspace,
            id,
            title,
            target_date,
            total_minutes,
            completed_on,
            archived_on,
            minutes,
            logs,
            version,
            created_at,
        }
    }
}

impl HasPersonal for GoalRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
        self.description.iter_mut().for_each(|text| visit("description", text));
    }
}

impl HasPersonal for GoalListRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
    }
}

/// The goal, if it is in this workspace.
pub async fn get_goal(pool: &PgPool, workspace: WorkspaceId, goal: GoalId) -> Result<Option<GoalRow>, sqlx::Error> {
    select_goals!("workspace = $1 and goal_id = $2", workspace.uuid(), goal.uuid()).fetch_optional(pool).await
}

/// A workspace's goals with this status, in the order of their ids, after one of them, at most `limit`.
pub async fn list_goals(
    pool: &PgPool,
    workspace: WorkspaceId,
    status: GoalStatus,
    after: Option<GoalId>,
    limit: i64,
) -> Result<Vec<GoalRow>, sqlx::Error> {
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
    rows: &Rows<Key, GoalRow>,
    workspace: WorkspaceId,
    status: GoalStatus,
    after: Option<GoalId>,
    limit: i64,
) -> Vec<GoalRow> {
    let first = (workspace, after.unwrap_or(GoalId::new(Uuid::nil())));
    rows.from(&first)
        .take_while(|((of, _), _)| *of == workspace)
        .filter(|((_, goal), row)| Some(*goal) != after && status.is_of(row))
        .map(|(_, row)| row.clone())
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect()
}
