//! `goals`: a workspace's goals, one row each, in lists and whole.

mod query;
mod tables;

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
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use worker::{CannotApply, Fold, ReadModel, Rows, distinct};

pub use self::query::{GoalListRow, GoalStatus, get_goal, list_goals, list_goals_of};

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
        let keys = distinct(events.iter().filter_map(|event| key(event)));
        Ok(GoalRows { all: tables::load(connection, &keys).await?, revised: BTreeSet::new() })
    }

    async fn write(connection: &mut PgConnection, rows: &GoalRows) -> Result<(), sqlx::Error> {
        let (revised, counted) = rows.all.changed().partition(|(key, _)| rows.revised.contains(key));
        tables::write_revised(connection, revised).await?;
        tables::write_counted(connection, counted).await
    }
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
}

impl HasPersonal for GoalRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
        self.description.iter_mut().for_each(|text| visit("description", text));
    }
}
