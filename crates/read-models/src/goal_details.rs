//! `goal_details`: everything about one goal.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Event, GoalId, HasPersonal, Personal, Recorded, WorkspaceId,
    goal::GoalEvent,
    pauses::{DayRange, DaySet},
    schedule::{DatedSchedule, Schedules},
    target::{DatedTarget, WeeklyTargets},
};
use serde::Serialize;
use sqlx::{PgConnection, PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::{CannotApply, ReadModel, Rows};

use crate::{
    goal_list::counted,
    sealed_text::{self, SealedText},
};

/// A goal, whole.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GoalDetailsRow {
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

/// Selects rows by a clause of SQL; the list of columns stands here once.
macro_rules! select_goals {
    ($clause:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            GoalDetailsRow,
            r#"select workspace, goal_id as id, title as "title: SealedText",
                      description as "description: SealedText", target_date, total_minutes, completed_on, archived_on,
                      schedules as "schedules: Json<Schedules>", weekly_targets as "weekly_targets: Json<WeeklyTargets>",
                      pauses as "pauses: Json<DaySet>", minutes, logs, version, created_at, changed_at
               from goal_details where "# + $clause
            $(, $argument)*
        )
    };
}

/// The read model.
pub struct GoalDetails;

impl ReadModel for GoalDetails {
    const NAME: &'static str = "goal_details";
    const TABLES: &'static [&'static str] = &["goal_details"];
    type Rows = Rows<GoalId, GoalDetailsRow>;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let goals: BTreeSet<Uuid> = events.iter().filter_map(|event| key(event)).map(GoalId::uuid).collect();
        if goals.is_empty() {
            return Ok(Rows::default());
        }
        let goals: Vec<Uuid> = goals.into_iter().collect();
        let rows = select_goals!("goal_id = any($1)", &goals).fetch_all(connection).await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| (row.id, row))))
    }

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        let Some(key) = key(event) else { return Ok(()) };
        match &event.event {
            Event::Goal(GoalEvent::GoalCreated { title, description, target_date, total_minutes }) => {
                let row = GoalDetailsRow {
                    workspace: event.workspace,
                    id: key,
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
                rows.insert(key, row);
            }
            Event::Goal(change) => {
                let row = rows.get_mut(&key).ok_or_else(|| CannotApply::missing("goal"))?;
                row.change(change, event.local_day);
                row.version = event.version.cast_signed();
                row.changed_at = event.recorded_at;
            }
            Event::DailyLog(log) => {
                let row = rows.get_mut(&key).ok_or_else(|| CannotApply::missing("goal"))?;
                (row.minutes, row.logs) = counted(row.minutes, row.logs, log);
            }
            Event::User(_) | Event::Workspace(_) => {}
        }
        Ok(())
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        let changed: Vec<&GoalDetailsRow> = rows.changed().map(|(_, row)| row).collect();
        if changed.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into goal_details (workspace, goal_id, title, description, target_date, total_minutes,
                                       completed_on, archived_on, schedules, weekly_targets, pauses, minutes, logs,
                                       version, created_at, changed_at)
             select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::integer[],
                                  $7::date[], $8::date[], $9::json[], $10::json[], $11::json[], $12::bigint[],
                                  $13::integer[], $14::integer[], $15::timestamptz[], $16::timestamptz[])
             on conflict (goal_id) do update set
                 title = excluded.title, description = excluded.description, target_date = excluded.target_date,
                 total_minutes = excluded.total_minutes, completed_on = excluded.completed_on,
                 archived_on = excluded.archived_on, schedules = excluded.schedules,
                 weekly_targets = excluded.weekly_targets, pauses = excluded.pauses, minutes = excluded.minutes,
                 logs = excluded.logs, version = excluded.version, changed_at = excluded.changed_at",
            &changed.iter().map(|row| row.workspace.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.id.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|row| sealed_text::column(Some(&row.title))).collect::<Vec<_>>(),
            &changed.iter().map(|row| sealed_text::column(row.description.as_ref())).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.target_date).collect::<Vec<_>>() as &[Option<NaiveDate>],
            &changed.iter().map(|row| row.total_minutes).collect::<Vec<_>>() as &[Option<i32>],
            &changed.iter().map(|row| row.completed_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
            &changed.iter().map(|row| row.archived_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
            &changed.iter().map(|row| Json(&*row.schedules)).collect::<Vec<_>>() as &[Json<&Schedules>],
            &changed.iter().map(|row| Json(&*row.weekly_targets)).collect::<Vec<_>>() as &[Json<&WeeklyTargets>],
            &changed.iter().map(|row| Json(&*row.pauses)).collect::<Vec<_>>() as &[Json<&DaySet>],
            &changed.iter().map(|row| row.minutes).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.logs).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.version).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.created_at).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.changed_at).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The row that an event is about.
fn key(event: &Recorded) -> Option<GoalId> {
    match &event.event {
        Event::Goal(_) => Some(event.stream.into()),
        Event::DailyLog(log) => Some(log.goal_id()),
        Event::User(_) | Event::Workspace(_) => None,
    }
}

impl GoalDetailsRow {
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
}

impl HasPersonal for GoalDetailsRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
        self.description.iter_mut().for_each(|text| visit("description", text));
    }
}

/// The goal, if it is in this workspace.
pub async fn get_goal(
    pool: &PgPool,
    workspace: WorkspaceId,
    goal: GoalId,
) -> Result<Option<GoalDetailsRow>, sqlx::Error> {
    select_goals!("goal_id = $1 and workspace = $2", goal.uuid(), workspace.uuid()).fetch_optional(pool).await
}
